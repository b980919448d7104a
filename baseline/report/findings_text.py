"""Findings for people, one line each, in the form that editors and terminals can jump to."""

from baseline.findings import Finding, Severity
from baseline.text.terminal import terminal_line


def format_finding(finding: Finding) -> str:
    """`file:line:col: key.path: what: why (fix) [severity id]`."""
    path = f"{finding.path}: " if finding.path else ""
    fix = f" ({finding.fix})" if finding.fix else ""
    return terminal_line(f"{finding.location}: {path}{finding.message}{fix} [{finding.severity} {finding.id}]")


def format_text(findings: tuple[Finding, ...]) -> str:
    """The findings that nobody has accepted, and a line that counts them all."""
    lines = [format_finding(finding) for finding in findings if finding.accepted is None]
    return "\n".join([*lines, summary(findings)]) + "\n"


def summary(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 warning, 1 accepted`, or `no findings`."""
    open_findings = [finding for finding in findings if finding.accepted is None]
    counts = [(sum(f.severity is level for f in open_findings), str(level)) for level in reversed(Severity)]
    parts = [f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for count, name in counts if count]
    accepted = len(findings) - len(open_findings)
    if accepted:
        parts.append(f"{accepted} accepted")
    return ", ".join(parts) or "no findings"
