"""Runs the checks."""

from collections.abc import Iterator, Sequence

from baseline.findings import Finding, Location, Problem
from baseline.plan.model import Template
from baseline.validate.checks.check import Check
from baseline.validate.checks.registry import CHECKS
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject, read_template


def run_checks(
    templates: Sequence[Template], checks: Sequence[Check] = CHECKS, planned: Planned | None = None
) -> Iterator[Finding]:
    """The findings of each template, checked together with all other templates."""
    yield from check_subjects(tuple(read_template(template) for template in templates), checks, planned)


def check_subjects(
    subjects: tuple[Subject, ...], checks: Sequence[Check] = CHECKS, planned: Planned | None = None
) -> Iterator[Finding]:
    """The findings of templates that have already been read.

    Args:
        subjects: Every template of a plan.
        checks: The checks to run.
        planned: The plan with its organization; without it, checks of targets are skipped.
    """
    for subject in subjects:
        for check in checks:
            yield from (_finding(check, subject, hit) for hit in check.find(subject, subjects))
    for check in checks:
        yield from (_finding(check, subject, hit) for subject, hit in check.find_in_plan(subjects))
        if planned is not None:
            found = check.find_in_organization(planned, subjects)
            yield from (_finding(check, subject, hit) for subject, hit in found)


def _finding(check: Check, subject: Subject, hit: Problem) -> Finding:
    line, column = subject.place(hit.path)
    stack = subject.template.stack
    return Finding(
        id=check.id,
        severity=hit.severity or check.severity,
        message=hit.message,
        location=Location(file=stack.file, line=line, column=column),
        path=".".join(map(str, hit.path)),
        fix=hit.fix or check.fix,
        capability=stack.capability,
        logical_id=str(hit.path[1]) if len(hit.path) > 1 and hit.path[0] == "Resources" else "",
        source=check.source,
    )
