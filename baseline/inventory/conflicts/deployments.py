"""Check of the calls of stacks and their roles against foreign policies, including Control Tower's."""

from collections.abc import Iterator
from dataclasses import replace

from baseline.capabilities.landscape import Landscape, once_per_landscape
from baseline.capabilities.organization.guardrails.places import bound_accounts
from baseline.findings import Problem, Severity
from baseline.inventory.conflicts.policies import as_guardrails
from baseline.inventory.conflicts.subject import Subject
from baseline.plan.build import build_plan
from baseline.render.render import render_plan
from baseline.validate.checks.lock_out import denial, denied_calls
from baseline.validate.subject import Subject as Template
from baseline.validate.subject import read_template


def denials(subject: Subject) -> Iterator[Problem]:
    """Check that foreign policies deny no call of the plan in member accounts."""
    policies = tuple(as_guardrails(subject))
    templates = _templates(subject.landscape) if policies else ()
    for item in policies:
        accounts = bound_accounts(subject.landscape, item.places, item.places)
        for statement, call, account in denied_calls(replace(item, accounts=accounts), templates):
            yield Problem(
                path=("capabilities", "guardrails"),
                message=denial(item.name, statement, call, account),
                fix=f"exempt the role {call.role} in that policy, detach the policy, or remove the setting "
                "that makes the call",
                severity=Severity.WARNING if call.removes else None,
            )


@once_per_landscape
def _templates(landscape: Landscape) -> tuple[Template, ...]:
    return tuple(map(read_template, render_plan(build_plan(landscape, ()))))
