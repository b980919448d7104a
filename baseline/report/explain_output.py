"""States and places of a control, requirement, framework or capability in a generated output."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from baseline.controls.framework import framework_ids
from baseline.errors import UnknownTopicError
from baseline.report.requirement_words import AXES
from baseline.text.terminal import terminal_line

_MOST = 20
_LONGEST = 100


def explain_in_output(topic: str, document: Mapping[str, Any]) -> str:
    """Describe a requirement, control or capability with state, places, values and targets; a framework with counts.

    Args:
        topic: `cis-7.0/4.2`, `cis-7.0`, a control id, or a capability's name; case-insensitive.
        document: Content of `report/evidence.json`.

    Raises:
        UnknownTopicError: if the output has no such topic.
    """
    name = topic.lower()
    for framework in document["frameworks"]:
        if framework["id"] == name:
            return _text(_framework(framework)) + "\n"
        for item in framework["requirements"]:
            if f"{framework['id']}/{item['id']}".lower() == name:
                return _text(_requirement(item, document)) + "\n"
    controls = [item for item in document["controls"] if name in (item["id"], item["capability"])]
    if not controls:
        raise _missing(topic, document)
    return _text(line for item in controls for line in _control(item, document)) + "\n"


def outline_of_output(document: Mapping[str, Any]) -> str:
    """List every capability, control and framework with its state."""
    return _text(_outline(document)) + "\n"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(map(terminal_line, lines))


def _outline(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{' '.join(document['organization'].split())}: tier {document['tier']}"
    on = {stack["capability"] for stack in document["stacks"].values()}
    states: dict[str, list[str]] = {}
    for item in document["controls"]:
        states.setdefault(item["capability"], []).append(item["state"])
    yield from ("", "Capabilities")
    for name, found in states.items():
        deployed = f"{found.count('deployed')} of {len(found)} controls deployed"
        yield f"  {name:<{max(map(len, states))}}  {'on' if name in on else 'off'}, {deployed}"
    yield from ("", "Controls")
    yield from (f"  {item['state']:<8}  {item['id']}" for item in document["controls"])
    yield from ("", "Frameworks")
    yield from (f"  {item['id']:<19}  {_counts(item['counts'])}" for item in document["frameworks"])


def _framework(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"Here: {_counts(item['counts'])}"
    yield from (f"{axis.capitalize()}: {_counts(item[axis])}" for axis in AXES if axis in item)
    yield from (f"  {asked['state']:<11}  {asked['id']}" for asked in item["requirements"])


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{state} {count}" for state, count in numbers.items() if count)


def _missing(topic: str, document: Mapping[str, Any]) -> UnknownTopicError:
    framework = topic.lower().partition("/")[0]
    reported = [item["id"] for item in document["frameworks"]]
    if framework in framework_ids() and framework not in reported:
        return UnknownTopicError(
            f"this output does not report {framework}: its frameworks are {', '.join(reported) or 'none'}",
            hint=f"add {framework} to `compliance` in the profile and generate again",
        )
    return UnknownTopicError(
        f"unknown topic {topic!r} in this output",
        hint="name a control, a capability, or a framework of the profile or a requirement of one; checks and problems "
        "have no state in an output: omit --in",
    )


def _requirement(item: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    yield f"Here: {item['state']}"
    if "implemented" in item:  # outputs of version 0.2.0 have no axes
        yield f"Implemented: {item['implemented']}. Checked in live accounts: {item['checked']}."
    for title, key, said in (("Exception", "exception", "reason"), ("Attestation", "attestation", "statement")):
        if item[key]:
            by = item[key]
            yield f"{title}: {by[said]} ({by['owner']}, approved by {by['approver']}, until {by['expires']})"
    controls = {control["id"]: control for control in document["controls"]}
    for mapping in item["controls"]:
        control = controls[mapping["id"]]
        if mapping["state"] == control["state"]:
            yield from _control(control, document)
        else:  # e.g. the control is disabled in this standard, or its alarm has no subscriber
            needed = [f"{name} is {controls[name]['state']}" for name in control["needs"]]
            reason = f": {', '.join(needed)}" if needed else ""
            yield f"{mapping['id']}: {control['state']}, but not sufficient here{reason}"


def _control(item: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{item['id']}: {item['state']}{' (AWS offers it in no governed Region)' if item['unsupported'] else ''}"
    if item.get("missing"):
        yield f"  Not in: {'; '.join(item['missing'])}"
    seen: list[Mapping[str, Any]] = item["observations"]
    for value in seen[:_MOST]:
        stack = document["stacks"][value["stack"]]
        yield f"  {stack['template']}:{value['line']} {value['pointer']}"
        text = json.dumps(value["value"], ensure_ascii=False)
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        yield f"    {shown}: {'ok' if value['holds'] else 'not ok'} (expected: {value['expected']})"
    if len(seen) > _MOST:
        yield f"  and {len(seen) - _MOST} more in report/evidence.csv"
    for name in dict.fromkeys(value["stack"] for value in seen):
        yield f"  {name} is deployed to {_targets(document['stacks'][name])}"


def _targets(stack: Mapping[str, Any]) -> str:
    """The targets of the stack, and their share of all accounts, which older outputs do not record."""
    text, reach = "; ".join(target["text"] for target in stack["targets"]), stack.get("reach")
    return f"{text} ({reach['accounts']} of {reach['of']} accounts)" if reach and reach["of"] > 1 else text
