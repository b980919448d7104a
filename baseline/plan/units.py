"""The organizational units and accounts that together contain the member accounts of some places."""

from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache

from baseline.capabilities.landscape import Landscape
from baseline.frozen import frozen

ROOT = "/"
"""The organization's root, which a StackSet can target like an OU."""

MANAGEMENT = "management"
"""Key of the management account, which stacks can target and StackSets cannot."""


def covering(
    landscape: Landscape, places: Collection[str], others: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fewest OUs that contain only member accounts of the given places, and the remaining accounts.

    An account belongs to the nearest place: itself, its OU, an OU above, or the root. Suspended OUs belong to no place,
    unless an account in them is a place. An OU that also contains accounts of other places is replaced by the OUs in
    it and the accounts directly in it.

    Args:
        landscape: The organization.
        places: OU paths, keys of accounts, and `ROOT`.
        others: Places that take precedence for the accounts that are nearer to them.
    """
    share = _Share(landscape=landscape, places=frozenset(places), others=frozenset(others))
    units = tuple(
        path
        for path in (ROOT, *sorted(landscape.ous))
        if path in share.whole and (path == ROOT or _parent(path) not in share.whole)
    )
    left = (
        account.key
        for account in landscape.accounts.values()
        if account.key != MANAGEMENT and share.has(account.key) and (account.ou or ROOT) not in share.whole
    )
    return units, tuple(sorted(left, key=lambda key: key in share.places))


@frozen
class _Share:
    """The part of an organization that belongs to some places."""

    landscape: Landscape
    places: frozenset[str]
    others: frozenset[str]

    def has(self, key: str) -> bool:
        if key in self.places or key in self.others:
            return key in self.places
        return (self.landscape.accounts[key].ou or ROOT) in self._units

    @cached_property
    def _units(self) -> frozenset[str]:
        """The OUs whose accounts belong to this part unless another part names them directly."""
        return frozenset(path for path in (ROOT, *self.landscape.ous) if self._has_unit(path))

    def _has_unit(self, path: str) -> bool:
        nearest = next((unit for unit in units_above(path) if unit in self.places or unit in self.others), "")
        return nearest in self.places and path not in self.landscape.suspended

    @cached_property
    def whole(self) -> frozenset[str]:
        """The OUs whose accounts, including those of OUs below, all belong to this part."""
        broken = {above for path in self._outside() for above in units_above(path)}
        return frozenset(path for path in (ROOT, *self.landscape.ous) if path not in broken)

    def _outside(self) -> Iterator[str]:
        yield from (path for path in (ROOT, *self.landscape.ous) if path not in self._units)
        for key, account in self.landscape.accounts.items():
            if key != MANAGEMENT and not self.has(key):
                yield account.ou or ROOT


def is_within(path: str | None, tops: Collection[str]) -> bool:
    """Whether an OU is one of `tops`, or below one of them."""
    return any(place in tops for place in units_above(path or ROOT))


@lru_cache(maxsize=4096)
def units_above(path: str) -> tuple[str, ...]:
    """The OU, the OUs above it, and the root. Cached, because thousands of accounts are in the same OUs."""
    return (ROOT,) if path == ROOT else (path, *_ancestors(path), ROOT)


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or ROOT


def _ancestors(path: str) -> list[str]:
    parent = _parent(path)
    return [] if parent == ROOT else [parent, *_ancestors(parent)]
