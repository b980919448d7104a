"""`baseline drift`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.aws import aws_options, open_context
from baseline.cli.option_types import Choice
from baseline.cli.options import directory_argument
from baseline.cli.tables import add_row, new_table, print_table
from baseline.cli.terminal import say, say_json

if TYPE_CHECKING:
    from baseline.deploy.comparison import Drift


@click.command("drift", short_help="Compare what is deployed with an output.")
@directory_argument
@aws_options
@click.option("--format", "format_", type=Choice(["text", "json"]), default="text", show_default=True)
def drift_command(directory: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Compare the deployment with DIRECTORY: templates, parameters, accounts, policies, and manual changes.

    CloudFormation detects manual changes in the resource types that it supports; the number of resources that it cannot
    check is printed at the end. A stack that the caller may not compare has a row of its own.

    \b
    Examples:
      baseline drift output/northwind
      baseline drift output/northwind --format json | jq -r '.[].stack'

    Exit codes: 0 no drift, 5 drift, 7 AWS refused a call, or a stack could not be compared (others: no drift).
    """
    from baseline.cloud.aws_errors import aws_errors
    from baseline.deploy.drift import drift_of
    from baseline.deploy.preflight import require_caller
    from baseline.deploy.task import DeployOptions

    context = open_context(directory, values, DeployOptions(only=values["only"]))
    with aws_errors(values["aws_profile"]):
        require_caller(context)
        report = drift_of(context)
    found = report.drifts
    if values["format_"] == "json":
        say_json([asdict(item) for item in found])
    else:
        _print(found)
    for note in report.notes:
        say(f"Note: {note}.", err=True)
    known = [item for item in found if item.kind != "unchecked"]
    if any(item.kind in ("resource", "protection") for item in known):
        say("Revert manual changes: baseline deploy DIR --revert-drift.", err=True)
    return 5 if known else 7 if found else 0


def _print(found: "tuple[Drift, ...]") -> None:
    if not found:
        say("no drift")
        return
    table = new_table(("stack", "where", "kind", "what", "expected", "actual"), title=f"{len(found)} differences")
    for item in found:
        add_row(table, item.stack, item.where, item.kind, item.subject, item.expected, item.actual)
    print_table(table)
