"""Reads of AWS Organizations: accounts, OUs, policies and administrators."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from baseline.cloud.paging import pages
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.frozen import frozen

if TYPE_CHECKING:
    from types_boto3_organizations.type_defs import AccountTypeDef

ACTIVE = "ACTIVE"
"""State of an active account."""


@frozen
class Organization:
    """The organization: its id, its management account's id, and whether it has all features."""

    id: str
    management: str
    has_all_features: bool


@frozen
class Account:
    """One account. `state` is AWS's value, such as `ACTIVE` or `SUSPENDED`."""

    id: str
    name: str
    email: str
    state: str

    @property
    def is_active(self) -> bool:
        """Whether the account is active."""
        return self.state == ACTIVE


@frozen
class Named:
    """An OU or a policy: its id and its name."""

    id: str
    name: str


@frozen
class Policy:
    """A policy's content as JSON text, and the ids of its targets."""

    content: str
    targets: frozenset[str]


def organization_of(session: Session) -> Organization | None:
    """The caller's organization; None if its account is in none."""
    try:
        return described(session)
    except Refusal as error:
        if error.code != "AWSOrganizationsNotInUseException":
            raise
        return None


def described(session: Session) -> Organization:
    """The caller's organization.

    Raises:
        Refusal: also if the caller's account is in none.
    """
    found = session.client("organizations").describe_organization()["Organization"]
    return Organization(
        id=found.get("Id", ""),
        management=found.get("MasterAccountId", ""),
        has_all_features=found.get("FeatureSet") == "ALL",
    )


def root_of(session: Session) -> str:
    """The id of the organization's root."""
    return session.client("organizations").list_roots()["Roots"][0].get("Id", "")


def accounts_of(session: Session) -> tuple[Account, ...]:
    """Every account of the organization."""
    return tuple(map(_account, pages(session.client("organizations"), "list_accounts", "Accounts")))


def account_of(session: Session, account: str) -> Account | None:
    """One account; None if it is not in the organization."""
    try:
        return _account(session.client("organizations").describe_account(AccountId=account)["Account"])
    except Refusal as error:
        if error.code != "AccountNotFoundException":
            raise
        return None


def accounts_in(session: Session, parent: str) -> tuple[Account, ...] | None:
    """Accounts directly in an OU or the root; None if the OU does not exist."""
    client = session.client("organizations")
    try:
        return tuple(map(_account, pages(client, "list_accounts_for_parent", "Accounts", ParentId=parent)))
    except Refusal as error:
        if error.code != "ParentNotFoundException":
            raise
        return None


def units_in(session: Session, parent: str) -> Iterator[Named]:
    """OUs directly in an OU or the root, page by page.

    Raises:
        Refusal: with `ParentNotFoundException` if there is no such unit.
    """
    key = "OrganizationalUnits"
    for item in pages(session.client("organizations"), "list_organizational_units_for_parent", key, ParentId=parent):
        yield Named(id=item["Id"], name=item["Name"])


def parent_of(session: Session, child: str) -> str:
    """The id of the OU or root that contains an account or OU."""
    return session.client("organizations").list_parents(ChildId=child)["Parents"][0].get("Id", "")


def unit_name(session: Session, unit: str) -> str:
    """The name of an OU."""
    found = session.client("organizations").describe_organizational_unit(OrganizationalUnitId=unit)
    return found["OrganizationalUnit"].get("Name", "")


def administrators_of(session: Session, service: str) -> frozenset[str]:
    """Accounts that administer a service for the organization."""
    client, key = session.client("organizations"), "DelegatedAdministrators"
    listed = pages(client, "list_delegated_administrators", key, ServicePrincipal=service)
    return frozenset(item["Id"] for item in listed)


def policies_of(session: Session, type_: str) -> tuple[Named, ...]:
    """The policies of a type."""
    listed = pages(session.client("organizations"), "list_policies", "Policies", Filter=type_)
    return tuple(Named(id=item["Id"], name=item["Name"]) for item in listed)


def policies_at(session: Session, target: str, type_: str) -> frozenset[str]:
    """Ids of the policies of a type that are attached to a root, OU or account; empty if it does not exist."""
    client = session.client("organizations")
    try:
        listed = pages(client, "list_policies_for_target", "Policies", TargetId=target, Filter=type_)
        return frozenset(item["Id"] for item in listed)
    except Refusal as error:
        if error.code != "TargetNotFoundException":
            raise
        return frozenset()


def policy_of(session: Session, policy: str) -> Policy | None:
    """One policy; None if it was deleted."""
    client = session.client("organizations")
    try:
        content = client.describe_policy(PolicyId=policy)["Policy"].get("Content", "")
    except Refusal as error:
        if error.code != "PolicyNotFoundException":
            raise
        return None
    listed = pages(client, "list_targets_for_policy", "Targets", PolicyId=policy)
    return Policy(content=content, targets=frozenset(item["TargetId"] for item in listed))


def has_delegation_policy(session: Session) -> bool:
    """Whether the organization has a resource policy; there can be only one."""
    try:
        session.client("organizations").describe_resource_policy()
    except Refusal as error:
        if error.code != "ResourcePolicyNotFoundException":
            raise
        return False
    return True


def _account(found: "AccountTypeDef") -> Account:
    """Parse an account: `State` replaces `Status`, which AWS retired on 2026-09-09 but some partitions may still use.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    return Account(
        id=found.get("Id", ""),
        name=found.get("Name", ""),
        email=found.get("Email", ""),
        state=found.get("State") or found.get("Status") or "UNKNOWN",
    )
