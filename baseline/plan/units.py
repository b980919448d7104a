"""Which organizational units together hold every member account outside the suspended ones."""

from baseline.capabilities.landscape import Landscape

ROOT = "/"
"""The organization's root, where a StackSet may be aimed like at any OU."""


def covering_units(landscape: Landscape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fewest OUs that cover every OU but the suspended ones, and the accounts that lie directly in the root.

    Without suspended OUs the root itself covers everything, and no account has to be named. Otherwise an OU whose
    descendants include a suspended one is replaced by its other children; accounts directly in it are named.
    """
    if not landscape.suspended:
        return (ROOT,), ()
    split = {ROOT, *(parent for path in landscape.suspended for parent in _ancestors(path))}
    units = tuple(
        path
        for path in sorted(landscape.ous)
        if _parent(path) in split and path not in split and path not in landscape.suspended
    )
    own = tuple(
        account.key
        for account in landscape.accounts.values()
        if account.key != "management" and (account.ou or ROOT) in split
    )
    return units, own


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or ROOT


def _ancestors(path: str) -> list[str]:
    parent = _parent(path)
    return [] if parent == ROOT else [parent, *_ancestors(parent)]
