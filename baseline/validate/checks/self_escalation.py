"""BL120: an identity that can give itself more than it was given."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Severity
from baseline.policy.document import Condition, Path, Statement, branches, read_statements, text_of
from baseline.policy.trust import asks_for_mfa, is_pinned_web_identity
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import PolicyDocument, Resource, Subject

_PERMISSION_SET = "AWS::SSO::PermissionSet"
_IDENTITIES = frozenset(
    {
        *(f"AWS::IAM::{name}" for name in ("Role", "User", "Group", "ManagedPolicy", "Policy")),
        *(f"AWS::IAM::{name}" for name in ("RolePolicy", "UserPolicy", "GroupPolicy")),
        _PERMISSION_SET,
    }
)

_RISING = frozenset(
    {
        "iam:addusertogroup",
        "iam:attachgrouppolicy",
        "iam:attachrolepolicy",
        "iam:attachuserpolicy",
        "iam:createaccesskey",
        "iam:createloginprofile",
        "iam:createpolicyversion",
        "iam:deleterolepermissionsboundary",
        "iam:deleteuserpermissionsboundary",
        "iam:passrole",
        "iam:putgrouppolicy",
        "iam:putrolepermissionsboundary",
        "iam:putrolepolicy",
        "iam:putuserpermissionsboundary",
        "iam:putuserpolicy",
        "iam:setdefaultpolicyversion",
        "iam:updateassumerolepolicy",
        "iam:updateloginprofile",
        "sts:assumerole",
    }
)
"""What lets its holder rise when it may be done to any principal or policy, or to its own.

Source: rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/ and the IAM user guide, permissions
boundaries.
"""

_LAUNCHERS: Mapping[str, frozenset[str]] = {
    "cloudformation": frozenset(
        {"cloudformation:createchangeset", "cloudformation:createstack", "cloudformation:updatestack"}
    ),
    "codebuild": frozenset({"codebuild:createproject", "codebuild:updateproject"}),
    "ec2": frozenset(
        {
            "ec2:associateiaminstanceprofile",
            "ec2:replaceiaminstanceprofileassociation",
            "ec2:runinstances",
        }
    ),
    "ecs-tasks": frozenset({"ecs:runtask", "ecs:registertaskdefinition"}),
    "glue": frozenset({"glue:createdevendpoint", "glue:createjob", "glue:updatejob"}),
    "lambda": frozenset({"lambda:createfunction", "lambda:updatefunctionconfiguration"}),
    "sagemaker": frozenset({"sagemaker:createnotebookinstance", "sagemaker:createprocessingjob"}),
    "states": frozenset({"states:createstatemachine", "states:updatestatemachine"}),
}
"""Service → what hands a passed role to code of the caller's own."""

_BOUNDS = frozenset({"iam:permissionsboundary", "iam:policyarn"})
_OWN_SELF_SERVICE = frozenset({"iam:createaccesskey", "iam:createloginprofile", "iam:updateloginprofile"})
_COLON = re.compile(r":(?![^{]*})")
"""Between the parts of an ARN, and not within what CloudFormation or IAM fills in."""
_ADMINISTRATORS = ("/AdministratorAccess", "/IAMFullAccess", "/PowerUserAccess")


@dataclass(frozen=True, kw_only=True)
class _Holder:
    """Who holds a policy, by the names that its resources may have for it."""

    arns: frozenset[str]
    names: frozenset[str]


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    for policy in subject.policies:
        if _is_unbounded_identity(policy):
            yield from _policy_hits(policy)
    for resource in subject.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        if "PermissionsBoundary" not in resource.properties and not _is_guarded(resource):
            yield from _attached_hits(resource)
    for resource in subject.of_type(_PERMISSION_SET):
        if "PermissionsBoundary" not in resource.properties:
            yield from _attached_set_hits(resource)


def _attached_set_hits(resource: Resource) -> Iterator[Hit]:
    """An administrator is one by name; who may change policies without being one becomes one unseen."""
    path: Path = (*resource.path, "Properties", "ManagedPolicies")
    for place, item in branches(resource.properties.get("ManagedPolicies")):
        if text_of(item).endswith("/IAMFullAccess"):
            yield Hit(
                path=(*path, *place),
                message="IAMFullAccess without a permissions boundary: whoever has the set can give itself everything",
                fix="set a PermissionsBoundary, or call it what it is and attach AdministratorAccess",
            )


def _is_unbounded_identity(policy: PolicyDocument) -> bool:
    return (
        policy.resource.type in _IDENTITIES
        and "AssumeRolePolicyDocument" not in policy.path
        and "PermissionsBoundary" not in policy.resource.properties
    )


def _is_guarded(resource: Resource) -> bool:
    """Whether a role is assumed with MFA, or by the tokens of one pipeline, and in no other way."""
    trust = resource.properties.get("AssumeRolePolicyDocument")
    statements = [item for item in read_statements(trust) if item.effect == "Allow"] if isinstance(trust, dict) else []
    return bool(statements) and all(asks_for_mfa(item) or is_pinned_web_identity(item) for item in statements)


