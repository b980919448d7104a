"""Topics without a confirmed subscriber: the look at them as moto runs it, and the message that another topic gets."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.notifications.settings import SEVERITIES
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from tests.event_routing import notices
from tests.landscapes import make_landscape, properties, rendered
from tests.state_machines import Services, run, running

ROUTE = {"name": "ops", "places": ["root"], "subscriptions": [{"protocol": "email", "endpoint": "a@b.example"}]}
PAGER = {"name": "pager", "places": ["root"], "api": {"kind": "opsgenie", "secret": "s"}}


class Topics(Services):
    """Topics with a number of subscriptions; others do not exist."""

    def __init__(self, **confirmed: str) -> None:
        super().__init__()
        self._confirmed = {name.replace("_", "-"): number for name, number in confirmed.items()}

    def get_topic_attributes(self, **given: str) -> dict[str, Any]:
        """The attributes as SNS has them: numbers are texts."""
        number = self._confirmed.get(given["TopicArn"].rpartition(":nw-")[2])
        if number is None:
            answer: Any = {"Error": {"Code": "NotFound", "Message": "Topic does not exist"}}
            answer["ResponseMetadata"] = {"HTTPStatusCode": 404, "RequestId": "1a2b"}
            raise ClientError(answer, "GetTopicAttributes")
        return {"Attributes": {"SubscriptionsConfirmed": number, "SubscriptionsPending": "1"}}


def landscape(**changes: Any) -> Landscape:
    settings: dict[str, Any] = {"heartbeat": {"watch": ["topics"]}, "notifications": {"routes": [ROUTE, PAGER]}}
    return make_landscape(settings=settings, **changes)


def definition(here: Landscape, stack: str = "heartbeat-topics") -> Mapping[str, Any]:
    machines = properties(rendered("heartbeat", here)[stack], "AWS::StepFunctions::StateMachine")
    found: Mapping[str, Any] = machines["Machine"]["Definition"]
    return found


def plain(value: Any) -> Any:
    """The definition with texts in place of references."""
    if isinstance(value, Mapping):
        return text_of(value) if "Fn::Sub" in value else {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def test_topic_without_confirmed_subscriber_is_reported_through_another(monkeypatch: pytest.MonkeyPatch) -> None:
    here, services = landscape(), Topics(alerts_critical="0", alerts_high="0", alerts_medium="2")
    with running(services, monkeypatch):
        assert run(plain(definition(here)), {}) == ["SUCCEEDED"]
    templates = rendered("heartbeat", here)
    found = [item for event in services.sent for item in notices(templates, event)]
    arns, texts = zip(*((arn, text) for arn, text in found if "-alerts-" in arn), strict=True)
    assert arns == tuple(f"${{import nw-alerts-{topic}-arn}}" for topic in ("high", "critical", "critical"))
    assert texts[0].startswith(
        "Alerts reach no one: topic arn:aws:sns:eu-west-1:333333333333:nw-alerts-critical in account 333333333333 has "
        "0 confirmed subscriptions and 1 that wait for confirmation"
    )
    assert "nw-alerts-high in account" in texts[1]
    assert "nw-route-ops in account 333333333333 has unknown confirmed" in texts[2]


def test_topics_of_each_account_are_looked_at_every_day() -> None:
    here = landscape()
    names = {stack.name: [d.account for d in stack.deployments] for stack in build_plan(here).stacks}
    assert names["nw-heartbeat-topics"] == ["security"]
    assert names["nw-heartbeat-topics-management"] == ["management"]
    assert names["nw-heartbeat-topics-accounts"] == ["management", "security"]
    for stack, topics in (("heartbeat-topics", 4), ("heartbeat-topics-management", 3)):
        template = rendered("heartbeat", here)[stack]
        items = definition(here, stack)["States"]["Topics"]["Result"]["topics"]
        (granted, *_) = properties(template, "AWS::IAM::Role")["Role"]["Policies"][0]["PolicyDocument"]["Statement"]
        assert len(items) == topics
        assert granted["Resource"] == [item["arn"] for item in items]
        (schedule,) = properties(template, "AWS::Scheduler::Schedule").values()
        assert schedule["ScheduleExpression"] == "cron(30 7 * * ? *)"
        assert schedule["Target"]["Arn"] == {"Ref": "Machine"}


CHANNEL: dict[str, Any] = {"workspace_id": "T0123456789", "channel_id": "C0123456789"}


@pytest.mark.parametrize(
    ("severities", "topics", "reported_by"),
    [
        (["critical"], ["alerts-critical"], ["high"]),
        (["high", "medium"], ["alerts-high", "alerts-medium"], ["medium", "high"]),
        (["critical", "medium"], ["alerts-critical", "alerts-medium"], ["medium", "critical"]),
    ],
)
def test_topics_without_subscriber_in_the_profile_are_a_warning_and_no_daily_alert(
    severities: list[str], topics: list[str], reported_by: list[str]
) -> None:
    *others, last = severities
    own: dict[str, Any] = {"slack": {**CHANNEL, "severities": [last]}}
    if others:
        own["subscriptions"] = [{"protocol": "https", "endpoint": "https://a.example", "severities": others}]
    here = make_landscape(settings={"heartbeat": {"watch": ["topics"]}, "notifications": own}, alerts=())
    for stack in ("heartbeat-topics", "heartbeat-topics-management"):
        items = definition(here, stack)["States"]["Topics"]["Result"]["topics"]
        assert [text_of(item["arn"]).rpartition(":nw-")[2] for item in items] == topics
        assert [item["notify"] for item in items] == reported_by
    rules = properties(rendered("heartbeat", here)["heartbeat-hub"], "AWS::Events::Rule").values()
    heard = {text_of(rule["Targets"][0]["Arn"]) for rule in rules if "notify" in rule["EventPattern"]["detail"]}
    assert {f"${{import nw-alerts-{severity}-arn}}" for severity in reported_by} <= heard
    (problem,) = CAPABILITIES["heartbeat"].problems(here)
    assert (problem.path, problem.severity) == (("watch",), Severity.WARNING)
    assert f"of {', '.join(name for name in SEVERITIES if name not in severities)} alerts" in problem.message


def test_nothing_is_deployed_without_a_topic_to_look_at() -> None:
    settings: dict[str, Any] = {"heartbeat": {"watch": ["topics"]}}
    assert rendered("heartbeat", make_landscape(settings=settings, alerts=())) == {}
    routed = make_landscape(settings={**settings, "notifications": {"routes": [ROUTE]}}, alerts=())
    assert "heartbeat-topics-management" not in rendered("heartbeat", routed)
    (item,) = definition(routed)["States"]["Topics"]["Result"]["topics"]
    assert text_of(item["arn"]).endswith(":nw-route-ops")


def test_look_that_failed_is_reported() -> None:
    arn = "arn:aws:states:eu-west-1:333333333333:stateMachine:nw-topic-check"
    detail = {"status": "FAILED", "stateMachineArn": arn, "executionArn": "arn:aws:states:…:nw-topic-check:1"}
    event = {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}
    templates = rendered("heartbeat", make_landscape(settings={"heartbeat": {"watch": ["topics"]}}))
    ((_, text),) = notices(templates, {**event, "account": "111111111111", "region": "eu-west-1", "time": "t"})
    assert "no one looked at the subscriptions" in text
    assert notices(templates, {**event, "detail": {**detail, "status": "SUCCEEDED"}}) == []
    assert notices(templates, {**event, "detail": {**detail, "stateMachineArn": f"{arn}-of-a-team"}}) == []


def test_standalone_account_has_one_look() -> None:
    found = rendered("heartbeat", landscape(standalone=True))
    assert set(found) == {"heartbeat-topics", "heartbeat-topics-accounts", "heartbeat-hub", "heartbeat-hub-ops"} | {
        "heartbeat-hub-pager"
    }
    assert json.dumps(plain(definition(landscape(standalone=True)))).count("nw-alerts-") == 3
