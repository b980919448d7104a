"""Alarms: each CIS alarm with its filter, root activity of every account, root MFA, and the profile's own."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.detect.alarms.alarms import CAPABILITY, AlarmsSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import Tier, settings_of_tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.document import text_of
from tests.landscapes import make_landscape, properties, rendered

CIS: list[str] = settings_of_tier(AlarmsSettings, "standard")["cis"]
OWN = {"name": "secrets-deleted", "description": "A secret went.", "pattern": "{ $.a = 1 }"}
CHINA: dict[str, Any] = {
    "partition": "aws-cn",
    "home_region": "cn-northwest-1",
    "sign_in_region": "cn-north-1",
    "regions": ("cn-northwest-1",),
}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"alarms": settings or {}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    found = build_plan(here).stacks
    return {stack.name.removeprefix("nw-"): stack for stack in found if stack.capability == "alarms"}


def resources(here: Landscape, kind: str, stack: str = "alarms") -> dict[str, Any]:
    return properties(rendered("alarms", here)[stack], kind)


def rules(here: Landscape, stack: str) -> dict[str, Any]:
    return {item["Name"]: item for item in resources(here, "AWS::Events::Rule", stack).values()}


def test_every_alarm_watches_the_metric_that_its_filters_feed() -> None:
    here = landscape({"custom": [OWN]})
    filters = resources(here, "AWS::Logs::MetricFilter")
    alarms = resources(here, "AWS::CloudWatch::Alarm")
    fed = set()
    for item in filters.values():
        assert item["LogGroupName"] == "/nw/cloudtrail"
        (metric,) = item["MetricTransformations"]
        assert metric["MetricValue"] == "1"
        fed.add((metric["MetricNamespace"], metric["MetricName"]))
    assert {(item["Namespace"], item["MetricName"]) for item in alarms.values()} == fed
    assert len({item["AlarmName"] for item in alarms.values()}) == len(alarms) == len(CIS) + 2


def test_first_event_rings_every_alarm_of_the_benchmark() -> None:
    for item in resources(landscape(), "AWS::CloudWatch::Alarm").values():
        assert (item["Statistic"], item["Threshold"], item["EvaluationPeriods"]) == ("Sum", 1, 1)
        assert item["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert item["TreatMissingData"] == "notBreaching"
        assert item.get("ActionsEnabled", True)


@pytest.mark.parametrize("name", CIS)
def test_alarm_of_the_benchmark_is_there_alone_and_gone_without(name: str) -> None:
    def named(cis: list[str]) -> set[str]:
        alarms = resources(landscape({"cis": cis, "custom": [OWN]}), "AWS::CloudWatch::Alarm").values()
        return {item["AlarmName"].removeprefix("nw-") for item in alarms}

    with_root = {"root-sign-in"} if name == "root-usage" else set()
    assert named([name]) == {name, "custom-secrets-deleted", *with_root}
    assert named([item for item in CIS if item != name]) & {name, *with_root} == set()


def test_every_alarm_notifies_the_topic_of_its_severity() -> None:
    found = resources(landscape(), "AWS::CloudWatch::Alarm")
    severities = {}
    for item in found.values():
        actions = [action["Fn::ImportValue"] for action in item.get("AlarmActions", [])]
        severities[item["AlarmName"].removeprefix("nw-")] = actions
    assert severities.pop("root-sign-in") == []
    assert set(severities) == set(CIS)
    assert severities["root-usage"] == ["nw-alerts-critical-arn"]
    assert severities["unauthorized-api-calls"] == ["nw-alerts-medium-arn"]
    assert all(re.fullmatch(r"nw-alerts-(critical|high|medium)-arn", action) for (action,) in severities.values())


def test_root_activity_in_the_trail_is_one_alarm_that_notifies_on_and_off() -> None:
    (composite,) = resources(landscape(), "AWS::CloudWatch::CompositeAlarm").values()
    assert set(re.findall(r"\${(\w+)}", composite["AlarmRule"]["Fn::Sub"])) == {"RootUsageAlarm", "RootSignInAlarm"}
    assert composite["AlarmActions"] == composite["OKActions"] == [{"Fn::ImportValue": "nw-alerts-critical-arn"}]
    without = landscape({"cis": [name for name in CIS if name != "root-usage"]})
    assert resources(without, "AWS::CloudWatch::CompositeAlarm") == {}


@pytest.mark.parametrize("severity", ["critical", "high", "medium"])
def test_own_alarm_is_what_the_profile_says(severity: str) -> None:
    own = {**OWN, "severity": severity, "threshold": 7, "period_seconds": 900, "description": "On: '#' ${x} \"q\""}
    here = landscape({"cis": [], "custom": [own]})
    (alarm,) = resources(here, "AWS::CloudWatch::Alarm").values()
    assert (alarm["AlarmName"], alarm["Threshold"], alarm["Period"]) == ("nw-custom-secrets-deleted", 7, 900)
    assert text_of(alarm["AlarmDescription"]) == "On: '#' ${x} \"q\""
    assert alarm["AlarmActions"] == [{"Fn::ImportValue": f"nw-alerts-{severity}-arn"}]
    (metric,) = resources(here, "AWS::Logs::MetricFilter").values()
    assert metric["FilterPattern"] == "{ $.a = 1 }"


def test_own_alarms_with_one_logical_id_are_a_problem() -> None:
    names = ["a-b", "c", "ab", "a-b"]
    found = CAPABILITY.problems(landscape({"custom": [{**OWN, "name": name} for name in names]}))
    assert [".".join(map(str, item.path)) for item in found] == ["custom.3.name"]
    assert "'a-b'" in found[0].message


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Secrets"},
        {"name": "a--b"},
        {"name": "a\n"},
        {"description": ""},
        {"pattern": ""},
        {"pattern": "x" * 1025},
        {"severity": "low"},
        {"threshold": 0},
        {"threshold": 1.5},
        {"period_seconds": 301},
    ],
    ids=lambda changes: str(changes)[:30],
)
def test_own_alarm_that_cloudwatch_would_refuse_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape({"custom": [{**OWN, **changes}]})


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, {"alarms", "alarms-hub", "alarms-root-activity", "alarms-root-mfa"}),
        ({"cis": [], "custom": []}, {"alarms-hub", "alarms-root-activity", "alarms-root-mfa"}),
        ({"cis": [], "custom": [OWN]}, {"alarms", "alarms-hub", "alarms-root-activity", "alarms-root-mfa"}),
        ({"root_activity": False}, {"alarms", "alarms-hub", "alarms-root-mfa"}),
        ({"root_mfa": "none"}, {"alarms", "alarms-hub", "alarms-root-activity"}),
        ({"root_activity": False, "root_mfa": "none"}, {"alarms"}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_stack_is_there_only_for_what_is_on(settings: dict[str, Any], names: set[str]) -> None:
    assert set(stacks(landscape(settings))) == names


def test_capability_that_is_off_has_no_stack() -> None:
    assert stacks(landscape({"enabled": False})) == {}


@pytest.mark.parametrize(("tier", "mfa"), [("starter", 0), ("standard", 1), ("regulated", 2)])
def test_tier_sets_the_rules_for_root_mfa(tier: Tier, mfa: int) -> None:
    here = landscape(tier=tier)
    found = rendered("alarms", here)
    assert ("alarms-root-mfa" in found) == bool(mfa)
    if mfa:
        identifiers = [
            item["Source"]["SourceIdentifier"]
            for item in properties(found["alarms-root-mfa"], "AWS::Config::ConfigRule").values()
        ]
        assert identifiers == ["ROOT_ACCOUNT_MFA_ENABLED", "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED"][:mfa]


@pytest.mark.parametrize(
    ("mfa", "names"),
    [("any", ["nw-root-mfa-enabled"]), ("hardware", ["nw-root-mfa-enabled", "nw-root-hardware-mfa-enabled"])],
)
def test_verdict_is_forwarded_for_each_rule_that_is_there(mfa: str, names: list[str]) -> None:
    here = landscape({"root_mfa": mfa})
    made = resources(here, "AWS::Config::ConfigRule", "alarms-root-mfa").values()
    pattern = rules(here, "alarms-root-mfa")["nw-root-mfa-verdict"]["EventPattern"]
    assert pattern["detail"]["configRuleName"] == [item["ConfigRuleName"] for item in made] == names
    assert pattern["detail"]["newEvaluationResult"] == {"complianceType": ["NON_COMPLIANT"]}


@pytest.mark.parametrize("stack", ["alarms-root-activity", "alarms-root-mfa"])
def test_every_rule_of_an_account_forwards_to_the_bus_of_the_hub(stack: str) -> None:
    found = rules(landscape(), stack)
    assert found
    for item in found.values():
        assert item["State"] == "ENABLED"
        (target,) = item["Targets"]
        assert target["Arn"]["Fn::Sub"].endswith(":events:eu-west-1:${SecurityAccountId}:event-bus/nw-security-events")
        assert target["RoleArn"] == {"Fn::GetAtt": ["ForwardingRole", "Arn"]}
    (bus,) = resources(landscape(), "AWS::Events::EventBus", "alarms-hub").values()
    assert bus["Name"] == "nw-security-events"


def test_hub_notifies_only_of_what_is_on() -> None:
    def names(settings: dict[str, Any]) -> set[str]:
        found = rules(landscape(settings), "alarms-hub")
        for item in found.values():
            (target,) = item["Targets"]
            assert target["Arn"] == {"Fn::ImportValue": "nw-alerts-critical-arn"}
            assert item["EventBusName"] == {"Ref": "SecurityEventBus"}
            assert item["State"] == "ENABLED"
        return set(found)

    assert names({}) == {"nw-root-activity", "nw-root-mfa"}
    assert names({"root_activity": False}) == {"nw-root-mfa"}
    assert names({"root_mfa": "none"}) == {"nw-root-activity"}


def test_root_activity_is_seen_in_every_account_and_in_the_region_of_sign_in() -> None:
    stack = stacks(landscape())["alarms-root-activity"]
    assert stack.regions == ("eu-west-1", "eu-central-1", "us-east-1")
    assert {d.method.value for d in stack.deployments} == {"stack", "stack-set"}
    assert [(d.account, d.regions) for d in stacks(landscape())["alarms-hub"].deployments] == [
        ("security", ("eu-west-1",))
    ]
    assert "nw-alarms-hub" in stack.depends_on


def test_only_a_hub_of_an_organization_admits_other_accounts() -> None:
    (policy,) = resources(landscape(), "AWS::Events::EventBusPolicy", "alarms-hub").values()
    condition = policy["Statement"]["Condition"]
    assert condition["StringEquals"] == {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}
    assert condition["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"].endswith(":role/nw-security-events-*")
    alone = landscape(standalone=True)
    assert resources(alone, "AWS::Events::EventBusPolicy", "alarms-hub") == {}
    assert not any(stack.parameters for stack in stacks(alone).values())


def test_china_has_a_hub_in_each_region_that_sends_alerts() -> None:
    here = landscape(**CHINA)
    assert stacks(here)["alarms-hub"].regions == here.alert_regions
    for item in rules(here, "alarms-root-activity").values():
        assert ":events:${AWS::Region}:" in item["Targets"][0]["Arn"]["Fn::Sub"]


def test_root_mfa_waits_for_the_recorder_or_asks_for_one() -> None:
    managed = stacks(landscape())["alarms-root-mfa"]
    assert "nw-config-recorder" in managed.depends_on
    assert managed.prerequisites == ()
    for settings in ({"config": {"enabled": False}}, {"config": {"recorder": "existing"}}):
        stack = stacks(make_landscape(settings=settings))["alarms-root-mfa"]
        assert "nw-config-recorder" not in stack.depends_on
        assert "recorder" in stack.prerequisites[0]


def test_root_mfa_is_left_out_with_a_note_where_config_has_no_rule() -> None:
    here = landscape({"root_mfa": "any"}, **CHINA)
    assert "alarms-root-mfa" not in stacks(here)
    assert [".".join(map(str, item.path)) for item in CAPABILITY.unsupported(here)] == ["root_mfa"]
    assert CAPABILITY.unsupported(landscape({"root_mfa": "none"}, **CHINA)) == ()
    assert CAPABILITY.unsupported(landscape()) == ()
