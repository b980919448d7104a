"""The executive summary: one page for people who decide."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from baseline.controls.framework import frameworks
from baseline.evidence.judge import Judgement, count_met
from baseline.evidence.states import Met
from baseline.evidence.task import Task
from baseline.frozen import frozen
from baseline.languages.catalog import Say
from baseline.report.cost_words import doubts, headline, terms
from baseline.report.page.gaps import gaps_of
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.report.requirement_words import STATES

_MOST = 5
_LONGEST = 160
"""Maximum characters of a task in the summary, which must fit on a page; the section about tasks has all."""
_CHART = 600
"""Width of a chart, in its own unit."""


@frozen
class Owner:
    """The open work of one owner: number of tasks, how many are overdue, the next day, and the first task."""

    name: str
    count: int
    overdue: int
    next_due: date | None
    first: str


def summary_section(material: Material, say: Say = str) -> Section:
    """Deployed resources, requirements by state, top gaps, work by owner, exceptions by end, and the cost."""
    exceptions = sorted(material.loaded.profile.exceptions.items(), key=lambda item: item[1].expires)
    owners = owners_of(material.tasks, material.day)
    gaps = gaps_of(material.evidence)
    return Section(
        name="summary",
        title="Executive summary",
        context={
            "numbers": list(_numbers(material)),
            "tier": material.plan.tier,
            "charts": [_chart(name, items) for name, items in material.evidence.judgements.items()],
            "gaps": gaps[:_MOST],
            "meanings": _meanings(material),
            "more_gaps": len(gaps[_MOST:]),
            "owners": [replace(owner, first=_brief(owner.first)) for owner in owners[:_MOST]],
            "more_owners": len(owners[_MOST:]),
            "dated": any(owner.next_due for owner in owners),
            "exceptions": exceptions[:_MOST],
            "more_exceptions": len(exceptions[_MOST:]),
            "day": material.day.isoformat(),
            "cost": headline(material.estimate, say),
            "doubts": doubts(material.estimate, say),
            "terms": terms(material.estimate, say),
        },
    )


def owners_of(tasks: Sequence[Task], day: date) -> list[Owner]:
    """Open and overdue tasks by owner: owners with overdue or dated tasks first, then those with the most tasks."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        if task.status(day) != "attested":
            groups.setdefault(task.owner, []).append(task)
    found = [
        Owner(
            name=name,
            count=len(items),
            overdue=sum(item.status(day) == "overdue" for item in items),
            next_due=min((item.next_due for item in items if item.next_due), default=None),
            first=items[0].what,
        )
        for name, items in groups.items()
    ]
    return sorted(found, key=lambda item: (-item.overdue, item.next_due or date.max, -item.count))


def _brief(text: str) -> str:
    """The text, or its first words."""
    return textwrap.shorten(text, _LONGEST, placeholder=" …")


def _numbers(material: Material) -> Iterator[tuple[int, str]]:
    """A number and its label."""
    evidence, plan = material.evidence, material.plan
    suspended = len(material.landscape.accounts) - len(evidence.accounts)
    yield len(evidence.accounts), "active accounts" if suspended else "accounts"
    if suspended:
        yield suspended, "suspended accounts"
    yield len(evidence.regions), "governed Regions"
    yield len(material.deployed), "capabilities"
    yield len(plan.stacks), "stacks"
    met = [item.control for item in evidence.assessments if item.state.value == "deployed"]
    yield sum(not control.preventive for control in met), "controls deployed"
    yield sum(control.preventive for control in met), "guardrails enforced"


def _meanings(material: Material) -> Mapping[str, str]:
    """State → its meaning, for the states in the charts."""
    shown = {item.met.value for judgements in material.evidence.judgements.values() for item in judgements}
    return {name: meaning for name, meaning in STATES.items() if name in shown}


def _chart(name: str, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """The bar of a framework: state, count, and place of each segment."""
    counts = {met: count for met, count in count_met(judgements).items() if count}
    total, segments, start = sum(counts.values()), [], 0.0
    for met in Met:
        if met in counts:
            width = counts[met] / total * _CHART
            segments.append({"state": met.value, "count": counts[met], "x": round(start, 1), "width": round(width, 1)})
            start += width
    return {"name": name, "title": frameworks()[name].title, "total": total, "segments": segments, "width": _CHART}
