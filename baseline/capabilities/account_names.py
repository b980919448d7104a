"""Account names in messages: a state machine adds the name to each forwarded event before rules notify.

EventBridge can put parts of an event into a message, but cannot look anything up.
"""

from collections.abc import Mapping
from dataclasses import replace

from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape
from baseline.capabilities.respond.notifications.settings import NotificationsSettings

NAMES_STACK = "notifications-names"
"""The stack of `notifications` with the state machine."""
_EVENT = "$.detail.event"
"""Path of the forwarded event inside the event with the account's name."""


def adds_account_names(landscape: Landscape) -> bool:
    """Whether messages contain the names of accounts."""
    if landscape.standalone or not landscape.is_on("notifications"):
        return False
    return landscape.settings("notifications", NotificationsSettings).account_names


def named_source(prefix: str) -> str:
    """The source of events to which the state machine has added the account's name."""
    return f"{prefix}.named"


def shaped_source(prefix: str, name: str) -> str:
    """The source of an event that a rule makes from another one, to start the state machine with it.

    The rules of `alarms` and of Security Hub do so: their events are not on the bus of forwarded events.
    """
    return f"{prefix}.{name}"


def account_paths(prefix: str) -> Mapping[str, str]:
    """Event source → path of the affected account, for events that another account sends."""
    return {
        "aws.guardduty": "$.detail.accountId",
        "aws.macie": "$.detail.accountId",
        "aws.access-analyzer": "$.detail.accountId",
        "aws.inspector2": "$.detail.awsAccountId",
        "aws.health": "$.detail.affectedAccount",
        f"{prefix}.response": "$.detail.account",
    }


def with_account_name(landscape: Landscape, event: WatchedEvent) -> WatchedEvent:
    """The event in the form that notifying rules receive: with the account's name if messages contain names.

    Every rule then waits for the state machine, so that an archive of its events can be replayed to one rule. Only this
    account can send events with names: a forwarded event keeps the id of its sending account.
    """
    if not adds_account_names(landscape):
        return event
    source = named_source(landscape.prefix)
    paths = {name: f"{_EVENT}{path.removeprefix('$')}" for name, path in event.paths.items()}
    return replace(
        event,
        pattern={"source": [source], "account": [THIS_ACCOUNT], "detail": {"event": event.pattern}},
        paths={**paths, "accountName": "$.detail.accountName"} if "account" in paths else paths,
        message=event.message.replace("account <account>", "account <accountName> (<account>)"),
    )
