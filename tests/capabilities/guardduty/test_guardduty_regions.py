"""GuardDuty in Regions and partitions without all features."""

from typing import Any, get_args

import pytest

from baseline.aws.facts import facts
from baseline.aws.guardduty import finding_fields, finding_fields_in, has_entity_lists, has_feature
from baseline.aws.partitions import Presence
from baseline.aws.regions import REGIONS, partition_of
from baseline.capabilities.detect.guardduty import guardduty, problems
from baseline.capabilities.detect.guardduty.guardduty import CAPABILITY
from baseline.capabilities.detect.guardduty.settings import Feature
from baseline.capabilities.landscape import Landscape
from baseline.plan.build import build_plan
from baseline.plan.model import Plan
from baseline.render.render import render_stack
from baseline.validate.subject import Subject, read_template
from tests.landscapes import make_landscape

TAIPEI: dict[str, Any] = {"regions": ("eu-west-1", "ap-east-2"), "opt_in_regions": frozenset({"ap-east-2"})}
CHINA: dict[str, Any] = {
    "partition": "aws-cn",
    "home_region": "cn-north-1",
    "regions": ("cn-north-1", "cn-northwest-1"),
}
GOVCLOUD: dict[str, Any] = {
    "partition": "aws-us-gov",
    "home_region": "us-gov-west-1",
    "regions": ("us-gov-west-1", "us-gov-east-1"),
}
LIST: dict[str, Any] = {"name": "office", "kind": "trusted_entities", "location": "s3://lists/office.txt"}


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape("regulated", {"guardduty": settings or {}}, **changes)


def subject(here: Landscape, name: str) -> Subject:
    stack = next(stack for stack in build_plan(here).stacks if stack.name == f"nw-{name}")
    return read_template(render_stack(stack))


def stated(here: Landscape) -> Any:
    (detector,) = subject(here, "guardduty").of_type("AWS::GuardDuty::Detector")
    return detector.properties["Features"]


def names(features: list[dict[str, Any]]) -> set[str]:
    return {feature["Name"] for feature in features if "Name" in feature}


def notes(here: Landscape) -> list[str]:
    return [item.message for item in CAPABILITY.unsupported(here) if ".".join(map(str, item.path)) == "features"]


def plan_notes(here: Landscape) -> list[str]:
    """The notes, except the one about the policy type, which China and GovCloud always have."""
    return [note for note in notes(here) if "GuardDuty policies" not in note]


def settings_in(plan: Plan, name: str) -> dict[str, Any]:
    """Logical id → properties, in the order of the template."""
    stack = next(stack for stack in plan.stacks if stack.name == name)
    return {item.logical_id: item.properties for item in read_template(render_stack(stack)).resources}


# ── what AWS has where ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_plan_of_the_settings_is_looked_up_and_every_region_is_one() -> None:
    known = facts("guardduty_regions")["features"]
    assert set(known) == set(get_args(Feature))
    named = {r for item in known.values() for r in (*item["missing"], *item.get("unknown", ()))}
    assert named <= set(REGIONS)
    assert not any(set(item["missing"]) & set(item.get("unknown", ())) for item in known.values())


@pytest.mark.parametrize(
    ("feature", "region", "expected"),
    [
        ("rds_login_events", "ap-east-2", False),
        ("rds_login_events", "eu-west-1", True),
        ("runtime_monitoring", "us-gov-west-1", True),
        ("runtime_monitoring", "cn-north-1", False),
        ("ai_protection", "cn-north-1", None),
    ],
)
def test_a_region_has_a_plan_or_has_it_not_or_nobody_says(feature: str, region: str, expected: bool | None) -> None:
    assert has_feature(feature, region) is expected


def test_regions_of_one_partition_have_the_same_lists_and_fields() -> None:
    for partition in ("aws", "aws-us-gov", "aws-cn"):
        regions = [name for name in REGIONS if partition_of(name) == partition]
        assert len({has_entity_lists(region) for region in regions}) == 1
        assert len({finding_fields_in(region) for region in regions}) == 1
    assert finding_fields_in("us-gov-west-1") < finding_fields() == finding_fields_in("eu-west-1")


# ── one account ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_alone_a_plan_that_one_region_lacks_is_left_out_there_and_stated_elsewhere() -> None:
    here = landscape(standalone=True, **TAIPEI)
    assert subject(here, "guardduty").document["Conditions"] == {
        "InApEast2": {"Fn::Equals": [{"Ref": "AWS::Region"}, "ap-east-2"]}
    }
    (there,) = [item["Fn::If"] for item in stated(here) if "Fn::If" in item]
    assert there == ["InApEast2", {"Ref": "AWS::NoValue"}, {"Name": "RDS_LOGIN_EVENTS", "Status": "ENABLED"}]
    assert len(names(stated(here))) == len(get_args(Feature)) - 1


