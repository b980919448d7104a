"""Plans with one fault each: a stack that goes to fewer accounts or Regions than it has to, or to others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from baseline.plan.model import Deployment, Method, Stack
from baseline.plan.reach import Reach
from baseline.plan.units import MANAGEMENT, ROOT
from benchmarks.planted_faults import Case, stopped_by


@dataclass(frozen=True, kw_only=True)
class PlanFault:
    """A stack with other targets.

    Attributes:
        kind: What is done to them.
        what: What is different, such as the Region that is missing.
        stack: The stack as it would be deployed.
    """

    kind: str
    what: str
    stack: Stack


def plan_faults(case: Case) -> Iterator[PlanFault]:
    """Every fault of these kinds in every stack of a plan."""
    for subject in case.subjects:
        stack = subject.template.stack
        for kind, what, deployments in (
            *_regions(stack),
            *_parts(stack),
            *_units(stack),
            *_accounts(stack, case.plan.reach(stack)),
            *_suspended(stack, case),
            *_elsewhere(stack, case),
        ):
            yield PlanFault(kind=kind, what=what, stack=replace(stack, deployments=deployments))


Changed = tuple[str, str, tuple[Deployment, ...]]


def _regions(stack: Stack) -> Iterator[Changed]:
    for region in stack.regions:
        yield "Region left out", region, tuple(_without(item, region) for item in stack.deployments)
    for number, item in enumerate(stack.deployments if len(stack.deployments) > 1 else ()):
        for region in item.regions:
            changed = (*stack.deployments[:number], _without(item, region), *stack.deployments[number + 1 :])
            yield "Region left out of one part", f"{region} of {_whom(item)}", changed


def _without(item: Deployment, region: str) -> Deployment:
    return replace(item, regions=tuple(other for other in item.regions if other != region))


def _parts(stack: Stack) -> Iterator[Changed]:
    for number, item in enumerate(stack.deployments):
        kind = "Management account left out" if item.method is Method.STACK else "StackSet left out"
        yield kind, _whom(item), (*stack.deployments[:number], *stack.deployments[number + 1 :])


def _units(stack: Stack) -> Iterator[Changed]:
    for number, item in enumerate(stack.deployments):
        for unit in () if item.account else item.ous:
            changed = replace(item, ous=tuple(other for other in item.ous if other != unit))
            yield "Unit left out", unit, (*stack.deployments[:number], changed, *stack.deployments[number + 1 :])


def _accounts(stack: Stack, reach: Reach) -> Iterator[Changed]:
    """Units replaced by their accounts but one."""
    for number, (item, spread) in enumerate(zip(stack.deployments, reach.spreads, strict=True)):
        if item.account:
            continue
        everyone = sorted(found for found in spread.destinations if found.account)
        for left_out in everyone:
            named = tuple(
                replace(item, account=found.account, ous=(found.unit,)) for found in everyone if found is not left_out
            )
            changed = (*stack.deployments[:number], *named, *stack.deployments[number + 1 :])
            yield "Account left out", left_out.account, changed


def _suspended(stack: Stack, case: Case) -> Iterator[Changed]:
    for number, item in enumerate(stack.deployments):
        for unit in () if item.account else sorted(case.landscape.suspended):
            changed = replace(item, ous=(*item.ous, unit))
            yield "Suspended unit added", unit, (*stack.deployments[:number], changed, *stack.deployments[number + 1 :])


def _elsewhere(stack: Stack, case: Case) -> Iterator[Changed]:
    """The account or the Region of a part replaced by another one."""
    for number, item in enumerate(stack.deployments):
        before, after = stack.deployments[:number], stack.deployments[number + 1 :]
        other = next((region for region in case.landscape.regions if region not in item.regions), "")
        if other:
            yield "Another Region", f"{item.regions[0]} → {other}", (*before, _with(item, other), *after)
        taken = {part.account for part in stack.deployments}
        key = next((key for key in case.landscape.accounts if key not in taken), "") if item.account else ""
        if key:
            unit = case.landscape.accounts[key].ou or ROOT
            method = Method.STACK if key == MANAGEMENT else Method.STACK_SET
            changed = replace(item, method=method, account=key, ous=() if key == MANAGEMENT else (unit,))
            yield "Another account", f"{item.account} → {key}", (*before, changed, *after)


def _with(item: Deployment, region: str) -> Deployment:
    return replace(item, regions=(region, *item.regions[1:]))


def _whom(item: Deployment) -> str:
    return item.account or ", ".join(item.ous)


def stopped(case: Case, fault: PlanFault) -> frozenset[str]:
    """Ids of the errors that `generate` reports for a plan with this stack."""
    template = next(item.template for item in case.subjects if item.template.stack.name == fault.stack.name)
    return stopped_by(case, (replace(template, stack=fault.stack),), lint=False)
