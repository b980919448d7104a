"""The calls that a plan needs in member accounts, by the deployers and by the deployed roles."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from baseline.aws.action_resources import arn_formats, resource_types_of
from baseline.aws.deployment_calls import deleting_calls, keeping_calls
from baseline.aws.iam_actions import matching_actions
from baseline.aws.regions import partition_of, sign_in_region_of
from baseline.capabilities.organization.guardrails.places import BoundAccount
from baseline.frozen import frozen
from baseline.plan.model import Deployment
from baseline.plan.units import ROOT
from baseline.policy.document import branches, read_statements, text_of
from baseline.policy.request import Request
from baseline.validate.subject import Resource, Subject

STACK_SETS = "StackSets"
_EXECUTION = "stacksets-exec-0123456789abcdef0123456789abcdef"
_GLOBAL = frozenset({"iam", "organizations"})
"""Services whose requests carry the partition's sign-in Region, whichever Region the stack is in."""
_FUNCTION = re.compile(r"\$\{(?P<name>[^}]*)\}")
_EXPORTED_FUNCTION = re.compile(r"\$\{import (?P<name>.+)-function-arn\}")
"""How a template names the baseline's function, whose name its export has."""
_RETAINED = frozenset({"Retain", "RetainExceptOnCreate"})
_PASSED_TO: Mapping[str, str] = {"AWS::IAM::InstanceProfile": "ec2.amazonaws.com"}
_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "kms:bypasspolicylockoutsafetycheck": ("false",),
    "kms:keyorigin": ("AWS_KMS",),
    "kms:keyspec": ("SYMMETRIC_DEFAULT",),
    "kms:keyusage": ("ENCRYPT_DECRYPT",),
    "kms:multiregion": ("false",),
    "s3:authtype": ("REST-HEADER",),
    "s3:signatureversion": ("AWS4-HMAC-SHA256",),
    "s3:tlsversion": ("1.3",),
    "s3:x-amz-object-ownership": ("BucketOwnerEnforced",),
}
"""Values that calls of the handlers carry whatever the template says."""


@frozen
class Call:
    """A call that must not be denied in the accounts of its deployments.

    Attributes:
        who: A description of the caller.
        role: Name of the role that makes it.
        action: `service:Action`.
        resources: ARNs that AWS authorizes it on, with `${AWS::AccountId}` and `${AWS::Region}`.
        context: Condition key in lower case → values.
        deployments: The deployments that make it.
        removes: Whether it only deletes something that the plan currently has.
        complete: Whether it has no other condition keys.
    """

    who: str
    role: str
    action: str
    resources: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deployments: tuple[Deployment, ...]
    removes: bool = False
    complete: bool = True

    def regions_in(self, account: BoundAccount) -> tuple[str, ...]:
        """The Regions of the account in which the call is made."""
        numbers = {number for place in _places(account) for number in self._deployments_by_place.get(place, ())}
        found = (region for number in sorted(numbers) for region in self.deployments[number].regions)
        return tuple(dict.fromkeys(found))

    @cached_property
    def _deployments_by_place(self) -> Mapping[tuple[str, str], list[int]]:
        """Account key or OU → indexes of its deployments, for plans with thousands of OUs."""
        return _by_place(self.deployments)

    def request(self, account: BoundAccount, region: str, resource: str) -> Request:
        """The request of the call in a Region of an account."""
        known = _caller(self.role, account, partition_of(region))
        if self.complete:
            seen = sign_in_region_of(partition_of(region)) if self.action.partition(":")[0] in _GLOBAL else region
            made = {"aws:requestedregion": (seen,), "aws:viaawsservice": ("true",)}
            known |= {**made, "aws:calledvia": ("cloudformation.amazonaws.com",), **_ALWAYS}
            known |= {
                key: tuple(_placed(value, account, region) for value in self.context[key]) for key in self.context
            }
        arn = _placed(resource, account, region)
        return Request(action=self.action, resource=arn, context=known, complete=self.complete)

    @cached_property
    def partitions(self) -> frozenset[str]:
        """The partitions of the Regions in which the call is made."""
        return frozenset(partition_of(region) for item in self.deployments for region in item.regions)

    def callers(self, account: BoundAccount) -> Iterator[Request]:
        """The request without its action, once per partition: the role in the account; everything else is unknown."""
        for partition in self.partitions:
            known = _caller(self.role, account, partition)
            yield Request(action=self.action, context={key: known[key] for key in known if key not in self.context})


