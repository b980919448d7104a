"""Receivers of alerts: which severities have one, and names that do not depend on a position in a list."""

from hashlib import sha256

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.settings import SEVERITIES, AlertSeverity, NotificationsSettings


def receiver_digest(*texts: str) -> str:
    """A short name for a receiver, the same wherever the profile lists it.

    With positions as names, a receiver that moves up replaces the one before it: `Subscribe` returns the subscription
    that the receiver has already, and the clean-up of the stack's update deletes that subscription. Measured in
    github.com/go-to-k/cdkd/issues/1967; CloudFormation's schema of AWS::SNS::Subscription lists the createOnly
    properties.
    """
    return sha256("\n".join(texts).encode()).hexdigest()[:8]


def subscribed_severities(landscape: Landscape) -> tuple[AlertSeverity, ...]:
    """The severities whose topic has a subscriber in the profile: an address, an endpoint or a chat channel."""
    settings = landscape.settings("notifications", NotificationsSettings)
    if landscape.alerts:
        return SEVERITIES
    received = {name for item in settings.subscriptions for name in item.severities}
    for channel in (settings.slack, settings.teams):
        received.update(channel.severities if channel else ())
    return tuple(name for name in SEVERITIES if name in received)
