"""Which organizational units together hold the member accounts outside the suspended ones."""

from collections.abc import Collection

from baseline.capabilities.landscape import Landscape

ROOT = "/"
"""The organization's root, where a StackSet may be aimed like at any OU."""

MANAGEMENT = "management"
"""Key of the management account, where StackSets never go and stacks do."""


def covering_units(landscape: Landscape, tops: Collection[str] = (ROOT,)) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fewest OUs that cover the given ones but for suspended OUs, and the accounts that have to be named besides.

    A unit whose descendants include a suspended one is replaced by its other children; accounts directly in it are
    named. Without suspended OUs the root itself covers everything.

    Args:
        landscape: The organization.
        tops: OU paths, or `ROOT`.
    """
    split = {parent for path in landscape.suspended for parent in (ROOT, *_ancestors(path))}
    units = tuple(
        path
        for path in (ROOT, *sorted(landscape.ous))
        if path not in split
        and path not in landscape.suspended
        and (_is_top(path, tops) or (_parent(path) in split and is_within(_parent(path), tops)))
    )
    own = tuple(
        account.key
        for account in landscape.accounts.values()
        if account.key != MANAGEMENT and (account.ou or ROOT) in split and is_within(account.ou or ROOT, tops)
    )
    return units, own


def is_within(path: str | None, tops: Collection[str]) -> bool:
    """Whether a unit is one of `tops`, or below one."""
    return any(place in tops for place in units_above(path or ROOT))


def units_above(path: str) -> tuple[str, ...]:
    """The unit, the units above it, and the root."""
    return (ROOT,) if path == ROOT else (path, *_ancestors(path), ROOT)


def _is_top(path: str, tops: Collection[str]) -> bool:
    return path in tops and (path == ROOT or not is_within(_parent(path), tops))


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or ROOT


def _ancestors(path: str) -> list[str]:
    parent = _parent(path)
    return [] if parent == ROOT else [parent, *_ancestors(parent)]
