"""A requirement has a headline state that follows from two axes: implemented and checked."""

from datetime import date
from typing import Any

import pytest

from baseline.aws.security_hub import control_ids
from baseline.capabilities.control_tower import ControlTower
from baseline.controls.assertion import assertions
from baseline.controls.control import controls
from baseline.controls.framework import frameworks
from baseline.controls.requirement import Inherited, Manual, Requirement, read_requirement
from baseline.evidence.assess import Assessment, State
from baseline.evidence.control_tower import provided_by
from baseline.evidence.judge import Circumstances, count_met, judge
from baseline.evidence.states import Checked, Implemented, Met
from baseline.profile.acceptance import Attestation, RequirementException

PEOPLE = Manual(what="Sign.", owner="Security team")
AFTER = Manual(what="Delete what is found.", owner="Security team", follow_up=True)
AWS = Inherited(what="Guards the doors.", report="SOC 2")
TRAIL, RULE, GUARDRAIL = "cloudtrail-enabled", "config-rule-root-access-key", "guardrail-leave-organization"


def asked(*mappings: tuple[str, str], manual: Manual | None = None, inherited: Inherited | None = None) -> Requirement:
    controls = [{"id": name, "relation": relation, "reason": "So."} for name, relation in mappings]
    table = {
        "gist": "Something.",
        "controls": controls,
        **({"manual": vars(manual)} if manual else {}),
        **({"inherited": vars(inherited)} if inherited else {}),
    }
    return read_requirement("own", "1", table)


def assessed(**states: State) -> dict[str, Assessment]:
    found = {name: states.get(name, State.DEPLOYED) for name in (TRAIL, RULE, GUARDRAIL)}
    return {name: Assessment(control=controls()[name], state=state, observations=()) for name, state in found.items()}


FULL, PART, NONE = Implemented.FULL, Implemented.PARTIAL, Implemented.NONE
ALL, SOME, UNCHECKED = Checked.ALL, Checked.SOME, Checked.NONE


@pytest.mark.parametrize(
    ("requirement", "absent", "met", "implemented", "checked"),
    [
        (asked((TRAIL, "satisfies"), (RULE, "detects")), [], Met.DEPLOYED, FULL, ALL),
        (asked((TRAIL, "satisfies"), (GUARDRAIL, "satisfies")), [], Met.DEPLOYED, FULL, UNCHECKED),
        (asked((GUARDRAIL, "satisfies"), (RULE, "detects")), [], Met.PREVENTED, FULL, ALL),
        (asked((TRAIL, "satisfies"), (GUARDRAIL, "satisfies")), [TRAIL], Met.PREVENTED, FULL, UNCHECKED),
        (asked((TRAIL, "satisfies"), (RULE, "detects")), [TRAIL], Met.DETECTED, NONE, ALL),
        (asked((TRAIL, "satisfies"), (RULE, "detects"), manual=AFTER), [TRAIL], Met.DETECTED, NONE, ALL),
        (asked((TRAIL, "satisfies"), manual=PEOPLE), [], Met.PARTIAL, PART, UNCHECKED),
        (asked((TRAIL, "satisfies"), (RULE, "detects"), manual=PEOPLE), [], Met.PARTIAL, PART, SOME),
        (asked((TRAIL, "satisfies"), (RULE, "detects"), manual=PEOPLE), [TRAIL], Met.GAP, NONE, SOME),
        (asked((TRAIL, "satisfies"), (RULE, "detects"), manual=PEOPLE), [TRAIL, RULE], Met.GAP, NONE, UNCHECKED),
        (asked((RULE, "detects"), manual=PEOPLE), [], Met.PARTIAL, NONE, SOME),
        (asked((RULE, "detects")), [RULE], Met.GAP, NONE, UNCHECKED),
        (asked((RULE, "detects"), (TRAIL, "contributes"), manual=AFTER), [RULE], Met.GAP, PART, UNCHECKED),
        (asked((RULE, "detects"), (TRAIL, "contributes"), manual=PEOPLE), [RULE], Met.PARTIAL, PART, UNCHECKED),
        (asked((TRAIL, "contributes"), manual=PEOPLE), [], Met.PARTIAL, PART, UNCHECKED),
        (asked((TRAIL, "contributes"), manual=PEOPLE), [TRAIL], Met.MANUAL, NONE, UNCHECKED),
        (asked((TRAIL, "supports"), manual=PEOPLE), [], Met.MANUAL, NONE, UNCHECKED),
        (asked((RULE, "checks"), manual=PEOPLE), [], Met.PARTIAL, NONE, SOME),
        (asked((RULE, "checks"), manual=PEOPLE), [RULE], Met.MANUAL, NONE, UNCHECKED),
        (asked((RULE, "checks"), manual=PEOPLE, inherited=AWS), [], Met.PARTIAL, Implemented.SHARED, SOME),
        (asked((TRAIL, "contributes"), manual=PEOPLE, inherited=AWS), [], Met.PARTIAL, PART, UNCHECKED),
        (asked(manual=PEOPLE, inherited=AWS), [], Met.SHARED, Implemented.SHARED, UNCHECKED),
        (asked(inherited=AWS), [], Met.INHERITED, Implemented.INHERITED, UNCHECKED),
    ],
)
def test_the_state_follows_from_what_is_implemented_and_checked(
    requirement: Requirement, absent: list[str], met: Met, implemented: Implemented, checked: Checked
) -> None:
    for state in (State.ABSENT, State.FAILED):
        found = judge(requirement, assessed(**dict.fromkeys(absent, state)))
        assert (found.met, found.implemented, found.checked) == (met, implemented, checked)
        assert [mapping.control for mapping, _ in found.controls] == [item.control for item in requirement.controls]


