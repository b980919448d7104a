"""What a kind of problem is."""

from dataclasses import dataclass

from baseline.findings import Severity


@dataclass(frozen=True, kw_only=True)
class ProblemKind:
    """A kind of problem.

    Attributes:
        title: A few words.
        explanation: What it means and why it matters.
        fix: What to do, unless the finding itself knows better.
        severity: How much it matters.
    """

    title: str
    explanation: str
    fix: str
    severity: Severity = Severity.ERROR


def kind(title: str, explanation: str, fix: str, severity: Severity = Severity.ERROR) -> ProblemKind:
    """Return a kind of problem, an error unless `severity` says otherwise."""
    return ProblemKind(title=title, explanation=explanation, fix=fix, severity=severity)
