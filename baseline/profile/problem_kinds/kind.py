"""The definition of a kind of problem."""

from baseline.findings import Severity
from baseline.frozen import frozen


@frozen
class ProblemKind:
    """A kind of problem.

    Attributes:
        title: A short title.
        explanation: What it means and why it matters.
        fix: How to fix it, unless the finding has its own fix.
        severity: Severity of its findings.
    """

    title: str
    explanation: str
    fix: str
    severity: Severity = Severity.ERROR


def kind(title: str, explanation: str, fix: str, severity: Severity = Severity.ERROR) -> ProblemKind:
    """Return a kind of problem; `severity` is error by default."""
    return ProblemKind(title=title, explanation=explanation, fix=fix, severity=severity)
