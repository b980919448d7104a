"""Differences between two templates by resource, and CloudFormation's replacements, without calls to AWS."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.aws.replacement import IMMUTABLE, is_described, is_updatable, replacing, sometimes_replacing
from baseline.aws.stateful import is_stateful
from baseline.deploy.template import Resource, resources_of
from baseline.frozen import frozen

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
_PSEUDO = "AWS::"


@frozen
class Change:
    """A changed resource.

    Attributes:
        logical_id: Its logical id.
        type: Its type.
        action: `add`, `modify`, `remove` or `import`.
        replaced: `yes`, `no`, `maybe` if it depends on unknown values, `blocked` if AWS rejects the
            change, `unknown` if it is not documented.
        kept: Whether AWS keeps the removed or replaced resource.
    """

    logical_id: str
    type: str
    action: str
    replaced: str = "no"
    kept: bool = False


@frozen
class Version:
    """A template and the values of its parameters; unknown ones remain references."""

    text: str
    parameters: Mapping[str, str]

    def resources(self) -> Mapping[str, Resource]:
        """Logical id → resource, with parameters filled in."""
        return {
            item.logical_id: replace(item, body=filled_in(dict(item.body), self.parameters))
            for item in resources_of(self.text)
        }


def additions(text: str) -> tuple[Change, ...]:
    """The changes of a stack that does not exist."""
    return tuple(map(_added, resources_of(text)))


def removals(text: str) -> tuple[Change, ...]:
    """The changes of a stack that is deleted."""
    return tuple(map(_removed, resources_of(text)))


def differences(before: Version, after: Version) -> tuple[Change, ...]:
    """Changed resources between two versions, in the order of the new version."""
    old, new = before.resources(), after.resources()
    found = {key: _added(item) if key not in old else _changed(old[key], item) for key, item in new.items()}
    _follow(new, found)
    removed = (_removed(item) for key, item in old.items() if key not in new)
    return (*(change for change in found.values() if change), *removed)


def losses(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Changes that would remove data from a stack."""
    return tuple(
        f"{change.logical_id} ({change.type}) holds data and would be "
        f"{'removed' if change.action == 'remove' else 'replaced'}"
        for change in changes
        if is_stateful(change.type) and (change.action == "remove" or change.replaced in ("yes", "maybe"))
    )


