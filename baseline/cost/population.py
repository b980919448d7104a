"""The number of accounts of each size in each Region: accounts are counted, never listed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from baseline.capabilities.landscape import Landscape
from baseline.plan.model import Plan, Stack
from baseline.plan.reach import Reach, together
from baseline.plan.units import MANAGEMENT
from baseline.prices.assumptions import SizeClass

Group = tuple[SizeClass, tuple[str, ...]]
"""A size class, and the Regions that all accounts of the group have."""

Population = Mapping[Group, int]
Kind = Literal["stack", "members", "organization"]


@dataclass(frozen=True, kw_only=True)
class Census:
    """Counts the accounts that the profile lists. Accounts that join later are not in an estimate."""

    plan: Plan
    landscape: Landscape
    sizes: Mapping[str, SizeClass]
    _known: dict[tuple[Kind, tuple[str, ...]], Population] = field(default_factory=dict, init=False)

    def population(self, stacks: tuple[Stack, ...], kind: Kind) -> Population:
        """The accounts that these stacks target."""
        key = (kind, tuple(stack.name for stack in stacks))
        if key not in self._known:
            reach = together(self.plan.reach(stack) for stack in stacks)
            self._known[key] = self._of_stacks(reach) if kind == "stack" else self._of_all(reach.regions, kind)
        return self._known[key]

    def _of_all(self, regions: tuple[str, ...], kind: Kind) -> Population:
        found, management = self._everyone, self.landscape.accounts.get(MANAGEMENT)
        if kind == "members" and management and management.ou not in self.landscape.suspended:
            found = found - Counter([self.sizes[MANAGEMENT]])
        return {(size, regions): count for size, count in found.items()}

    def _of_stacks(self, reach: Reach) -> Population:
        spreads: dict[
            str, tuple[int, ...]
        ] = {}  # account → the spreads that it is in: there are far fewer than Regions
        for number, spread in enumerate(reach.spreads):
            for item in spread.destinations:
                if item.account:
                    spreads[item.account] = (*spreads.get(item.account, ()), number)
        groups: Counter[Group] = Counter()
        for (size, numbers), count in Counter((self.sizes[key], where) for key, where in spreads.items()).items():
            regions = dict.fromkeys(region for number in numbers for region in reach.spreads[number].regions)
            groups[(size, tuple(regions))] += count
        return groups

    @cached_property
    def _everyone(self) -> Counter[SizeClass]:
        """The accounts outside suspended OUs, by size."""
        suspended = self.landscape.suspended
        return Counter(
            self.sizes[key] for key, account in self.landscape.accounts.items() if account.ou not in suspended
        )
