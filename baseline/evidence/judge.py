"""The state of a requirement, derived from the states of its controls and the profile's statements about it."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from types import MappingProxyType

from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import Assessment, State
from baseline.evidence.former import former_state
from baseline.evidence.states import Checked, Implemented, Met
from baseline.frozen import frozen
from baseline.profile.acceptance import Attestation, Attestations, Exceptions, RequirementException

NEEDS_NO_EXCEPTION = (Met.DEPLOYED, Met.PREVENTED, Met.INHERITED)
"""States that an exception does not change: a requirement that is met stays met."""


@frozen
class Circumstances:
    """Facts about requirements from outside the templates.

    Attributes:
        exceptions: Requirement → the profile's exception from it.
        attestations: Requirement → the profile's attestation that people meet it.
        unsupported: Ids of the controls whose AWS features are missing in the governed Regions.
        unjudged: Ids of the Security Hub controls that do not evaluate every account.
        lacking: Ids of the Security Hub controls that no governed Region has.
        provided: Control → its origin, for those that another service provides in place of the templates.
        silent: Ids of the baseline's rules about resource types that AWS Config does not record.
        day: The date of the evidence, if the user gives one; exceptions that have ended by then have no effect.
    """

    exceptions: Exceptions = field(default_factory=dict)
    attestations: Attestations = field(default_factory=dict)
    unsupported: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    provided: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None

    def excludes(self, requirement: Requirement, met: Met) -> bool:
        """Whether an exception replaces the state that the requirement would have without it.

        It does not if the requirement is met, if the exception covers only a part of the organization, or if it has
        ended.
        """
        exception = self.exceptions.get(requirement.key)
        if exception is None or met in NEEDS_NO_EXCEPTION or exception.scope or exception.resources:
            return False
        return self.day is None or self.day.isoformat() <= exception.expires


@frozen
class Judgement:
    """A requirement, its state, and the controls and statements behind the state.

    Attributes:
        requirement: The requirement.
        met: Its headline state.
        implemented: How much of it the templates and AWS implement, regardless of exceptions.
        checked: How much of it deployed detectors check in live accounts, regardless of exceptions.
        former: Its state under the rules of evidence format 3.
        controls: The contributing controls, with their states.
        exception: The profile's exception, if any; the headline state is `excluded` if the exception `excludes`.
        attestation: The profile's attestation, if any; it does not change the state.
    """

    requirement: Requirement
    met: Met
    implemented: Implemented
    checked: Checked
    former: Met
    controls: tuple[tuple[ControlMapping, State], ...]
    exception: RequirementException | None = None
    attestation: Attestation | None = None


_NOTHING = Circumstances()
_THERE = (State.DEPLOYED, State.PARTIAL)
_ACTING = ("satisfies", "contributes")
_FINDING = ("detects", "checks")


def judge(
    requirement: Requirement,
    assessed: Mapping[str, Assessment],
    circumstances: Circumstances = _NOTHING,
    watched: Mapping[str, Checked] = MappingProxyType({}),
) -> Judgement:
    """The state of a requirement.

    Args:
        requirement: The requirement.
        assessed: Control id → its assessment; contains every control that the requirement names.
        circumstances: Facts from outside the templates.
        watched: Control id → how much of it deployed detectors evaluate, for those that they evaluate.
    """
    exception = circumstances.exceptions.get(requirement.key)
    controls = tuple((item, _counting(item, assessed, circumstances)) for item in requirement.controls)
    counted = _with_provided(controls, assessed, circumstances)
    implemented, checked = _implemented(requirement, counted), _checked(requirement, controls, watched)
    if implemented is Implemented.FULL and _implemented(requirement, controls) is not Implemented.FULL:
        implemented, met = Implemented.INHERITED, Met.INHERITED
    elif implemented is Implemented.FULL:
        satisfying = (item.control for item, state in controls if item.relation == "satisfies" and state in _THERE)
        met = Met.PREVENTED if all(assessed[name].control.preventive for name in satisfying) else Met.DEPLOYED
    else:
        met = _unsatisfied(requirement, counted, circumstances, implemented, checked)
    if circumstances.excludes(requirement, met):
        met = Met.EXCLUDED
    return Judgement(
        requirement=requirement,
        met=met,
        implemented=implemented,
        checked=checked,
        former=Met.EXCLUDED
        if exception
        else former_state(requirement, controls, met, unsupported=_is_unsupported(requirement, circumstances)),
        controls=controls,
        exception=exception,
        attestation=circumstances.attestations.get(requirement.key),
    )


def _counting(item: ControlMapping, assessed: Mapping[str, Assessment], circumstances: Circumstances) -> State:
    """The control's state for the requirement; absent if it cannot contribute, partial if it needs other controls."""
    own = assessed[item.control]
    judged = (circumstances.unjudged | circumstances.lacking).isdisjoint(item.judges)
    needed = own.control.needs if item.relation == "satisfies" else (*own.control.needs, *item.needs)
    states = {name: _found(name, assessed, circumstances) for name in (*needed, *item.needs)}
    if not judged or item.control in circumstances.silent or not all(states[name] in _THERE for name in needed):
        return State.ABSENT
    complete = all(state is State.DEPLOYED for state in states.values())
    return State.PARTIAL if own.state is State.DEPLOYED and not complete else own.state


