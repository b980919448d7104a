"""Requirement → its one state, from the states of the controls that count for it and what the profile says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import Assessment, State
from baseline.profile.acceptance import Attestation, Attestations, Exceptions, RequirementException


class Met(Enum):
    """How a requirement is met by what is rendered; the strongest means counts, an exception before all."""

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
    """What is known of requirements beside the templates.

    Attributes:
        exceptions: Requirement → why it is not to be met, from the profile.
        attestations: Requirement → the profile's attestation that people meet it.
        unsupported: Ids of the controls that AWS has no means for in the governed Regions.
        unjudged: Ids of the Security Hub controls that do not judge every account.
        lacking: Ids of those that no governed Region has.
        silent: Ids of our controls that count for nothing: rules about resource types that AWS Config does not
            record, and controls that hold in some of the governed Regions only.
    """

    exceptions: Exceptions = field(default_factory=dict)
    attestations: Attestations = field(default_factory=dict)
    unsupported: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A requirement, how it is met, and what that rests on.

    Attributes:
        requirement: The requirement.
        met: Its one state.
        controls: The controls that count for it, with their states.
        exception: The profile's, if it has one; the state is then `excluded`.
        attestation: The profile's, if it has one; it stands beside the state and does not change it.
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
    """How a requirement is met.

    Args:
        requirement: The requirement.
        assessed: Control id → its assessment; every control that the requirement names is among them.
        circumstances: What is known beside the templates.
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
    """The control's state; absent where it would count for nothing."""
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
    """Requirements by how they are met; there is no single figure."""
    return {met: sum(item.met is met for item in judgements) for met in Met}
