"""The gaps of a profile that its own settings can close."""

from collections.abc import Sequence
from dataclasses import dataclass

from baseline.controls.control import controls
from baseline.evidence.assess import State
from baseline.evidence.control_settings import enabled_by
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Met

SEVERITIES = ("critical", "high", "medium", "low")
"""Severities of controls, the highest first."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A requirement that is a gap.

    Attributes:
        requirement: Framework and id, such as `cis-7.0/4.2`.
        title: What it asks for.
        severity: The highest severity of the missing controls.
        settings: Dotted paths of the settings that close it.
    """

    requirement: str
    title: str
    severity: str
    settings: tuple[str, ...]


def closing_controls(item: Judgement) -> tuple[str, ...]:
    """Absent controls of ours that would satisfy a requirement that is a gap, or detect its violations."""
    if item.met is not Met.GAP:
        return ()
    return tuple(
        mapping.control
        for mapping, state in item.controls
        if state is State.ABSENT and mapping.control in controls() and mapping.relation in ("satisfies", "detects")
    )


def gaps_of(evidence: Evidence) -> Sequence[Gap]:
    """Every gap, the most severe first, in the order of the frameworks."""
    found = [
        _gap(item, closing_controls(item))
        for judgements in evidence.judgements.values()
        for item in judgements
        if item.met is Met.GAP
    ]
    return sorted(found, key=lambda gap: SEVERITIES.index(gap.severity))


def _gap(item: Judgement, missing: tuple[str, ...]) -> Gap:
    severities = [controls()[name].severity for name in missing]
    return Gap(
        requirement=item.requirement.key,
        title=item.requirement.title or item.requirement.gist,
        severity=min(severities, key=SEVERITIES.index, default=SEVERITIES[-1]),
        settings=tuple(dict.fromkeys(path for name in missing for path in enabled_by(controls()[name]))),
    )
