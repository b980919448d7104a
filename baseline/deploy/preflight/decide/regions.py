"""Decisions about Regions and quotas."""

from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.cloud.account import ENABLED
from baseline.findings import Problem, Severity
from baseline.frozen import frozen


@frozen
class RegionStatus:
    """A Region of the plan: its status in the account, and whether the plan enables it."""

    region: str
    status: str
    is_opened: bool


def enabled(fact: RegionStatus) -> Iterator[Problem]:
    """Check that every Region of the plan is enabled in the caller's account, or that the plan enables it."""
    if fact.status not in ENABLED and not fact.is_opened:
        yield Problem(
            message=f"Region {fact.region} is {fact.status} in this account",
            fix=f"enable it: aws account enable-region --region-name {fact.region}",
        )


@frozen
class StackCount:
    """The numbers of existing and new stacks in a Region. `limit` is None if unknown."""

    region: str
    existing: int
    added: int
    limit: int | None


def stacks(fact: StackCount) -> Iterator[Problem]:
    """Check that the existing and new stacks of the management account fit into its quota in each Region."""
    if fact.limit is not None and fact.existing + fact.added > fact.limit:
        yield Problem(
            message=f"{fact.region} has {fact.existing} stacks, the plan adds {fact.added}, and the account may have "
            f"{fact.limit} there",
            fix="raise the quota: aws service-quotas request-service-quota-increase --service-code cloudformation",
        )


def stack_sets(total: int) -> Iterator[Problem]:
    """Check that the existing and new StackSets fit into the quota."""
    most = quota("cloudformation.stack_sets")
    if total > most:
        yield Problem(
            message=f"there would be {total} StackSets; an account may have {most} unless AWS has raised its quota",
            fix="raise the quota, or delete unneeded StackSets",
            severity=Severity.WARNING,
        )


def accounts(total: int) -> Iterator[Problem]:
    """Check that the new accounts fit into the organization's quota."""
    most = quota("organizations.default_accounts")
    if total > most:
        yield Problem(
            message=f"there would be {total} accounts; a new organization may have {most} until AWS raises its quota",
            fix="look at the quota `Default maximum number of accounts` of AWS Organizations in Service Quotas",
            severity=Severity.WARNING,
        )
