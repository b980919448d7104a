"""`baseline preflight`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.aws import aws_options, open_context
from baseline.cli.option_types import Choice
from baseline.cli.options import directory_argument, trust_of, wave_option
from baseline.cli.terminal import say, say_data, say_json

if TYPE_CHECKING:
    from baseline.deploy.preflight import PreflightResult


@click.command("preflight", short_help="Check with read-only calls whether an output can be deployed.")
@directory_argument
@aws_options
@wave_option
@click.option("--member-role", default="", metavar="NAME", help="Role to assume in member accounts, to check them too.")
@click.option(
    "--inventory",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check against this file of `baseline inventory` instead of AWS (offline).",
)
@click.option("--print-policy", is_flag=True, help="Print the IAM policies that a deployment needs (offline).")
@click.option("--format", "format_", type=Choice(["text", "json"]), default="text", show_default=True)
def preflight_command(directory: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Check whether DIRECTORY can be deployed, with read-only calls: one line per check.

    `deploy` runs the same checks except those in member accounts. A check that AWS does not permit is a warning.

    \b
    Examples:
      baseline preflight output/northwind
      baseline preflight output/northwind --member-role OrganizationAccountAccessRole
      baseline preflight output/northwind --format json | jq -r '.[] | select(.state == "error") | .id'
      baseline preflight output/northwind --inventory inventory.json
      baseline preflight output/northwind --print-policy | jq '."nw-deployer"' > deployer.json

    Exit codes: 0 no check fails, 5 a check fails, 7 AWS refused a call.
    """
    if values["print_policy"]:
        return _print_policies(directory, values)
    if values["inventory"]:
        return _say(_offline(directory, values), values["format_"])
    from baseline.cloud.aws_errors import aws_errors
    from baseline.deploy.preflight import preflight
    from baseline.deploy.task import DeployOptions

    chosen = DeployOptions(only=values["only"], wave=values["wave"], member_role=values["member_role"])
    context = open_context(directory, values, chosen)
    with aws_errors(values["aws_profile"]), context.session.one_look():
        results = preflight(context, values["member_role"])
    return _say(results, values["format_"])


def _offline(directory: Path, values: dict[str, Any]) -> "tuple[PreflightResult, ...]":
    """The results with the facts of an inventory, for the whole directory."""
    from baseline.inventory.document import read_inventory
    from baseline.inventory.preflight import offline_preflight
    from baseline.plan.written import read_written_plan

    if values["only"] or values["wave"] or values["member_role"]:
        raise click.UsageError("--inventory checks the whole plan: omit --only, --wave and --member-role.")
    return offline_preflight(read_written_plan(directory, trust_of(values)), read_inventory(values["inventory"]))


def _say(results: "tuple[PreflightResult, ...]", format_: str) -> int:
    from baseline.deploy.preflight import findings_of
    from baseline.findings import Severity, at_or_above
    from baseline.report.preflight_json import preflight_json
    from baseline.report.preflight_text import preflight_text

    if format_ == "json":
        say_data(preflight_json(results))
    else:
        say(preflight_text(results), nl=False)
    return 5 if at_or_above(findings_of(results), Severity.ERROR) else 0


def _print_policies(directory: Path, values: dict[str, Any]) -> int:
    from baseline.deploy.permissions import deployment_policies
    from baseline.plan.written import read_written_plan

    policies = deployment_policies(read_written_plan(directory), values["execution_role"])
    say_json(policies)
    return 0
