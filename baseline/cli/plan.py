"""`baseline plan`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.options import profile_argument

if TYPE_CHECKING:
    from baseline.plan.model import Plan


@click.command("plan")
@profile_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the plan is printed.",
)
def plan_command(profile: Path, *, format_: str) -> None:
    """Show PROFILE's stacks, where each goes and in which order.

    \b
    Examples:
      baseline plan profile.yaml
      baseline plan profile.yaml --format markdown >> "$GITHUB_STEP_SUMMARY"
      baseline plan profile.yaml --format json | jq '.waves[0][].name'
    """
    import json

    from baseline.pipeline import plan_profile
    from baseline.plan.document import plan_document
    from baseline.report.plan_markdown import format_plan_markdown

    _, plan = plan_profile(profile)
    if format_ == "json":
        click.echo(json.dumps(plan_document(plan), indent=2, ensure_ascii=False))
    elif format_ == "markdown":
        click.echo(format_plan_markdown(plan), nl=False)
    else:
        _print_table(plan)


def _print_table(plan: "Plan") -> None:
    from rich.console import Console
    from rich.table import Table

    from baseline.output.runbook import describe_deployment

    table = Table(title=f"{plan.organization}: {len(plan.stacks)} stacks in {len(plan.waves)} waves")
    table.add_column("wave", justify="right")
    table.add_column("stack", no_wrap=True)
    table.add_column("target")
    for number, wave in enumerate(plan.waves, start=1):
        for stack in wave:
            target = "\n".join(describe_deployment(deployment) for deployment in stack.deployments)
            table.add_row(str(number), stack.name, target)
        table.add_section()
    Console().print(table)
