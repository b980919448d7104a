"""Sheets about the reports of AWS that inherited requirements rest on, and about agreements with AWS."""

import re
from collections.abc import Iterator, Sequence

from baseline.controls.aws_reports import AwsReport, aws_reports, customer_controls
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.report.evidence_origin import origin_lines
from baseline.report.workbook import Sheet
from baseline.text.markdown import markdown_text

_TYPE = re.compile(r"^\s+Type: [\"']?AWS::(\w+)::", re.MULTILINE)
_UNKNOWN = "unknown"
_ABOUT = """\
Reports and agreements that support inherited requirements. This program does not read them: dates and periods come \
from aws_reports in the profile; other values are unknown. The report and the linked page list the services and \
Regions in its scope.
Services are those of the templates; add those of your workloads. Customer responsibilities are paraphrased: the list \
in each report is authoritative.
To download a report, use an identity that may use AWS Artifact and accept its terms: `aws artifact list-reports \
--region us-east-1` shows ids, versions and periods; `aws artifact get-term-for-report --region us-east-1 \
--report-id ID` returns the terms and a token; `aws artifact get-report --region us-east-1 --report-id ID \
--term-token TOKEN` returns a short-lived download URL.
`aws artifact list-customer-agreements --region us-east-1` shows agreements with their start dates."""


def aws_reports_sheets(evidence: Evidence) -> tuple[Sheet, ...]:
    """Reports, inherited requirements with the reports that cover them, tasks of customers, and the origin."""
    about = [(text,) for text in (*_ABOUT.splitlines(), *origin_lines(evidence))]
    return (
        Sheet(title="Reports and agreements", headings=_HEADINGS, widths=_WIDTHS, rows=list(_reports(evidence))),
        Sheet(
            title="Inherited requirements",
            headings=("Requirement", "Done by AWS", "Report", "Covered by", "Last read", "Left to people", "Owner"),
            widths=(26, 60, 36, 14, 13, 60, 24),
            rows=list(_inherited(evidence)),
        ),
        Sheet(
            title="Customer responsibilities",
            headings=("What the customer does", "Controls in place", "Controls not in place"),
            widths=(70, 50, 50),
            rows=list(_assumed(evidence)),
        ),
        Sheet(title="About", headings=("About",), widths=(120,), rows=about),
    )


_HEADINGS = (
    *("Id", "Report or agreement", "Search term in AWS Artifact", "Inherited requirements", "Read or accepted by"),
    *("Read or accepted on", "Period from", "Period to", "Scope checked", "Copy", "Period covered"),
    *("Services of the templates", "Regions of the profile", "Scope page"),
)
_WIDTHS = (12, 40, 22, 12, 24, 13, 12, 12, 12, 30, 50, 50, 30, 50)


def _reports(evidence: Evidence) -> Iterator[tuple[str | int, ...]]:
    services = ", ".join(sorted({name for item in evidence.templates for name in _TYPE.findall(item.text)}))
    inherited = [item.requirement.inherited.report for item in _judged(evidence) if item.requirement.inherited]
    for item in aws_reports().values():
        yield (
            item.id,
            item.title,
            item.find or "not in place: NIST lists them",
            sum(map(item.proves, inherited)),
            *_reading(evidence, item),
            item.period,
            services,
            ", ".join(evidence.regions),
            item.scope,
        )


def _reading(evidence: Evidence, item: AwsReport) -> tuple[str, ...]:
    """Person, day, period, check of the scope, and copy, as the profile states them."""
    read = evidence.aws_reports.get(item.id)
    if read is None:
        return (*[_UNKNOWN] * 4, "no", _UNKNOWN)
    period = [_UNKNOWN if day is None else day for day in (read.period_start, read.period_end)]
    checked = "yes" if read.scope_checked else "no"
    return (read.owner, read.read_on, *period, checked, str(read.reference) if read.reference else _UNKNOWN)


def _inherited(evidence: Evidence) -> Iterator[tuple[str, ...]]:
    for item in _judged(evidence):
        asked = item.requirement
        if asked.inherited:
            proving = [report for report in aws_reports().values() if report.proves(asked.inherited.report)]
            readings = [evidence.aws_reports.get(report.id) for report in proving]
            yield (
                asked.key,
                asked.inherited.what,
                asked.inherited.report,
                ", ".join(report.id for report in proving),
                ", ".join(read.read_on if read else _UNKNOWN for read in readings),
                asked.manual.what if asked.manual else "",
                asked.manual.owner if asked.manual else "",
            )


def _judged(evidence: Evidence) -> Iterator[Judgement]:
    return (item for judgements in evidence.judgements.values() for item in judgements)


def _assumed(evidence: Evidence) -> Iterator[tuple[str, ...]]:
    for item in customer_controls():
        there = [name for name in item.controls if evidence.states[name] in (State.DEPLOYED, State.PARTIAL)]
        yield item.what, ", ".join(there), ", ".join(name for name in item.controls if name not in there)


def format_sheets_markdown(title: str, sheets: Sequence[Sheet]) -> str:
    """The sheets as tables, each below its title."""
    parts = [f"# {markdown_text(title)}"]
    for sheet in sheets:
        rows = [f"| {' | '.join(markdown_text(str(cell)) for cell in row)} |" for row in sheet.rows]
        head = f"| {' | '.join(sheet.headings)} |\n|{'---|' * len(sheet.headings)}"
        parts.append("\n".join([f"## {sheet.title}\n", head, *rows]))
    return "\n\n".join(parts) + "\n"
