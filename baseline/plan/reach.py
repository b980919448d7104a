"""The targets of stacks: accounts, including future ones, and Regions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from baseline.frozen import frozen
from baseline.plan.units import MANAGEMENT, units_above


class Destination(NamedTuple):
    """An account that a stack can target.

    Attributes:
        unit: Its OU path; "/" is the organization's root.
        account: Its key in the profile; empty for any account that joins the OU later.
    """

    unit: str
    account: str = ""

    def __str__(self) -> str:
        return self.account or f"new accounts in {self.unit}"


@frozen
class Spread:
    """Several accounts with the same Regions."""

    destinations: frozenset[Destination]
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """Accounts × Regions of one stack, or of several together; one spread for each deployment."""

    spreads: tuple[Spread, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region with an account, without duplicates."""
        return tuple(dict.fromkeys(region for item in self.spreads if item.destinations for region in item.regions))

    @property
    def destinations(self) -> frozenset[Destination]:
        """Every account with at least one Region."""
        return frozenset().union(*(item.destinations for item in self.spreads if item.regions))

    def pairs(self) -> Iterator[tuple[Destination, str]]:
        """Every account with each of its Regions, once."""
        for region in self.regions:
            yield from ((item, region) for item in self.in_region(region))

    def in_region(self, region: str) -> frozenset[Destination]:
        """The accounts in a Region."""
        found = [item.destinations for item in self.spreads if region in item.regions]
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def lacks(self, wanted: "Reach") -> "Reach":
        """The part of `wanted` that this reach does not include."""
        missing: dict[frozenset[Destination], list[str]] = {}
        known: dict[tuple[int, ...], frozenset[Destination]] = {}
        for region in wanted.regions:
            both = (*_numbers(wanted, region), -1, *_numbers(self, region))
            if both not in known:  # many Regions have the same accounts, and there can be thousands of those
                known[both] = wanted.in_region(region) - self.in_region(region)
            if known[both]:
                missing.setdefault(known[both], []).append(region)
        return Reach(tuple(Spread(destinations=who, regions=tuple(where)) for who, where in missing.items()))


def _numbers(reach: Reach, region: str) -> tuple[int, ...]:
    return tuple(number for number, item in enumerate(reach.spreads) if region in item.regions)


def together(reaches: Iterable[Reach]) -> Reach:
    """The union of several reaches."""
    return Reach(tuple(dict.fromkeys(spread for reach in reaches for spread in reach.spreads)))


@frozen
class Membership:
    """The accounts and OUs of the organization.

    Attributes:
        accounts: Key in the profile → OU path; "/" is the root.
        units: Every OU path that can contain accounts, including the root; empty for a single account.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()

    def account(self, key: str) -> frozenset[Destination]:
        """The account; none if the organization has no such account."""
        return frozenset([Destination(self.accounts[key], key)] if key in self.accounts else ())

    def members_below(self, units: tuple[str, ...]) -> frozenset[Destination]:
        """Every account in these OUs and in the OUs below. StackSets never target the management account."""
        if units not in self._known:
            self._known[units] = frozenset().union(*(self._by_unit.get(unit, ()) for unit in units))
        return self._known[units]

    @cached_property
    def _known(self) -> dict[tuple[str, ...], frozenset[Destination]]:
        """Cache of answers: most stacks target the same OUs."""
        return {}

    @cached_property
    def _by_unit(self) -> Mapping[str, list[Destination]]:
        members = (Destination(unit, key) for key, unit in self.accounts.items() if key != MANAGEMENT)
        found: dict[str, list[Destination]] = {}
        for item in (*members, *map(Destination, self.units)):
            for unit in units_above(item.unit):
                found.setdefault(unit, []).append(item)
        return found
