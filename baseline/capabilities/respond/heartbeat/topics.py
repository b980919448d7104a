"""Topics whose alerts reach no one: a daily look at their confirmed subscriptions.

A subscription that was never confirmed, or that ended, causes no event and has no metric.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Regions, StackSpec, named_accounts
from baseline.capabilities.event_forwarding import forwarding_stack
from baseline.capabilities.event_routes import ROUTES_STACK
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape, Reference, portable
from baseline.capabilities.logs.kms.kms import notification_accounts
from baseline.capabilities.respond.heartbeat.events import event_source
from baseline.capabilities.respond.notifications.settings import SEVERITIES, NotificationsSettings
from baseline.capabilities.scheduled_machine import (
    TEMPLATE,
    TOPIC_CHECK,
    MachineGrant,
    ScheduledMachineContext,
    call,
    failed_runs,
    put_event,
)

_CONTROL = "heartbeat-topics"
_DETAIL_TYPE = "Topic without subscriber"
_DAILY = "cron(30 7 * * ? *)"
_CRITICAL = "alerts-critical"


def topic_events(landscape: Landscape) -> tuple[WatchedEvent, ...]:
    """Topics without a confirmed subscriber. The topic for critical alerts cannot report itself."""
    return (
        _event(landscape, "heartbeat-topics", "critical", "topics of high and medium alerts and of routes"),
        _event(landscape, "heartbeat-topics-critical", "high", "topics of critical alerts"),
        failed_runs(
            landscape.prefix,
            TOPIC_CHECK,
            _CONTROL,
            title="looks at subscriptions that failed",
            consequence="no one looked at the subscriptions of the topics",
        ),
    )


def topic_stacks(landscape: Landscape, events: tuple[WatchedEvent, ...]) -> Iterator[StackSpec]:
    """The machines that look at the topics of each account, and the rules that forward their events."""
    accounts = notification_accounts(landscape)
    for account in accounts:
        apart = account == "management" and not landscape.standalone
        topics = _topics(landscape, with_routes=not apart)
        yield StackSpec(
            name="heartbeat-topics-management" if apart else "heartbeat-topics",
            template=TEMPLATE,
            description="Daily look for topics without a confirmed subscriber.",
            target=named_accounts((account,), Regions.ALERT),
            context=ScheduledMachineContext(
                prefix=landscape.prefix,
                name=TOPIC_CHECK,
                control=_CONTROL,
                purpose="looks for topics without a confirmed subscriber",
                schedule=_DAILY,
                source=event_source(landscape),
                definition=portable(machine_definition(event_source(landscape), topics)),
                grants=(MachineGrant(sid="Topics", action="sns:GetTopicAttributes", resources=topics),),
            ),
            depends_on=("notifications", *((ROUTES_STACK,) if len(topics) > len(SEVERITIES) else ())),
        )
    what = "Rules that forward events about topics without a subscriber."
    where = named_accounts(accounts, Regions.ALERT)
    yield forwarding_stack(landscape, "heartbeat-topics-accounts", where, what, events)


def _topics(landscape: Landscape, *, with_routes: bool) -> tuple[Reference, ...]:
    """ARNs of the topics by severity, and of the routes' topics, which are in the security account."""
    routes = landscape.settings("notifications", NotificationsSettings).routes if with_routes else []
    names = (
        *(f"alerts-{severity}" for severity in SEVERITIES),
        *(f"route-{route.name}" for route in routes if route.api is None),
    )
    return tuple(
        Reference(f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{landscape.prefix}-{name}")
        for name in names
    )


def machine_definition(source: str, topics: tuple[str, ...]) -> Mapping[str, Any]:
    """The state machine: read each topic, and report those without a subscriber.

    A topic that cannot be read is reported, too: it may be gone. The attributes are texts. Source:
    docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html.
    """
    items = [{"arn": topic, "notify": "high" if topic.endswith(_CRITICAL) else "critical"} for topic in topics]
    attributes = {f"{key}.$": f"$.Attributes.Subscriptions{key.capitalize()}" for key in ("confirmed", "pending")}
    detail = {
        "topic.$": "$.arn",
        "notify.$": "$.notify",
        "confirmed.$": "$.found.confirmed",
        "pending.$": "$.found.pending",
    }
    unknown = {"confirmed": "unknown", "pending": "unknown"}
    silent = [{"Variable": "$.found.confirmed", "StringEquals": value, "Next": "Report"} for value in ("0", "unknown")]
    return {
        "StartAt": "Topics",
        "States": {
            "Topics": {"Type": "Pass", "Result": {"topics": items}, "Next": "Look"},
            "Look": {
                "Type": "Map",
                "ItemsPath": "$.topics",
                "MaxConcurrency": 1,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "Read",
                    "States": {
                        "Read": {
                            **call("sns", "getTopicAttributes", {"TopicArn.$": "$.arn"}),
                            "ResultSelector": attributes,
                            "ResultPath": "$.found",
                            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Unknown"}],
                            "Next": "IsSilent",
                        },
                        "Unknown": {"Type": "Pass", "Result": unknown, "ResultPath": "$.found", "Next": "IsSilent"},
                        "IsSilent": {"Type": "Choice", "Choices": silent, "Default": "Subscribed"},
                        "Subscribed": {"Type": "Succeed"},
                        "Report": {**put_event(source, _DETAIL_TYPE, detail), "End": True},
                    },
                },
                "End": True,
            },
        },
    }


def _event(landscape: Landscape, name: str, severity: str, what: str) -> WatchedEvent:
    return WatchedEvent(
        name=name,
        control=_CONTROL,
        severity=severity,
        title=f"{what} without a confirmed subscriber",
        pattern={
            "source": [event_source(landscape)],
            "detail-type": [_DETAIL_TYPE],
            "detail": {"notify": [severity]},
        },
        paths={
            "account": "$.account",
            "confirmed": "$.detail.confirmed",
            "pending": "$.detail.pending",
            "time": "$.time",
            "topic": "$.detail.topic",
        },
        message="Alerts reach no one: topic <topic> in account <account> has <confirmed> confirmed subscriptions and "
        "<pending> that wait for confirmation, seen at <time>. Confirm or add a subscriber; if both are unknown, the "
        "topic is gone or cannot be read.",
    )
