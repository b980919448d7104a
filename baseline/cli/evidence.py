"""`baseline evidence`."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.evidence_aws_reports import aws_reports_command
from baseline.cli.evidence_change_log import change_log_command
from baseline.cli.evidence_reports import live_command, redact_command
from baseline.cli.evidence_scans import history_command, reconcile_command
from baseline.cli.groups import SuggestingGroup
from baseline.cli.new_file import check_document_output, write_new_file
from baseline.cli.option_types import Choice, Day
from baseline.cli.options import (
    as_of_option,
    dated_option,
    force_option,
    profile_argument,
    root_option,
)
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.evidence.evidence import Evidence
    from baseline.profile.load import LoadedProfile


@click.group("evidence", cls=SuggestingGroup, short_help="Compare evidence with scans, list tasks, or redact it.")
def evidence_command() -> None:
    """Compare a generated output with live scans, list manual tasks, write documents, or redact reports.

    \b
    Example:
      baseline evidence reconcile output/northwind --prowler prowler.csv --securityhub hub.json
    """


evidence_command.add_command(reconcile_command)
evidence_command.add_command(history_command)
evidence_command.add_command(aws_reports_command)
evidence_command.add_command(change_log_command)
evidence_command.add_command(live_command)
evidence_command.add_command(redact_command)


@evidence_command.command("tasks", short_help="List the manual tasks of requirements.")
@profile_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of the terminal."
)
@click.option("--format", "format_", type=Choice(["csv", "xlsx", "ics"]), default="csv", show_default=True)
@as_of_option
@force_option
@root_option
def tasks_command(  # noqa: PLR0913 - one parameter per option
    profile: Path, *, output: Path | None, format_: str, as_of: date, force: bool, root: Path | None
) -> int:
    """List the manual tasks of PROFILE's requirements, with owners and due dates.

    Tasks come from attestations, which say when and how often something is done, and from exceptions, which must be
    reviewed. Calendars contain only the tasks with a due date.

    \b
    Examples:
      baseline evidence tasks profile.yaml
      baseline evidence tasks profile.yaml --format xlsx -o tasks.xlsx
      baseline evidence tasks profile.yaml --format ics -o tasks.ics

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.evidence.tasks import tasks_of
    from baseline.pipeline import evidence_of, evidence_on
    from baseline.report.tasks_csv import format_tasks_csv
    from baseline.report.tasks_ics import format_tasks_ics
    from baseline.report.tasks_xlsx import format_tasks_xlsx

    check_document_output(output, format_, force=force)
    loaded, evidence = evidence_of(profile, as_of, root=root)
    tasks = tasks_of(evidence_on(evidence, as_of))
    content = (
        format_tasks_xlsx(tasks, as_of)
        if format_ == "xlsx"
        else format_tasks_ics(tasks)
        if format_ == "ics"
        else format_tasks_csv(tasks, as_of).encode("utf-8")
    )
    say_lock(loaded.lock)
    if output is None:
        say_data(content.decode("utf-8"))
    else:
        write_new_file(output, content, force=force)
        overdue = sum(task.status(as_of) == "overdue" for task in tasks)
        say(f"{len(tasks)} tasks written in {output}, {overdue} of them overdue.", err=True)
    return 0


