"""Decision about exclusions from VPC Block Public Access."""

from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.cloud.public_access import PublicAccessBlock
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

EXCLUSION = "AWS::EC2::VPCBlockPublicAccessExclusion"


@frozen
class Exclusion:
    """The exclusion of one VPC or subnet.

    Attributes:
        stack: Name of the stack or StackSet.
        network: Id of the VPC or subnet.
        mode: `allow-bidirectional` or `allow-egress`.
    """

    stack: str
    network: str
    mode: str


@frozen
class NewExclusions:
    """The exclusions that new stacks create in one account and Region.

    Attributes:
        account: Id of the account.
        region: The Region.
        exclusions: The exclusions whose network is known; at least one.
        missing: Ids that the account does not have.
        block: The block of public access as it is.
    """

    account: str
    region: str
    exclusions: tuple[Exclusion, ...]
    missing: frozenset[str]
    block: PublicAccessBlock


def exclusions(fact: NewExclusions) -> Iterator[Problem]:
    """Check that AWS allows the exclusions, and that their VPCs and subnets exist and have none."""
    where = f"{fact.account} ({fact.region})"
    stacks = ", ".join(sorted({item.stack for item in fact.exclusions}))
    excluded = {arn.rpartition("/")[2]: id_ for arn, id_ in fact.block.excluded.items()}
    if not fact.block.allows_exclusions:
        yield Problem(
            message=f"{stacks}: a declarative policy of the organization allows no exclusions in {where}",
            fix="set exclusions_allowed to enabled in that policy (`aws organizations describe-effective-policy "
            f"--policy-type DECLARATIVE_POLICY_EC2 --target-id {fact.account}`), or remove "
            "network.public_access_exclusions",
        )
    for item in fact.exclusions:
        said = f"{item.stack}: {item.network} of {where}"
        there = excluded.get(item.network)
        if item.network in fact.missing:
            yield Problem(
                message=f"{said} does not exist",
                fix="write the id of a VPC or subnet that this account owns: the account that a subnet is shared with "
                "cannot exclude it",
            )
        elif there:
            yield Problem(
                message=f"{said} has the exclusion {there} already",
                fix="keep it, and remove the entry of network.public_access_exclusions; or delete it, which stops its "
                "Internet traffic until the stack creates another: aws ec2 delete-vpc-block-public-access-exclusion "
                f"--exclusion-id {there} --region {fact.region}",
                severity=Severity.WARNING,
            )
        if item.mode == "allow-egress" and fact.block.mode == "block-ingress":
            yield Problem(
                message=f"{said}: `allow: out` has no effect, as only incoming traffic is blocked there",
                fix="remove the exclusion, or write `allow: both`",
                severity=Severity.WARNING,
            )
    most = quota("ec2.public_access_exclusions")
    number = len(excluded.keys() | {item.network for item in fact.exclusions})
    if number > most:
        yield Problem(
            message=f"{stacks}: {where} would have {number} exclusions from VPC Block Public Access; AWS allows "
            f"{most} in an account and Region by default",
            fix="request a higher quota from AWS Support first, or exclude VPCs in place of their subnets",
            severity=Severity.WARNING,
        )
