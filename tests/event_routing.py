"""Events on their way: which rules of rendered templates match an event, and the text that a topic receives.

moto matches patterns and fills in input templates; it does not deliver to topics.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.events.models import EventPattern

from baseline.policy.document import text_of
from baseline.validate.subject import Subject

Event = Mapping[str, Any]


def matching(templates: Mapping[str, Subject], event: Event, bus: str = "") -> dict[str, Mapping[str, Any]]:
    """Stack and logical id → the rules on a bus that match the event."""
    return {
        f"{stack}/{rule.logical_id}": rule.properties
        for stack, template in templates.items()
        for rule in template.of_type("AWS::Events::Rule")
        if rule.properties.get("EventBusName", "") == bus and _matches(rule.properties["EventPattern"], event)
    }


def notices(templates: Mapping[str, Subject], event: Event, prefix: str = "nw") -> list[tuple[str, str]]:
    """Topic and text of each message that an event on an account's default bus leads to."""
    found = []
    for forwarding in matching(templates, event).values():
        (target,) = forwarding["Targets"]
        assert text_of(target["Arn"]).endswith(f":event-bus/{prefix}-events")
        for notifying in matching(templates, event, f"{prefix}-events").values():
            found += [(text_of(item["Arn"]), _text(item["InputTransformer"], event)) for item in notifying["Targets"]]
    return found


def _matches(pattern: Mapping[str, Any], event: Event) -> bool:
    return bool(EventPattern.load(json.dumps(_resolved(pattern))).matches_event(dict(event)))  # type: ignore[arg-type]


def _resolved(value: Any) -> Any:
    """The pattern with `${Name}` in place of each reference."""
    if isinstance(value, Mapping):
        if "Fn::Split" in value:
            separator, joined = value["Fn::Split"]
            return text_of(joined).split(separator)
        return text_of(value) if "Fn::Sub" in value else {key: _resolved(item) for key, item in value.items()}
    return [_resolved(item) for item in value] if isinstance(value, list) else value


def _text(transformer: Mapping[str, Any], event: Event) -> str:
    return filled(transformer, event).strip('"')


def filled(transformer: Mapping[str, Any], event: Event) -> str:
    """The template with each name as EventBridge fills it in: a path without a value gives nothing."""
    text = str(transformer["InputTemplate"])
    for name, value in values_of(transformer, event).items():
        text = text.replace(f"<{name}>", str(value))
    return text


def values_of(transformer: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """The value of each name of an input transformer, "" where the event has none."""
    found: dict[str, Any] = {}
    for name, path in transformer["InputPathsMap"].items():
        value: Any = event
        for key in path.removeprefix("$.").replace("[0]", ".0").split("."):
            value = value[0] if isinstance(value, list) else value.get(key, "") if isinstance(value, Mapping) else ""
        found[name] = value
    return found
