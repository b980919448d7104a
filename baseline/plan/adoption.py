"""Adoption of existing resources by stacks: the name of each kind in templates, and its identifier in AWS."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

from baseline.aws.handlers import identifier_of
from baseline.capabilities.landscape import Adoption, Landscape
from baseline.capabilities.parameters import account_names, ou_names
from baseline.frozen import frozen

Resources = Mapping[str, Mapping[str, Any]]
"""Logical id → resource of a template, in long form."""

_ALIAS = "AWS::KMS::Alias"
_ANY_ACCOUNT = "<account>"


@frozen
class AdoptableKind:
    """A kind of resource that a stack can adopt.

    Attributes:
        type: Its CloudFormation type.
        title: The usual term for one.
        named_by: The property that contains its name; "" if `labels` returns it.
        labels: Logical id, resources of the template and Region → its name.
        identify: Id in the profile → the properties that identify it, without those that the template has.
        required: Properties without which CloudFormation accepts no template.
    """

    type: str
    title: str
    named_by: str = ""
    labels: Callable[[str, Resources, str], Iterator[str]] | None = None
    identify: Callable[[str], Mapping[str, str]]
    required: frozenset[str] = frozenset()


def _as(name: str) -> Callable[[str], Mapping[str, str]]:
    return lambda id_: {name: id_}


def _last(name: str, separator: str) -> Callable[[str], Mapping[str, str]]:
    return lambda arn: {name: arn.rpartition(separator)[2]}


def _permission_set(arn: str) -> Mapping[str, str]:
    """A permission set's ARN has the id of its instance (the service authorization reference of Identity Center)."""
    begin, _, rest = arn.partition(":permissionSet/")
    return {"InstanceArn": f"{begin}:instance/{rest.partition('/')[0]}", "PermissionSetArn": arn}


def _logical_id(logical_id: str, _: Resources, __: str) -> Iterator[str]:
    yield logical_id


def _region(_: str, __: Resources, region: str) -> Iterator[str]:
    yield region


def _aliases(logical_id: str, resources: Resources, _: str) -> Iterator[str]:
    for body in resources.values():
        properties = body.get("Properties") or {}
        if body.get("Type") == _ALIAS and properties.get("TargetKeyId") == {"Ref": logical_id}:
            yield str(properties.get("AliasName"))


KINDS: Mapping[str, AdoptableKind] = {
    "organizational_units": AdoptableKind(
        type="AWS::Organizations::OrganizationalUnit",
        title="organizational unit",
        labels=_logical_id,
        identify=_as("Id"),
        required=frozenset({"Name", "ParentId"}),
    ),
    "accounts": AdoptableKind(
        type="AWS::Organizations::Account",
        title="account",
        labels=_logical_id,
        identify=_as("AccountId"),
        required=frozenset({"AccountName", "Email"}),
    ),
    "policies": AdoptableKind(
        type="AWS::Organizations::Policy",
        title="organization policy",
        named_by="Name",
        identify=_as("Id"),
        required=frozenset({"Content", "Name", "Type"}),
    ),
    "permission_sets": AdoptableKind(
        type="AWS::SSO::PermissionSet",
        title="permission set",
        named_by="Name",
        identify=_permission_set,
        required=frozenset({"InstanceArn", "Name"}),
    ),
    "groups": AdoptableKind(
        type="AWS::IdentityStore::Group",
        title="group",
        named_by="DisplayName",
        identify=_as("GroupId"),
        required=frozenset({"DisplayName", "IdentityStoreId"}),
    ),
    "detectors": AdoptableKind(
        type="AWS::GuardDuty::Detector",
        title="detector",
        labels=_region,
        identify=_as("Id"),
        required=frozenset({"Enable"}),
    ),
    "hubs": AdoptableKind(type="AWS::SecurityHub::Hub", title="hub", labels=_region, identify=_as("ARN")),
    "keys": AdoptableKind(type="AWS::KMS::Key", title="key", labels=_aliases, identify=_last("KeyId", "/")),
    "trails": AdoptableKind(
        type="AWS::CloudTrail::Trail",
        title="trail",
        named_by="TrailName",
        identify=_last("TrailName", "/"),
        required=frozenset({"IsLogging", "S3BucketName"}),
    ),
    "log_groups": AdoptableKind(
        type="AWS::Logs::LogGroup",
        title="log group",
        named_by="LogGroupName",
        identify=_last("LogGroupName", ":"),
    ),
    "buckets": AdoptableKind(type="AWS::S3::Bucket", title="bucket", named_by="BucketName", identify=_as("BucketName")),
}
"""Key under `adopt` in the profile → the kind."""


