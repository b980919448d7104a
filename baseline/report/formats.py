"""The formats in which findings are printed."""

from collections.abc import Callable, Mapping

from baseline.findings import Finding, at_most
from baseline.report.findings_github import format_github
from baseline.report.findings_gitlab import format_gitlab
from baseline.report.findings_json import format_json
from baseline.report.findings_junit import format_junit
from baseline.report.findings_sarif import format_sarif
from baseline.report.findings_text import format_text

MOST_OF_A_KIND = 1_000
"""Maximum entries of one kind in a document for programs: code scanning shows 5,000 results in total."""

_Format = Callable[[tuple[Finding, ...]], str]


def _bounded(formatted: _Format) -> _Format:
    return lambda findings: formatted(at_most(findings, MOST_OF_A_KIND))


FINDING_FORMATS: Mapping[str, _Format] = {
    "text": format_text,
    "json": _bounded(format_json),
    "sarif": _bounded(format_sarif),
    "junit": _bounded(format_junit),
    "github": _bounded(format_github),
    "gitlab": _bounded(format_gitlab),
}
