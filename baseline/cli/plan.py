"""`baseline plan`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.option_types import Choice
from baseline.cli.options import (
    as_of_option,
    calls_option,
    inventory_option,
    plan_sha256_option,
    profile_argument,
    root_option,
)
from baseline.cli.tables import add_row, is_narrow, new_table, print_table
from baseline.cli.terminal import say, say_data, say_json
from baseline.releases import RELEASES
from baseline.text.terminal import terminal_line

if TYPE_CHECKING:
    from baseline.evidence.changes import Changes
    from baseline.findings import Finding
    from baseline.inventory.compare import InventoryComparison
    from baseline.plan.model import Plan

_MOST_NAMES = 5
_WIDE = 110
"""Columns for a table with targets beside the stacks."""


@click.command("plan", short_help="Show stacks and targets, or the changes against a version.")
@profile_argument
@click.option(
    "--against",
    metavar="PATH|git:REVISION",
    help="Show the changes against another profile, a generated directory, or PROFILE at a Git revision.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=Choice(
        [
            *("irreversible", "lock-out", "data-loss", "log-gap", "outage", "weaker", "cost"),
            *("replace", "remove", "any"),
        ]
    ),
    help="With --against: exit code 5 if a change has this risk, or is of this kind (repeatable).",
)
@click.option(
    "--format",
    "format_",
    type=Choice(["text", "markdown", "json", "html", "svg"]),
    default="text",
    show_default=True,
    help="Format of the plan.",
)
@click.option(
    "--defaults",
    "release",
    type=Choice(RELEASES),
    help="Preview another release of defaults for PROFILE.",
)
@inventory_option
@calls_option
@root_option
@plan_sha256_option
@as_of_option
def plan_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    against: str | None,
    fail_on: tuple[str, ...],
    plan_sha256: str,
    format_: str,
    release: str | None,
    inventory: Path | None,
    calls: Path | None,
    root: Path | None,
    as_of: date,
) -> int:
    """Show PROFILE's stacks with their targets, in waves; or the changes in resources, policies and requirements.

    --against compares resource by resource: properties that change, what forces a replacement, what moves or is
    renamed, the accounts and Regions in which each stack is created or deleted, and the risks.

    \b
    Examples:
      baseline plan profile.yaml
      baseline plan profile.yaml --against output/northwind
      baseline plan profile.yaml --against git:main --fail-on weaker --fail-on irreversible
      baseline plan profile.yaml --against profile.yaml --defaults 2026.12
      baseline plan profile.yaml --format svg > architecture.svg
      baseline plan profile.yaml --format markdown >> "$GITHUB_STEP_SUMMARY"
      baseline plan profile.yaml --inventory inventory.json
      baseline plan profile.yaml --format json | jq '.waves[0][].name'

    Exit codes: 0 shown, 3 invalid profile, 5 modified files in the directory, or a change that --fail-on names.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.cli.revision import checked_out
    from baseline.comparison import CompareOptions, changes_against
    from baseline.pipeline import plan_profile
    from baseline.plan.trust import Trust

    if plan_sha256 and (against is None or not Path(against).is_dir()):
        raise click.UsageError("--plan-sha256 is the digest of a directory: name it with --against.")
    if against is not None and inventory:
        raise click.UsageError("--inventory compares the whole profile, --against its changes: choose one.")
    if against is not None and format_ == "svg":
        raise click.UsageError("--format svg draws one plan: leave out --against.")
    if against is None and (fail_on or format_ == "html"):
        name = "--fail-on" if fail_on else "--format html"
        raise click.UsageError(f"{name} is about changes: pass what to compare with as --against.")
    failed: dict[str, tuple[str, ...]] = {}
    if against is not None:
        with checked_out(against, profile) as path:
            options = CompareOptions(
                as_of=as_of,
                release=release,
                trust=Trust(sha256=plan_sha256),
                root=root,
                name=against,
                digest=format_ != "text",
            )
            loaded, changes = changes_against(profile, path, options)
        _print_changes(changes, format_)
        failed = {name: changes.matches[name] for name in fail_on if name in changes.matches}
    else:
        loaded, plan = plan_profile(profile, as_of, release=release, root=root)
        _print_plan(plan, format_)
        if inventory:
            from baseline.inventory.compare import compare_inventory

            _print_comparison(compare_inventory(inventory, loaded, plan, calls))
    say_lock(loaded.lock)
    _warn_of_expired(loaded.findings)
    for name, matched in failed.items():
        more = f" and {len(matched) - _MOST_NAMES} more" if len(matched) > _MOST_NAMES else ""
        say(f"--fail-on {name}: {', '.join(map(terminal_line, matched[:_MOST_NAMES]))}{more}.", err=True)
    return 5 if failed else 0


def _warn_of_expired(findings: "tuple[Finding, ...]") -> None:
    from baseline.report.findings_text import format_finding

    for finding in findings:
        if finding.id in ("profile-expired", "profile-runtime"):
            say(format_finding(finding), err=True)


def _print_comparison(found: "InventoryComparison") -> None:
    """Print unchanged resources and conflicts on stderr, so that the plan on stdout remains one document."""
    from baseline.report.findings_text import format_finding

    if found.staying:
        say("These resources stay as they are; the profile neither creates nor imports them:", err=True)
    for item in found.staying:
        say(f"  {terminal_line(str(item))}", err=True)
    for finding in found.findings:
        say(format_finding(finding), err=True)
    if not found.findings:
        say("Nothing in the inventory conflicts with this plan.", err=True)


def _print_changes(changes: "Changes", format_: str) -> None:
    from baseline.report.changes_html import format_changes_html
    from baseline.report.changes_json import format_changes_json
    from baseline.report.changes_markdown import format_changes_markdown
    from baseline.report.changes_text import format_changes_text

    if format_ == "json":
        say_data(format_changes_json(changes))
    elif format_ == "html":
        say_data(format_changes_html(changes))
    else:
        formats = {"markdown": format_changes_markdown, "text": format_changes_text}
        say(formats[format_](changes), nl=False)


def _print_plan(plan: "Plan", format_: str) -> None:

    from baseline.plan.writing import plan_document
    from baseline.report.plan_markdown import format_plan_markdown
    from baseline.report.plan_svg import format_plan_svg

    if format_ == "json":
        say_json(plan_document(plan))
    elif format_ == "markdown":
        say(format_plan_markdown(plan), nl=False)
    elif format_ == "svg":
        say_data(format_plan_svg(plan))
    else:
        _print_table(plan)


def _print_table(plan: "Plan") -> None:
    from baseline.output.runbook import describe_deployment

    title = f"{terminal_line(plan.organization)}: {len(plan.stacks)} stacks in {len(plan.waves)} waves"
    narrow = is_narrow(_WIDE)
    columns = ("wave", "stack and target") if narrow else ("wave", "stack", "target")
    table = new_table(columns, title=title, whole=("stack",))
    for number, wave in enumerate(plan.waves, start=1):
        for stack in wave:
            targets = [describe_deployment(deployment) for deployment in stack.deployments]
            if narrow:
                add_row(table, str(number), "\n".join((stack.name, *(f"  {target}" for target in targets))))
            else:
                add_row(table, str(number), stack.name, "\n".join(targets))
        table.add_section()
    print_table(table)
    for item in plan.adoptions:
        say(f"imported instead of created: {terminal_line(str(item))}")
