"""Findings as text, one per line, in a form that editors and terminals turn into links."""

from baseline.findings import Finding, Severity, at_most
from baseline.text.terminal import terminal_line

_MOST = 100


def format_finding(finding: Finding) -> str:
    """`file:line:col: key.path: what: why (fix) [severity id]`."""
    path = f"{finding.path}: " if finding.path else ""
    fix = f" ({finding.fix})" if finding.fix else ""
    return terminal_line(f"{finding.location}: {path}{finding.message}{fix} [{finding.severity} {finding.id}]")


def message_with_place(finding: Finding) -> str:
    """Message and fix for a format that points at `existing_location`, with the template's place if it differs."""
    fix = f" ({finding.fix})" if finding.fix else ""
    place = f"{finding.location}: " if finding.existing_location != finding.location else ""
    return f"{place}{finding.message}{fix}"


def format_findings(findings: tuple[Finding, ...]) -> list[str]:
    """One line per finding, at most a hundred of a kind; the rest are counted."""
    return [format_finding(finding) for finding in at_most(findings, _MOST)]


def format_text(findings: tuple[Finding, ...]) -> str:
    """The findings without an acceptance, and a line with the counts."""
    open_findings = tuple(finding for finding in findings if finding.accepted is None)
    lines = format_findings(open_findings)
    return "\n".join([*lines, summary(findings)]) + "\n"


def summary(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 warning, 1 accepted`, or `no findings`."""
    open_findings = [finding for finding in findings if finding.accepted is None]
    counts = [(sum(f.count for f in open_findings if f.severity is level), str(level)) for level in reversed(Severity)]
    parts = [f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for count, name in counts if count]
    accepted = len(findings) - len(open_findings)
    if accepted:
        parts.append(f"{accepted} accepted")
    return ", ".join(parts) or "no findings"
