"""VPC Block Public Access of an account in one Region."""

from collections.abc import Iterable, Mapping

from baseline.cloud.paging import pages, tokens
from baseline.cloud.session import Session
from baseline.frozen import frozen

_GONE = frozenset({"create-failed", "delete-in-progress", "delete-complete"})
"""States of an exclusion that AWS still lists and that protects nothing."""


@frozen
class PublicAccessBlock:
    """The settings with which an account blocks public access to its VPCs in a Region.

    Source: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html.

    Attributes:
        mode: `off`, `block-ingress` or `block-bidirectional`.
        allows_exclusions: Whether the organization's policy, or the account, allows exclusions.
        excluded: ARN of the VPC or subnet, as AWS lists it → id of its exclusion.
    """

    mode: str
    allows_exclusions: bool
    excluded: Mapping[str, str]


def public_access_block(session: Session, region: str) -> PublicAccessBlock:
    """The block of the session's account in a Region."""
    client = session.untyped_client("ec2", region)
    options = client.describe_vpc_block_public_access_options().get("VpcBlockPublicAccessOptions", {})
    listed = tokens(client.describe_vpc_block_public_access_exclusions, "VpcBlockPublicAccessExclusions")
    return PublicAccessBlock(
        mode=options.get("InternetGatewayBlockMode", "off"),
        allows_exclusions=options.get("ExclusionsAllowed") != "not-allowed",
        excluded={item["ResourceArn"]: item["ExclusionId"] for item in listed if item.get("State") not in _GONE},
    )


def owned_networks(session: Session, region: str, account: str, ids: Iterable[str]) -> frozenset[str]:
    """The VPCs and subnets among these that the account owns; a shared subnet belongs to another account."""
    client = session.untyped_client("ec2", region)
    listed = [
        (item[key], item.get("OwnerId"))
        for kind, filter_, key in (("Vpcs", "vpc-id", "VpcId"), ("Subnets", "subnet-id", "SubnetId"))
        if (wanted := sorted(id_ for id_ in ids if filter_.startswith(id_.partition("-")[0])))
        for item in pages(client, f"describe_{kind.lower()}", kind, Filters=[{"Name": filter_, "Values": wanted}])
    ]
    return frozenset(id_ for id_, owner in listed if owner == account)
