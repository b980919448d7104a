"""Types that AWS Config does not record are not claimed; "every Region" needs the Region guardrail."""

from typing import Any

import pytest

from baseline.controls.framework import frameworks
from baseline.evidence.assess import Assessment, State, assess
from baseline.evidence.judge import Circumstances, judge
from baseline.evidence.states import Met
from baseline.evidence.unrecorded import silent_controls, silent_hub_controls, unrecorded_types
from baseline.plan.build import build_plan
from baseline.render.render import render_plan
from baseline.validate.subject import Subject, read_template
from tests.landscapes import make_landscape

TYPES = ["AWS::EC2::Instance", "AWS::S3::Bucket"]


def subjects(settings: dict[str, dict[str, Any]], **changes: Any) -> tuple[Subject, ...]:
    return tuple(map(read_template, render_plan(build_plan(make_landscape("standard", settings, **changes)))))


@pytest.fixture(scope="module")
def excluding() -> tuple[Subject, ...]:
    return subjects({"config": {"exclude_types": TYPES}})


def state(requirement: str, assessments: tuple[Assessment, ...], types: frozenset[str] = frozenset()) -> Met:
    framework, _, name = requirement.partition("/")
    circumstances = Circumstances(silent=silent_controls(types), unjudged=silent_hub_controls(types))
    found = {item.control.id: item for item in assessments}
    return judge(frameworks()[framework].requirements[name], found, circumstances).met


def test_excluded_types_are_read_from_the_recorders(excluding: tuple[Subject, ...]) -> None:
    assert unrecorded_types(excluding) == set(TYPES)
    assert unrecorded_types(subjects({})) == frozenset()


def test_rules_about_excluded_types_do_not_count(excluding: tuple[Subject, ...]) -> None:
    types, assessments = unrecorded_types(excluding), assess(excluding)
    assert "config-rule-imdsv2" in silent_controls(types)
    assert "config-rule-databases-encrypted" not in silent_controls(types)
    for requirement in ("cis-7.0/3.1.1", "cis-7.0/6.7", "fsbp/EC2.8", "fsbp/S3.5"):
        assert state(requirement, assessments) is Met.DETECTED
        assert state(requirement, assessments, types) is Met.GAP
    assert state("fsbp/RDS.3", assessments, types) is Met.DETECTED


def test_an_inventory_with_excluded_types_is_not_complete(excluding: tuple[Subject, ...]) -> None:
    found = {item.control.id: item.state for item in assess(excluding)}
    assert found["config-recorder"] is State.FAILED


@pytest.mark.parametrize("requirement", ["4.3", "2.18", "6.1.1"])
def test_every_region_needs_the_guardrail_on_regions(requirement: str) -> None:
    off = {"guardrails": {"rules": {"regions": {"enabled": False, "reason": "No need."}}}}
    for settings, expected in (({}, State.DEPLOYED), (off, State.PARTIAL)):
        found = {item.control.id: item for item in assess(subjects(settings))}
        judged = judge(frameworks()["cis-7.0"].requirements[requirement], found)
        assert [state for item, state in judged.controls if item.relation == "satisfies"] == [expected]
        assert judged.met is Met.PARTIAL  # no policy binds the management account


def test_a_year_of_events_needs_a_year_of_retention() -> None:
    control = "cloudtrail-cloudwatch-logs"
    short = {item.control.id: item for item in assess(subjects({"cloudtrail": {"log_retention_days": 30}}))}
    requirement = frameworks()["nist-800-53-r5"].requirements["au-7"]
    states = {item.control: found for item, found in judge(requirement, short).controls}
    assert short[control].state is State.DEPLOYED
    assert states[control] is State.ABSENT
