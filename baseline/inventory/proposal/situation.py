"""The input for the proposed settings of all capabilities."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from baseline.frozen import frozen
from baseline.inventory.model import Inventory, RegionInventory
from baseline.inventory.proposal.look import account_regions


@frozen
class Situation:
    """An inventory with the first decisions about it.

    Attributes:
        inventory: The inventory.
        prefix: The prefix of the profile.
        home_region: Its home Region.
        regions: Its governed Regions.
        keys: Account id → key in the profile.
        security: Id of the security account, or "".
        adopts: Whether stacks import existing resources with the same names.
        control_tower: Whether the profile names the landing zone.
        deployed: Capabilities that a baseline with this prefix has deployed: their resources are not foreign.
    """

    inventory: Inventory
    prefix: str
    home_region: str
    regions: tuple[str, ...]
    keys: Mapping[str, str]
    security: str
    deployed: frozenset[str]
    control_tower: bool = False
    adopts: bool = False

    def governed(self, account: str) -> Mapping[str, RegionInventory]:
        """Governed Region → facts of an account there, if they were read."""
        return {name: facts for name, facts in account_regions(self.inventory, account).items() if name in self.regions}

    def title(self, account: str) -> str:
        """The description of an account for a comment."""
        return f"{self.keys.get(account, 'an account that is left out')} ({account})"


@frozen
class Proposed:
    """Settings of a capability, comments about existing resources, and adoptions: kind → name → id."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    adopt: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
