"""Topics whose alerts reach no one: a daily check for confirmed subscriptions.

A subscription that was never confirmed, or that ended, causes no event and has no metric. Topics for which the profile
names no subscriber are left out: a daily check would only repeat the contents of the profile.
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
from baseline.capabilities.respond.heartbeat.settings import checks_topics
from baseline.capabilities.respond.notifications.receivers import subscribed_severities
from baseline.capabilities.respond.notifications.settings import SEVERITIES, AlertSeverity, NotificationsSettings
from baseline.capabilities.scheduled_machine import (
    TEMPLATE,
    TOPIC_CHECK,
    MachineGrant,
    ScheduledMachineContext,
    call,
    failed_runs,
    put_event,
)
from baseline.findings import Problem, Severity

_CONTROL = "heartbeat-topics"
_DETAIL_TYPE = "Topic without subscriber"
_DAILY = "cron(30 7 * * ? *)"
_ROUTE = "route-"


def topic_events(landscape: Landscape) -> tuple[WatchedEvent, ...]:
    """Events about topics without a confirmed subscriber; none if there is no topic to check."""
    if not looked_at(landscape):
        return ()
    first, second = _reporting(landscape)
    return (
        _event(landscape, "heartbeat-topics", first, "topics of alerts and of routes"),
        _event(landscape, "heartbeat-topics-critical", second, f"topics of {first} alerts"),
        failed_runs(
            landscape.prefix,
            TOPIC_CHECK,
            _CONTROL,
            title="looks at subscriptions that failed",
            consequence="no one looked at the subscriptions of the topics",
        ),
    )


def topic_stacks(landscape: Landscape, events: tuple[WatchedEvent, ...]) -> Iterator[StackSpec]:
    """The state machines that check the topics of each account, and the rules that forward their events."""
    found = looked_at(landscape)
    first, second = _reporting(landscape)
    for account, names in found.items():
        reports = {topic_arn(landscape, name): second if name == f"alerts-{first}" else first for name in names}
        apart = account == "management" and not landscape.standalone
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
                definition=portable(machine_definition(event_source(landscape), reports)),
                grants=(MachineGrant(sid="Topics", action="sns:GetTopicAttributes", resources=tuple(reports)),),
            ),
            depends_on=("notifications", *((ROUTES_STACK,) if any(name.startswith(_ROUTE) for name in names) else ())),
        )
    what = "Rules that forward events about topics without a subscriber."
    where = named_accounts(tuple(found), Regions.ALERT)
    yield forwarding_stack(landscape, "heartbeat-topics-accounts", where, what, events)


def topic_problems(landscape: Landscape) -> Iterator[Problem]:
    """A warning about severities without a subscriber, whose topics are not checked."""
    if not checks_topics(landscape):
        return
    missing = [name for name in SEVERITIES if name not in subscribed_severities(landscape)]
    if missing:
        routes = landscape.settings("notifications", NotificationsSettings).routes
        yield Problem(
            path=("watch",),
            message=f"the profile names no subscriber for the topics of {', '.join(missing)} alerts: these reach no one"
            f"{' unless a route carries them' if routes else ''}, and the daily check leaves their topics out",
            fix="set organization.alerts, or add the severity to a receiver of notifications",
            severity=Severity.WARNING,
        )


def looked_at(landscape: Landscape) -> Mapping[str, tuple[str, ...]]:
    """Account → names, without the prefix, of its topics that should have a subscriber; routes have central topics."""
    own = tuple(f"alerts-{severity}" for severity in subscribed_severities(landscape))
    routes = landscape.settings("notifications", NotificationsSettings).routes
    of_routes = tuple(f"{_ROUTE}{route.name}" for route in routes if route.api is None)
    *others, central = notification_accounts(landscape)
    found = {**dict.fromkeys(others, own), central: (*own, *of_routes)}
    return {account: names for account, names in found.items() if names}


def _reporting(landscape: Landscape) -> tuple[AlertSeverity, AlertSeverity]:
    """The severity whose topic reports silent topics, and the severity that reports this topic itself."""
    subscribed = subscribed_severities(landscape)
    ordered = [*subscribed, *(name for name in SEVERITIES if name not in subscribed)]
    return ordered[0], ordered[1]


def topic_arn(landscape: Landscape, name: str) -> Reference:
    """ARN of a topic in the account and Region of the stack, by its name without the prefix."""
    return Reference(f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{landscape.prefix}-{name}")


def machine_definition(source: str, reports: Mapping[Reference, AlertSeverity]) -> Mapping[str, Any]:
    """The state machine: read each topic, and report topics without a subscriber with the given severity.

    A topic that cannot be read is also reported, because it may have been deleted. SNS returns the attributes as text.
    Source: docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html.
    """
    items = [{"arn": topic, "notify": severity} for topic, severity in reports.items()]
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


def _event(landscape: Landscape, name: str, severity: AlertSeverity, what: str) -> WatchedEvent:
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
