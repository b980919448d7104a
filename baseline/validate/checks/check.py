"""What a check is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from baseline.findings import Problem, Severity
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject


def _nothing(_subject: Subject, _subjects: tuple[Subject, ...]) -> Iterator[Problem]:
    return iter(())


def nothing_in_plan(_subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    """What a check of single templates finds in a plan."""
    return iter(())


def _nothing_in_organization(_planned: Planned, _subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    return iter(())


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule with a stable id.

    Attributes:
        id: `BL…`, never reused.
        title: A few words.
        severity: Of its findings.
        explanation: Why it matters, a few sentences.
        fix: What to do, where a hit does not say it more exactly.
        source: An address that the rule rests on.
        find: (this template, every template of the plan) → hits.
        find_in_plan: Every template of the plan → hits, each with its template; for rules about templates together.
        find_in_organization: (the plan with its organization, every template) → hits; for rules about where stacks go.
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
