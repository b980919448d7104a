"""Events that every account forwards to the security account, where they notify topics: shared by capabilities."""

from collections.abc import Iterator

from baseline.capabilities.account_names import NAMES_STACK, adds_account_names, with_account_name
from baseline.capabilities.capability import Regions, StackSpec, Target, one_account
from baseline.capabilities.forwarded_event import ForwardingSettings, WatchedEvent
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.settings import Settings
from baseline.findings import Problem
from baseline.frozen import frozen

BUS_STACK = "notifications-events"
"""The stack of `notifications` with the bus that receives the events."""
UNDELIVERED_STACK = "notifications-undelivered"
"""The stack of `notifications` with the queue for events that cannot be delivered."""


@frozen
class ForwardingContext:
    """Context of `events/forwarding`. `origin` is the part of the role's name that distinguishes stacks."""

    prefix: str
    origin: str
    hub_region: str
    hub_account: Reference
    events: tuple[WatchedEvent, ...]


@frozen
class NoticesContext:
    """Context of `events/notices`."""

    prefix: str
    events: tuple[WatchedEvent, ...]


def asks_for_events(settings: Settings) -> bool:
    """Whether the settings belong to a capability that forwards events, and request events."""
    return isinstance(settings, ForwardingSettings) and settings.forwards


def forwards_events(landscape: Landscape) -> bool:
    """Whether a capability forwards events, so that the bus is needed."""
    return any(asks_for_events(item) for item in landscape.capabilities.values())


def missing_topics(landscape: Landscape, settings: ForwardingSettings, setting: str) -> Iterator[Problem]:
    """A problem if events have no topic to notify, at the setting that requests them."""
    if settings.forwards and not landscape.is_on("notifications"):
        yield Problem(
            path=(setting,),
            message="notifications is off: the events have no topic",
            fix=f"turn notifications on, or remove {setting}",
            fallback=(("capabilities", "notifications"),),
        )


def hub_region(landscape: Landscape) -> str:
    """The Region that receives events of an account's rules: home, or the Region itself if each has a hub."""
    return landscape.home_region if len(landscape.alert_regions) == 1 else Reference("${AWS::Region}")


def dead_letter_queue(landscape: Landscape, account: Reference) -> Reference | None:
    """ARN of the queue for events that a rule cannot deliver, in the rule's Region; None while there are no queues."""
    if not forwards_events(landscape) or not landscape.is_on("notifications"):
        return None
    return Reference(f"arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:{account}:{landscape.prefix}-undelivered-events")


def forwarding_stack(
    landscape: Landscape, name: str, target: Target, description: str, events: tuple[WatchedEvent, ...]
) -> StackSpec:
    """The stack with the rules that forward events of its accounts and Regions to the bus."""
    return StackSpec(
        name=name,
        template="events/forwarding",
        description=description,
        target=target,
        context=ForwardingContext(
            prefix=landscape.prefix,
            origin=name.removesuffix("-accounts"),  # a role's name has 64 characters at most
            hub_region=hub_region(landscape),
            hub_account=landscape.account_reference("security"),
            events=events,
        ),
        parameters=organization_only(landscape, "SecurityAccountId"),
        depends_on=(BUS_STACK, *queue_stacks(landscape, target)),
    )


def notices_stack(landscape: Landscape, name: str, description: str, events: tuple[WatchedEvent, ...]) -> StackSpec:
    """The stack with the rules that notify topics of forwarded events."""
    return StackSpec(
        name=name,
        template="events/notices",
        description=description,
        target=one_account(landscape.role("security"), Regions.ALERT),
        context=NoticesContext(
            prefix=landscape.prefix, events=tuple(with_account_name(landscape, event) for event in events)
        ),
        depends_on=(BUS_STACK, UNDELIVERED_STACK, *((NAMES_STACK,) if adds_account_names(landscape) else ())),
    )


def queue_stacks(landscape: Landscape, target: Target) -> Iterator[str]:
    """The stacks with the queues of the target's Regions; none while there are no queues."""
    if not forwards_events(landscape) or not landscape.is_on("notifications"):
        return
    yield UNDELIVERED_STACK
    everywhere = {*landscape.regions, landscape.sign_in_region}
    if target.regions is not Regions.HOME and not everywhere <= set(landscape.alert_regions):
        yield f"{UNDELIVERED_STACK}-regions"
