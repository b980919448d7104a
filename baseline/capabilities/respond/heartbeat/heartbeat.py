"""The baseline monitors itself: changes that weaken it, a silent trail, and a sign of life."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from baseline.aws.quotas import quota
from baseline.capabilities.capability import Capability, Regions, StackSpec, every_account, one_account
from baseline.capabilities.event_forwarding import asks_for_events, forwarding_stack, missing_topics, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name, trail_stacks
from baseline.capabilities.logs.kms.kms import notification_accounts
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.heartbeat.events import (
    drifted_stacks,
    event_source,
    failed_instances,
    sign_of_life,
    watched_calls,
)
from baseline.capabilities.respond.heartbeat.settings import HeartbeatSettings
from baseline.capabilities.respond.heartbeat.topics import looked_at, topic_events, topic_problems, topic_stacks
from baseline.capabilities.respond.heartbeat.watchers import count_events, count_stacks
from baseline.findings import Problem
from baseline.frozen import frozen

Events = tuple[WatchedEvent, ...]
_SCHEDULES = {"none": "", "weekly": "cron(0 8 ? * MON *)", "daily": "cron(0 8 * * ? *)"}


@frozen
class HeartbeatContext:
    """Context of `heartbeat`. `schedule` is empty without a sign of life, `silent_hours` 0 without the alarm."""

    prefix: str
    event_source: str
    schedule: str
    silent_hours: int
    log_group_name: str


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("heartbeat", HeartbeatSettings)
    if not landscape.is_on("notifications"):
        return ()
    management = _management_events(landscape, settings)
    archive = _archive_events(landscape, settings)
    everywhere = _account_events(landscape, settings)
    topics = topic_events(landscape) if "topics" in settings.watch else ()
    counts = count_events(landscape) if settings.count_watchers else ()
    if settings.sign_of_life != "none":
        others = len((*management, *archive, *everywhere, *topics, *counts))
        management = (*management, sign_of_life(landscape, settings, rules=others))
    specs: list[StackSpec] = []
    named = organization_only(landscape, "ManagementAccountId") if settings.sign_of_life != "none" else ()
    events = (*management, *archive, *everywhere, *topics, *counts)
    if events:
        description = "Rules that notify of events that weaken the baseline."
        hub = notices_stack(landscape, "heartbeat-hub", description, events)
        specs += with_routes(landscape, replace(hub, parameters=named))
    specs += _forwarding(landscape, management, archive, everywhere, named)
    if topics:
        specs += topic_stacks(landscape, topics)
    if counts:
        forwarded_by = _by_account(landscape, management, archive, (*everywhere, *counts), topics)
        specs += count_stacks(landscape, events, forwarded_by)
    if settings.sign_of_life != "none" or _watches_trail(landscape, settings):
        specs.append(_own_stack(landscape, settings))
    return tuple(specs)


def _forwarding(
    landscape: Landscape, management: Events, archive: Events, everywhere: Events, named: tuple[str, ...]
) -> Iterator[StackSpec]:
    """The rules of each place; `named` are parameters of the management account's rules."""
    log_archive = one_account(landscape.role("log_archive"), Regions.GOVERNED)
    for name, target, forwarded, what in (
        ("heartbeat-central", one_account("management"), management, "the trail, StackSets and the sign of life"),
        ("heartbeat-archive", log_archive, archive, "the log archive"),
        ("heartbeat-accounts", every_account(Regions.GOVERNED_AND_SIGN_IN), everywhere, "what protects accounts"),
    ):
        if forwarded:
            spec = forwarding_stack(landscape, name, target, f"Rules that forward events about {what}.", forwarded)
            more = named if forwarded is management else ()
            yield replace(spec, parameters=(*spec.parameters, *more))


def _by_account(
    landscape: Landscape,
    management: Events,
    archive: Events,
    everywhere: Events,
    topics: Events,
) -> Mapping[str, Events]:
    """Key of each account with topics → the events that it forwards from its home Region."""
    return {
        account: (
            *(management if account == "management" else ()),
            *(archive if account == landscape.role("log_archive") else ()),
            *everywhere,
            *(topics if looked_at(landscape).get(account) else ()),
        )
        for account in notification_accounts(landscape)
    }


def _watches_trail(landscape: Landscape, settings: HeartbeatSettings) -> bool:
    return "trail" in settings.watch and bool(log_group_name(landscape))


def _management_events(landscape: Landscape, settings: HeartbeatSettings) -> tuple[WatchedEvent, ...]:
    trail = watched_calls(landscape, settings, "trail") if landscape.is_on("cloudtrail") else ()
    stack_sets = "stacks" in settings.watch and not landscape.standalone
    return (*trail, *((failed_instances(landscape),) if stack_sets else ()))


def _archive_events(landscape: Landscape, settings: HeartbeatSettings) -> tuple[WatchedEvent, ...]:
    return watched_calls(landscape, settings, "log-archive") if landscape.is_on("log_archive") else ()


def _account_events(landscape: Landscape, settings: HeartbeatSettings) -> tuple[WatchedEvent, ...]:
    """Events of every account: delegated administrators change policies and permission sets as well."""
    calls = watched_calls(landscape, settings, "recorder", "detection")
    if not landscape.standalone:
        calls += watched_calls(landscape, settings, "organization", "identity")
    return (*calls, *((drifted_stacks(landscape),) if "stacks" in settings.watch else ()))


def _own_stack(landscape: Landscape, settings: HeartbeatSettings) -> StackSpec:
    return StackSpec(
        name="heartbeat",
        template="respond/heartbeat/heartbeat",
        description="Schedule of the sign of life, and the alarm on a silent trail.",
        target=one_account("management"),
        context=HeartbeatContext(
            prefix=landscape.prefix,
            event_source=event_source(landscape),
            schedule=_SCHEDULES[settings.sign_of_life],
            silent_hours=settings.silent_hours if _watches_trail(landscape, settings) else 0,
            log_group_name=log_group_name(landscape),
        ),
        depends_on=("notifications", *(trail_stacks(landscape) if _watches_trail(landscape, settings) else ())),
    )


def _first_setting(settings: HeartbeatSettings) -> str:
    if settings.watch:
        return "watch"
    return "sign_of_life" if settings.sign_of_life != "none" else "count_watchers"


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("heartbeat", HeartbeatSettings)
    yield from missing_topics(landscape, settings, _first_setting(settings))
    yield from topic_problems(landscape)
    most = quota("events.pattern_characters")
    events = watched_calls(landscape, settings, *settings.watch)
    longest = max((len(json.dumps(event.pattern, separators=(",", ":"))) for event in events), default=0)
    if longest > most:
        yield Problem(
            path=("ignored_roles",),
            message=f"an event pattern would have {longest} characters: EventBridge allows {most}",
            fix="name fewer roles, or shorten their names with `*`",
        )


CAPABILITY = Capability(
    name="heartbeat",
    title="Heartbeat",
    summary="The baseline monitors itself: notices of changes that weaken it, an alarm on a silent trail, and a "
    "regular message that alerts work.",
    same_everywhere="It watches what protects every account.",
    settings=HeartbeatSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    is_asked=asks_for_events,
    since="2026.12",
)
