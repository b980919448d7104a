"""A plan as Markdown, for a pull request or a wiki."""

from baseline.output.runbook import describe_deployment
from baseline.plan.model import Plan


def format_plan_markdown(plan: Plan) -> str:
    """One table with a row per stack."""
    rows = [
        f"| {number} | `{stack.name}` | {'; '.join(map(describe_deployment, stack.deployments))} "
        f"| {', '.join(f'`{name}`' for name in stack.depends_on) or '–'} |"
        for number, wave in enumerate(plan.waves, start=1)
        for stack in wave
    ]
    head = ["| wave | stack | target | after |", "|---|---|---|---|"]
    return "\n".join([f"## {plan.organization}: {len(rows)} stacks", "", *head, *rows, ""])
