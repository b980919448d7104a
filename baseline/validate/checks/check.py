"""The definition of a check."""

from collections.abc import Callable, Iterator

from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject


def _nothing(_subject: Subject, _subjects: tuple[Subject, ...]) -> Iterator[Problem]:
    return iter(())


def nothing_in_plan(_subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    """The `find_in_plan` of a check that only evaluates single templates."""
    return iter(())


def _nothing_in_organization(_planned: Planned, _subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    return iter(())


@frozen
class Check:
    """A rule with a stable id.

    Attributes:
        id: `BL…`, never reused.
        title: A short title.
        severity: Severity of its findings.
        explanation: Why it matters, in a few sentences.
        fix: How to fix it, if the finding has no more specific fix.
        source: Address of the source for the rule.
        find: (this template, every template of the plan) → problems.
        find_in_plan: Every template of the plan → problems, each with its template; for rules across templates.
        find_in_organization: (the plan with its organization, every template) → problems; for rules about targets.
    """

    id: str
    title: str
    severity: Severity
    explanation: str
    fix: str
    source: str
    find: Callable[[Subject, tuple[Subject, ...]], Iterator[Problem]] = _nothing
    find_in_plan: Callable[[tuple[Subject, ...]], Iterator[tuple[Subject, Problem]]] = nothing_in_plan
    find_in_organization: Callable[[Planned, tuple[Subject, ...]], Iterator[tuple[Subject, Problem]]] = (
        _nothing_in_organization
    )
