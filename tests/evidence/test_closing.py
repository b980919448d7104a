"""A gap names the settings that close it: of the control itself, or of what it needs."""

from dataclasses import replace

import pytest

from baseline.controls.control import controls
from baseline.evidence.assess import Assessment, State
from baseline.evidence.closing import closing_steps
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.plan.build import build_plan
from baseline.plan.model import Plan
from tests.landscapes import make_landscape

ALARM, TOPICS = "alarm-root-usage", "notifications-subscribers"
SUBSCRIBE = f"In the profile, change capabilities.notifications.subscriptions to enable {TOPICS}."
BOTH = (
    f"In the profile, add `root-usage` to capabilities.alarms.cis to enable {ALARM}; "
    f"and change capabilities.notifications.subscriptions to enable {TOPICS}."
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build_plan(make_landscape())


@pytest.mark.parametrize(
    ("alarm", "topics", "steps"),
    [
        (State.DEPLOYED, State.ABSENT, {SUBSCRIBE}),
        (State.ABSENT, State.ABSENT, {BOTH}),
        (State.FAILED, State.ABSENT, {BOTH}),
        (
            State.FAILED,
            State.DEPLOYED,
            {f"In the profile, add `root-usage` to capabilities.alarms.cis to enable {ALARM}."},
        ),
        (State.DEPLOYED, State.DEPLOYED, set()),
    ],
)
def test_a_gap_names_the_settings_of_what_is_missing(plan: Plan, alarm: State, topics: State, steps: set[str]) -> None:
    states = {ALARM: alarm, TOPICS: topics}
    assessed = (
        Assessment(control=item, state=states.get(item.id, State.DEPLOYED), observations=())
        for item in controls().values()
    )
    evidence = Evidence(plan=plan, templates=(), assessments=tuple(assessed), frameworks=("cis-7.0",))
    found = {item.requirement.id: item for item in evidence.judgements["cis-7.0"]}
    assert set(closing_steps(evidence, found["5.3"])) == steps


def test_a_gap_names_the_setting_that_hides_resources_from_a_detector(plan: Plan) -> None:
    assessed = tuple(Assessment(control=item, state=State.DEPLOYED, observations=()) for item in controls().values())
    facts = Circumstances(silent=frozenset({"config-rule-imdsv2"}), unjudged=frozenset({"EC2.8", "EC2.170"}))
    evidence = Evidence(plan=plan, templates=(), assessments=assessed, frameworks=("cis-7.0",), circumstances=facts)
    found = {item.requirement.id: item for item in evidence.judgements["cis-7.0"]}
    rule, hub = closing_steps(evidence, found["6.7"])
    assert rule.endswith("remove the resource types of config-rule-imdsv2 from capabilities.config.exclude_types.")
    assert hub.startswith("In the profile, remove what keeps Security Hub from judging EC2.170 and EC2.8: an entry of ")


def test_a_gap_of_a_capability_without_stacks_says_that_it_has_to_be_on(plan: Plan) -> None:
    without = replace(plan, waves=())
    assessed = tuple(
        Assessment(control=item, state=State.ABSENT if item.id == ALARM else State.DEPLOYED, observations=())
        for item in controls().values()
    )
    for standalone, where in ((False, ""), (True, " (it may need an organization)")):
        one = replace(without, standalone=standalone)
        evidence = Evidence(plan=one, templates=(), assessments=assessed, frameworks=("cis-7.0",))
        found = {item.requirement.id: item for item in evidence.judgements["cis-7.0"]}
        (step,) = closing_steps(evidence, found["5.3"])
        assert step.startswith(f"In the profile, turn on capabilities.alarms{where} and add `root-usage` to")


def test_guardrail_whose_policy_waits_needs_the_last_stage() -> None:
    """`guardrail-roles-outsiders` is in no tier: only its own setting enables it."""
    plan = build_plan(make_landscape(settings={"guardrails": {"stage": "audit"}}))
    assessed = (
        Assessment(
            control=item,
            state=State.ABSENT if item.id.startswith("guardrail-") else State.DEPLOYED,
            observations=(),
        )
        for item in controls().values()
    )
    evidence = Evidence(plan=plan, templates=(), assessments=tuple(assessed), frameworks=("cis-7.0",))
    (judgement,) = (item for item in evidence.judgements["cis-7.0"] if item.requirement.id == "2.1.2")
    (step,) = closing_steps(evidence, judgement)
    assert step.startswith("In the profile, set capabilities.guardrails.stage to `all` to enable guardrail-leave-organ")
    assert step.endswith(
        "; and set capabilities.guardrails.rules.roles-outsiders.enabled to `true` to enable guardrail-roles-outsiders."
    )