def _found(control: str, assessed: Mapping[str, Assessment], circumstances: Circumstances) -> State:
    """The state of a control that another one needs."""
    return State.DEPLOYED if control in circumstances.provided else assessed[control].state


def _with_provided(
    controls: Sequence[tuple[ControlMapping, State]], assessed: Mapping[str, Assessment], circumstances: Circumstances
) -> tuple[tuple[ControlMapping, State], ...]:
    """The controls; one that another service provides is deployed if the controls that it requires are deployed."""

    def state_of(item: ControlMapping, state: State) -> State:
        needed = (*assessed[item.control].control.needs, *item.needs)
        complete = all(_found(name, assessed, circumstances) is State.DEPLOYED for name in needed)
        return State.DEPLOYED if item.control in circumstances.provided and complete else state

    return tuple((item, state_of(item, state)) for item, state in controls)


def _implemented(requirement: Requirement, controls: Sequence[tuple[ControlMapping, State]]) -> Implemented:
    found = [(item.relation, state) for item, state in controls if item.relation in _ACTING and state in _THERE]
    if ("satisfies", State.DEPLOYED) in found and not requirement.narrows:
        return Implemented.FULL
    if found:
        return Implemented.PARTIAL
    if requirement.inherited:
        return Implemented.SHARED if requirement.manual or requirement.controls else Implemented.INHERITED
    return Implemented.NONE


def _checked(
    requirement: Requirement, controls: Sequence[tuple[ControlMapping, State]], watched: Mapping[str, Checked]
) -> Checked:
    there = [(item, state) for item, state in controls if state in _THERE and item.relation != "supports"]
    satisfying = [watched.get(item.control) is Checked.ALL for item, _ in there if item.relation == "satisfies"]
    detected = any(item.relation == "detects" and state is State.DEPLOYED for item, state in there)
    if not requirement.narrows and (detected or (satisfying and all(satisfying))):
        return Checked.ALL
    some = any(item.relation in _FINDING or item.judges or item.control in watched for item, _ in there)
    return Checked.SOME if some else Checked.NONE


def _unsatisfied(
    requirement: Requirement,
    controls: Sequence[tuple[ControlMapping, State]],
    circumstances: Circumstances,
    implemented: Implemented,
    checked: Checked,
) -> Met:
    """The headline state of a requirement that is not implemented in full."""
    if checked is Checked.ALL:
        return Met.DETECTED
    decisive = [(item, state) for item, state in controls if item in requirement.decisive]
    can_be_enabled = any(not _is_missing(item, circumstances) for item, _ in decisive)
    if can_be_enabled and not any(state in _THERE for _, state in decisive):
        return Met.GAP
    if implemented is Implemented.PARTIAL or checked is Checked.SOME:
        return Met.PARTIAL
    if any(item.relation in ("satisfies", "detects") for item, _ in controls):
        return Met.UNSUPPORTED if _is_unsupported(requirement, circumstances) else Met.GAP
    if implemented is Implemented.SHARED:
        return Met.SHARED
    return Met.MANUAL if requirement.manual else Met.INHERITED


def _is_unsupported(requirement: Requirement, circumstances: Circumstances) -> bool:
    """Whether AWS lacks every control that would satisfy the requirement or detect violations."""
    return all(
        _is_missing(item, circumstances) for item in requirement.controls if item.relation in ("satisfies", "detects")
    )


def _is_missing(item: ControlMapping, circumstances: Circumstances) -> bool:
    """Whether AWS does not support the control in any governed Region."""
    return item.control in circumstances.unsupported or not circumstances.lacking.isdisjoint(item.judges)


def count_met(judgements: Sequence[Judgement]) -> Mapping[Met, int]:
    """Number of requirements by state; there is deliberately no total score."""
    return {met: sum(item.met is met for item in judgements) for met in Met}


def count_implemented(judgements: Sequence[Judgement]) -> Mapping[Implemented, int]:
    """Number of requirements by `implemented`, the first of the two axes of their states."""
    return {value: sum(item.implemented is value for item in judgements) for value in Implemented}


def count_checked(judgements: Sequence[Judgement]) -> Mapping[Checked, int]:
    """Number of requirements by `checked`, the second of the two axes of their states."""
    return {value: sum(item.checked is value for item in judgements) for value in Checked}
