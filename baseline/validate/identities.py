"""The policies of each identity: its own, and policies that templates attach by name, ARN or reference."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from baseline.policy.document import branches, text_of
from baseline.validate.places import places_of, reaches
from baseline.validate.subject import PolicyDocument, Resource, Subject

PERMISSION_SET = "AWS::SSO::PermissionSet"

_NAME: Mapping[str, tuple[str, str]] = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::User": ("user", "UserName"),
    "AWS::IAM::Group": ("group", "GroupName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
}
"""Resource type → kind in its ARN, and the property with its name."""

_ATTACHED_TO = ("Roles", "Users", "Groups", "RoleName", "UserName", "GroupName")
"""Properties in which standalone policies name the identities to which they are attached."""
_POLICIES = frozenset(
    f"AWS::IAM::{name}" for name in ("ManagedPolicy", "Policy", "RolePolicy", "UserPolicy", "GroupPolicy")
)
_IDENTITIES = frozenset({*(_NAME.keys() - _POLICIES), PERMISSION_SET})
_COLON = re.compile(r":(?![^{]*})")
"""Separator between the parts of an ARN, outside placeholders of CloudFormation and IAM."""


@dataclass(frozen=True)
class Part:
    """A resource in its template."""

    subject: Subject
    resource: Resource

    @property
    def references(self) -> frozenset[str]:
        """The references to the resource in its own template."""
        name = self.resource.logical_id
        return frozenset({f"${{{name}}}", f"${{{name}.Arn}}", f"${{{name}.PolicyArn}}"})

    @property
    def names(self) -> frozenset[str]:
        """Names of the identity with path, as in ARNs: `app/deploy`."""
        keys = ("RoleName", "UserName", "GroupName", "ManagedPolicyName")
        given = self.resource.properties
        folder = text_of(given.get("Path")).lstrip("/")
        names = (text_of(given[key]) for key in keys if key in given)
        return frozenset(folder + name for name in names if name and "${}" not in name)


@dataclass(frozen=True)
class Identity:
    """A role, user, group or permission set with its policies; or a policy that is not attached to any.

    Attributes:
        own: The identity, or the policy.
        parts: The identity, and every resource that attaches policies to it.
        policies: Every policy document of it, with its template.
    """

    own: Part
    parts: tuple[Part, ...]
    policies: tuple[tuple[Subject, PolicyDocument], ...]


def identities_of(subjects: Sequence[Subject]) -> Iterator[Identity]:
    """Every identity of the plan, and every policy that is not attached to one."""
    parts = [Part(subject, resource) for subject in subjects for resource in subject.resources]
    links = _Links(parts)
    attached: set[int] = set()
    for part in parts:
        if part.resource.type in _IDENTITIES:
            held = links.held_by(part)
            attached.update(id(item.resource) for item in held)
            yield _identity(part, (part, *held))
    for part in parts:
        if part.resource.type in _POLICIES and id(part.resource) not in attached:
            yield _identity(part, (part,))


def roles_with_policies(subjects: Sequence[Subject], roles: Sequence[Part]) -> Iterator[Identity]:
    """Some roles of the plan with their policies."""
    links = _Links([Part(subject, resource) for subject in subjects for resource in subject.resources])
    for role in roles:
        yield _identity(role, (role, *links.held_by(role)))


def _identity(own: Part, parts: tuple[Part, ...]) -> Identity:
    policies = tuple(
        (part.subject, policy)
        for part in parts
        for policy in part.subject.policies
        if policy.resource is part.resource and "AssumeRolePolicyDocument" not in policy.path
    )
    return Identity(own=own, parts=parts, policies=policies)


class _Links:
    """The attachments of policies to identities, from every template of a plan."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._policies = [part for part in parts if part.resource.type in _POLICIES]
        self._groups = [part for part in parts if part.resource.type == "AWS::IAM::Group"]
        self._additions = [part for part in parts if part.resource.type == "AWS::IAM::UserToGroupAddition"]
        self._exports = {
            (f"${{import {text_of(output['Export'].get('Name'))}}}", text_of(output.get("Value"))): subject
            for subject in {id(part.subject): part.subject for part in parts}.values()
            for output in (subject.document.get("Outputs") or {}).values()
            if isinstance(output, Mapping) and isinstance(output.get("Export"), Mapping)
        }

    def held_by(self, identity: Part) -> tuple[Part, ...]:
        """The identity's managed policies and, for a user, its groups with their policies."""
        groups = [
            group
            for group in self._groups
            if identity.resource.type.endswith("::User") and self._is_in(identity, group)
        ]
        found = [item for holder in (identity, *groups) for item in self._policies if self._holds(holder, item)]
        unique = {id(item.resource): item for item in (*groups, *found)}
        return tuple(unique.values())

    def _is_in(self, user: Part, group: Part) -> bool:
        if not _meet(user, group):
            return False
        added = (
            addition
            for addition in self._additions
            if self._is_named(addition, "GroupName", group) and self._is_named(addition, "Users", user)
        )
        return self._is_named(user, "Groups", group) or any(True for _ in added)

    def _holds(self, identity: Part, policy: Part) -> bool:
        if identity.resource.type == PERMISSION_SET:
            references = branches(identity.resource.properties.get("CustomerManagedPolicyReferences"))
            return any(
                isinstance(item, Mapping)
                and f"{text_of(item.get('Path')).lstrip('/')}{text_of(item.get('Name'))}" in policy.names
                for _, item in references
            )
        if not _meet(identity, policy):
            return False
        return self._is_named(identity, "ManagedPolicyArns", policy) or any(
            self._is_named(policy, key, identity) for key in _ATTACHED_TO
        )

    def _is_named(self, where: Part, key: str, target: Part) -> bool:
        texts = [text_of(item) for _, item in branches(where.resource.properties.get(key))]
        return any(self._is(text, where.subject, target) for text in texts)

    def _is(self, text: str, at: Subject, target: Part) -> bool:
        """Whether the text, in a template, refers to the target."""
        if at is target.subject and text in target.references:
            return True
        if any(self._exports.get((text, reference)) is target.subject for reference in target.references):
            return True
        kind = _NAME.get(target.resource.type, ("", ""))[0]
        name = _COLON.split(text)[-1]
        return any(name in {known, f"{kind}/{known}"} or name == known.rpartition("/")[2] for known in target.names)


def _meet(one: Part, other: Part) -> bool:
    """Whether the two identities can be in the same account."""
    accounts = [{place.account for place in places_of(part.subject.template.stack)} for part in (one, other)]
    return any(reaches(a, b) or reaches(b, a) for a in accounts[0] for b in accounts[1])
