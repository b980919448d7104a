"""The subject of the checks, and the definition of a check."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from baseline.capabilities.landscape import Landscape
from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.inventory.calls import Call
from baseline.inventory.facts.organization import Account
from baseline.inventory.model import Inventory, RegionInventory
from baseline.inventory.proposal.look import account_regions, deployed_capabilities
from baseline.plan.model import Plan

_MANY = 3


@frozen
class Subject:
    """A profile (landscape and plan), the inventory of its organization, and recorded calls in the organization."""

    landscape: Landscape
    plan: Plan
    inventory: Inventory
    calls: tuple[Call, ...] = ()

    @cached_property
    def deployed(self) -> frozenset[str]:
        """Capabilities that this baseline has deployed: their resources are not conflicts."""
        return deployed_capabilities(self.inventory, self.landscape.prefix)

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """Account id → account of the live organization."""
        return {item.id: item for item in self.inventory.organization.tree.accounts}

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Account id → key in the profile."""
        return {item.id: key for key, item in self.landscape.accounts.items() if item.id}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Id of a target → place in the profile: `root`, path of a unit or key of an account; paths as they are now."""
        tree = self.inventory.organization.tree
        return {tree.root: "root", **{unit.id: unit.path for unit in tree.units}, **self.keys}

    @cached_property
    def adopted(self) -> frozenset[tuple[str, str]]:
        """Kind and id of every resource that the profile adopts: it is imported, so it is not a conflict."""
        return frozenset((item.kind, item.id) for item in self.plan.adoptions)

    def facts(self, key: str) -> Mapping[str, RegionInventory]:
        """Governed Region → facts of an account of the profile; empty if it was not read."""
        account = self.landscape.accounts.get(key)
        found = account_regions(self.inventory, account.id) if account and account.id else {}
        return {name: facts for name, facts in found.items() if name in self.landscape.regions}


@frozen
class InventoryCheck:
    """One check.

    Attributes:
        id: Its id.
        title: What it reports.
        severity: Severity of its findings.
        find: Reports the problems, with paths from the top of the profile.
    """

    id: str
    title: str
    severity: Severity
    find: Callable[[Subject], Iterator[Problem]]


def listing(items: Iterable[str]) -> str:
    """The first items, and the number of the others."""
    found = list(items)
    more = len(found) - _MANY
    return ", ".join(found[:_MANY]) + (f" and {more} more" if more > 0 else "")
