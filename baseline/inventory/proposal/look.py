"""Questions about an inventory that several settings depend on."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from baseline.capabilities.registry import CAPABILITIES
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import AccountInventory, Inventory, RegionInventory

T = TypeVar("T")

DETECTION_SERVICES: Mapping[str, str] = {
    "guardduty": "guardduty.amazonaws.com",
    "security_hub": "securityhub.amazonaws.com",
}
"""Capability → its service, whose administrator is named through the service's own API and is the security account."""


def known(fact: T | Unknown) -> T | None:
    """The fact, or None if it is unknown."""
    return None if isinstance(fact, Unknown) else fact


def account_regions(inventory: Inventory, account: str) -> Mapping[str, RegionInventory]:
    """Region → facts of an account, for Regions that were read."""
    found = inventory.accounts.get(account)
    if not isinstance(found, AccountInventory):
        return {}
    return {name: facts for name, facts in found.regions.items() if isinstance(facts, RegionInventory)}


def deployed_prefix(inventory: Inventory) -> str:
    """The prefix of the baseline that the organization has; "" if it has none."""
    prefixes = Counter(
        item.name.partition(f"-{item.capability.replace('_', '-')}")[0]
        for item in known(inventory.organization.stack_sets) or ()
        if item.capability
    )
    return next((prefix for prefix, _ in prefixes.most_common(1)), "")


def deployed_capabilities(inventory: Inventory, prefix: str) -> frozenset[str]:
    """Capabilities of that baseline with a StackSet, or a stack in the management account."""
    marked = {
        item.capability
        for item in known(inventory.organization.stack_sets) or ()
        if item.capability and item.name.startswith(f"{prefix}-")
    }
    if not marked:
        return frozenset()
    management = inventory.organization.identity.management_account
    stacks = {
        item.name for region in account_regions(inventory, management).values() for item in known(region.stacks) or ()
    }
    begins = {name: f"{prefix}-{name.replace('_', '-')}" for name in CAPABILITIES}
    return frozenset(marked) | {
        name
        for name, begin in begins.items()
        if any(stack == begin or stack.startswith(f"{begin}-") for stack in stacks)
    }
