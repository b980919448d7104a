"""Findings in AWS User Notifications: readable, aggregated and free, in the account that receives all findings."""

import json
from collections.abc import Iterator, Mapping

from baseline.aws.availability import is_available
from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.findings import FindingRule, finding_rules
from baseline.capabilities.respond.notifications.receivers import receiver_digest
from baseline.capabilities.respond.notifications.settings import (
    SEVERITIES,
    AlertSeverity,
    NotificationsSettings,
    UserNotifications,
)
from baseline.findings import Problem
from baseline.frozen import frozen

_REGION = "us-east-1"
"""The only Region of the service's API (docs.aws.amazon.com/cli/latest/reference/notifications/)."""
_TYPE = "AWS::Notifications::EventRule"
_AGGREGATION: Mapping[AlertSeverity, str] = {"critical": "NONE", "high": "SHORT", "medium": "LONG"}
"""Severity → how long events are collected into one notification: not at all, five minutes, twelve hours."""


@frozen
class Contact:
    """An e-mail address that receives notifications."""

    logical_id: str
    name: str
    email: str


@frozen
class UserEventRule:
    """An event rule of one configuration; `pattern` is JSON text about the events' details."""

    logical_id: str
    title: str
    source: str
    event_type: str
    pattern: str


@frozen
class NotificationGroup:
    """The notifications of one severity, and its channels: logical id → contact."""

    severity: str
    logical_id: str
    aggregation: str
    rules: tuple[UserEventRule, ...]
    channels: tuple[tuple[str, str], ...]


@frozen
class UserNotificationsContext:
    """Context of `user_notifications`."""

    prefix: str
    hub_region: str
    regions: tuple[str, ...]
    contacts: tuple[Contact, ...]
    groups: tuple[NotificationGroup, ...]


def user_notification_stacks(landscape: Landscape, settings: NotificationsSettings) -> Iterator[StackSpec]:
    """The stack of the account in which administrators see the findings of all accounts."""
    wanted = settings.user_notifications
    if wanted is None or not is_available(_TYPE, _REGION) or landscape.partition != "aws":
        return
    contacts = _contacts(landscape, wanted)
    groups = (_group(severity, finding_rules(wanted.findings, severity), contacts) for severity in SEVERITIES)
    yield StackSpec(
        name="user-notifications",
        template="respond/notifications/user_notifications",
        description="Findings in AWS User Notifications, by severity.",
        target=Target(accounts=(landscape.role("security"),), regions=Regions.HOME, at=_REGION),
        context=UserNotificationsContext(
            prefix=landscape.prefix,
            hub_region=landscape.home_region,
            regions=landscape.regions,
            contacts=contacts,
            groups=tuple(group for group in groups if group.rules),
        ),
        tagged=False,
    )


def _contacts(landscape: Landscape, wanted: UserNotifications) -> tuple[Contact, ...]:
    """A contact cannot change: if its name were a position, inserting an address would replace every later contact.

    The replacements would have addresses that other contacts still have. Source: CloudFormation's schema of
    AWS::NotificationsContacts::EmailContact (createOnlyProperties).
    """
    emails = dict.fromkeys(wanted.emails or landscape.alerts)
    digests = {email: receiver_digest(email) for email in emails}
    return tuple(
        Contact(logical_id=f"Contact{digest}", name=f"{landscape.prefix}-alerts-{digest}", email=email)
        for email, digest in digests.items()
    )


def _group(severity: AlertSeverity, rules: tuple[FindingRule, ...], contacts: tuple[Contact, ...]) -> NotificationGroup:
    title = severity.capitalize()
    return NotificationGroup(
        severity=severity,
        logical_id=f"{title}Configuration",
        aggregation=_AGGREGATION[severity],
        rules=tuple(
            UserEventRule(
                logical_id=f"{title}{rule.logical_id}Rule",
                title=rule.title,
                source=rule.source,
                event_type=rule.event_type,
                pattern=json.dumps({"detail": rule.detail}, separators=(",", ":")),
            )
            for rule in rules
        ),
        channels=tuple((f"{title}{item.logical_id}Channel", item.logical_id) for item in contacts),
    )


def user_notification_problems(landscape: Landscape, settings: NotificationsSettings) -> Iterator[Problem]:
    """Findings that the account does not receive, and features that the partition lacks."""
    wanted = settings.user_notifications
    if wanted is None:
        return
    if landscape.partition != "aws":
        yield Problem(
            path=("user_notifications",),
            message=f"AWS User Notifications is not available in {landscape.partition}",
            fix="remove it, and use findings",
        )
    if not (wanted.emails or landscape.alerts):
        yield Problem(
            path=("user_notifications", "emails"), message="no one receives the notifications", fix="give an address"
        )
    for name, severity in wanted.findings.items():
        rules = [rule for item in SEVERITIES for rule in finding_rules({name: severity}, item)]
        if not rules:
            yield Problem(
                path=("user_notifications", "findings", name),
                message=f"{name} has no findings of severity {severity} or higher",
                fix="choose a lower severity, or remove it",
            )
        elif landscape.administrator(rules[0].service) != landscape.role("security"):
            yield Problem(
                path=("user_notifications", "findings", name),
                message=f"the account {landscape.administrator(rules[0].service)} receives these findings, "
                "not security",
                fix="use findings instead, whose rules forward them",
            )
