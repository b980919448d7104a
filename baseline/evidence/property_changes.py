"""Properties in which two versions of a resource differ."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.deploy.template import parse
from baseline.frozen import frozen
from baseline.policy.document import text_of

_WITHOUT_MEANING = frozenset({"Metadata"})
_NAMES = ("Sid", "Id", "Key", "Name", "LogicalId", "PolicyName", "Status")
"""Keys that can identify the items of a list; the first key that all items have is used."""


@frozen
class PropertyChange:
    """A changed value as JSON; None if it is missing.

    Attributes:
        path: `BucketEncryption.ServerSideEncryptionConfiguration[0].BucketKeyEnabled`; attributes of the resource
            such as `DeletionPolicy` are also at the top level.
    """

    path: str
    before: str | None
    after: str | None


def property_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[PropertyChange, ...]:
    """Every value that differs between two bodies of a resource."""
    found: list[PropertyChange] = []
    for name in dict.fromkeys((*before, *after)):
        if name not in _WITHOUT_MEANING:
            path = "" if name == "Properties" else name
            found += _compared(path, before.get(name), after.get(name))
    return tuple(found)


def _compared(path: str, before: Any, after: Any) -> Iterator[PropertyChange]:  # noqa: ANN401 - any part of a template
    if before == after:
        return
    inside = _inside(before), _inside(after)
    if all(inside):
        yield from _compared(path, *inside)
        return
    if isinstance(before, dict) and isinstance(after, dict) and not (_is_function(before) or _is_function(after)):
        for key in dict.fromkeys((*before, *after)):
            yield from _compared(f"{path}.{key}" if path else str(key), before.get(key), after.get(key))
        return
    if isinstance(before, list) and isinstance(after, list):
        yield from _items(path, before, after)
        return
    if path == "" and isinstance(before or after, dict):
        for key, value in (before or after).items():
            one, other = (value, None) if before else (None, value)
            yield PropertyChange(path=str(key), before=_text(one), after=_text(other))
        return
    yield PropertyChange(path=path, before=_text(before), after=_text(after))


def _inside(value: Any) -> Mapping[str, Any] | None:  # noqa: ANN401 - any part of a template
    """A template embedded in text, such as the body of a conformance pack."""
    text = value.get("Fn::Sub") if isinstance(value, dict) and len(value) == 1 else value
    return parse(text) or None if isinstance(text, str) and "\n" in text else None


def _items(path: str, before: list[Any], after: list[Any]) -> Iterator[PropertyChange]:
    """Compare named items by name, texts as a set, and other items by position."""
    old, new = _named(before), _named(after)
    if old is not None and new is not None:
        if set(old) == set(new) and all(old[key] == new[key] for key in old):
            yield PropertyChange(path=path, before=_text(before), after=_text(after))  # the order alone
        for key in dict.fromkeys((*old, *new)):
            yield from _compared(f"{path}[{key}]", old.get(key), new.get(key))
        return
    for index in range(max(len(before), len(after))):
        one = before[index] if index < len(before) else None
        other = after[index] if index < len(after) else None
        yield from _compared(f"{path}[{index}]", one, other)


def _named(items: list[Any]) -> Mapping[str, Any] | None:
    """Name → item, if all items have different names."""
    if all(isinstance(item, str) or (isinstance(item, dict) and _is_function(item)) for item in items):
        names = [f'"{text_of(item)}"' for item in items]
    elif all(isinstance(item, dict) for item in items):
        key = next((name for name in _NAMES if all(isinstance(item.get(name), str) for item in items)), None)
        names = [str(item[key]) for item in items] if key else []
    else:
        names = []
    return dict(zip(names, items, strict=True)) if len(names) == len(items) == len(set(names)) else None


def _is_function(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and all(key == "Ref" or str(key).startswith("Fn::") for key in value)


def _text(value: Any) -> str | None:  # noqa: ANN401 - any part of a template
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