def test_a_control_that_lacks_some_places_implements_a_part() -> None:
    found = judge(asked((TRAIL, "satisfies"), (RULE, "contributes")), assessed(**{TRAIL: State.PARTIAL}))
    assert (found.met, found.implemented, found.former) == (Met.PARTIAL, PART, Met.GAP)


def test_a_satisfying_control_without_those_that_it_needs_is_a_part() -> None:
    mapping = {"id": TRAIL, "relation": "satisfies", "reason": "So.", "needs": [GUARDRAIL]}
    requirement = read_requirement("own", "1", {"gist": "Something.", "controls": [mapping]})
    assert judge(requirement, assessed()).met is Met.DEPLOYED
    found = judge(requirement, assessed(**{GUARDRAIL: State.ABSENT}))
    assert (found.met, [state for _, state in found.controls]) == (Met.PARTIAL, [State.PARTIAL])


def test_a_deployed_control_is_checked_if_a_deployed_detector_evaluates_it() -> None:
    requirement = asked((TRAIL, "satisfies"), (GUARDRAIL, "contributes"))
    assert judge(requirement, assessed(), watched={TRAIL: ALL}).checked is ALL
    assert judge(requirement, assessed(), watched={TRAIL: SOME}).checked is SOME
    assert judge(requirement, assessed(), watched={GUARDRAIL: ALL}).checked is SOME


@pytest.mark.parametrize(
    ("requirement", "absent", "former"),
    [
        (asked((TRAIL, "satisfies"), manual=PEOPLE), [], Met.DEPLOYED),
        (asked((TRAIL, "satisfies"), (RULE, "detects"), manual=PEOPLE), [TRAIL], Met.DETECTED),
        (asked((RULE, "detects"), (TRAIL, "contributes"), manual=PEOPLE), [RULE], Met.GAP),
        (asked((TRAIL, "contributes"), manual=PEOPLE), [], Met.MANUAL),
        (asked(manual=PEOPLE, inherited=AWS), [], Met.MANUAL),
        (asked(inherited=AWS), [], Met.INHERITED),
    ],
)
def test_the_former_state_follows_the_rules_of_format_3(
    requirement: Requirement, absent: list[str], former: Met
) -> None:
    assert judge(requirement, assessed(**dict.fromkeys(absent, State.ABSENT))).former is former


