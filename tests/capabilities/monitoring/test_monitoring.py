"""Alarms: what they compare, where they are, and the message of each."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from baseline.capabilities.control_tower import ControlTower
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


FATAL: dict[str, Any] = {
    "description": "The application stops.",
    "log_group": "/app/web",
    "pattern": '{ $.level = "FATAL" }',
    "severity": "high",
}
BOTH: dict[str, Any] = {"description": "Call the team.", "all_of": ["throttles", "fatal"], "to": ["Workloads"]}
COMPOSED = {"log_alarms": {"fatal": FATAL}, "composites": {"outage": BOTH}}


def landscape(ready_made: list[str] | None = None, alarms: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {
        "ready_made": READY_MADE if ready_made is None else ready_made,
        "thresholds": {"estimated-charges": 5000} if ready_made is None else {},
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


def test_composite_alarm_reads_its_members_and_notifies_by_a_rule_of_its_own() -> None:
    here = landscape([], more=COMPOSED)
    templates = rendered("monitoring", here)
    (alarm,) = properties(templates["monitoring-composite-outage"], "AWS::CloudWatch::CompositeAlarm").values()
    assert alarm["AlarmRule"] == 'ALARM("nw-monitor-critical-throttles") AND ALARM("nw-monitor-high-fatal")'
    event = changed(alarm["AlarmName"])
    del event["detail"]["configuration"]
    event["detail"]["state"]["reason"] = "throttles rang"
    ((arn, text),) = notices(templates, event)
    assert arn == "${import nw-alerts-high-arn}"
    assert text.endswith("since 2026-11-30T03:00:00Z: Call the team. (throttles rang)")
    before = {"nw-monitoring-alarm-throttles", "nw-monitoring-log-alarm-fatal"}
    assert before <= set(stacks(here)["monitoring-composite-outage"].depends_on)


def test_composite_alarm_rings_on_one_of_several() -> None:
    outage = {"description": "Look.", "all_of": [], "any_of": ["throttles", "fatal"], "to": ["Workloads"]}
    here = landscape([], more={**COMPOSED, "composites": {"outage": outage}})
    template = rendered("monitoring", here)["monitoring-composite-outage"]
    (alarm,) = properties(template, "AWS::CloudWatch::CompositeAlarm").values()
    assert alarm["AlarmRule"] == '(ALARM("nw-monitor-critical-throttles") OR ALARM("nw-monitor-high-fatal"))'


def test_alarm_on_a_log_group_counts_what_its_filter_matches() -> None:
    here = landscape([], {}, more={"log_alarms": {"fatal": {**FATAL, "regions": ["eu-central-1"], "threshold": 3}}})
    template = rendered("monitoring", here)["monitoring-log-alarm-fatal"]
    (counter,) = properties(template, "AWS::Logs::MetricFilter").values()
    (alarm,) = properties(template, "AWS::CloudWatch::Alarm").values()
    assert (counter["LogGroupName"], counter["FilterPattern"]) == ("/app/web", FATAL["pattern"])
    assert counter["MetricTransformations"][0]["MetricName"] == alarm["MetricName"] == "nw-monitor-fatal"
    assert (alarm["AlarmName"], alarm["Threshold"]) == ("nw-monitor-high-fatal", 3)
    assert stacks(here)["monitoring-log-alarm-fatal"].regions == ("eu-central-1",)
    assert "/app/web" in stacks(here)["monitoring-log-alarm-fatal"].prerequisites[0]


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("lambda-concurrency", "Metrics.2.Expression", "claimed / SERVICE_QUOTA(used) * 100"),
        ("lambda-errors", "Threshold", 20),
        ("nat-traffic", "Threshold", 100_000_000_000),
        ("data-transfer", "Metrics.0.Expression", 'SELECT SUM(NetworkOut) FROM SCHEMA("AWS/EC2", InstanceId)'),
    ],
)
def test_ready_made_alarm_of_each_account_leads_to_one_message(name: str, path: str, expected: Any) -> None:
    templates = rendered("monitoring", landscape([name], {}))
    (alarm,) = properties(templates["monitoring-usage"], "AWS::CloudWatch::Alarm").values()
    value: Any = alarm
    for part in path.split("."):
        value = value[int(part) if part.isdigit() else part]
    assert value == expected
    assert len(notices(templates, changed(alarm["AlarmName"]))) == 1


@pytest.mark.parametrize(
    ("name", "topic", "part"),
    [
        ("api-throttling", "medium", '($.errorCode = "Throttl*")'),
        ("s3-deletions", "high", '($.eventName = "DeleteObjects")'),
        ("unused-regions", "high", '($.awsRegion != "eu-central-1") && ($.awsRegion != "us-east-1")'),
    ],
)
def test_calls_in_the_trail_ring_an_alarm(name: str, topic: str, part: str) -> None:
    here = landscape([name], {}, more={"thresholds": {name: 7}})
    template = rendered("monitoring", here)["monitoring-trail"]
    (counter,) = properties(template, "AWS::Logs::MetricFilter").values()
    (alarm,) = properties(template, "AWS::CloudWatch::Alarm").values()
    assert part in counter["FilterPattern"]
    assert alarm["MetricName"] == counter["MetricTransformations"][0]["MetricName"]
    assert (alarm["Threshold"], alarm["AlarmActions"]) == (7, [{"Fn::ImportValue": f"nw-alerts-{topic}-arn"}])


def test_charges_ring_where_aws_has_the_metric() -> None:
    here = landscape(["estimated-charges"], {}, more={"thresholds": {"estimated-charges": 5000}})
    alarm = alarm_of(here, "monitoring-charges")
    assert (alarm["Namespace"], alarm["Threshold"]) == ("AWS/Billing", 5000)
    assert stacks(here)["monitoring-charges"].regions == ("us-east-1",)
    assert "us-east-1" in stacks(here)["monitoring-accounts"].regions
    assert notices(rendered("monitoring", here), changed(alarm["AlarmName"]))
    china = landscape(["estimated-charges"], {}, more={"thresholds": {"estimated-charges": 5000}}, partition="aws-cn")
    assert rendered("monitoring", china) == {}
    assert [item.path for item in CAPABILITY.unsupported(china)] == [("ready_made",)]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"thresholds": {"nat-traffic": 1}}, ("thresholds", "nat-traffic")),
        ({"ready_made": ["estimated-charges"]}, ("ready_made",)),
        ({"log_alarms": {"throttles": FATAL}}, ("log_alarms", "throttles")),
        ({"log_alarms": {"vcpu-quota": FATAL}}, ("log_alarms", "vcpu-quota")),
        ({"log_alarms": {"fatal": {**FATAL, "regions": ["us-west-2"]}}}, ("log_alarms", "fatal", "regions", 0)),
        ({**COMPOSED, "composites": {"a": {**BOTH, "all_of": ["fatal"]}}}, ("composites", "a")),
        ({**COMPOSED, "composites": {"a": {**BOTH, "any_of": ["gone"]}}}, ("composites", "a", "any_of", 0)),
        ({**COMPOSED, "composites": {"a": {**BOTH, "to": ["root"]}}}, ("composites", "a", "all_of", 0)),
    ],
    ids=str,
)
def test_settings_that_contradict_each_other_are_a_problem(more: dict[str, Any], path: tuple[str | int, ...]) -> None:
    (problem,) = CAPABILITY.problems(landscape([], more=more))
    assert problem.path == path


def test_too_many_regions_for_a_filter_pattern_are_a_problem() -> None:
    many = tuple(f"ap-southeast-{number}" for number in range(30))
    (problem,) = CAPABILITY.problems(landscape(["unused-regions"], {}, regions=many))
    assert "30 governed Regions" in problem.message


@pytest.mark.parametrize("name", ["nw-root-usage", "team-monitor-high-x", "nw-monitor-part-x", "nw-s3-deletions"])
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


TOWER = ControlTower(version="3.3", integrations=frozenset({"centralized_logging"}), units=())


@pytest.mark.parametrize(
    ("others", "tower", "words"),
    [
        ({"cloudtrail": {"s3_data_events": "none"}}, None, "detects only deleted buckets"),
        ({"cloudtrail": {"enabled": False}}, TOWER, "unknown whether the trail of AWS Control Tower"),
    ],
    ids=["no data events", "trail of Control Tower"],
)
def test_deletions_that_the_trail_does_not_record_are_a_warning(
    others: dict[str, Any], tower: ControlTower | None, words: str
) -> None:
    here = landscape(["s3-deletions"], {}, others=others, control_tower=tower)
    (problem,) = CAPABILITY.problems(here)
    assert (problem.path, problem.severity) == (("ready_made",), Severity.WARNING)
    assert words in problem.message
    recorded = landscape(["s3-deletions"], {}, others={"cloudtrail": {"s3_data_events": "write"}})
    assert CAPABILITY.problems(recorded) == ()


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
