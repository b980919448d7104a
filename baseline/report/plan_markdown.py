"""A plan as Markdown, for a pull request or a wiki."""

from baseline.output.runbook import describe_deployment
from baseline.plan.model import Plan
from baseline.text.markdown import markdown_code, markdown_text


def format_plan_markdown(plan: Plan) -> str:
    """One table with a row per stack."""
    rows = [
        f"| {number} | {markdown_code(stack.name)} "
        f"| {markdown_text('; '.join(map(describe_deployment, stack.deployments)))} "
        f"| {', '.join(map(markdown_code, stack.depends_on)) or '–'} |"
        for number, wave in enumerate(plan.waves, start=1)
        for stack in wave
    ]
    head = ["| wave | stack | target | after |", "|---|---|---|---|"]
    adopted = [f"- {markdown_text(str(item))}" for item in plan.adoptions]
    adopted = ["", "Imported instead of created:", "", *adopted] if adopted else []
    return "\n".join([f"## {markdown_text(plan.organization)}: {len(rows)} stacks", "", *head, *rows, *adopted, ""])