def test_every_requirement_of_every_framework_has_a_state() -> None:
    nothing = {
        name: Assessment(control=control, state=State.ABSENT, observations=()) for name, control in controls().items()
    }
    for framework in frameworks().values():
        judged = [judge(item, nothing) for item in framework.requirements.values()]
        counts = count_met(judged)
        assert sum(counts.values()) == len(framework.requirements) > 10
        assert {met for met, count in counts.items() if count} <= {Met.GAP, Met.MANUAL, Met.SHARED, Met.INHERITED}


SIGNED: dict[str, Any] = {"owner": "Platform team", "approver": "CISO", "expires": "2027-06-30"}


@pytest.mark.parametrize(
    ("absent", "unsupported", "met"),
    [
        ([TRAIL, RULE], [TRAIL, RULE], Met.UNSUPPORTED),
        ([TRAIL, RULE], [RULE], Met.GAP),
        ([TRAIL], [TRAIL], Met.DETECTED),
        ([RULE], [RULE], Met.DEPLOYED),
    ],
)
def test_what_aws_lacks_is_no_gap(absent: list[str], unsupported: list[str], met: Met) -> None:
    requirement = asked((TRAIL, "satisfies"), (RULE, "detects"), manual=AFTER)
    circumstances = Circumstances(unsupported=frozenset(unsupported))
    assert judge(requirement, assessed(**dict.fromkeys(absent, State.ABSENT)), circumstances).met is met


EXCEPTION = RequirementException(reason="Another product does it.", **SIGNED)


@pytest.mark.parametrize(
    ("state", "changes", "day", "met"),
    [
        (State.ABSENT, {}, None, Met.EXCLUDED),
        (State.ABSENT, {}, date(2027, 6, 30), Met.EXCLUDED),
        (State.ABSENT, {}, date(2027, 7, 1), Met.GAP),
        (State.ABSENT, {"scope": ["Sandbox"]}, None, Met.GAP),
        (State.ABSENT, {"resources": ["arn:aws:s3:::site"]}, None, Met.GAP),
        (State.DEPLOYED, {}, None, Met.DEPLOYED),
    ],
)
def test_an_exception_takes_the_place_of_a_gap_only_in_force_and_as_a_whole(
    state: State, changes: dict[str, Any], day: date | None, met: Met
) -> None:
    exception = EXCEPTION.model_copy(update=changes)
    found = judge(
        asked((TRAIL, "satisfies")), assessed(**{TRAIL: state}), Circumstances(exceptions={"own/1": exception}, day=day)
    )
    assert (found.met, found.exception, found.former) == (met, exception, Met.EXCLUDED)
    assert found.implemented is (FULL if state is State.DEPLOYED else Implemented.NONE)


def test_an_attestation_changes_no_state() -> None:
    attestation = Attestation(statement="We look at it.", **SIGNED)
    attested = judge(asked((TRAIL, "satisfies")), assessed(), Circumstances(attestations={"own/1": attestation}))
    assert (attested.met, attested.attestation) == (Met.DEPLOYED, attestation)


def test_a_mapping_does_not_count_if_its_control_does_not_judge_everywhere() -> None:
    table = {
        "gist": "Something.",
        "controls": [{"id": RULE, "relation": "detects", "reason": "So.", "judges": ["S3.1", "S3.2"]}],
    }
    requirement = read_requirement("own", "1", table)
    assert judge(requirement, assessed(), Circumstances(unjudged=frozenset({"S3.3"}))).met is Met.DETECTED
    found = judge(requirement, assessed(), Circumstances(unjudged=frozenset({"S3.2"})))
    assert found.met is Met.GAP
    assert [state for _, state in found.controls] == [State.ABSENT]
    assert judge(asked((RULE, "detects")), assessed(), Circumstances(unjudged=frozenset({"S3.2"}))).met is Met.DETECTED


