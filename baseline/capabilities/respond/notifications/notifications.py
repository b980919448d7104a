"""Encrypted topics by severity, and their subscribers."""

from collections.abc import Iterator

from baseline.capabilities.account_names import adds_account_names, named_source
from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, named_accounts, one_account
from baseline.capabilities.cost_alerts import CostPublisher, cost_publishers
from baseline.capabilities.event_forwarding import (
    BUS_STACK,
    UNDELIVERED_STACK,
    forwarding_stack,
    forwards_events,
    notices_stack,
)
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.logs.kms.kms import notification_accounts
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.notifications.account_names import account_names_problems, account_names_stack
from baseline.capabilities.respond.notifications.compliance import compliance_problems
from baseline.capabilities.respond.notifications.findings import finding_stacks, sources_without_messages
from baseline.capabilities.respond.notifications.routes import route_problems, routes_stack
from baseline.capabilities.respond.notifications.settings import (
    SEVERITIES,
    NotificationsSettings,
    Slack,
    Subscription,
    Teams,
)
from baseline.capabilities.respond.notifications.user_notifications import (
    user_notification_problems,
    user_notification_stacks,
)
from baseline.findings import Problem
from baseline.frozen import frozen

_ENDPOINTS = {
    "email": "@",
    "email-json": "@",
    "https": "https://",
    "sqs": ":sqs:",
}
"""Protocol → a text that its endpoints contain (SNS API reference, Subscribe)."""


@frozen
class TopicSubscription:
    """One subscription of one topic."""

    logical_id: str
    topic: str
    protocol: str
    endpoint: str


@frozen
class TopicPublisher(CostPublisher):
    """A service that publishes cost alerts to one topic."""

    topic: str


@frozen
class Topic:
    """One topic, the logical id of its policy, and the services that publish cost alerts to it."""

    severity: str
    logical_id: str
    policy_id: str
    publishers: tuple[TopicPublisher, ...]


@frozen
class NotificationsContext:
    """Context of `notifications`."""

    prefix: str
    topics: tuple[Topic, ...]
    subscriptions: tuple[TopicSubscription, ...]
    slack: Slack | None
    slack_topics: tuple[str, ...]
    teams: Teams | None
    teams_topics: tuple[str, ...]


@frozen
class EventBusContext:
    """Context of `events`. The archive keeps only one source's events if the bus has rules only for them."""

    prefix: str
    standalone: bool
    archive_days: int
    archived_source: str


@frozen
class UndeliveredContext:
    """Context of `undelivered`. `notifies` says whether the Region has topics that the alarm can notify."""

    prefix: str
    standalone: bool
    notifies: bool


def topic_logical_id(severity: str) -> str:
    """The logical id of a severity's topic."""
    return f"{severity.capitalize()}Topic"


def _topic(landscape: Landscape, severity: str) -> Topic:
    """A topic with its policy. The first policy keeps the name that all topics shared in earlier versions.

    Deleting a topic policy resets its topics to Amazon SNS's default policy, which does not allow our publishers: if
    all three policies had new names, the clean-up phase of an update would reset the new policies. Sources: Amazon SNS
    developer guide, API permissions reference; CloudFormation, AWS::SNS::TopicPolicy.
    """
    policy = "TopicsPolicy" if severity == SEVERITIES[0] else f"{severity.capitalize()}TopicPolicy"
    logical_id = topic_logical_id(severity)
    publishers = (TopicPublisher(**vars(item), topic=logical_id) for item in cost_publishers(landscape, severity))
    return Topic(severity=severity, logical_id=logical_id, policy_id=policy, publishers=tuple(publishers))


def _subscriptions(landscape: Landscape, settings: NotificationsSettings) -> tuple[TopicSubscription, ...]:
    """The subscriptions, whose logical ids are positions as in earlier versions. The template retains each of them.

    Without retention, adding or removing an earlier subscriber would unsubscribe later ones: each "replaces" the one
    before it, `Subscribe` with the same topic, protocol and endpoint returns the subscription that exists, and the
    clean-up deletes the same one as the old value of its former position. Other logical ids would do this to all, once.
    Removed subscribers must be unsubscribed manually; a deleted topic takes its subscriptions along. Not
    RetainExceptOnCreate: rolling back an update would delete what `Subscribe` only found.
    Sources: createOnlyProperties of CloudFormation's schema of AWS::SNS::Subscription; Amazon SNS API reference,
    DeleteTopic; github.com/go-to-k/cdkd/issues/1967, which measured it;
    docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html.
    """
    wanted = [
        *(Subscription(protocol="email", endpoint=address) for address in landscape.alerts),
        *settings.subscriptions,
    ]
    return tuple(
        TopicSubscription(
            logical_id=f"{severity.capitalize()}Subscription{number}",
            topic=topic_logical_id(severity),
            protocol=item.protocol,
            endpoint=portable_text(item.endpoint),
        )
        for severity in SEVERITIES
        for number, item in enumerate(wanted, start=1)
        if severity in item.severities
    )


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("notifications", NotificationsSettings)
    own = (_topics(landscape), *user_notification_stacks(landscape, settings))
    if not forwards_events(landscape):
        return own
    return (
        *own,
        _event_bus(landscape),
        *_undelivered(landscape),
        *account_names_stack(landscape),
        *routes_stack(landscape, settings),
        *finding_stacks(landscape, settings),
    )


