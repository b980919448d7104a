"""`baseline destroy`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.aws import aws_options, ending, open_context, teller
from baseline.cli.options import directory_argument, quiet_option
from baseline.cli.terminal import prompt, say
from baseline.errors import DeclinedError

if TYPE_CHECKING:
    from baseline.deploy.task import Context


@click.command("destroy", short_help="Delete the stacks and StackSets of an output.")
@directory_argument
@aws_options
@click.option("--confirm", default="", metavar="NAME", help="The organization's name; skips the prompt.")
@click.option("--dry-run", is_flag=True, help="Show what would be deleted and what is kept.")
@click.option("--workers", default=8, show_default=True, type=click.IntRange(1, 32), help="Maximum concurrent stacks.")
@quiet_option
def destroy_command(directory: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Delete the stacks and StackSets that `baseline deploy` created from DIRECTORY, last wave first.

    Resources that hold data are kept and listed: buckets, keys, log groups, accounts and organizational units. A later
    deployment with --import-existing imports kept resources into stacks again, with --member-role in every account.

    \b
    Examples:
      baseline destroy output/northwind --dry-run
      baseline destroy output/northwind --confirm Northwind

    Exit codes: 0 done, 1 declined or stopped, 5 modified files, 7 AWS refused a call or a stack failed.
    """
    from baseline.cloud.aws_errors import aws_errors
    from baseline.deploy.task import DeployOptions

    context = open_context(directory, values, DeployOptions(only=values["only"], workers=values["workers"]))
    with aws_errors(values["aws_profile"]):
        return _destroy(context, values)


def _destroy(context: "Context", values: dict[str, Any]) -> int:
    from baseline.deploy.destroy import removals_of
    from baseline.deploy.orphans import orphans_of
    from baseline.deploy.preflight import require_caller
    from baseline.deploy.run import previews_of, run
    from baseline.deploy.task import Action
    from baseline.report.deployment_text import format_removals

    with context.session.one_look():
        require_caller(context)
        waves = removals_of(context)
        previews = previews_of(context, waves)
        orphans = orphans_of(context)
    if not (values["quiet"] and values["confirm"]):
        say(format_removals(previews), nl=False)
    for note in orphans.notes:
        say(f"Note: {note}.", err=True)
    left = sorted({orphan.name for _, some in orphans.waves for orphan in some})
    if left:
        said = f"Not in the plan, and kept: {', '.join(left)}. Delete them first: baseline deploy --prune."
        say(said, err=True)
    if values["dry_run"] or all(item.action is Action.NONE for _, some in previews for item in some):
        return 0
    name = context.plan.organization
    typed = values["confirm"] or prompt(f'Type "{name}" to delete this', default="", show_default=False)
    if typed != name:
        raise DeclinedError(
            f'nothing was deleted: "{typed}" is not "{name}"', hint="type the organization's name exactly"
        )
    outcomes = run(context, waves, teller(quiet=values["quiet"]))
    return ending(outcomes, sum(len(tasks) for _, tasks in waves), quiet=values["quiet"])
