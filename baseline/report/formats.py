"""The formats in which findings are printed."""

from collections.abc import Callable, Mapping

from baseline.findings import Finding
from baseline.report.findings_json import format_json
from baseline.report.findings_junit import format_junit
from baseline.report.findings_sarif import format_sarif
from baseline.report.findings_text import format_text

FINDING_FORMATS: Mapping[str, Callable[[tuple[Finding, ...]], str]] = {
    "text": format_text,
    "json": format_json,
    "sarif": format_sarif,
    "junit": format_junit,
}