def _caller(role: str, account: BoundAccount, partition: str) -> dict[str, tuple[str, ...]]:
    organization = (account.organization_path.partition("/")[0],)
    return {
        "aws:principalarn": (f"arn:{partition}:iam::{account.id}:role/{role}",),
        "aws:principalaccount": (account.id,),
        "aws:principalorgid": organization,
        "aws:principalorgpaths": (account.organization_path,),
        "aws:principalisawsservice": ("false",),
        "aws:resourceaccount": (account.id,),
        "aws:resourceorgid": organization,
        "aws:resourceorgpaths": (account.organization_path,),
        "aws:securetransport": ("true",),
        "aws:assumedroot": (),
    }


@frozen
class Reach:
    """The deployments of a plan's calls by account: thousands of OUs share few answers."""

    deployments_by_place: Mapping[tuple[str, str], Sequence[int]]

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Reach":
        """The reach of a plan; its calls share a few deployments."""
        return cls(deployments_by_place=_by_place(dict.fromkeys(item for call in calls for item in call.deployments)))

    def signature(self, account: BoundAccount) -> frozenset[int]:
        """A value that is equal for accounts in which each call is made in the same Regions."""
        return frozenset(n for place in _places(account) for n in self.deployments_by_place.get(place, ()))


def _places(account: BoundAccount) -> tuple[tuple[str, str], ...]:
    return ("account", account.key), ("unit", ROOT), *(("unit", level) for level in account.levels)


