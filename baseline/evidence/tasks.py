"""The manual tasks in the evidence: one task for all requirements that share it, and a review for each exception.

An inherited part also has a task to read the report of AWS.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from baseline.evidence.closing import closing_steps
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.report_tasks import report_tasks
from baseline.evidence.states import Met
from baseline.evidence.task import Task
from baseline.profile.acceptance import Attestation, RequirementException, due_next

_FIRST = (Met.GAP, Met.PARTIAL, Met.DETECTED, Met.MANUAL, Met.SHARED, Met.INHERITED, Met.UNSUPPORTED)
"""States in the order in which a reader should see them; the others follow."""

_SEVERITIES = ("critical", "high", "medium", "low")

_KEEPER = "Cloud platform team"
"""The role that changes the profile, as the frameworks' files name it."""


def tasks_of(evidence: Evidence) -> tuple[Task, ...]:
    """Every task once: open before attested tasks, gaps before partly met requirements, severe controls first."""
    judged = [item for judgements in evidence.judgements.values() for item in judgements]
    severities = {item.control.id: item.control.severity for item in evidence.assessments}
    judged.sort(key=lambda item: _severity(item, severities))
    return _merged(sorted((task for item in judged for task in _tasks(evidence, item)), key=_rank))


def _merged(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Merge tasks that differ only in their requirements, at the position of the first one."""
    found: dict[Task, list[Task]] = {}
    for task in tasks:
        found.setdefault(replace(task, requirements=(), state=Met.MANUAL), []).append(task)
    return tuple(
        replace(same[0], requirements=tuple(key for task in same for key in task.requirements))
        for same in found.values()
    )


def _severity(item: Judgement, severities: Mapping[str, str]) -> int:
    """The highest severity of the requirement's controls, as a rank; last without controls."""
    ranks = (_SEVERITIES.index(severities[mapping.control]) for mapping, _ in item.controls)
    return min(ranks, default=len(_SEVERITIES))


def _rank(task: Task) -> tuple[bool, int]:
    return task.is_attested, _FIRST.index(task.state) if task.state in _FIRST else len(_FIRST)


def _tasks(evidence: Evidence, item: Judgement) -> Iterator[Task]:
    manual, key = item.requirement.manual, item.requirement.key
    steps = " Or: ".join(closing_steps(evidence, item)) if item.met is Met.GAP else ""
    if steps:
        yield Task(requirements=(key,), state=item.met, what=steps, owner=_KEEPER)
    if item.exception:
        yield _review(key, item.met, item.exception)
    elif item.attestation:
        what = manual.what if manual else item.attestation.statement
        yield _attested(key, item.met, what, item.attestation, manual.interval if manual else "")
    elif manual:
        yield Task(requirements=(key,), state=item.met, what=manual.what, owner=manual.owner, interval=manual.interval)
    yield from report_tasks(evidence, item)


def _review(key: str, state: Met, exception: RequirementException) -> Task:
    references = (exception.reference, *(control.evidence for control in exception.compensating_controls))
    return Task(
        requirements=(key,),
        state=state,
        what=f"Review the exception: {exception.reason}",
        owner=exception.owner,
        last_done=_day(exception.approved_on),
        next_due=_day(exception.review_by or exception.expires),
        evidence=tuple(str(item) for item in references if item),
        signer=exception.approver,
    )


def _attested(key: str, state: Met, what: str, attestation: Attestation, interval: str) -> Task:
    ends = _day(attestation.expires)
    return Task(
        requirements=(key,),
        state=state,
        what=what,
        owner=attestation.owner,
        interval=attestation.interval or interval,
        last_done=_day(attestation.performed_on),
        next_due=min(day for day in (due_next(attestation), ends) if day is not None),
        evidence=tuple(map(str, attestation.evidence)),
        signer=attestation.signer or attestation.approver,
        is_attested=True,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
