"""Alarms: what they compare, where they are, and the message of each."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.monitoring.settings import ReadyMade
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, properties, rendered

CAPABILITY = CAPABILITIES["monitoring"]
READY_MADE = list(get_args(ReadyMade))
THROTTLES: dict[str, Any] = {
    "description": "Functions are throttled: raise the concurrency of the account.",
    "namespace": "AWS/Lambda",
    "metric": "Throttles",
    "threshold": 10,
    "severity": "critical",
    "to": ["Workloads"],
}


def landscape(ready_made: list[str] | None = None, alarms: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {
        "ready_made": READY_MADE if ready_made is None else ready_made,
        "alarms": {"throttles": THROTTLES} if alarms is None else alarms,
        **changes.pop("more", {}),
    }
    return make_landscape(settings={"monitoring": settings, **changes.pop("others", {})}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {
        stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks if stack.capability == "monitoring"
    }


def alarm_of(here: Landscape, stack: str) -> dict[str, Any]:
    alarm: dict[str, Any]
    (alarm,) = properties(rendered("monitoring", here)[stack], "AWS::CloudWatch::Alarm").values()
    return alarm


def changed(alarm: str, value: str = "ALARM") -> dict[str, Any]:
    detail = {"alarmName": alarm, "state": {"value": value}, "configuration": {"description": "What to do."}}
    head = {"account": "444444444444", "region": "eu-central-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "detail": detail}


@pytest.mark.parametrize(("more", "width"), [({}, 3), ({"launch_spike_width": 5}, 5)])
def test_launches_above_the_expected_band_ring(more: dict[str, Any], width: int) -> None:
    here = landscape(more=more)
    alarm = alarm_of(here, "monitoring")
    measured, band = alarm["Metrics"]
    assert band["Expression"] == f"ANOMALY_DETECTION_BAND({measured['Id']}, {width})"
    assert (alarm["ThresholdMetricId"], alarm["ComparisonOperator"]) == (band["Id"], "GreaterThanUpperThreshold")
    assert alarm["AlarmActions"] == [{"Fn::ImportValue": "nw-alerts-high-arn"}]
    template = rendered("monitoring", here)["monitoring"]
    (model,) = properties(template, "AWS::CloudWatch::AnomalyDetector").values()
    (counter,) = properties(template, "AWS::Logs::MetricFilter").values()
    assert measured["MetricStat"]["Metric"]["MetricName"] == model["SingleMetricAnomalyDetector"]["MetricName"]
    assert counter["MetricTransformations"][0]["MetricName"] == "nw-ec2-launches"
    assert counter["LogGroupName"] == "/nw/cloudtrail"
    assert [item.account for item in stacks(here)["monitoring"].deployments] == ["management"]


def test_quota_is_compared_with_the_percentage_of_the_profile() -> None:
    here = landscape(more={"quota_percent": 60})
    alarm = alarm_of(here, "monitoring-quotas")
    assert alarm["Threshold"] == 60
    assert [item["ReturnData"] for item in alarm["Metrics"]] == [False, True]
    assert "SERVICE_QUOTA(used)" in alarm["Metrics"][1]["Expression"]
    assert stacks(here)["monitoring-quotas"].regions == ("eu-west-1", "eu-central-1")
    assert {item.method.value for item in stacks(here)["monitoring-quotas"].deployments} == {"stack", "stack-set"}


def test_alarm_of_the_profile_is_in_its_places() -> None:
    here = landscape()
    alarm = alarm_of(here, "monitoring-alarm-throttles")
    assert (alarm["AlarmName"], alarm["Namespace"], alarm["MetricName"]) == (
        "nw-monitor-critical-throttles",
        "AWS/Lambda",
        "Throttles",
    )
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert {ou for item in stacks(here)["monitoring-alarm-throttles"].deployments for ou in item.ous} == {"Workloads"}
    everywhere = landscape(alarms={"throttles": {**THROTTLES, "to": ["root"]}})
    methods = {item.method.value for item in stacks(everywhere)["monitoring-alarm-throttles"].deployments}
    assert methods == {"stack", "stack-set"}


@pytest.mark.parametrize(
    ("alarm", "topic"),
    [("nw-monitor-critical-throttles", "critical"), ("nw-monitor-medium-vcpu-quota", "medium")],
)
def test_alarm_of_any_account_leads_to_one_message(alarm: str, topic: str) -> None:
    templates = rendered("monitoring", landscape())
    ((arn, text),) = notices(templates, changed(alarm))
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert text.endswith("in account 444444444444, eu-central-1, since 2026-11-30T03:00:00Z: What to do.")
    assert not matching(templates, changed(alarm, "OK"))


@pytest.mark.parametrize("name", ["nw-root-usage", "team-monitor-high-x", "nw-monitor-high-x"])
def test_other_alarms_are_not_forwarded(name: str) -> None:
    assert matching(rendered("monitoring", landscape()), changed(name)) == {}


def test_nothing_is_deployed_until_the_profile_asks() -> None:
    assert rendered("monitoring", landscape([], {})) == {}


def test_launches_without_a_trail_are_a_problem() -> None:
    off = {name: {"enabled": False} for name in ("cloudtrail", "alarms")}
    here = landscape(["ec2-launch-spike"], {}, others=off)
    (problem,) = CAPABILITY.problems(here)
    assert problem.path == ("ready_made",)
    assert rendered("monitoring", here) == {}


def test_alarms_without_topics_are_a_problem() -> None:
    off = {name: {"enabled": False} for name in ("notifications", "alarms", "iam_roles", "security_hub")}
    here = landscape(["vcpu-quota"], {}, others=off)
    (problem,) = CAPABILITY.problems(here)
    assert problem.path == ("ready_made",)
    assert rendered("monitoring", here) == {}


def test_single_account_has_its_alarms() -> None:
    here = landscape(alarms={"throttles": {**THROTTLES, "to": ["root"]}}, standalone=True)
    assert notices(rendered("monitoring", here), changed("nw-monitor-critical-throttles"))


@pytest.mark.parametrize(
    "change",
    [
        {"description": 'Say "stop".'},
        {"description": "a <b> c"},
        {"period_seconds": 10},
        {"periods": 0},
        {"to": []},
        {"statistic": "p99"},
    ],
    ids=str,
)
def test_alarms_that_aws_or_a_message_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(alarms={"throttles": {**THROTTLES, **change}})


def test_alarm_on_queues_without_the_name_of_one_is_a_warning() -> None:
    queue = {**THROTTLES, "namespace": "AWS/SQS", "metric": "ApproximateAgeOfOldestMessage", "statistic": "Maximum"}
    (problem,) = CAPABILITY.problems(landscape([], {"age": queue}))
    assert (problem.path, problem.severity) == (("alarms", "age", "dimensions"), Severity.WARNING)
    assert "QueueName" in problem.message
    assert CAPABILITY.problems(landscape([], {"age": {**queue, "dimensions": {"QueueName": "work"}}})) == ()
