"""Requirement → its state, from the states of its controls and the profile's statements about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import Assessment, State
from baseline.profile.acceptance import Attestation, Attestations, Exceptions, RequirementException


class Met(Enum):
    """State of a requirement; the strongest means decides, and an exception takes precedence."""

    DEPLOYED = "deployed"
    PREVENTED = "prevented"
    DETECTED = "detected"
    GAP = "gap"
    UNSUPPORTED = "unsupported"
    MANUAL = "manual"
    INHERITED = "inherited"
    EXCLUDED = "excluded"


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Facts about requirements from outside the templates.

    Attributes:
        exceptions: Requirement → the profile's exception from it.
        attestations: Requirement → the profile's attestation that people meet it.
        unsupported: Ids of the controls whose AWS features are missing in the governed Regions.
        unjudged: Ids of the Security Hub controls that do not evaluate every account.
        lacking: Ids of the Security Hub controls that no governed Region has.
        silent: Ids of our controls that do not contribute: rules about resource types that AWS Config does not
            record, and controls that cover only some of the governed Regions.
    """

    exceptions: Exceptions = field(default_factory=dict)
    attestations: Attestations = field(default_factory=dict)
    unsupported: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A requirement, its state, and the controls and statements behind the state.

    Attributes:
        requirement: The requirement.
        met: Its one state.
        controls: The contributing controls, with their states.
        exception: The profile's, if it has one; the state is then `excluded`.
        attestation: The profile's, if it has one; it does not change the state.
    """

    requirement: Requirement
    met: Met
    controls: tuple[tuple[ControlMapping, State], ...]
    exception: RequirementException | None = None
    attestation: Attestation | None = None


_NOTHING = Circumstances()


def judge(
    requirement: Requirement, assessed: Mapping[str, Assessment], circumstances: Circumstances = _NOTHING
) -> Judgement:
    """The state of a requirement.

    Args:
        requirement: The requirement.
        assessed: Control id → its assessment; contains every control that the requirement names.
        circumstances: Facts from outside the templates.
    """
    exception = circumstances.exceptions.get(requirement.key)
    controls = tuple((item, _counting(item, assessed, circumstances)) for item in requirement.controls)
    preventive = frozenset(item.control for item, _ in controls if assessed[item.control].control.preventive)
    return Judgement(
        requirement=requirement,
        met=Met.EXCLUDED if exception else _met(requirement, controls, preventive, circumstances),
        controls=controls,
        exception=exception,
        attestation=circumstances.attestations.get(requirement.key),
    )


def _counting(item: ControlMapping, assessed: Mapping[str, Assessment], circumstances: Circumstances) -> State:
    """The control's state; absent if the control cannot contribute."""
    own = assessed[item.control]
    judged = (circumstances.unjudged | circumstances.lacking).isdisjoint(item.judges)
    complete = all(assessed[name].state is State.DEPLOYED for name in (*own.control.needs, *item.needs))
    counts = judged and complete and item.control not in circumstances.silent
    return own.state if counts else State.ABSENT


def _met(
    requirement: Requirement,
    controls: Sequence[tuple[ControlMapping, State]],
    preventive: frozenset[str],
    circumstances: Circumstances,
) -> Met:
    there = [item for item, state in controls if state is State.DEPLOYED]
    satisfying = [item.control for item in there if item.relation == "satisfies"]
    if satisfying:
        return Met.PREVENTED if preventive.issuperset(satisfying) else Met.DEPLOYED
    if any(item.relation == "detects" for item in there):
        return Met.DETECTED
    # A control that would be enough, or would find what is wrong, is there to be turned on: unless AWS lacks it.
    chances = [item for item in requirement.controls if item.relation != "contributes"]
    if chances:
        lacks, has_not = circumstances.unsupported, circumstances.lacking
        missing = all(item.control in lacks or not has_not.isdisjoint(item.judges) for item in chances)
        return Met.UNSUPPORTED if missing else Met.GAP
    return Met.MANUAL if requirement.manual else Met.INHERITED


def count_met(judgements: Sequence[Judgement]) -> Mapping[Met, int]:
    """Number of requirements by state; there is deliberately no total score."""
    return {met: sum(item.met is met for item in judgements) for met in Met}
