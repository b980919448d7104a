"""The state machines of playbooks, in the Amazon States Language."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from baseline.capabilities.landscape import Reference, portable_text
from baseline.capabilities.respond.response.catalog import PLAYBOOKS, triggers_of
from baseline.capabilities.respond.response.settings import Playbook, PlaybookName, ResponseSettings

_FILES = Path(__file__).with_name("playbooks")
_RETRY = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 2, "JitterStrategy": "FULL"}
_MANY, _FEW = 5, 2
_GIVEN: Mapping[str, Mapping[str, str]] = {
    "Look": {"account.$": "$.account", "role.$": "$.role", "subject.$": "$.subject"},
    "Contain": {
        "role.$": "$.role",
        "subject.$": "$.subject",
        "finding.$": "$.finding",
        "before.$": "$.look.result.before",
    },
}
"""Data that the states of a playbook use, without the input that started the run."""


def definition(name: PlaybookName, prefix: str, settings: ResponseSettings) -> Mapping[str, Any]:
    """The state machine of a playbook, in the Amazon States Language.

    Calls in the member account are made with its role, whose name shows whether a person must approve. A mode without
    places has no roles, and therefore no states that search for roles. Source:
    docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html.
    """
    machine = _read("frame")
    machine["States"]["Ask"]["TimeoutSeconds"] = settings.approval_hours * 3600
    parts = _read(name)
    if settings.playbooks[name].detach_profile and "detach" in parts:
        _add_detaching(parts)
    for state in ("Look", "Contain", "Restore"):
        if state.lower() in parts:
            machine["States"][state]["Branches"] = [_with_role(_branch(parts[state.lower()], _GIVEN.get(state)))]
        else:
            machine["States"]["IsRestore"]["Choices"][0]["Next"] = "NoWayBack"
    asks = any(item.sender.asks for item in triggers_of(name, settings.playbooks[name]))
    _keep_modes(machine["States"], settings.playbooks[name], asks=asks)
    machine["States"] = _with_retries(machine["States"])
    values = {
        "<prefix>": prefix,
        "<tag>": settings.exempt_tag,
        "<playbook>": name,
        "<short>": PLAYBOOKS[name].short,
        "<limit>": str(settings.hourly_limit),
    }
    filled: Mapping[str, Any] = _filled(machine, values)
    return filled


def recorder(prefix: str, bucket: Reference) -> Mapping[str, Any]:
    """The state machine that keeps records of runs in the log archive, and notifies if it cannot."""
    machine = _filled({"States": _with_retries(_read("recorder")["States"])}, {"<prefix>": prefix})
    machine["States"]["Keep"]["Parameters"]["Bucket"] = bucket
    return {"StartAt": "Keep", **machine}


def _add_detaching(parts: Mapping[str, Any]) -> None:
    """Add the states that detach the instance profile to the end of the containment.

    If an instance is isolated already but still has its profile, only the profile is detached.
    """
    look, contain = parts["detach"]["look"], parts["detach"]["contain"]
    parts["look"]["States"]["IsIsolated"]["Choices"][0]["Next"] = look["StartAt"]
    parts["look"]["States"] |= look["States"]
    for name in ("Protect", "Unprotected"):
        del parts["contain"]["States"][name]["End"]
        parts["contain"]["States"][name]["Next"] = "ReadProfile"
    parts["contain"]["StartAt"] = contain["StartAt"]
    parts["contain"]["States"] |= contain["States"]


def _branch(part: Mapping[str, Any], given: Mapping[str, str] | None) -> Mapping[str, Any]:
    """A part of a playbook that starts with the given input; with the whole input if None."""
    if given is None:
        return part
    begin = {"Type": "Pass", "Parameters": given, "Next": part["StartAt"]}
    return {"StartAt": "Begin", "States": {"Begin": begin, **part["States"]}}


def _keep_modes(states: dict[str, Any], playbook: Playbook, *, asks: bool) -> None:
    """Leave out the states of modes without places, and the states that only they lead to.

    `asks`: whether findings for which a person decides in every place start the playbook.
    """
    first = [
        name for name, places in (("FindAutomatic", playbook.automatic), ("FindApproved", playbook.approve)) if places
    ]
    states["IsOn"]["Choices"][0]["Next"] = first[0] if first else "NotEnabled"
    if not playbook.approve:
        for choice in states["HasNoAutomatic"]["Choices"]:
            choice["Next"] = "NotEnabled"
    kept = {"$.role.mode": bool(playbook.approve), "$.action": asks}
    states["IsToDo"]["Choices"] = [
        item for item in states["IsToDo"]["Choices"] if item["Next"] != "Ask" or kept[item["Variable"]]
    ]
    reached, left = set(), ["ReadSwitch"]
    while left:
        name = left.pop()
        reached.add(name)
        left += [item for item in _next_states(states[name]) if item not in reached]
    for name in states.keys() - reached:
        del states[name]


def _next_states(state: Mapping[str, Any]) -> Iterator[str]:
    for item in (state, *state.get("Catch", ()), *state.get("Choices", ())):
        yield from (item[key] for key in ("Next", "Default") if key in item)


def _with_role(states: Any) -> Any:  # noqa: ANN401 - states of a playbook
    """The states with the member account's role on each call."""
    if isinstance(states, list):
        return [_with_role(item) for item in states]
    if not isinstance(states, dict):
        return states
    inner = {key: _with_role(value) for key, value in states.items()}
    if states.get("Type") == "Task":
        return {**inner, "Credentials": {"RoleArn.$": "$.role.arn"}}
    return inner


def _with_retries(states: Any) -> Any:  # noqa: ANN401 - states of a playbook
    """The states with retries of each call, also in branches.

    A call whose errors lead to another state, such as reading tags of a bucket without tags, has fewer retries.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    if isinstance(states, list):
        return [_with_retries(item) for item in states]
    if not isinstance(states, dict):
        return states
    inner = {key: _with_retries(value) for key, value in states.items()}
    if states.get("Type") != "Task" or "Retry" in states:
        return inner
    leads_on = any(item["Next"] != "Failed" for item in states.get("Catch", ()))
    return {**inner, "Retry": [{**_RETRY, "MaxAttempts": _FEW if leads_on else _MANY}]}


def _filled(value: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - a state machine
    if isinstance(value, Mapping):
        return {key: _filled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if not isinstance(value, str):
        return value
    for placeholder, text in values.items():
        value = value.replace(placeholder, text)
    return portable_text(value)


def _read(name: str) -> Any:  # noqa: ANN401 - a state machine
    return json.loads(_text(name))


@cache
def _text(name: str) -> str:
    return (_FILES / f"{name}.json").read_text(encoding="utf-8")
