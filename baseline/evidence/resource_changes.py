"""Changed resources: added, changed by property, replaced, removed, moved or renamed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from baseline.aws.stateful import is_stateful
from baseline.deploy.changes import Change, Version, additions, differences, forcing, removals
from baseline.deploy.template import Resource
from baseline.evidence.property_changes import PropertyChange, property_changes
from baseline.evidence.risks import Risk, risks_of
from baseline.frozen import frozen
from baseline.plan.model import Template

REPLACING = ("replaced", "moved", "renamed")
"""Changes that create a new resource and abandon the old one."""
_CHANGES = ("removed", "replaced", "moved", "renamed", "changed", "added")


@frozen
class ResourceChange:
    """A resource that differs between the outputs.

    Attributes:
        stack: Name of its stack; the former stack if it is removed.
        logical_id: Its logical id.
        type: Its type.
        change: `added`, `changed`, `replaced`, `removed`, `moved` (to another stack) or `renamed` (another logical id).
        was: Former stack and logical id, as `stack/LogicalId`, if it is moved or renamed.
        certainty: Certainty of a replacement: `yes`, `maybe` if it depends on unknown values, `blocked` if AWS
            rejects the change; `no` otherwise.
        forced_by: What forces the replacement: paths of properties, or the resource that it refers to.
        kept: Whether the old resource stays in the account when it leaves the stack.
        stateful: Whether it holds data.
        properties: Changed properties of a resource on both sides.
        risks: Possible effects of the change.
    """

    stack: str
    logical_id: str
    type: str
    change: str
    was: str = ""
    certainty: str = "no"
    forced_by: tuple[str, ...] = ()
    kept: bool = False
    stateful: bool = False
    properties: tuple[PropertyChange, ...] = ()
    risks: tuple[Risk, ...] = ()


@frozen
class _Pair:
    """One resource before and after; None for a side without it."""

    stack: str
    change: Change
    before: Resource | None
    after: Resource | None
    was: str = ""


def resource_changes(
    before: Iterable[Template], after: Iterable[Template], as_of: date | None = None
) -> tuple[ResourceChange, ...]:
    """Changed resources by stack; removed and replaced ones first.

    Args:
        before: The deployed templates.
        after: The templates that would be deployed.
        as_of: The start of retention periods; None to report numbers of days instead of dates.
    """
    old = {template.stack.name: template for template in before}
    new = {template.stack.name: template for template in after}
    pairs = [pair for name in dict.fromkeys((*new, *old)) for pair in _pairs(name, old.get(name), new.get(name))]
    found = [_described(pair, as_of) for pair in _joined(pairs)]
    order = {name: number for number, name in enumerate(dict.fromkeys((*new, *old)))}
    return tuple(sorted(found, key=lambda item: (order[item.stack], _CHANGES.index(item.change))))


def _pairs(name: str, before: Template | None, after: Template | None) -> Iterator[_Pair]:
    one, other = (_version(template) if template else None for template in (before, after))
    old, new = (version.resources() if version else {} for version in (one, other))
    if one and other:
        changes = differences(one, other) if one != other else ()
    else:
        changes = additions(other.text) if other else removals(one.text) if one else ()
    for change in changes:
        yield _Pair(stack=name, change=change, before=old.get(change.logical_id), after=new.get(change.logical_id))


def _version(template: Template) -> Version:
    known = {item.name: item.value for item in template.stack.parameters if item.value is not None}
    return Version(text=template.text, parameters=known)


def _joined(pairs: list[_Pair]) -> Iterator[_Pair]:
    """The pairs, with the removal and addition of the same resource joined."""
    former = _former(pairs)
    left = {id(pair) for pair in former.values()}
    for pair in pairs:
        if id(pair) in former:
            was = former[id(pair)]
            yield replace(pair, before=was.before, was=f"{was.stack}/{was.change.logical_id}")
        elif id(pair) not in left:
            yield pair


def _former(pairs: list[_Pair]) -> Mapping[int, _Pair]:
    """Id of an added pair → the removal of the same resource."""
    added: dict[tuple[str, ...], list[_Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.change.action == "add":
            for key in _identities(pair, pair.after):
                added[key].append(pair)
    found: dict[int, _Pair] = {}
    for pair in pairs:
        if pair.change.action == "remove":
            keys = _identities(pair, pair.before)
            match = next((it for key in keys for it in added[key] if id(it) not in found), None)
            if match is not None:
                found[id(match)] = pair
    return found


def _identities(pair: _Pair, resource: Resource | None) -> tuple[tuple[str, ...], ...]:
    """The keys of a resource that survive a move: its id and type, or type and properties in the same stack."""
    assert resource is not None  # noqa: S101 - the side that has it
    properties = json.dumps(resource.body.get("Properties") or {}, sort_keys=True, ensure_ascii=False)
    found: list[tuple[str, ...]] = [("moved", resource.type, resource.logical_id)]
    if properties != "{}":
        found.append(("renamed", pair.stack, resource.type, properties))
    return tuple(found)


def _described(pair: _Pair, as_of: date | None) -> ResourceChange:
    change, before, after = pair.change, pair.before, pair.after
    kind = _kind(pair)
    properties = property_changes(before.body, after.body) if before and after else ()
    found = ResourceChange(
        stack=pair.stack,
        logical_id=change.logical_id,
        type=change.type,
        change=kind,
        was=pair.was,
        certainty="yes" if kind in ("moved", "renamed") else _certainty(change),
        forced_by=_forced_by(pair) if kind == "replaced" else (),
        kept=before.retained if before else False,
        stateful=is_stateful(change.type),
        properties=properties,
    )
    return replace(found, risks=risks_of(kind, before, after, properties, as_of))


def _kind(pair: _Pair) -> str:
    if pair.was:
        return "renamed" if pair.was.startswith(f"{pair.stack}/") else "moved"
    if pair.change.action in ("add", "remove"):
        return {"add": "added", "remove": "removed"}[pair.change.action]
    return "replaced" if _certainty(pair.change) != "no" else "changed"


def _certainty(change: Change) -> str:
    """The certainty in `Change.replaced`; `no` for custom resources, as the baseline's are never replaced."""
    return "no" if change.replaced == "unknown" else change.replaced


def _forced_by(pair: _Pair) -> tuple[str, ...]:
    assert pair.before is not None and pair.after is not None  # noqa: S101, PT018 - it is on both sides
    if pair.before.type != pair.after.type:
        return ("Type",)
    return forcing(pair.after.type, _properties(pair.before), _properties(pair.after)) or (
        "a reference to a resource that is replaced",
    )


def _properties(resource: Resource) -> Mapping[str, Any]:
    found: Mapping[str, Any] = resource.body.get("Properties") or {}
    return found
