"""Messages about some places to separate receivers: shared by the capabilities that forward events."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from textwrap import shorten
from typing import Any

from baseline.capabilities.capability import ROOT, StackSpec
from baseline.capabilities.event_forwarding import NoticesContext
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.parameters import ParameterDeclaration, account_parameters, logical_names
from baseline.capabilities.respond.notifications.settings import NotificationsSettings, Route
from baseline.frozen import frozen

ROUTES_STACK = "notifications-routes"
"""The stack of `notifications` with the receivers of the routes."""
ACCOUNTS_PER_RULE = 80
"""Account ids in one event pattern, which has 2,048 characters at most (EventBridge quotas)."""

_KEYS = ("id", "finding", "certificate", "secret", "alarm", "execution", "stack", "topic", "resource")
"""Names of values that identify a message's subject, best first: a message with the same value is an update."""
_TITLE = 98
"""Characters of a title after the severity and the account: Opsgenie accepts 130 in total (Alert API)."""
_LONGEST_NAME = 50
"""Characters of an account's name (Organizations API reference, Account)."""
_PRIORITIES = {"critical": "P1", "high": "P2", "medium": "P3"}
_PAGER_SEVERITIES = {"critical": "critical", "high": "error", "medium": "warning"}


@frozen
class RoutedEvent:
    """An EventBridge rule that sends events to a receiver.

    `name` has no prefix; `text` is the message in the receiver's format.
    """

    name: str
    logical_id: str
    title: str
    pattern: Mapping[str, Any]
    paths: Mapping[str, str]
    text: str


@frozen
class RoutedContext:
    """Context of `events/routed_notices`. `calls_api` says whether the receiver is an API, which needs a role."""

    prefix: str
    route: str
    calls_api: bool
    events: tuple[RoutedEvent, ...]


def with_routes(landscape: Landscape, hub: StackSpec) -> Iterator[StackSpec]:
    """The stack that notifies topics, and for each route the stacks that notify its receiver of the same events."""
    yield hub
    if not landscape.is_on("notifications") or not isinstance(hub.context, NoticesContext):
        return
    for route in landscape.settings("notifications", NotificationsSettings).routes:
        yield from _routed_stacks(landscape, hub, hub.context.events, route)


def covered_accounts(landscape: Landscape, route: Route) -> tuple[str, ...] | None:
    """Keys of the accounts that a route covers; None for all accounts."""
    if landscape.standalone or ROOT in route.places:
        return None
    return tuple(key for key in landscape.accounts if not set(route.places).isdisjoint(path_of(landscape, key)))


def _routed_stacks(
    landscape: Landscape, hub: StackSpec, events: Sequence[WatchedEvent], route: Route
) -> Iterator[StackSpec]:
    chosen = [event for event in events if event.severity in route.severities]
    keys = covered_accounts(landscape, route)
    if keys is None:
        yield from _routed_stack(hub, route, [_routed(route, event, "") for event in chosen])
        return
    local = [event for event in chosen if "account" in event.paths]
    for start in range(0, len(keys), ACCOUNTS_PER_RULE):
        parameters = _account_parameters(landscape, keys[start : start + ACCOUNTS_PER_RULE])
        suffix = f"-{start // ACCOUNTS_PER_RULE + 1}" if start else ""
        items = [_routed(route, event, suffix, _ids(parameters)) for event in local]
        yield from _routed_stack(hub, route, items, suffix, parameters)


def _routed_stack(
    hub: StackSpec,
    route: Route,
    events: Sequence[RoutedEvent],
    suffix: str = "",
    parameters: tuple[ParameterDeclaration, ...] = (),
) -> Iterator[StackSpec]:
    if not events:
        return
    context = hub.context
    yield replace(
        hub,
        name=f"{hub.name}-{route.name}{suffix}",
        template="events/routed_notices",
        description=f"{hub.description.removesuffix('.')}, for the route {route.name}.",
        context=RoutedContext(
            prefix=context.prefix,  # type: ignore[attr-defined] # a NoticesContext
            route=route.name,
            calls_api=route.api is not None,
            events=tuple(events),
        ),
        parameters=(*_used(hub.parameters, events), *parameters),
        depends_on=(*hub.depends_on, ROUTES_STACK),
    )


def _used(
    parameters: Sequence[str | ParameterDeclaration], events: Sequence[RoutedEvent]
) -> Iterator[str | ParameterDeclaration]:
    """The hub's parameters that a pattern of these events contains."""
    patterns = json.dumps([event.pattern for event in events])
    for item in parameters:
        if f"${{{item if isinstance(item, str) else item.name}}}" in patterns:
            yield item


