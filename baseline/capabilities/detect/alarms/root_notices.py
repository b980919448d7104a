"""Messages about root users that pass through the state machine that adds account names."""

from collections.abc import Iterator, Sequence

from baseline.capabilities.account_names import adds_account_names, shaped_source
from baseline.capabilities.capability import StackSpec
from baseline.capabilities.event_forwarding import notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape

_EVENTS = {
    "root-activity": (
        "root-activity-events",
        "root activity in any account",
        {"event": "$.detail.eventName", "region": "$.region", "source": "$.detail.sourceIPAddress"},
        "Root user of account <account>: <event> in <region> at <time> from <source>.",
    ),
    "root-mfa": (
        "root-mfa-rule",
        "root users without MFA",
        {"rule": "$.detail.configRuleName"},
        (
            "Root user of account <account> does not have the MFA that rule <rule> requires (checked at <time>). "
            "Register an MFA device for it."
        ),
    ),
}
"""Event → control, title, paths and message: events that the hub's rules create (templates/detect/alarms/)."""


def named_root_notices(landscape: Landscape, names: Sequence[str]) -> Iterator[StackSpec]:
    """The stacks that notify of root events with account names; none if messages contain no names.

    With names, the hub's rules start the state machine, so that routes receive these messages, too.
    """
    if adds_account_names(landscape):
        events = tuple(_event(landscape, name) for name in names)
        what = "Rules that notify of activity and missing MFA of root users."
        yield from with_routes(landscape, notices_stack(landscape, "alarms-root-hub", what, events))


def _event(landscape: Landscape, name: str) -> WatchedEvent:
    control, title, paths, message = _EVENTS[name]
    return WatchedEvent(
        name=name,
        control=control,
        severity="critical",
        title=title,
        pattern={"source": [shaped_source(landscape.prefix, name)]},
        paths={"account": "$.account", **paths, "time": "$.time"},
        message=message,
    )
