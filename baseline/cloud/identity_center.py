"""Reads of IAM Identity Center: its instance, permission sets and groups."""

from collections.abc import Iterator
from typing import Any

from baseline.cloud.paging import pages
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.frozen import frozen


@frozen
class Instance:
    """The organization's instance: its ARN, and the id of its identity store."""

    arn: str
    store: str


def instance_in(session: Session, region: str) -> Instance | None:
    """The instance in a Region; None if the Region has none."""
    found = session.client("sso-admin", region).list_instances()["Instances"]
    return Instance(arn=found[0].get("InstanceArn", ""), store=found[0].get("IdentityStoreId", "")) if found else None


def permission_sets_of(session: Session, region: str, instance: Instance) -> Iterator[str]:
    """The names of the permission sets."""
    client = session.client("sso-admin", region)
    for item in pages(client, "list_permission_sets", "PermissionSets", InstanceArn=instance.arn):
        found = client.describe_permission_set(InstanceArn=instance.arn, PermissionSetArn=item)
        yield found["PermissionSet"].get("Name", "")


def group_id(session: Session, region: str, instance: Instance, name: str) -> str:
    """The id of the group with a display name; "" if there is none."""
    client = session.client("identitystore", region)
    value: Any = name  # the type of the client calls a text a structure here
    try:
        return client.get_group_id(
            IdentityStoreId=instance.store,
            AlternateIdentifier={"UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": value}},
        )["GroupId"]
    except Refusal as error:
        if error.code != "ResourceNotFoundException":
            raise
        return ""
