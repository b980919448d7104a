"""Findings as workflow commands of GitHub Actions: annotations at their lines in a pull request.

Source: docs.github.com/actions/reference/workflows-and-actions/workflow-commands. Escapes are those of
github.com/actions/toolkit, packages/core/src/command.ts.
"""

from baseline.findings import Finding, Severity
from baseline.report.findings_text import message_with_place
from baseline.text.terminal import terminal_line

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_MESSAGE = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ord(":"): "%3A", ord(","): "%2C"}


def format_github(findings: tuple[Finding, ...]) -> str:
    """One command per finding that is not accepted."""
    return "".join(f"{_command(finding)}\n" for finding in findings if finding.accepted is None)


def _command(finding: Finding) -> str:
    place = finding.existing_location
    properties = {"file": place.file}
    if place.line:
        properties |= {"line": str(place.line), "col": str(max(place.column, 1))}
    properties["title"] = f"baseline {finding.id}"
    path = f"{finding.path}: " if finding.path and finding.origin is None else ""
    said = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {said}::{_escaped(path + message_with_place(finding), _IN_MESSAGE)}"


def _escaped(text: str, escapes: dict[int, str]) -> str:
    return terminal_line(text).translate(escapes)
