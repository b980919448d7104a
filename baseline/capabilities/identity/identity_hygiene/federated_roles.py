"""Roles for programs with certificates or tokens, and for people of a SAML identity provider."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Protocol

from pydantic import Field

from baseline.capabilities.identity.iam_roles.deployment_roles import ADMIN_POLICIES, PolicyName
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.managed_policies import managed_policy_problems
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen


class FederatedRole(Section):
    """Permissions of a role whose sessions begin outside AWS."""

    session_minutes: int = Field(default=60, ge=15, le=720, description="How long a session lasts.")
    managed_policies: list[PolicyName] = Field(
        default=[], description="AWS managed policies, with their path if they have one."
    )
    account_policies: list[PolicyName] = Field(
        default=[], description="Customer managed policies, with their path, that are already in those accounts."
    )
    boundary: PolicyName | None = Field(
        default=None,
        description="Customer managed policy that is the role's permissions boundary, with its path; must exist in "
        "those accounts. Default: the boundary of `iam_roles`, if that creates one.",
    )

    @property
    def longest_seconds(self) -> int:
        """The role's maximum session duration: AWS allows no less than an hour."""
        return max(self.session_minutes, 60) * 60


class RoleIssuer(Protocol):
    """A trust anchor or an identity provider, with its roles."""

    @property
    def accounts(self) -> Sequence[str]:
        """Accounts that trust it."""

    @property
    def roles(self) -> Mapping[str, FederatedRole]:
        """Roles, by name."""


@frozen
class RolePolicies:
    """The policies of a role; `boundary` is "" without a permissions boundary."""

    managed: tuple[str, ...]
    account: tuple[str, ...]
    boundary: str


def policies_of(landscape: Landscape, role: FederatedRole) -> RolePolicies:
    """The policies of a role, with its boundary."""
    default = f"{landscape.prefix}-permissions-boundary" if _has_boundary(landscape) else ""
    return RolePolicies(
        managed=tuple(dict.fromkeys(role.managed_policies)),
        account=tuple(dict.fromkeys(role.account_policies)),
        boundary=role.boundary or default,
    )


def boundary_stacks(landscape: Landscape, *roles: FederatedRole) -> tuple[str, ...]:
    """The stack that creates the boundary of these roles, for `depends_on`."""
    return ("iam-roles",) if _has_boundary(landscape) and any(role.boundary is None for role in roles) else ()


def _has_boundary(landscape: Landscape) -> bool:
    return landscape.is_on("iam_roles") and landscape.settings("iam_roles", IamRolesSettings).permissions_boundary


def boundary_problems(landscape: Landscape, roles: Mapping[tuple[str, ...], FederatedRole]) -> Iterator[Problem]:
    """Roles without a permissions boundary if other roles have one, by their path in the settings."""
    if _has_boundary(landscape) or all(role.boundary is None for role in roles.values()):
        return
    for place, role in roles.items():
        if role.boundary is None:
            yield Problem(
                path=place,
                message="the role has no permissions boundary, and other roles have one",
                fix="set boundary, or turn iam_roles.permissions_boundary on",
            )


def role_problems(place: tuple[str, ...], role: FederatedRole, holder: str) -> Iterator[Problem]:
    """Policies that are unknown, missing, or make every holder an administrator."""
    yield from managed_policy_problems((*place, "managed_policies"), role.managed_policies)
    for index, policy in enumerate(role.managed_policies):
        if policy in ADMIN_POLICIES:
            yield Problem(
                path=(*place, "managed_policies", index),
                message=f"{policy} makes {holder} an administrator",
                fix="name a narrower policy",
            )
    if not role.managed_policies and not role.account_policies:
        yield Problem(
            path=place,
            message="the role has no policy: its sessions have no permissions",
            fix="name policies under managed_policies or account_policies",
        )


def repeated_roles(setting: str, providers: Mapping[str, RoleIssuer]) -> Iterator[Problem]:
    """Roles that two trust anchors, or two providers, would create in the same account."""
    for (first, one), (second, other) in combinations(providers.items(), 2):
        if not set(one.accounts) & set(other.accounts):
            continue
        for key in other.roles:
            if key in one.roles:
                yield Problem(
                    path=(setting, second, "roles", key),
                    message=f"{key} is also a role of {first}: role names are unique in an account",
                    fix="choose another name, or name other accounts",
                )