def _attached_hits(resource: Resource) -> Iterator[Hit]:
    path: Path = (*resource.path, "Properties", "ManagedPolicyArns")
    for place, item in branches(resource.properties.get("ManagedPolicyArns")):
        text = text_of(item)
        if text.endswith(_ADMINISTRATORS):
            yield Hit(
                path=(*path, *place),
                message=f"{text.rpartition('/')[2]} without MFA, a pinned token or a permissions boundary: nothing "
                "stands between whoever gets in and the whole account",
                fix="ask for aws:MultiFactorAuthPresent in the trust, set a PermissionsBoundary, or attach less",
            )


def _policy_hits(policy: PolicyDocument) -> Iterator[Hit]:
    statements = read_statements(policy.document)
    holder = _holder(policy.resource)
    launching = frozenset[str]().union(*(_covered(item) for item in statements if item.effect == "Allow"))
    for statement in statements:
        if statement.effect == "Allow":
            rising = sorted(
                action
                for action in _covered(statement) & _RISING
                if not any(_takes_back(denial, action) for denial in statements)
                and _rises(statement, action, holder, launching)
            )
            if rising:
                yield Hit(path=(*policy.path, *statement.path), message=_message(statement, rising))


def _message(statement: Statement, rising: list[str]) -> str:
    if {"*", "*:*", "iam:*"} & set(statement.actions):
        return f"its holder can give itself everything: Allow of {', '.join(statement.actions)} without a boundary"
    more = f" and {len(rising) - 4} more" if len(rising) > 4 else ""
    return f"its holder can give itself more: {', '.join(rising[:4])}{more} reach any principal or policy, or its own"


def _covered(statement: Statement) -> frozenset[str]:
    """The actions in lower case; of everything but a few those that rise, without AssumeRole, which trust decides."""
    if statement.not_actions:
        return _RISING - _named(statement.not_actions) - {"sts:assumerole"}
    return _named(statement.actions)


@cache
def _named(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(action.lower() for pattern in patterns for action in matching_actions(pattern) or ())


def _takes_back(denial: Statement, action: str) -> bool:
    """Whether a Deny leaves of the action nothing, or no more than what it names: by NotResource, or by a bound."""
    if denial.effect != "Deny":
        return False
    named = _named(denial.actions) if denial.actions else _RISING - _named(denial.not_actions)
    if action not in named:
        return False
    bounded = any(item.key.lower() in _BOUNDS and "Not" in item.operator for item in denial.conditions)
    whole = bool(denial.not_resources) or any(not resource.strip("*") for resource in denial.resources)
    return whole and (bounded or not denial.conditions)


def _rises(statement: Statement, action: str, holder: _Holder, launching: frozenset[str]) -> bool:
    if any(map(_bounds, statement.conditions)):
        return False
    if statement.resources and not any(_reaches(item, action, holder) for item in statement.resources):
        return False
    if action != "iam:passrole":
        return True
    services = [item for item in statement.conditions if item.restricts and item.key.lower() == "iam:passedtoservice"]
    return not services or any(_hands_on(item, launching) for item in services)


def _bounds(condition: Condition) -> bool:
    """Whether the request must name one boundary or policy, be it of any account: a permission set goes to many."""
    if condition.key.lower() not in _BOUNDS:
        return False
    exact = condition.operator in {"ArnEquals", "ArnLike", "StringEquals", "StringLike"} and bool(condition.values)
    return condition.restricts or (exact and all(value.rpartition("/")[2].strip("*?") for value in condition.values))


def _hands_on(condition: Condition, launching: frozenset[str]) -> bool:
    """Whether the policy also lets its holder run code of its own in a service that it may pass any role to."""
    names = (value.partition(".")[0] for value in condition.values)
    return any(_LAUNCHERS.get(name, frozenset()) & launching for name in names)


def _reaches(resource: str, action: str, holder: _Holder) -> bool:
    if resource in holder.arns:
        return True
    kind, _, name = _COLON.split(resource)[-1].partition("/")
    if not (name or kind).strip("*?"):
        return True
    if name == "${aws:username}":
        return action not in _OWN_SELF_SERVICE
    return any(fnmatchcase(own, name) for own in holder.names)


def _holder(resource: Resource) -> _Holder:
    keys = ("RoleName", "UserName", "GroupName", "ManagedPolicyName")
    folder = text_of(resource.properties.get("Path")).lstrip("/")
    return _Holder(
        arns=frozenset({f"${{{resource.logical_id}.Arn}}", f"${{{resource.logical_id}}}"}),
        names=frozenset(folder + text_of(resource.properties[key]) for key in keys if key in resource.properties),
    )


CHECK = Check(
    id="BL120",
    title="identity that can escalate itself",
    severity=Severity.ERROR,
    explanation="Some permissions are as good as all: passing any role to code of one's own, changing any policy, "
    "making keys for any user, or changing who may assume a role. A permissions boundary, a condition on "
    "iam:PermissionsBoundary or iam:PolicyARN, or resources that do not include the holder keep them in their place.",
    fix="name the resources, add a condition on iam:PermissionsBoundary, iam:PolicyARN or iam:PassedToService, or set "
    "a PermissionsBoundary",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    find=_find,
)