def _by_place(deployments: Iterable[Deployment]) -> Mapping[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for number, item in enumerate(deployments):
        for place in [("account", item.account)] if item.account else [("unit", unit) for unit in item.ous]:
            found.setdefault(place, []).append(number)
    return found


def calls_of(every: tuple[Subject, ...], tags: Mapping[str, str]) -> tuple[Call, ...]:
    """The calls of all templates with targets in member accounts, each once.

    Service control policies do not apply to the management account, so stacks that only target it are left out.

    Args:
        every: Every template of the plan.
        tags: Tags that every stack has.
    """
    found: dict[Hashable, Call] = {}
    for subject in every:
        for call in _calls_of(subject, tags):
            made = (
                call.who,
                call.role,
                call.action,
                call.resources,
                *call.context.items(),
                call.removes,
                call.complete,
            )
            found.setdefault((made, call.deployments), call)
    return tuple(found.values())


def _calls_of(subject: Subject, tags: Mapping[str, str]) -> Iterator[Call]:
    deployments = tuple(item for item in subject.template.stack.deployments if item.account != "management")
    if not deployments:
        return
    for resource in subject.resources:
        yield from _deployment(resource, deployments, tags)
        if resource.type == "AWS::IAM::Role" and "RoleName" in resource.properties:
            yield from _purpose(resource, deployments)


def _deployment(resource: Resource, deployments: tuple[Deployment, ...], tags: Mapping[str, str]) -> Iterator[Call]:
    properties = resource.properties
    if resource.type.startswith("Custom::"):
        exported = _EXPORTED_FUNCTION.fullmatch(text_of(properties.get("ServiceToken")))
        function = exported["name"] if exported else "x"
        yield Call(
            who=STACK_SETS,
            role=_EXECUTION,
            action="lambda:InvokeFunction",
            resources=(f"arn:aws:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{function}",),
            deployments=deployments,
        )
    tagged = bool(tags) or "Tags" in properties
    context = {**_tag_keys(properties, tags), **_own_keys(resource)}
    for action in keeping_calls(resource.type, properties, tagged=tagged) or ():
        yield Call(
            who=STACK_SETS,
            role=_EXECUTION,
            action=action,
            resources=_arns(action, resource),
            context=context,
            deployments=deployments,
        )
    if resource.body.get("DeletionPolicy") not in _RETAINED:
        for action in deleting_calls(resource.type):
            yield Call(
                who=STACK_SETS,
                role=_EXECUTION,
                action=action,
                resources=_arns(action, resource),
                deployments=deployments,
                removes=True,
            )


def _tag_keys(properties: Mapping[str, Any], tags: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    items = properties.get("Tags", ())
    own = {
        text_of(item.get("Key")): text_of(item.get("Value"))
        for _, item in branches(items if isinstance(items, list) else [])
        if isinstance(item, Mapping)
    }
    found = {**tags, **own}
    return {
        **{f"aws:requesttag/{key.lower()}": (value,) for key, value in found.items()},
        "aws:tagkeys": tuple(found),
    }


def _own_keys(resource: Resource) -> Mapping[str, tuple[str, ...]]:
    """The condition keys of services that follow from the properties."""
    properties = resource.properties
    service = resource.type.split("::")[1].lower()
    found = {
        "iam:passedtoservice": (_PASSED_TO.get(resource.type, f"{service}.amazonaws.com"),),
        "iam:awsservicename": (f"{service}.amazonaws.com",),
    }
    if "PermissionsBoundary" in properties:
        found["iam:permissionsboundary"] = (_concrete(text_of(properties["PermissionsBoundary"])),)
    policies = properties.get("ManagedPolicyArns")
    if isinstance(policies, list) and policies:
        found["iam:policyarn"] = (_concrete(text_of(policies[0])),)
    return found


def _purpose(resource: Resource, deployments: tuple[Deployment, ...]) -> Iterator[Call]:
    """The calls that the role's own policies allow; their condition keys are unknown."""
    name = _concrete(text_of(resource.properties["RoleName"]))
    for _, policy in branches(resource.properties.get("Policies", [])):
        document = policy.get("PolicyDocument") if isinstance(policy, Mapping) else None
        for statement in read_statements(document) if isinstance(document, Mapping) else ():
            for pattern in statement.actions if statement.effect == "Allow" else ():
                for action in sorted(matching_actions(pattern) or ()):
                    yield Call(
                        who=f"the role {name}",
                        role=name,
                        action=action,
                        resources=tuple(map(_concrete, statement.resources)),
                        deployments=deployments,
                        complete=False,
                    )


def _arns(action: str, resource: Resource) -> tuple[str, ...]:
    """One ARN for each resource type that AWS authorizes the action on; `*` if there is none."""
    service = action.partition(":")[0]
    if action == "iam:PassRole":
        return ("arn:aws:iam::${AWS::AccountId}:role/x",)
    name = _name(resource)
    found = [
        f"arn:aws:{text.replace('{r}', '${AWS::Region}').replace('{a}', '${AWS::AccountId}').replace('*', name)}"
        for kind in resource_types_of(action)
        if not kind.startswith(("accesspoint", "multiregion", "function ", "layer", "object"))
        for text in arn_formats(service, kind)[:1]
    ]
    return tuple(dict.fromkeys(found)) or ("*",)


def _name(resource: Resource) -> str:
    """The physical name in its ARN, if the template sets one."""
    kind = resource.type.split("::")[-1]
    keys = (f"{kind}Name", "BucketName", "Bucket", "Name", "AliasName", "ManagedPolicyName", "TopicName")
    text = next((text_of(resource.properties[key]) for key in keys if key in resource.properties), "x")
    folder = text_of(resource.properties.get("Path", "")).strip("/")
    return _concrete(f"{folder}/{text}" if folder else text).removeprefix("alias/")


def _placed(text: str, account: BoundAccount, region: str) -> str:
    """An ARN of an account and Region, in the partition of the Region."""
    found = text.replace("${AWS::AccountId}", account.id).replace("${AWS::Region}", region)
    return found.replace("arn:aws:", f"arn:{partition_of(region)}:", 1)


def _concrete(text: str) -> str:
    """The text with placeholders for everything that CloudFormation fills in, except account and Region."""
    known = {"AWS::Partition": "aws", "AWS::AccountId": "${AWS::AccountId}", "AWS::Region": "${AWS::Region}"}
    return _FUNCTION.sub(lambda match: known.get(match["name"], "444444444444"), text)