def _account_parameters(landscape: Landscape, keys: Sequence[str]) -> tuple[ParameterDeclaration, ...]:
    """One list with the ids that the profile knows, and a parameter for each account that will be created."""
    known = ",".join(id_ for key in keys if (id_ := landscape.accounts[key].id))
    created = account_parameters(landscape, [key for key in keys if landscape.accounts[key].id is None])
    listed = ParameterDeclaration(
        name="RoutedAccountIds",
        description="Ids of the accounts of the route, separated by commas.",
        pattern="^[0-9]{12}(,[0-9]{12})*$",
        value=lambda _: known,
        how="the ids of the accounts in the route's places, separated by commas",
    )
    return (*((listed,) if known else ()), *created.values())


def _ids(parameters: Sequence[ParameterDeclaration]) -> Mapping[str, Any]:
    return {"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": item.name} for item in parameters]]}]}


def _routed(route: Route, event: WatchedEvent, suffix: str, ids: Mapping[str, Any] | None = None) -> RoutedEvent:
    name = f"{event.name}-{route.name}{suffix}"
    return RoutedEvent(
        name=name,
        logical_id=logical_names((name,))[name],
        title=event.title,
        pattern=_narrowed(event.pattern, event.paths["account"], ids) if ids else event.pattern,
        paths=_paths(route, event),
        text=_text(route, event),
    )


def _narrowed(pattern: Mapping[str, Any], path: str, ids: Mapping[str, Any]) -> Mapping[str, Any]:
    """The pattern, limited to the accounts by the path of the account in the event."""
    first, _, rest = path.removeprefix("$.").partition(".")
    if not rest:
        return {**pattern, first: ids}
    return {**pattern, first: _narrowed(pattern.get(first, {}), rest, ids)}


def _paths(route: Route, event: WatchedEvent) -> Mapping[str, str]:
    """Values that the message needs; EventBridge rejects a template with a name that has no path."""
    needed = {"account": event.paths["account"]} if "account" in event.paths else {}
    return {**event.paths, **needed} if route.api or route.slack or route.teams else event.paths


def _text(route: Route, event: WatchedEvent) -> str:
    """The input template of the rule's target.

    JSON is written without line breaks. Its texts contain names, which EventBridge replaces by values without
    quotation marks: docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html.
    """
    if route.api:
        return json.dumps(_API_MESSAGES[route.api.kind](event))
    return json.dumps(_chat_message(event)) if route.slack or route.teams else f'"{event.message}"'


def _subject(event: WatchedEvent) -> str:
    """A text that is identical in all messages about one subject."""
    name = next((key for key in _KEYS if key in event.paths), "")
    return "/".join([event.name, *(f"<{key}>" for key in ("account", "configRule", name) if key in event.paths)])


def _headline(event: WatchedEvent) -> str:
    where, room = (", account <account>", _TITLE) if "account" in event.paths else ("", _TITLE)
    if "accountName" in event.paths:
        where, room = ", <accountName> (<account>)", _TITLE - _LONGEST_NAME
    title = shorten(event.title.removeprefix(f"{event.severity}-severity "), room, placeholder=" …")
    return f"{event.severity.capitalize()}{where}: {title}"


def _chat_message(event: WatchedEvent) -> Mapping[str, Any]:
    """Return a chat message. Source: docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html, event schema."""
    return {
        "version": "1.0",
        "source": "custom",
        "content": {"textType": "client-markdown", "title": _headline(event), "description": event.message},
        "metadata": {"threadId": _subject(event), "summary": _headline(event)},
    }


def _pagerduty_message(event: WatchedEvent) -> Mapping[str, Any]:
    """Source: developer.pagerduty.com/docs/events-api-v2/trigger-events/; the connection adds `routing_key`."""
    return {
        "event_action": "trigger",
        "dedup_key": _subject(event),
        "payload": {
            "summary": _headline(event),
            "source": "<account>" if "account" in event.paths else "aws",
            "severity": _PAGER_SEVERITIES[event.severity],
            "class": event.name,
            "custom_details": {"message": event.message},
        },
    }


def _opsgenie_message(event: WatchedEvent) -> Mapping[str, Any]:
    """Source: docs.opsgenie.com/docs/alert-api, create alert: `message` has 130 characters, `alias` 512."""
    return {
        "message": _headline(event),
        "alias": _subject(event),
        "description": event.message,
        "priority": _PRIORITIES[event.severity],
        "source": "AWS",
    }


def _plain_message(event: WatchedEvent) -> Mapping[str, Any]:
    fields = {"account": "account", "account_name": "accountName"}
    account = {field: f"<{name}>" for field, name in fields.items() if name in event.paths}
    return {
        "severity": event.severity,
        "title": event.title,
        **account,
        "message": event.message,
        "key": _subject(event),
    }


_API_MESSAGES = {"pagerduty": _pagerduty_message, "opsgenie": _opsgenie_message, "json": _plain_message}