@pytest.mark.parametrize(
    ("alarm", "needed"),
    [
        ("alarm-root-usage", "notifications-subscribers"),
        ("s3-deletions-alarm", "notifications-subscribers"),
        ("s3-deletions-alarm", "cloudtrail-s3-data-events"),
    ],
)
def test_an_alarm_without_subscribers_or_events_does_not_count(alarm: str, needed: str) -> None:
    requirement = asked((alarm, "satisfies"))
    states = {
        name: Assessment(control=controls()[name], state=State.DEPLOYED, observations=())
        for name in (alarm, *controls()[alarm].needs)
    }
    assert judge(requirement, states).met is Met.DEPLOYED
    for state in (State.ABSENT, State.FAILED):
        silent = states | {needed: Assessment(control=controls()[needed], state=state, observations=())}
        found = judge(requirement, silent)
        assert (found.met, [it for _, it in found.controls]) == (Met.GAP, [State.ABSENT])


def test_what_security_hub_lacks_in_every_region_is_no_gap() -> None:
    table = {
        "gist": "Something.",
        "controls": [{"id": RULE, "relation": "detects", "reason": "So.", "judges": ["S3.1"]}],
    }
    requirement = read_requirement("own", "1", table)
    found = judge(requirement, assessed(), Circumstances(lacking=frozenset({"S3.1"})))
    assert (found.met, [state for _, state in found.controls]) == (Met.UNSUPPORTED, [State.ABSENT])
    assert judge(requirement, assessed(), Circumstances(lacking=frozenset({"S3.2"}))).met is Met.DETECTED


def test_what_stands_for_controls_of_security_hub_names_some_that_it_has() -> None:
    mappings = [
        mapping
        for framework in frameworks().values()
        for item in framework.requirements.values()
        for mapping in item.controls
        if mapping.judges
    ]
    by_control = {
        control: {name for mapping in mappings if mapping.control == control for name in mapping.judges}
        for control in {mapping.control for mapping in mappings}
    }
    assert by_control == {"security-hub-fsbp": set(frameworks()["fsbp"].requirements), "security-hub-cis": {"S3.20"}}
    assert by_control["security-hub-cis"] <= control_ids()


def test_every_control_that_is_an_alarm_needs_a_subscriber() -> None:
    kinds = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}
    alarms = {name for name, items in assertions().items() if kinds & {item.type for item in items}}
    assert {"cis-alarms", "root-active-alarm", "break-glass-alarm"} < alarms
    assert [name for name in alarms if "notifications-subscribers" not in needed(name)] == []


def needed(name: str) -> frozenset[str]:
    """What a control needs, and what these controls need."""
    own = controls()[name].needs
    return frozenset(own).union(*map(needed, own))


def test_what_control_tower_provides_is_inherited_and_as_a_part_it_counts() -> None:
    tower = ControlTower(version="4.0", integrations=frozenset({"centralized_logging"}), units=())
    facts = Circumstances(provided=provided_by(tower))
    states = assessed(**{TRAIL: State.ABSENT})

    whole = judge(asked((TRAIL, "satisfies"), (GUARDRAIL, "contributes")), states, facts)
    part = judge(asked((TRAIL, "contributes"), (RULE, "detects")), states, facts)

    assert (whole.met, whole.implemented) == (Met.INHERITED, Implemented.INHERITED)
    assert whole.controls[0][1] is State.ABSENT, "what is in the templates stays what it is"
    assert (part.met, part.implemented) == (Met.DETECTED, Implemented.PARTIAL)
    assert judge(asked((TRAIL, "satisfies")), states).met is Met.GAP
    assert facts.provided[TRAIL] == "inherited from Control Tower (AWS-GR_CLOUDTRAIL_ENABLED)"
    assert provided_by(None) == {}
    assert provided_by(tower).keys() <= controls().keys()