def test_alone_a_plan_that_no_governed_region_has_is_not_stated() -> None:
    found = stated(landscape(standalone=True, **CHINA))
    assert "RUNTIME_MONITORING" not in names(found)
    assert "S3_DATA_EVENTS" in names(found)


def test_alone_an_existing_detector_and_a_region_that_lacks_a_plan_go_together() -> None:
    detectors = {"eu-west-1": "12abc34d567e8fa901bc2d34e56789f0"}
    here = landscape({"existing_detectors": detectors}, standalone=True, **TAIPEI)
    assert set(subject(here, "guardduty").document["Conditions"]) == {"CreatesDetector", "InApEast2"}


# ── an organization ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_policy_asks_for_a_plan_everywhere_and_the_profile_hears_where_it_is_not() -> None:
    here = landscape({"features": ["rds_login_events"]}, **TAIPEI)
    (policy,) = subject(here, "guardduty-administrator").of_type("AWS::Organizations::Policy")
    assert "rds_login_events" in policy.properties["Content"]["guardduty"]["enablement"]["default"]
    assert "Conditions" not in subject(here, "guardduty").document
    assert notes(here) == ["GuardDuty has no rds_login_events in ap-east-2"]


def test_nothing_is_reported_where_every_region_has_what_is_asked_for() -> None:
    assert not notes(landscape())
    assert not plan_notes(landscape(**GOVCLOUD))
    assert not plan_notes(landscape({"features": ["s3_data_events"]}, **CHINA))


def test_unknown_support_is_reported_only_where_it_can_do_harm() -> None:
    settings = {"features": ["ai_protection"]}
    assert not plan_notes(landscape(settings, **CHINA))
    (note,) = notes(landscape(settings, standalone=True, **CHINA))
    assert "unknown whether" in note


def test_a_plan_that_no_region_has_is_to_be_left_out() -> None:
    found, _ = CAPABILITY.unsupported(landscape({"features": ["runtime_monitoring"]}, **CHINA))
    assert found.fix == "leave it out: it would have no effect"


# ── the policy type ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("partition", [CHINA, GOVCLOUD], ids=["China", "GovCloud"])
def test_policy_of_unknown_type_comes_last_and_alone(partition: dict[str, Any]) -> None:
    plan = build_plan(landscape(**partition))
    waves = {stack.name: number for number, wave in enumerate(plan.waves) for stack in wave}
    administrator, policy = (settings_in(plan, f"nw-guardduty-{name}") for name in ("administrator", "policy"))
    assert list(administrator) == ["Administrator"]
    assert list(policy) == ["PolicyType", "Policy"]
    assert policy["PolicyType"]["Optional"] is True
    after = {name for name, wave in waves.items() if wave >= waves["nw-guardduty-policy"]}
    assert all(name.startswith(("nw-guardrails-", "nw-guardduty-policy", "nw-account-settings-s3")) for name in after)
    assert any("it is unknown whether" in note for note in notes(landscape(**partition)))


def test_absent_policy_type_is_left_out_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (guardduty, problems):
        monkeypatch.setattr(module, "presence", lambda *_: Presence.ABSENT)
    here = landscape(**GOVCLOUD)
    plan = build_plan(here)
    assert list(settings_in(plan, "nw-guardduty-administrator")) == ["Administrator"]
    assert "nw-guardduty-policy" not in {stack.name for stack in plan.stacks}
    (found,) = CAPABILITY.unsupported(here)
    assert "no GuardDuty policies" in found.message
    assert "update-organization-configuration" in found.fix


# ── other partitions ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("partition", [CHINA, GOVCLOUD], ids=["China", "GovCloud"])
def test_lists_of_domains_are_refused_where_there_are_none(partition: dict[str, Any]) -> None:
    (found,) = CAPABILITY.problems(landscape({"lists": [LIST]}, **partition))
    assert (".".join(map(str, found.path)), found.fix) == (
        "lists.0.kind",
        "write kind: trusted_ips, and list only addresses",
    )
    assert not CAPABILITY.problems(landscape({"lists": [{**LIST, "kind": "trusted_ips"}]}, **partition))


def test_a_field_that_only_the_commercial_partition_filters_by_is_refused_elsewhere() -> None:
    def rule(field: str) -> dict[str, Any]:
        criterion = {"field": field, "equals": ["x"]}
        return {"suppressions": [{"name": "abc", "reason": "Ours.", "criteria": [criterion]}]}

    (found,) = CAPABILITY.problems(landscape(rule("resource.lambdaDetails.role"), **GOVCLOUD))
    assert ".".join(map(str, found.path)) == "suppressions.0.criteria.0.field"
    assert "aws-us-gov" in found.message
    assert not CAPABILITY.problems(landscape(rule("resource.lambdaDetails.role")))
    assert not CAPABILITY.problems(landscape(rule("resource.lambdaDetails.functionName"), **GOVCLOUD))
