"""Encrypted topics by severity, and their subscribers."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from baseline.capabilities.capability import Capability, Regions, StackSpec, named_accounts, one_account
from baseline.capabilities.cost_alerts import CostPublisher, cost_publishers
from baseline.capabilities.event_forwarding import BUS_STACK, forwards_events
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.logs.kms.kms import notification_accounts
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.settings import Settings, tiered
from baseline.findings import Problem

AlertSeverity = Literal["critical", "high", "medium"]
SEVERITIES: tuple[AlertSeverity, ...] = ("critical", "high", "medium")

_ENDPOINTS = {
    "email": "@",
    "email-json": "@",
    "https": "https://",
    "sqs": ":sqs:",
}
"""Protocol → what its endpoints contain (SNS API reference, Subscribe)."""


class Subscription(BaseModel):
    """A subscriber to alerts, besides the profile's `alerts`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    protocol: Literal["email", "email-json", "https", "sqs"] = Field(description="How SNS delivers.")
    endpoint: Annotated[str, StringConstraints(pattern=r"^[!-~]{3,2048}$")] = Field(
        description="An e-mail address, an https:// address or the ARN of a queue.",
        examples=["https://alerts.example.com/sns"],
    )
    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


class Slack(BaseModel):
    """A Slack channel, through Amazon Q Developer in chat applications; the workspace is authorized manually once."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    workspace_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,255}$")] = Field(
        description="The Slack workspace, as the chat console shows it.", examples=["T0123456789"]
    )
    channel_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,256}$")] = Field(
        description="The Slack channel.", examples=["C0123456789"]
    )
    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


class NotificationsSettings(Settings):
    """Settings of `notifications`."""

    subscriptions: list[Subscription] = tiered("Subscribers besides the profile's `alerts`.", [])
    slack: Slack | None = Field(default=None, description="A Slack channel that receives alerts.")


@dataclass(frozen=True, kw_only=True)
class TopicSubscription:
    """One subscription of one topic."""

    logical_id: str
    topic: str
    protocol: str
    endpoint: str


@dataclass(frozen=True, kw_only=True)
class TopicPublisher(CostPublisher):
    """A service that publishes cost alerts to one topic."""

    topic: str


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic, the logical id of its policy, and the services that publish cost alerts to it."""

    severity: str
    logical_id: str
    policy_id: str
    publishers: tuple[TopicPublisher, ...]


@dataclass(frozen=True, kw_only=True)
class NotificationsContext:
    """Context of `notifications`."""

    prefix: str
    topics: tuple[Topic, ...]
    subscriptions: tuple[TopicSubscription, ...]
    slack: Slack | None
    slack_topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EventBusContext:
    """Context of `events`."""

    prefix: str
    standalone: bool


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
    bus = (_event_bus(landscape),) if forwards_events(landscape) else ()
    return (_topics(landscape), *bus)


def _topics(landscape: Landscape) -> StackSpec:
    settings = landscape.settings("notifications", NotificationsSettings)
    received = settings.slack.severities if settings.slack else []
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
            slack_topics=tuple(topic_logical_id(name) for name in SEVERITIES if name in received),
        ),
        depends_on=("kms-notifications",),
    )


def _event_bus(landscape: Landscape) -> StackSpec:
    return StackSpec(
        name=BUS_STACK,
        template="respond/notifications/events",
        description="Event bus of the security account: receives events that other stacks forward to topics.",
        target=one_account(landscape.role("security"), Regions.ALERT),
        context=EventBusContext(prefix=landscape.prefix, standalone=landscape.standalone),
        parameters=organization_only(landscape, "OrganizationId"),
        depends_on=("notifications",),
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("notifications", NotificationsSettings)
    problems = [
        Problem(
            path=("subscriptions", index, "endpoint"),
            message=f"{item.endpoint} is no endpoint for {item.protocol}: it has no {_ENDPOINTS[item.protocol]!r}",
            fix="give an address that fits the protocol, or change the protocol",
        )
        for index, item in enumerate(settings.subscriptions)
        if _ENDPOINTS[item.protocol] not in item.endpoint
    ]
    if settings.slack and landscape.partition != "aws":
        problems.append(
            Problem(
                path=("slack",),
                message=f"Slack is not available in {landscape.partition}: AWS::Chatbot is in the aws partition only",
                fix="remove it, or subscribe an https endpoint",
            )
        )
    return tuple(problems)


CAPABILITY = Capability(
    name="notifications",
    title="Notifications",
    summary="Encrypted topics by severity with the subscriptions that the profile names.",
    same_everywhere="The topics are in one account; subscribers choose severities.",
    settings=NotificationsSettings,
    stacks=_stacks,
    requires=("kms",),
    problems=_problems,
)
