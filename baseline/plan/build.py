"""Building of the plan from the landscape: the stacks, their targets and their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from graphlib import CycleError, TopologicalSorter

from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import stacks_of
from baseline.capabilities.parameters import (
    PARAMETERS,
    ParameterDeclaration,
    account_parameter,
)
from baseline.capabilities.registry import CAPABILITIES
from baseline.errors import RenderError
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.plan.adoption import planned_adoptions
from baseline.plan.model import Deployment, Method, ParameterValue, Plan, Stack
from baseline.plan.reach import Membership
from baseline.plan.units import MANAGEMENT, ROOT, covering


def build_plan(landscape: Landscape, accepted: Sequence[Finding] = ()) -> Plan:
    """The plan of every enabled capability.

    Raises:
        RenderError: if stacks have a circular dependency, or depend on a missing stack.
    """
    specs = [
        (name, spec)
        for name, capability in CAPABILITIES.items()
        if landscape.is_on(name)
        for spec in stacks_of(landscape, capability)
    ]
    variants: dict[str, list[str]] = {}
    for _, spec in specs:
        if spec.instead_of:
            variants.setdefault(spec.instead_of, []).append(spec.name)
    specs = [(name, _after_variants(spec, variants)) for name, spec in specs]
    # Waiting for the last stacks of the foundation means waiting for all of it.
    before = {name for _, spec in specs if spec.foundation for name in spec.depends_on}
    foundation = tuple(spec.name for _, spec in specs if spec.foundation and spec.name not in before)
    provided_by = {name: f"{landscape.prefix}-{spec.name}" for _, spec in specs for name in spec.provides}
    certain = [spec for _, spec in specs if not spec.uncertain]
    build = _Builder(
        landscape=landscape,
        foundation=foundation,
        last=_ends([spec for spec in certain if not spec.after_all]),
        last_certain=_ends(certain),
        provided_by=provided_by,
    )
    stacks = _with_a_place([build.stack(name, spec) for name, spec in specs])
    targeted = {ou for stack in stacks.values() for deployment in stack.deployments for ou in deployment.ous}
    return Plan(
        organization=landscape.name,
        prefix=landscape.prefix,
        partition=landscape.partition,
        home_region=landscape.home_region,
        standalone=landscape.standalone,
        tier=landscape.tier,
        ou_ids=tuple((ou, landscape.root_id if ou == ROOT else landscape.ous.get(ou)) for ou in sorted(targeted)),
        tags=tuple(sorted(landscape.tags.items())),
        waves=order_stacks(stacks),
        accepted=tuple(accepted),
        preferences=landscape.preferences,
        documents=documents_of(landscape),
        adoptions=planned_adoptions(landscape),
        membership=Membership(
            accounts={key: account.ou or ROOT for key, account in landscape.accounts.items()},
            units=() if landscape.standalone else (ROOT, *landscape.ous),
        ),
    )


def _with_a_place(stacks: Sequence[Stack]) -> Mapping[str, Stack]:
    """The stacks by name, without override stacks that have no account left."""
    nowhere = {stack.name for stack in stacks if stack.family and not stack.deployments}
    return {
        stack.name: replace(stack, depends_on=tuple(name for name in stack.depends_on if name not in nowhere))
        if nowhere
        else stack
        for stack in stacks
        if stack.name not in nowhere
    }


def documents_of(landscape: Landscape) -> tuple[tuple[str, str], ...]:
    """Relative path and text of the files that capabilities write beside the templates."""
    return tuple(
        item
        for name, capability in CAPABILITIES.items()
        if landscape.is_on(name)
        for item in capability.documents(landscape).items()
    )


def order_stacks(stacks: Mapping[str, Stack]) -> tuple[tuple[Stack, ...], ...]:
    """The stacks in waves, in their original order within each.

    Raises:
        RenderError: if they have a circular dependency, or depend on a missing stack.
    """
    for stack in stacks.values():
        missing = [name for name in stack.depends_on if name not in stacks]
        if missing:
            raise RenderError(
                f"{stack.name} depends on {', '.join(missing)}: no stack of this plan has that name",
                hint="enable the capability that contains that stack, or disable the capability that depends on it",
            )
    sorter = TopologicalSorter({name: stack.depends_on for name, stack in stacks.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise RenderError(f"circular dependency between stacks: {' → '.join(error.args[1])}") from error
    waves = []
    while sorter.is_active():
        ready = set(sorter.get_ready())
        waves.append(tuple(stack for name, stack in stacks.items() if name in ready))
        sorter.done(*ready)
    return tuple(waves)


def _after_variants(spec: StackSpec, variants: Mapping[str, list[str]]) -> StackSpec:
    """The stack, with dependencies on every variant of the stacks that it needs."""
    more = [item for name in spec.depends_on if name != spec.instead_of for item in variants.get(name, ())]
    return replace(spec, depends_on=(*spec.depends_on, *more)) if more else spec


def _ends(specs: Iterable[StackSpec]) -> tuple[str, ...]:
    """The stacks that no other stack of `specs` depends on."""
    found = tuple(specs)
    waited_for = {name for spec in found for name in spec.depends_on}
    return tuple(spec.name for spec in found if spec.name not in waited_for)


@frozen
class _Builder:
    """Data that all stacks of one plan share.

    Attributes:
        landscape: The organization.
        foundation: The last stacks of the foundation.
        last: The stacks that no other depends on, except stacks that depend on all.
        last_certain: The stacks that no other depends on, except stacks that AWS may reject.
        provided_by: Parameter name → the stack that has it as an output.
        covered: Places → the OUs and accounts that contain their accounts.
    """

    landscape: Landscape
    foundation: tuple[str, ...]
    last: tuple[str, ...]
    last_certain: tuple[str, ...]
    provided_by: Mapping[str, str]
    covered: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]] = field(
        default_factory=dict
    )

    def stack(self, capability: str, spec: StackSpec) -> Stack:
        prefix = self.landscape.prefix
        before = () if spec.foundation else self.last if spec.after_all else self.foundation
        before = self.last_certain if spec.uncertain else before
        return Stack(
            name=f"{prefix}-{spec.name}",
            capability=capability,
            template=spec.template,
            description=spec.description,
            context=spec.context,
            parameters=tuple(
                self._parameter(PARAMETERS[item] if isinstance(item, str) else item) for item in spec.parameters
            ),
            deployments=self._deployments(spec.target),
            depends_on=tuple(dict.fromkeys(f"{prefix}-{name}" for name in (*before, *spec.depends_on))),
            prerequisites=spec.prerequisites,
            tagged=spec.tagged,
            family=f"{prefix}-{spec.instead_of or spec.name}" if spec.varies else "",
            accepts=spec.accepts,
        )

    def _parameter(self, declaration: ParameterDeclaration) -> ParameterValue:
        value = declaration.value(self.landscape)
        return ParameterValue(
            name=declaration.name,
            value=value,
            how=declaration.how,
            output_of="" if value else self.provided_by.get(declaration.name, ""),
            key_alias="" if value else declaration.key_alias,
            description=declaration.description,
            pattern=declaration.pattern,
            account=declaration.account,
        )

    def _deployments(self, target: Target) -> tuple[Deployment, ...]:
        landscape = self.landscape
        chosen = (target.at,) if target.at else _regions(landscape, target.regions)
        regions = tuple(r for r in chosen if not target.only or r in target.only)
        if target.accounts:
            return tuple(self._one_account(key, regions) for key in target.accounts)
        places = tuple(ROOT if place == "root" else place for place in target.places or ("root",))
        named = bool(target.places) and (landscape.standalone or MANAGEMENT in places)
        with_management = named or (target.management and not target.places)
        management = (self._one_account(MANAGEMENT, regions),) if with_management else ()
        if landscape.standalone:
            return management
        units, accounts = self._covering((*places, *target.kept_places), target.other_places)
        members = (Deployment(method=Method.STACK_SET, ous=units, regions=regions),) if units else ()
        return (*management, *members, *(self._one_account(key, regions) for key in accounts))

    def _covering(self, places: tuple[str, ...], others: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Cached, because most stacks need the same answer for thousands of accounts."""
        if (places, others) not in self.covered:
            self.covered[places, others] = covering(self.landscape, places, others)
        return self.covered[places, others]

    def _one_account(self, key: str, regions: tuple[str, ...]) -> Deployment:
        account_id = self._parameter(account_parameter(self.landscape, key))
        if key == MANAGEMENT:
            return Deployment(method=Method.STACK, account=key, account_id=account_id, regions=regions)
        ou = self.landscape.accounts[key].ou or ROOT
        return Deployment(method=Method.STACK_SET, account=key, account_id=account_id, ous=(ou,), regions=regions)


def _regions(landscape: Landscape, regions: Regions) -> tuple[str, ...]:
    choices: Mapping[Regions, Iterable[str]] = {
        Regions.HOME: (landscape.home_region,),
        Regions.GOVERNED: landscape.regions,
        Regions.SIGN_IN: (landscape.sign_in_region,),
        Regions.GOVERNED_AND_SIGN_IN: (*landscape.regions, landscape.sign_in_region),
        Regions.ALERT: landscape.alert_regions,
    }
    return tuple(dict.fromkeys(choices[regions]))