@evidence_command.command("document", short_help="Write a framework's own document, such as ISO's SoA.")
@profile_argument
@click.option("--framework", required=True, help="Id of the framework, such as iso-27001-2022.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of the terminal."
)
@click.option("--format", "format_", type=Choice(["md", "xlsx"]), default="md", show_default=True)
@dated_option
@force_option
@root_option
def document_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    framework: str,
    output: Path | None,
    format_: str,
    dated: datetime | None,
    force: bool,
    root: Path | None,
) -> None:
    """Write the document that auditors of a framework expect, from PROFILE's evidence.

    ISO 27001: Statement of Applicability. PCI DSS: responsibility matrix. HIPAA: rationale of addressable
    specifications. SOC 2: criteria and controls. FedRAMP: rows for the CIS and CRM workbook. CIS: benchmark workbook.
    Every other framework: its requirements and how they are met.

    \b
    Examples:
      baseline evidence document profile.yaml --framework iso-27001-2022
      baseline evidence document profile.yaml --framework pci-dss-4.0.1 --format xlsx -o responsibility.xlsx

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.report.framework_document import (
        format_document_markdown,
        format_document_xlsx,
        framework_document,
    )

    _check_framework(framework)
    check_document_output(output, format_, force=force)
    loaded, evidence = _evidence_for(profile, framework, dated, root)
    document = framework_document(evidence)
    content = format_document_xlsx(document) if format_ == "xlsx" else format_document_markdown(document).encode()
    say_lock(loaded.lock)
    if output is None:
        say_data(content.decode("utf-8"))
    else:
        write_new_file(output, content, force=force)
        say(f"{len(document.rows)} rows written in {output}.", err=True)


@evidence_command.command("ssp", short_help="Write the skeleton of an OSCAL system security plan.")
@profile_argument
@click.option("--framework", required=True, help="Id of the framework, such as nist-800-53-r5.")
@click.option(
    "--oscal-profile",
    default="",
    help="Address of the OSCAL profile that selects the controls, for tools without network access.  [default: the "
    "publisher's, of nist-800-53-r5 and fedramp-moderate-r5]",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of the terminal."
)
@click.option(
    "--aws-authorized",
    type=Day(),
    help="Date of the AWS authorization that the system leverages, from its package in AWS Artifact.  [default: "
    "none is "
    "written]",
)
@dated_option
@force_option
@root_option
def ssp_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    framework: str,
    oscal_profile: str,
    output: Path | None,
    aws_authorized: datetime | None,
    dated: datetime | None,
    force: bool,
    root: Path | None,
) -> None:
    """Write a skeleton of a system security plan from PROFILE's evidence, in OSCAL.

    The plan lists the accounts, the capabilities as components, AWS, and roles, and describes for each control what the
    templates, AWS and people do. Details that only the organization knows are "To be completed by the organization."
    Write the file to the directory report of the output, so that its links to the templates work.

    \b
    Example:
      baseline evidence ssp profile.yaml --framework nist-800-53-r5 -o output/northwind/report/oscal-ssp.json

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.controls.framework import frameworks
    from baseline.report.oscal_ssp import format_oscal_ssp

    _check_framework(framework)
    check_document_output(output, "json", force=force)
    selection = oscal_profile or frameworks()[framework].oscal_profile
    if not selection:
        raise click.UsageError(f"{framework} has no public OSCAL profile: name one with --oscal-profile")
    loaded, evidence = _evidence_for(profile, framework, dated, root)
    content = format_oscal_ssp(evidence, selection, aws_authorized.date() if aws_authorized else None)
    say_lock(loaded.lock)
    if output is None:
        say_data(content)
    else:
        write_new_file(output, content.encode("utf-8"), force=force)
        say(f"{output} written. Next: complete the parts that only the organization knows.", err=True)


def _check_framework(name: str) -> None:
    from baseline.controls.framework import framework_ids
    from baseline.text.nearest import did_you_mean

    if name not in framework_ids():
        raise click.BadParameter(f"no framework {name}{did_you_mean(name, framework_ids())}", param_hint="--framework")


def _evidence_for(
    profile: Path, framework: str, dated: datetime | None, root: Path | None
) -> "tuple[LoadedProfile, Evidence]":
    """The evidence against one framework, which need not be one of the profile's."""
    from dataclasses import replace

    from baseline.pipeline import dated_evidence, evidence_of

    loaded, evidence = evidence_of(profile, dated.date() if dated else None, root=root)
    return loaded, replace(dated_evidence(evidence, dated), frameworks=(framework,))
