"""`baseline deploy`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.aws import aws_options, ending, open_context, teller
from baseline.cli.options import directory_argument, quiet_option, wave_option
from baseline.cli.terminal import confirm, say

if TYPE_CHECKING:
    from baseline.deploy.task import Context


@click.command("deploy", short_help="Deploy an output: change sets and StackSet operations.")
@directory_argument
@aws_options
@wave_option
@click.option("--dry-run", is_flag=True, help="Show the changes without making them.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--lock", type=click.Path(path_type=Path, dir_okay=False), help="File for the ids that AWS assigns.")
@click.option("--prune", is_flag=True, help="Delete stacks, StackSets and instances that are no longer in the plan.")
@click.option("--allow-replacement", is_flag=True, help="Allow replacing or removing resources that hold data.")
@click.option("--import-existing", is_flag=True, help="Import existing resources that have the same names.")
@click.option(
    "--member-role", default="", metavar="NAME", help="Role in member accounts, to import existing resources there."
)
@click.option("--revert-drift", is_flag=True, help="Revert manual changes in the management account's stacks.")
@click.option("--workers", default=8, show_default=True, type=click.IntRange(1, 32), help="Maximum concurrent stacks.")
@quiet_option
def deploy_command(directory: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Deploy the output in DIRECTORY: stacks with change sets, StackSets with operations.

    Every file is verified against the plan's digests before the first call. AWS itself holds the state: after a failed
    or interrupted run, the same command resumes; a further run changes nothing.

    \b
    Examples:
      baseline deploy output/northwind --dry-run
      baseline deploy output/northwind --lock profiles/northwind.lock.json
      baseline deploy output/northwind --only 'nw-config-*' --yes

    Exit codes: 0 done, 1 declined or stopped, 3 wrong lock file, 5 modified files or preflight errors, 7 AWS refused a
    call or a stack failed.
    """
    from baseline.cloud.aws_errors import aws_errors
    from baseline.deploy.lock import read_lock, write_lock
    from baseline.deploy.task import DeployOptions

    options = DeployOptions(
        only=values["only"],
        wave=values["wave"],
        prune=values["prune"],
        allow_replacement=values["allow_replacement"],
        import_existing=values["import_existing"],
        member_role=values["member_role"],
        revert_drift=values["revert_drift"],
        workers=values["workers"],
    )
    lock: Path | None = values["lock"]
    context = open_context(directory, values, options, lock)
    if options.member_role and not options.import_existing and not context.plan.adoptions:
        raise click.UsageError("--member-role requires --import-existing, or a profile with `adopt`.")
    with aws_errors(values["aws_profile"]):
        try:
            return _deploy(context, values)
        finally:  # what was deployed has its ids, whatever stopped the run
            if lock and not values["dry_run"]:
                assigned = {**read_lock(lock, context.plan), **context.values.assigned()}
                if assigned:
                    write_lock(lock, context.plan.organization, assigned)


def _deploy(context: "Context", values: dict[str, Any]) -> int:
    from baseline.deploy.orphans import going, orphans_of
    from baseline.deploy.preflight import findings_of, preflight
    from baseline.deploy.run import previews_of, run, waves_of
    from baseline.deploy.stack_sets.trims import trims_of
    from baseline.deploy.task import Action
    from baseline.findings import Severity, at_or_above
    from baseline.report.deployment_text import format_previews
    from baseline.report.findings_text import format_finding

    with context.session.one_look():
        findings = findings_of(preflight(context, context.options.member_role))
        for finding in findings:
            say(format_finding(finding), err=True)
        if at_or_above(findings, Severity.ERROR):
            say("Nothing was deployed.", err=True)
            return 5
        orphans = orphans_of(context)
        for note in orphans.notes:
            say(f"Note: {note}.", err=True)
        waves = waves_of(context, or_none=bool(orphans.waves))
        trims = trims_of(context, (*waves, *orphans.waves))
        previews = previews_of(context, (*waves, *orphans.waves, *trims))
    if not (values["quiet"] and values["yes"]):
        say(format_previews(previews), nl=False)
    first = context.plan.first_wave_of("guardrails")
    if first > 1 and any(it.action is Action.CREATE for number, some in previews if number == first for it in some):
        before = f"`--wave 1-{first - 1}` stops before them, so that you can test the break-glass users first"
        say(f"Note: from wave {first} on guardrails bind every member account. {before}.", err=True)
    nothing = all(item.action in (Action.NONE, Action.ORPHAN) for _, some in previews for item in some)
    if values["dry_run"]:
        return 0
    if not nothing and not values["yes"]:
        confirm(f"Deploy this to {context.plan.organization}?", abort=True)
    waves = (*waves, *going(orphans), *(trims if context.options.prune else ()))
    outcomes = run(context, waves, teller(quiet=values["quiet"]))
    return ending(outcomes, sum(len(tasks) for _, tasks in waves), quiet=values["quiet"])
