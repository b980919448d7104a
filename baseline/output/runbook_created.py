"""Run book parts about the organization and the security account, if the plan creates them."""

from collections.abc import Iterator

from baseline.output.runbook_break_glass import has_break_glass_role
from baseline.plan.model import Plan, Stack


def creator(plan: Plan, parameter: str) -> Stack | None:
    """The stack that creates the resource that the parameter identifies; None if it exists already."""
    names = {p.output_of for stack in plan.stacks for p in stack.parameters if p.name == parameter and p.value is None}
    return next((stack for stack in plan.stacks if stack.name in names), None)


def organization_stack(plan: Plan) -> Stack | None:
    """The stack that creates the organization; None if it exists already."""
    return creator(plan, "OrganizationId")


def security_account_stack(plan: Plan) -> Stack | None:
    """The stack that creates the security account; None if it exists already."""
    return creator(plan, "SecurityAccountId")


def prerequisites(plan: Plan) -> tuple[str, ...]:
    """Prerequisites that no stack creates, each once."""
    return tuple(dict.fromkeys(text for stack in plan.stacks for text in stack.prerequisites))


def pause(plan: Plan, wave: tuple[Stack, ...]) -> Iterator[str]:
    """Steps that are possible only after the wave has created the organization or the security account."""
    steps = []
    if organization_stack(plan) in wave:
        steps += [f"**Needed by a stack**: {text}" for text in prerequisites(plan)]
    if security_account_stack(plan) in wave and any(map(has_break_glass_role, plan.stacks)):
        steps.append("Create the [break-glass users](#break-glass-users) in the new security account.")
    if steps:
        lines = (f"{number}. {text}" for number, text in enumerate(steps, start=1))
        yield "\n".join(["**Before the next wave**, in the new organization or account:\n", *lines, ""])
