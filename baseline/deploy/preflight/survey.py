"""Data for preflight checks: the chosen stacks, their deployed state, the organization and its accounts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from baseline.cloud.account import ENABLED, Caller, caller_of, region_statuses
from baseline.cloud.organizations import Account, Organization, accounts_of, organization_of
from baseline.cloud.refusals import Refusal
from baseline.cloud.stacks import DeployedStack
from baseline.deploy.changes import filled_in
from baseline.deploy.run import is_meant
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Context
from baseline.deploy.template import Resource, resources_of
from baseline.frozen import frozen
from baseline.plan.model import Method, Stack


@frozen
class PlannedResource:
    """A resource that a stack of the management account has or will have.

    Attributes:
        stack: Name of the stack.
        region: Its Region.
        item: The resource with known parameters and pseudo parameters filled in.
    """

    stack: str
    region: str
    item: Resource

    @property
    def properties(self) -> Mapping[str, Any]:
        """The resource's properties."""
        found: Mapping[str, Any] = self.item.body.get("Properties") or {}
        return found


@dataclass(kw_only=True)
class Survey:
    """Cached answers for several checks. `member_role`: name of a role in member accounts, or ""."""

    context: Context
    member_role: str = ""
    _stacks: dict[tuple[str, str], DeployedStack | None] = field(default_factory=dict)

    @cached_property
    def stacks(self) -> tuple[Stack, ...]:
        """The stacks selected by `--only` and `--wave`."""
        options = self.context.options
        return tuple(
            stack
            for number, wave in enumerate(self.context.plan.waves, start=1)
            if options.takes_wave(number)
            for stack in wave
            if is_meant(stack.name, options.only)
        )

    @cached_property
    def identity(self) -> Caller:
        """The calling identity."""
        return caller_of(self.context.session)

    @cached_property
    def organization(self) -> Organization | None:
        """The organization as AWS describes it; None if the account is in none."""
        return organization_of(self.context.session)

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Every account of the organization except the management account."""
        management = self.organization.management if self.organization else ""
        return tuple(item for item in accounts_of(self.context.session) if item.id != management)

    @cached_property
    def region_statuses(self) -> Mapping[str, str]:
        """Region → its status in the caller's account, such as `ENABLED` or `DISABLED`."""
        return region_statuses(self.context.session)

    @cached_property
    def closed_regions(self) -> frozenset[str]:
        """Regions that the plan enables and that are not enabled yet, so that nothing exists there."""
        opened = self.context.opened_regions
        try:
            return frozenset(region for region in opened if self.region_statuses.get(region) not in ENABLED)
        except Refusal:  # the check of Regions reports it
            return frozenset()

    @property
    def is_governed(self) -> bool:
        """Whether the plan is for an organization."""
        return not self.context.plan.standalone and bool(self.organization)

    def stack_targets(self) -> Iterator[StackTarget]:
        """The chosen stacks of the management account, Region by Region."""
        for stack in () if self.context.session.options.delegated_admin else self.stacks:
            for deployment in stack.deployments:
                if deployment.method is Method.STACK:
                    for region in deployment.regions:
                        if region not in self.closed_regions:
                            yield StackTarget(stack=stack, region=region, context=self.context)

    def stack_set_targets(self) -> Iterator[StackSetTarget]:
        """The chosen StackSets."""
        for stack in self.stacks:
            if any(deployment.method is Method.STACK_SET for deployment in stack.deployments):
                yield StackSetTarget(stack=stack, context=self.context)

    def current(self, task: StackTarget) -> DeployedStack | None:
        """The deployed stack, or None."""
        key = (task.name, task.region)
        if key not in self._stacks:
            self._stacks[key] = task.reader.describe()
        return self._stacks[key]

    def resources(self, *types: str, new: bool = True) -> Iterator[PlannedResource]:
        """Resources of the management account's stacks, of some or all types; including new stacks if `new`."""
        for task in self.stack_targets():
            wanted = [item for item in resources_of(task.text) if not types or item.type in types]
            if wanted and not (new and self._is_made(task)):
                known = self.known(task.stack, self.identity.account, task.region)
                for item in wanted:
                    yield PlannedResource(stack=task.name, region=task.region, item=filled(item, known))

    def settings(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Arguments of each custom setting of a kind."""
        for found in self.resources("Custom::Setting", new=False):
            if found.properties.get("Setting") == name:
                yield found.properties.get("Arguments") or {}

    def known(self, stack: Stack, account: str, region: str) -> dict[str, str]:
        """Pseudo parameters, and the known parameters of a stack."""
        return self.context.values.filled(stack, account, region)

    def _is_made(self, task: StackTarget) -> bool:
        current = self.current(task)
        return current is not None and not current.is_pending  # what a failed creation left is the stack's own


def filled(item: Resource, known: Mapping[str, str]) -> Resource:
    """The resource with references replaced by values."""
    return replace(item, body=filled_in(dict(item.body), known))
