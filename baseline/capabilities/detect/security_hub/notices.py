"""Messages about Security Hub findings that pass through the state machine that adds account names."""

from collections.abc import Iterator

from baseline.aws.partitions import CONSOLES
from baseline.capabilities.account_names import NAMES_STACK, adds_account_names, shaped_source
from baseline.capabilities.capability import StackSpec
from baseline.capabilities.event_forwarding import notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.settings import AlertSeverity

_SEVERITIES: tuple[AlertSeverity, ...] = ("critical", "high")


def named_notices(landscape: Landscape) -> Iterator[StackSpec]:
    """The stacks that notify of findings with account names; none if messages contain no names.

    With names, the rules of Security Hub start the state machine, so that routes receive these messages, too.
    """
    if adds_account_names(landscape):
        what = "Rules that notify of findings of Security Hub."
        events = tuple(_event(landscape, severity) for severity in _SEVERITIES)
        yield from with_routes(landscape, notices_stack(landscape, "security-hub-hub", what, events))


def names_dependency(landscape: Landscape) -> tuple[str, ...]:
    """The stacks that a rule requires to start the state machine; without the last of them, its events reach no one."""
    return (NAMES_STACK, *(item.name for item in named_notices(landscape))) if adds_account_names(landscape) else ()


def _event(landscape: Landscape, severity: AlertSeverity) -> WatchedEvent:
    """The event in the form that Security Hub's rules create (templates/detect/security_hub/)."""
    return WatchedEvent(
        name=f"security-hub-{severity}",
        control="security-hub-notifications",
        severity=severity,
        title=f"{severity}-severity findings of Security Hub",
        pattern={
            "source": [shaped_source(landscape.prefix, "security-hub")],
            "detail": {"severity": [severity]},
        },
        paths={
            "account": "$.account",
            "finding": "$.detail.finding",
            "region": "$.region",
            "title": "$.detail.title",
        },
        message=f"Security Hub has a finding of severity {severity} in account <account>, <region>: <title>. Review "
        "the finding, and correct or contain the resource: "
        f"https://{CONSOLES[landscape.partition]}/securityhub/home?region=<region>#/findings (<finding>)",
    )