def refusals(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Changes that AWS rejects."""
    return tuple(
        f"{change.logical_id} ({change.type}) would change an immutable property: "
        f"{', '.join(IMMUTABLE.get(change.type, ())) or 'its type'}"
        for change in changes
        if change.replaced == "blocked"
    )


def forcing(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths of changed properties that replace the resource, may replace it, or are rejected."""
    fixed = IMMUTABLE.get(type_, {})
    refused = [name for name, default in fixed.items() if before.get(name, default) != after.get(name, default)]
    paths = (
        (*replacing(type_), *sometimes_replacing(type_)) if is_updatable(type_) else dict.fromkeys((*before, *after))
    )
    return (*refused, *(path for path in paths if _at(before, path) != _at(after, path)))


def filled_in(value: Any, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401 - any part of a template
    """The value with parameters filled in; other references remain."""
    if isinstance(value, list):
        return [filled_in(item, parameters) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref" and argument in parameters:
            return parameters[argument]
        if function == "Fn::Sub" and isinstance(argument, str):
            text = _VARIABLE.sub(lambda found: parameters.get(found[1], found[0]), argument)
            return {"Fn::Sub": text} if "${" in text else text
        if function == "Fn::Join" and isinstance(argument, list):
            between, parts = filled_in(argument, parameters)
            known = isinstance(parts, list) and all(isinstance(it, str) for it in parts)
            return between.join(parts) if known else {function: [between, parts]}
    return {key: filled_in(item, parameters) for key, item in value.items()}


def _removed(item: Resource) -> Change:
    return Change(logical_id=item.logical_id, type=item.type, action="remove", kept=item.retained)


def _added(item: Resource) -> Change:
    return Change(logical_id=item.logical_id, type=item.type, action="add")


def _changed(old: Resource, new: Resource) -> Change | None:
    before, after = ({key: value for key, value in item.body.items() if key != "Metadata"} for item in (old, new))
    if before == after:
        return None
    return Change(
        logical_id=new.logical_id,
        type=new.type,
        action="modify",
        replaced="blocked" if old.type != new.type else _replaced(new.type, _properties(old), _properties(new)),
        kept=new.retained,
    )


def _properties(item: Resource) -> Mapping[str, Any]:
    found: Mapping[str, Any] = item.body.get("Properties") or {}
    return found


def _replaced(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if before == after:
        return "no"
    fixed = IMMUTABLE.get(type_, {})
    refused = [name for name, default in fixed.items() if before.get(name, default) != after.get(name, default)]
    if refused:
        certain = all(_is_certain(some.get(name)) for name in refused for some in (before, after))
        return "blocked" if certain else "maybe"
    if not is_described(type_):
        return "unknown"
    if not is_updatable(type_):
        return "yes"
    answers = {_moved(path, before, after) for path in replacing(type_)}
    if any(_at(before, path) != _at(after, path) for path in sometimes_replacing(type_)):
        answers.add("maybe")
    return next((answer for answer in ("yes", "maybe") if answer in answers), "no")


def _moved(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    old, new = _at(before, path), _at(after, path)
    if old == new:
        return "no"
    return "yes" if _is_certain(old) and _is_certain(new) else "maybe"


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - any part of a template
    """The value at the path, or the whole function that blocks the path."""
    if not path:
        return value
    name, _, rest = path.partition("/")
    if isinstance(value, list):
        return [_at(item, rest if name == "*" else path) for item in value]
    if _function(value):
        return value
    return _at(value.get(name), rest) if isinstance(value, dict) else None


def _function(value: Any) -> str:  # noqa: ANN401 - any part of a template
    if isinstance(value, dict) and len(value) == 1:
        (name,) = value
        return name if name in ("Ref", "Condition") or name.startswith("Fn::") else ""
    return ""


def _is_certain(value: Any) -> bool:  # noqa: ANN401 - any part of a template
    """Whether values of this kind differ whenever their text differs."""
    name = _function(value)
    if name == "Ref":
        return str(value[name]).startswith(_PSEUDO)
    if name == "Fn::Sub":
        return isinstance(value[name], str) and all(it.startswith(_PSEUDO) for it in _VARIABLE.findall(value[name]))
    if name:
        return False
    if isinstance(value, list):
        return all(_is_certain(item) for item in value)
    return all(_is_certain(item) for item in value.values()) if isinstance(value, dict) else True


def _follow(new: Mapping[str, Resource], found: dict[str, Change | None]) -> None:
    """Mark references to a replaced resource as changed."""
    moved = {key for key, change in found.items() if change and change.replaced in ("yes", "maybe")}
    while moved:
        moved = {key for key in new if _is_carried(new[key], found, moved)}
        for key in moved:
            change = Change(logical_id=key, type=new[key].type, action="modify", kept=new[key].retained)
            found[key] = replace(found[key] or change, replaced=_carried(new[key]))
        moved = {key for key in moved if _carried(new[key]) == "maybe"}


def _is_carried(item: Resource, found: Mapping[str, Change | None], moved: set[str]) -> bool:
    change = found[item.logical_id]
    fresh = change is None or (change.action == "modify" and change.replaced == "no" and _carried(item) != "no")
    return fresh and bool(_mentioned(_properties(item)) & (moved - {item.logical_id}))


def _carried(item: Resource) -> str:
    paths = (*replacing(item.type), *sometimes_replacing(item.type))
    fixed = [path for path in paths if _mentioned(_at(_properties(item), path))]
    return "maybe" if fixed or not is_updatable(item.type) else "no"


def _mentioned(value: Any) -> frozenset[str]:  # noqa: ANN401 - any part of a template
    return frozenset(_names(value))


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a template
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("Ref", "Fn::GetAtt"):
                yield item[0] if isinstance(item, list) else str(item)
            elif key == "Fn::Sub":
                texts = item[:1] if isinstance(item, list) else [item]
                yield from (name.partition(".")[0] for text in texts for name in _VARIABLE.findall(text))
                yield from _names(item[1:] if isinstance(item, list) else [])
            else:
                yield from _names(item)
