"""A written plan compared with an inventory: resources that stacks would create, and existing ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from baseline.cloud.organizations import Account
from baseline.deploy.changes import filled_in
from baseline.deploy.template import Resource, resources_of
from baseline.frozen import frozen
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import AccountInventory, Inventory, RegionInventory
from baseline.inventory.proposal.look import account_regions
from baseline.plan.model import Deployment, Method, Stack
from baseline.plan.units import ROOT
from baseline.plan.written import WrittenPlan

T = TypeVar("T")


class NotInInventoryError(Exception):
    """A fact that the inventory does not have; its text is the reason."""


def need(fact: T | Unknown) -> T:
    """The fact.

    Raises:
        NotInInventoryError: if it is unknown.
    """
    if isinstance(fact, Unknown):
        raise NotInInventoryError(f"unknown in the inventory: {fact.unknown}")
    return fact


@frozen
class Planned:
    """A resource of a stack that does not exist yet."""

    stack: Stack
    region: str
    item: Resource

    @property
    def properties(self) -> Mapping[str, object]:
        """Properties of the resource, with known parameters filled in."""
        found: Mapping[str, object] = self.item.body.get("Properties") or {}
        return found


@frozen
class OfflineSurvey:
    """The plan and the inventory that the checks compare."""

    written: WrittenPlan
    inventory: Inventory

    @cached_property
    def management(self) -> str:
        """Id of the management account."""
        return self.inventory.organization.identity.management_account

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Every account except the management account."""
        return tuple(
            Account(id=item.id, name=item.name, email=item.email, state=item.state)
            for item in self.inventory.organization.tree.accounts
            if item.id != self.management
        )

    @cached_property
    def lead(self) -> AccountInventory:
        """The management account's own facts.

        Raises:
            NotInInventoryError: if they were not read.
        """
        return need(self.inventory.accounts.get(self.management, Unknown(unknown="it was not read")))

    def regions_of(self, account: str) -> Mapping[str, RegionInventory]:
        """Region → facts of an account there, for those that were read."""
        return account_regions(self.inventory, account)

    def is_made(self, stack: Stack, region: str) -> bool:
        """Whether the management account has a stack of this name in the Region."""
        facts = self.regions_of(self.management).get(region)
        stacks = () if facts is None or isinstance(facts.stacks, Unknown) else facts.stacks
        return any(item.name == stack.name for item in stacks)

    def resources(self, *types: str, new: bool = True) -> Iterator[Planned]:
        """Resources of the management account's stacks; only of new stacks if `new`."""
        for stack, deployment in self.deployments(Method.STACK):
            found = [item for item in resources_of(self.written.texts[stack.name]) if item.type in types]
            for region in deployment.regions if found else ():
                if new and self.is_made(stack, region):
                    continue
                known = {item.name: item.value for item in stack.parameters if item.value}
                known |= {"AWS::AccountId": self.management, "AWS::Region": region}
                for item in found:
                    yield Planned(
                        stack=stack, region=region, item=replace(item, body=filled_in(dict(item.body), known))
                    )

    @cached_property
    def made_stack_sets(self) -> frozenset[str]:
        """Names of the StackSets that a baseline created.

        Raises:
            NotInInventoryError: if they are unknown.
        """
        return frozenset(item.name for item in need(self.inventory.organization.stack_sets) if item.capability)

    def new_items(self, *types: str) -> Iterator[tuple[Stack, Resource]]:
        """Resources of stacks and StackSets that do not exist yet, as the templates have them."""
        for stack in self.written.plan.stacks:
            made = stack.name in self.made_stack_sets or any(self.is_made(stack, region) for region in stack.regions)
            for item in () if made else resources_of(self.written.texts[stack.name]):
                if item.type in types:
                    yield stack, item

    def deployments(self, method: Method) -> Iterator[tuple[Stack, Deployment]]:
        """Every stack with each of its deployments of a method."""
        for stack in self.written.plan.stacks:
            yield from ((stack, deployment) for deployment in stack.deployments if deployment.method is method)

    def reached(self, deployment: Deployment) -> frozenset[str]:
        """Ids of the accounts that a StackSet's deployment reaches."""
        only = deployment.account_id.value if deployment.account_id else None
        if deployment.account:
            return frozenset([only] if only else [])
        units = deployment.ous
        return frozenset(
            item.id
            for item in self.inventory.organization.tree.accounts
            if item.id != self.management
            and any(unit in (ROOT, item.unit) or item.unit.startswith(f"{unit}/") for unit in units)
        )
