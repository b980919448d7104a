"""Tasks that follow from inherited requirements: reports of AWS to read, and agreements with AWS to accept."""

from collections.abc import Iterator
from datetime import date, timedelta

from baseline.controls.aws_reports import AwsReport, aws_reports
from baseline.controls.requirement import INTERVALS, Interval
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.task import Task
from baseline.profile.acceptance import AwsReportReading

_OWNER = "Compliance office"
_INTERVAL: Interval = "yearly"
"""How often a report is read again: auditors issue a new one at least once a year."""


def report_tasks(evidence: Evidence, item: Judgement) -> Iterator[Task]:
    """A task for each report or agreement that supports the inherited part of a requirement."""
    inherited = item.requirement.inherited
    if inherited is None:
        return
    proving = [report for report in aws_reports().values() if report.proves(inherited.report)]
    for report in proving:
        if report.id != "fedramp" or len(proving) == 1 or any(name.startswith("us-") for name in evidence.regions):
            yield _task(item, report, evidence.aws_reports.get(report.id))


def _task(item: Judgement, report: AwsReport, reading: AwsReportReading | None) -> Task:
    what = _agreement(report) if report.is_agreement else _report(report, reading)
    interval = "" if report.is_agreement else _INTERVAL
    key, state = item.requirement.key, item.met
    if reading is None:
        return Task(requirements=(key,), state=state, what=what, owner=_OWNER, interval=interval)
    read_on = date.fromisoformat(reading.read_on)
    return Task(
        requirements=(key,),
        state=state,
        what=what,
        owner=reading.owner,
        interval=interval,
        last_done=read_on,
        next_due=None if report.is_agreement else read_on + timedelta(days=INTERVALS[_INTERVAL]),
        evidence=(str(reading.reference),) if reading.reference else (),
        is_attested=reading.scope_checked or report.is_agreement,
    )


def _report(report: AwsReport, reading: AwsReportReading | None) -> str:
    where = f'AWS Artifact (search for "{report.find}")' if report.find else "NIST's list of validated modules"
    if reading and not reading.scope_checked:
        return (
            f"{report.title}: check that its scope includes the services and Regions in use, and set "
            f"aws_reports.{report.id}.scope_checked in the profile."
        )
    return (
        f"Read {report.title} in {where}. Check its period, its scope (services and Regions in use) and what it "
        f"expects of customers. Record who read it, and when, under aws_reports.{report.id} in the profile."
    )


def _agreement(report: AwsReport) -> str:
    return (
        f"Check that this agreement with AWS is in force: {report.title}. Record who accepted it, and when, under "
        f"aws_reports.{report.id} in the profile."
    )