def _topics(landscape: Landscape) -> StackSpec:
    settings = landscape.settings("notifications", NotificationsSettings)
    return StackSpec(
        name="notifications",
        template="respond/notifications/notifications",
        description="Encrypted notification topics by severity, and their subscriptions.",
        target=named_accounts(notification_accounts(landscape), Regions.ALERT),
        context=NotificationsContext(
            prefix=landscape.prefix,
            topics=tuple(_topic(landscape, name) for name in SEVERITIES),
            subscriptions=_subscriptions(landscape, settings),
            slack=settings.slack,
            slack_topics=_topics_of(settings.slack),
            teams=settings.teams,
            teams_topics=_topics_of(settings.teams),
        ),
        depends_on=("kms-notifications",),
    )


def _topics_of(channel: Slack | Teams | None) -> tuple[str, ...]:
    received = channel.severities if channel else []
    return tuple(topic_logical_id(name) for name in SEVERITIES if name in received)


def _event_bus(landscape: Landscape) -> StackSpec:
    return StackSpec(
        name=BUS_STACK,
        template="respond/notifications/events",
        description="Event bus of the security account: receives events that other stacks forward to topics.",
        target=one_account(landscape.role("security"), Regions.ALERT),
        context=EventBusContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            archive_days=landscape.settings("notifications", NotificationsSettings).archive_days,
            archived_source=named_source(landscape.prefix) if adds_account_names(landscape) else "",
        ),
        parameters=organization_only(landscape, "OrganizationId"),
        depends_on=("notifications",),
    )


def _undelivered(landscape: Landscape) -> Iterator[StackSpec]:
    """A queue in each Region for events that EventBridge cannot deliver, and the alarm on it.

    A dead-letter queue is in the Region of its rule, and may be in another account
    (docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html). An alarm notifies topics of its Region only:
    where there are none, its change of state is forwarded like other events.
    """
    security = landscape.role("security")
    everywhere = dict.fromkeys((*landscape.regions, landscape.sign_in_region))
    others = tuple(region for region in everywhere if region not in landscape.alert_regions)
    yield _undelivered_stack(
        landscape, UNDELIVERED_STACK, one_account(security, Regions.ALERT), after=("notifications",)
    )
    if not others:
        return
    where = Target(accounts=(security,), regions=Regions.GOVERNED_AND_SIGN_IN, only=others)
    yield _undelivered_stack(landscape, f"{UNDELIVERED_STACK}-regions", where, after=())
    where = one_account(security, Regions.GOVERNED_AND_SIGN_IN)
    event = (_undelivered_event(landscape),)
    yield notices_stack(landscape, "undelivered-hub", "Rule that notifies of events that were not delivered.", event)
    yield forwarding_stack(
        landscape, "undelivered", where, "Rule that forwards alarms about events that were not delivered.", event
    )


def _undelivered_stack(landscape: Landscape, name: str, target: Target, after: tuple[str, ...]) -> StackSpec:
    return StackSpec(
        name=name,
        template="respond/notifications/undelivered",
        description="Queue for events that could not be delivered, and the alarm on it.",
        target=target,
        context=UndeliveredContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            notifies=target.regions is Regions.ALERT,
        ),
        parameters=organization_only(landscape, "OrganizationId"),
        depends_on=after,
    )


def _undelivered_event(landscape: Landscape) -> WatchedEvent:
    """The alarm on the queue of a Region without topics (CloudWatch user guide, Alarm events and EventBridge)."""
    return WatchedEvent(
        name="undelivered",
        control="notifications-undelivered-elsewhere",
        severity="high",
        title="alarms about events that were not delivered",
        pattern={
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "region": [{"anything-but": list(landscape.alert_regions)}],
            "detail": {"alarmName": [f"{landscape.prefix}-undelivered-events"], "state": {"value": ["ALARM"]}},
        },
        paths={"account": "$.account", "region": "$.region", "time": "$.time"},
        message="Events that should have become alerts were not delivered in <region>, seen at <time>. Read the queue "
        f"{landscape.prefix}-undelivered-events of account <account> there: the attributes of its messages name the "
        "rule and the error.",
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("notifications", NotificationsSettings)
    problems = [
        Problem(
            path=("subscriptions", index, "endpoint"),
            message=f"{item.endpoint} is not an endpoint for {item.protocol}: it has no {_ENDPOINTS[item.protocol]!r}",
            fix="give an address that fits the protocol, or change the protocol",
        )
        for index, item in enumerate(settings.subscriptions)
        if _ENDPOINTS[item.protocol] not in item.endpoint
    ]
    problems += [
        Problem(
            path=(setting,),
            message=f"{title} is not available in {landscape.partition}: AWS::Chatbot is in the aws partition only",
            fix="remove it, or subscribe an https endpoint",
        )
        for setting, title, channel in (
            ("slack", "Slack", settings.slack),
            ("teams", "Microsoft Teams", settings.teams),
        )
        if channel and landscape.partition != "aws"
    ]
    problems += [
        Problem(
            path=("findings", name),
            message=f"{name} has no findings of severity {settings.findings[name]} or higher",
            fix="choose a lower severity, or remove it",
        )
        for name in sources_without_messages(settings)
    ]
    return (
        *problems,
        *account_names_problems(landscape, settings),
        *compliance_problems(landscape, settings),
        *route_problems(landscape, settings),
        *user_notification_problems(landscape, settings),
    )


CAPABILITY = Capability(
    name="notifications",
    title="Notifications",
    summary="Encrypted topics by severity with the subscriptions that the profile names.",
    settings=NotificationsSettings,
    stacks=_stacks,
    requires=("kms",),
    problems=_problems,
)
