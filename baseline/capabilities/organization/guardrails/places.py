"""The scope of organization policies: the levels above a place, and the member accounts below it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from baseline.capabilities.landscape import Account, Landscape, once_per_landscape
from baseline.frozen import frozen

STAND_IN_ACCOUNT = "444444444444"
"""Stand-in for the id of an account that does not exist yet, for evaluation only."""


@frozen
class BoundAccount:
    """A member account that a policy applies to.

    Attributes:
        key: Its key in the profile; empty for an account that will be created or moved there.
        id: Its id, or a placeholder.
        levels: The root, the OUs above the account, and its key.
        organization_path: The value of aws:PrincipalOrgPaths, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`.
        attached: Whether the policy is attached above it now; `stage` may attach it later.
    """

    key: str
    id: str
    levels: tuple[str, ...]
    organization_path: str
    attached: bool = True


def path_of(landscape: Landscape, place: str) -> tuple[str, ...]:
    """The levels above a place, the root first, and the place itself."""
    if place in landscape.accounts:
        return (*_units(landscape.accounts[place].ou), place)
    return ("root",) if place == "root" else _units(place)


def bound_accounts(
    landscape: Landscape, places: Iterable[str], attached: Iterable[str] = ()
) -> tuple[BoundAccount, ...]:
    """The member accounts below the places that stacks target; accounts in suspended OUs are left out.

    Args:
        landscape: The organization.
        places: Targets of the policy in the last stage: `root`, OUs, account keys.
        attached: Its current targets.
    """
    wanted, now = set(places), set(attached)
    if "root" in wanted & now:  # most policies of most organizations, which can have thousands of accounts
        return all_bound_accounts(landscape)
    return tuple(
        replace(item, attached=False) if now.isdisjoint(item.levels) else item
        for item in all_bound_accounts(landscape)
        if not wanted.isdisjoint(item.levels)
    )


@once_per_landscape
def all_bound_accounts(landscape: Landscape) -> tuple[BoundAccount, ...]:
    """Each member account, known or future, outside suspended OUs, as if a policy were attached to the root."""
    known = (account for account in landscape.accounts.values() if account.key != "management")
    found = [_bound(landscape, account, (*_units(account.ou), account.key)) for account in known]
    newcomers = [_bound(landscape, None, path_of(landscape, unit)) for unit in ("root", *landscape.ous)]
    return tuple(item for item in (*found, *newcomers) if landscape.suspended.isdisjoint(item.levels))


@once_per_landscape
def members(landscape: Landscape) -> Mapping[str, BoundAccount]:
    """Key → account, for the accounts in the profile."""
    return {item.key: item for item in all_bound_accounts(landscape) if item.key}


def known_levels(members: Iterable[BoundAccount]) -> frozenset[tuple[str, ...]]:
    """The levels of each place with accounts in the profile, which a future account would duplicate."""
    return frozenset(item.levels[:depth] for item in members if item.key for depth in range(1, len(item.levels) + 1))


def organization_path(landscape: Landscape, levels: tuple[str, ...]) -> str:
    """The path of organization ids to the last OU, with placeholders for unknown ids."""
    ids = [landscape.ous[level] or "ou-0000-00000000" for level in levels if level in landscape.ous]
    head = [landscape.organization_id or "o-0000000000", landscape.root_id or "r-0000"]
    return "/".join([*head, *ids, ""])


def _bound(landscape: Landscape, account: Account | None, levels: tuple[str, ...]) -> BoundAccount:
    return BoundAccount(
        key=account.key if account else "",
        id=(account.id if account else None) or STAND_IN_ACCOUNT,
        levels=levels,
        organization_path=organization_path(landscape, levels),
    )


@lru_cache(maxsize=4096)
def _units(unit: str | None) -> tuple[str, ...]:
    """`Workloads/Prod` → root, Workloads, Workloads/Prod. Cached, because many accounts are in the same OU."""
    parts = unit.split("/") if unit else []
    return ("root", *("/".join(parts[:count]) for count in range(1, len(parts) + 1)))
