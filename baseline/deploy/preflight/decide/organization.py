"""Decisions about the organization: features, trusted access, accounts, delegated administrators, Control Tower."""

from collections.abc import Iterator

from baseline.cloud.organizations import Account, Organization
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

_MOST = 20
"""Accounts that are named; more are counted."""

_SINGLE = frozenset({"access-analyzer.amazonaws.com", "sso.amazonaws.com"})
"""Services that take one delegated administrator
(docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html)."""


@frozen
class OrganizationFound:
    """The organization of the account; None if there is none.

    Attributes:
        found: The organization.
        is_created: Whether the plan creates one.
        planned: The organization's id in the plan; "" if unknown.
    """

    found: Organization | None
    is_created: bool
    planned: str


def features(fact: OrganizationFound) -> Iterator[Problem]:
    """Check that the organization exists, has all features, and is the one in the plan."""
    organization = fact.found
    if not organization:
        if not fact.is_created:
            yield Problem(
                message="the account has no organization", fix="create one: aws organizations create-organization"
            )
        return
    if not organization.has_all_features:
        yield Problem(
            message="the organization has consolidated billing only",
            fix="enable all features: aws organizations enable-all-features",
        )
    if fact.planned and fact.planned != organization.id:
        yield Problem(
            message=f"the organization is {organization.id}; this plan is for {fact.planned}",
            fix="correct organization.id in the profile and generate again",
        )


def stack_sets_access(is_on: bool) -> Iterator[Problem]:  # noqa: FBT001 - the only fact
    """Check that StackSets have trusted access to the organization."""
    if not is_on:
        yield Problem(
            message="CloudFormation StackSets have no trusted access to the organization",
            fix="activate it: aws cloudformation activate-organizations-access",
        )


@frozen
class Governed:
    """Whether Control Tower governs the organization. `second`: stacks that duplicate its resources."""

    governs: bool
    second: tuple[str, ...]


def control_tower(fact: Governed) -> Iterator[Problem]:
    """Check that no stack creates resources that AWS Control Tower already has."""
    if fact.governs and fact.second:
        yield Problem(
            message="AWS Control Tower governs this organization and already has the resources that these "
            "stacks create: "
            f"{', '.join(fact.second)}",
            fix="set organization.control_tower in the profile (`baseline docs control-tower`)",
            severity=Severity.WARNING,
        )


@frozen
class Coverage:
    """The accounts of the organization, and the accounts that StackSets target.

    Attributes:
        accounts: Every account except the management account.
        reached: Ids of the accounts that a StackSet deploys to.
        excluded: Ids of the accounts that the organization's conformance packs leave out.
        has_packs: Whether the plan has conformance packs for the organization.
    """

    accounts: tuple[Account, ...]
    reached: frozenset[str]
    excluded: frozenset[str]
    has_packs: bool


def accounts(fact: Coverage) -> Iterator[Problem]:
    """Check that every active account of the organization is in the baseline, or excluded from conformance packs.

    AWS rejects an organization conformance pack while any account has no configuration recorder.
    """
    others = [item for item in fact.accounts if item.id not in fact.reached]
    if not fact.reached or not others:
        return
    named = [f"{item.name} ({item.id}, {item.state})" for item in others[:_MOST]]
    more = f" and {len(others) - _MOST} more" if len(others) > _MOST else ""
    active = {item.id for item in others if item.is_active} - fact.excluded
    yield Problem(
        message=f"{len(others)} accounts of the organization are not in the baseline: {', '.join(named)}{more}"
        + (
            "; an active one without a Config recorder fails every organization conformance pack"
            if fact.has_packs and active
            else ""
        ),
        fix="move them into a unit of the profile (aws organizations move-account), or leave them out of the packs",
        severity=Severity.WARNING,
    )


@frozen
class Delegation:
    """A service's delegated administrator in the plan, and its current administrators."""

    service: str
    wanted: str
    administrators: frozenset[str]


def delegated_administrators(fact: Delegation) -> Iterator[Problem]:
    """Check that no service has a different delegated administrator than in the plan."""
    others = sorted(fact.administrators - {fact.wanted})
    if others:
        are = "is the delegated administrator" if len(others) == 1 else "are delegated administrators"
        yield Problem(
            message=f"{', '.join(others)} {are} of {fact.service}; the plan names {fact.wanted}",
            fix=f"deregister {' and '.join(others)}, if that is intended: aws organizations "
            f"deregister-delegated-administrator --service-principal {fact.service} --account-id {others[0]}",
            severity=None if fact.service in _SINGLE else Severity.WARNING,
        )
