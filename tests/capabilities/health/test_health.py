"""AWS Health and Trusted Advisor: the message of each event, and what the support plan allows."""

from typing import Any, get_args

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.health.settings import HealthEvent
from baseline.plan.build import build_plan
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, rendered

ALL = list(get_args(HealthEvent))
CAPABILITY = CAPABILITIES["health"]
HERE = "${AWS::AccountId}"
"""The account of the rules that receive an event."""


def landscape(watch: list[Any] | None = None, plan: str = "business", **changes: Any) -> Landscape:
    settings = {"health": {"watch": ALL if watch is None else watch, "support_plan": plan}}
    return make_landscape(settings={**settings, **changes.pop("others", {})}, **changes)


def event(source: str, kind: str, **detail: Any) -> dict[str, Any]:
    head = {"account": HERE, "region": "us-east-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": f"aws.{source}", "detail-type": kind, "detail": detail}


def health(
    category: str, scope: str = "ACCOUNT_SPECIFIC", status: str = "open", kind: str = "Health"
) -> dict[str, Any]:
    return event(
        "health",
        f"AWS {kind} Event",
        eventTypeCategory=category,
        eventScopeCode=scope,
        statusCode=status,
        eventTypeCode="AWS_EC2_EVENT",
        service="EC2",
        startTime="Mon, 30 Nov 2026 03:00:00 GMT",
        eventArn="arn:aws:health:us-east-1::event/EC2/AWS_EC2_EVENT/1",
        affectedAccount=HERE,
    )


def advice(status: str) -> dict[str, Any]:
    named = {"check-name": "Amazon S3 Bucket Permissions", "resource_id": "arn:aws:s3:::exports"}
    return event("trustedadvisor", "Trusted Advisor Check Item Refresh Notification", status=status, **named)


EVENTS: list[tuple[HealthEvent, dict[str, Any], str, str]] = [
    ("abuse", health("issue", kind="Health Abuse"), "critical", "Answer AWS within a day"),
    ("issues", health("investigation"), "high", "EC2, AWS_EC2_EVENT, since Mon, 30 Nov"),
    ("changes", health("scheduledChange", status="upcoming"), "medium", "act before that time"),
    ("notices", health("accountNotification"), "medium", "AWS_EC2_EVENT"),
    ("trusted-advisor", advice("ERROR"), "medium", "Amazon S3 Bucket Permissions is red for arn:aws:s3:::exports"),
]


@pytest.mark.parametrize(("item", "sent", "topic", "words"), EVENTS, ids=[item[0] for item in EVENTS])
def test_event_leads_to_one_message_while_it_is_watched(
    item: HealthEvent, sent: dict[str, Any], topic: str, words: str
) -> None:
    ((arn, text),) = notices(rendered("health", landscape([item])), sent)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert f"account {HERE}" in text
    assert words in text
    assert "<" not in text
    assert not matching(rendered("health", landscape([other for other in ALL if other != item])), sent)


@pytest.mark.parametrize("kind", ["Health", "Health Abuse"])
def test_event_that_the_organizational_view_copies_notifies_once_from_the_affected_account(kind: str) -> None:
    templates = rendered("health", landscape(["abuse", "issues"]))
    own = health("issue", kind=kind)
    copy = {**own, "detail": {**own["detail"], "affectedAccount": "444444444444"}}
    assert notices(templates, copy) == []
    ((_, text),) = notices(templates, {**own, "account": "111111111111"})
    assert f"account {HERE}" in text


@pytest.mark.parametrize(
    ("partition", "link"),
    [
        ("aws", "https://health.aws.amazon.com/health/home"),
        ("aws-us-gov", "https://console.amazonaws-us-gov.com "),
        ("aws-cn", "https://console.amazonaws.cn "),
    ],
)
def test_message_links_to_the_console_of_the_partition(partition: str, link: str) -> None:
    ((_, text),) = notices(rendered("health", landscape(["issues"], partition=partition)), health("issue"))
    assert link in text
    assert text.count("https://") == 1


@pytest.mark.parametrize(
    "sent",
    [health("issue", scope="PUBLIC"), health("issue", status="closed"), advice("WARN"), advice("OK")],
    ids=["public", "closed", "yellow", "green"],
)
def test_other_events_stay_in_the_account(sent: dict[str, Any]) -> None:
    assert matching(rendered("health", landscape()), sent) == {}


def test_rules_are_in_every_account_and_advice_in_one_region() -> None:
    found = {stack.name: stack for stack in build_plan(landscape()).stacks if stack.capability == "health"}
    assert set(found) == {"nw-health-accounts", "nw-health-hub", "nw-advisor-accounts"}
    assert found["nw-health-accounts"].regions == ("eu-west-1", "eu-central-1", "us-east-1")
    assert found["nw-advisor-accounts"].regions == ("us-east-1",)
    assert {item.method.value for item in found["nw-advisor-accounts"].deployments} == {"stack", "stack-set"}


@pytest.mark.parametrize("plan", ["unknown", "basic"])
def test_trusted_advisor_without_its_support_plan_is_a_problem(plan: str) -> None:
    (problem,) = CAPABILITY.problems(landscape(plan=plan))
    assert problem.path == ("support_plan",)
    assert plan in problem.message
    assert not [item for item in CAPABILITY.problems(landscape(["abuse"], plan=plan)) if item.severity is None]


def test_organizational_view_by_call_with_the_basic_plan_is_a_problem() -> None:
    view = {"organization": {"health_view": True}}
    (problem,) = CAPABILITY.problems(landscape(["abuse"], plan="basic", others=view))
    assert "SubscriptionRequiredException" in problem.message
    assert CAPABILITY.problems(landscape(["abuse"], plan="enterprise", others=view)) == ()


def test_trusted_advisor_is_left_out_with_a_note_in_other_partitions() -> None:
    here = landscape(partition="aws-us-gov")
    assert "advisor-accounts" not in rendered("health", here)
    (problem,) = CAPABILITY.unsupported(here)
    assert problem.path == ("watch",)
    assert rendered("health", landscape(["trusted-advisor"], partition="aws-us-gov")) == {}


def test_nothing_is_deployed_until_the_profile_asks() -> None:
    assert rendered("health", landscape([])) == {}


def test_events_without_topics_are_a_problem() -> None:
    off = {name: {"enabled": False} for name in ("notifications", "alarms", "iam_roles", "security_hub")}
    here = landscape(["abuse"], others=off)
    (problem,) = CAPABILITY.problems(here)
    assert problem.path == ("watch",)
    assert rendered("health", here) == {}


def test_single_account_is_notified_of_its_events() -> None:
    assert notices(rendered("health", landscape(standalone=True)), EVENTS[0][1])
