"""IAM Identity Center: its instance, permission sets, groups and their assignments."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part, in_each_region


class PermissionSet(Part):
    """A permission set."""

    name: str
    arn: str
    session: str = Field(description="Session duration in ISO 8601, such as `PT1H`.")
    managed_policies: tuple[str, ...] = Field(description="Names of the AWS managed policies.")


class Group(Part):
    """A group of the identity store."""

    id: str
    name: str
    external: bool = Field(description="Whether an identity provider manages it (SCIM).")


class Assignment(Part):
    """A permission set that a group has in an account."""

    group: str = Field(description="Id of the group.")
    permission_set: str = Field(description="ARN of the permission set.")
    account: str


class IdentityCenter(Part):
    """The organization's instance. Users and their own assignments are left out."""

    arn: str
    identity_store: str
    region: str
    owner: str = Field(description="Account of the instance.")
    permission_sets: tuple[PermissionSet, ...]
    groups: tuple[Group, ...]
    assignments: tuple[Assignment, ...]


def identity_center(readers: tuple[Reader, ...]) -> IdentityCenter | None:
    """The instance in the first Region that has one; None if none of them has."""
    listed = in_each_region(readers, lambda reader: reader.get("sso-admin.ListInstances"))
    for reader, response in listed:
        found = response.get("Instances", ())
        if found:
            primary = found[0].get("PrimaryRegion") or reader.region  # other Regions may have replicas
            return _instance(replace(reader, region=primary), found[0])
    return None


def _instance(reader: Reader, found: Mapping[str, str]) -> IdentityCenter:
    arn, store = found["InstanceArn"], found["IdentityStoreId"]
    groups = tuple(
        Group(id=item["GroupId"], name=item.get("DisplayName", ""), external=bool(item.get("ExternalIds")))
        for item in reader.items("identitystore.ListGroups", "Groups", IdentityStoreId=store)
    )
    return IdentityCenter(
        arn=arn,
        identity_store=store,
        region=reader.region,
        owner=found.get("OwnerAccountId", ""),
        permission_sets=tuple(sorted(_permission_sets(reader, arn), key=lambda item: item.name)),
        groups=tuple(sorted(groups, key=lambda item: item.name)),
        assignments=tuple(item for group in groups for item in _assignments(reader, arn, group.id)),
    )


def _permission_sets(reader: Reader, instance: str) -> Iterator[PermissionSet]:
    for arn in reader.items("sso-admin.ListPermissionSets", "PermissionSets", InstanceArn=instance):
        one = {"InstanceArn": instance, "PermissionSetArn": arn}
        found = reader.get("sso-admin.DescribePermissionSet", **one)["PermissionSet"]
        managed = reader.items("sso-admin.ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies", **one)
        yield PermissionSet(
            name=found["Name"],
            arn=arn,
            session=found.get("SessionDuration", ""),
            managed_policies=tuple(sorted(item["Name"] for item in managed)),
        )


def _assignments(reader: Reader, instance: str, group: str) -> Iterator[Assignment]:
    """One list per group: assignments by account and permission set would need a list for each pair."""
    call, key = "sso-admin.ListAccountAssignmentsForPrincipal", "AccountAssignments"
    found = reader.items(call, key, InstanceArn=instance, PrincipalId=group, PrincipalType="GROUP")
    for item in found:
        yield Assignment(group=group, permission_set=item["PermissionSetArn"], account=item["AccountId"])
