"""Requirement → its one state, from the states of the controls that count for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import Assessment, State


class Met(Enum):
    """How a requirement is met by what is rendered; the strongest means counts."""

    DEPLOYED = "deployed"
    PREVENTED = "prevented"
    DETECTED = "detected"
    GAP = "gap"
    MANUAL = "manual"
    INHERITED = "inherited"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A requirement, how it is met, and the controls that count for it with their states."""

    requirement: Requirement
    met: Met
    controls: tuple[tuple[ControlMapping, State], ...]


def judge(requirement: Requirement, assessed: Mapping[str, Assessment]) -> Judgement:
    """How a requirement is met.

    Args:
        requirement: The requirement.
        assessed: Control id → its assessment; every control that the requirement names is among them.
    """
    controls = tuple((item, assessed[item.control].state) for item in requirement.controls)
    return Judgement(requirement=requirement, met=_met(requirement, controls, assessed), controls=controls)


def _met(
    requirement: Requirement, controls: tuple[tuple[ControlMapping, State], ...], assessed: Mapping[str, Assessment]
) -> Met:
    there = [item for item, state in controls if state is State.DEPLOYED]
    satisfying = [item for item in there if item.relation == "satisfies"]
    if satisfying:
        preventive = all(assessed[item.control].control.preventive for item in satisfying)
        return Met.PREVENTED if preventive else Met.DEPLOYED
    if any(item.relation == "detects" for item in there):
        return Met.DETECTED
    # A control that would be enough, or would find what is wrong, is there to be turned on.
    if any(item.relation != "contributes" for item, _ in controls):
        return Met.GAP
    return Met.MANUAL if requirement.manual else Met.INHERITED


def count_met(judgements: Sequence[Judgement]) -> Mapping[Met, int]:
    """Requirements by how they are met; there is no single figure."""
    return {met: sum(item.met is met for item in judgements) for met in Met}