@frozen
class PlannedAdoption(Adoption):
    """An adoption in the plan. `label` is the name in templates: for units and accounts a logical id."""

    label: str = field(default="")

    def __str__(self) -> str:
        return f"{KINDS[self.kind].title} {self.name} ({self.id})"


def planned_adoptions(landscape: Landscape) -> tuple[PlannedAdoption, ...]:
    """The adoptions of the profile, with their names in templates."""
    if not landscape.adoptions:
        return ()
    units, accounts = ou_names(landscape), account_names(landscape)
    labels: Mapping[str, Callable[[str], str]] = {
        "organizational_units": lambda path: f"{units[path]}Ou" if path in units else "",
        "accounts": lambda key: f"{accounts[key]}Account" if key in accounts else "",
    }
    return tuple(
        PlannedAdoption(kind=it.kind, name=it.name, id=it.id, label=labels.get(it.kind, str)(it.name))
        for it in landscape.adoptions
    )


def adopted_in(
    resources: Resources, adoptions: tuple[PlannedAdoption, ...], account: str, region: str
) -> Mapping[str, PlannedAdoption]:
    """Logical id → adoption, for the resources of a template that are adopted in one account and Region.

    An empty account matches any account.
    """
    there = [item for item in adoptions if _is_at(item, account, region)]
    types = {KINDS[item.kind].type for item in there}
    found: dict[str, PlannedAdoption] = {}
    for logical_id, body in resources.items():
        for name in _names(logical_id, resources, account, region) if body.get("Type") in types else ():
            for item in there:
                if KINDS[item.kind].type == body["Type"] and _is_called(item.label, name):
                    found[logical_id] = item
    return found


def _is_called(label: str, name: str) -> bool:
    return label == name or bool(re.fullmatch(re.escape(name).replace(_ANY_ACCOUNT, "[0-9]{12}"), label))


def identifier_in(adoption: PlannedAdoption, properties: Mapping[str, Any]) -> Mapping[str, str]:
    """The identifier of the resource for CloudFormation; the template contains the rest of it, such as an instance."""
    kind = KINDS[adoption.kind]
    given = kind.identify(adoption.id)
    return {name: given.get(name, str(properties.get(name))) for name in identifier_of(kind.type)}


def _is_at(adoption: Adoption, account: str, region: str) -> bool:
    """Whether the id fits the account and Region: an ARN must name both, or leave them out; other ids always fit."""
    parts = adoption.id.split(":")
    if parts[0] != "arn" or len(parts) < 6:
        return True
    return parts[3] in ("", region) and parts[4] in ("", account or parts[4])


def _names(logical_id: str, resources: Resources, account: str, region: str) -> Iterator[str]:
    body = resources[logical_id]
    kind = next(item for item in KINDS.values() if item.type == body["Type"])
    if kind.labels:
        yield from kind.labels(logical_id, resources, region)
        return
    value = (body.get("Properties") or {}).get(kind.named_by)
    text = value.get("Fn::Sub") if isinstance(value, Mapping) else value
    if isinstance(text, str):
        yield text.replace("${AWS::AccountId}", account or _ANY_ACCOUNT).replace("${AWS::Region}", region)
