"""Looking values up in a resource, by the paths of assertions."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from baseline.policy.document import Path

_ITEM = re.compile(r"(?P<name>.*)\[(?P<key>[^=\]]+)=(?P<value>[^\]]*)\]\Z")


def values_at(value: Any, path: str, here: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - template data
    """Every value at `path`, with where it is. Both branches of an `Fn::If` that the path does not name are taken."""
    yield from _values(value, tuple(path.split("/")), here)


def _values(value: Any, parts: tuple[str, ...], here: Path) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401
    if isinstance(value, Mapping) and value.keys() == {"Fn::If"} and (not parts or parts[0] != "Fn::If"):
        for index in (1, 2):
            yield from _values(value["Fn::If"][index], parts, (*here, "Fn::If", index))
    elif not parts:
        yield here, value
    else:
        for step, found in _step(value, parts[0]):
            yield from _values(found, parts[1:], (*here, *step))


def _step(value: Any, part: str) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401
    item = _ITEM.match(part)
    if item:
        yield from _picked(value, item)
    elif isinstance(value, list):
        yield from (((index,), entry) for index, entry in enumerate(value) if part in ("*", str(index)))
    elif isinstance(value, Mapping):
        yield from (((key,), entry) for key, entry in value.items() if key == part or fnmatchcase(key, part))


def _picked(value: Any, item: re.Match[str]) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401
    for step, found in _step(value, item["name"]):
        for index, entry in enumerate(found if isinstance(found, list) else ()):
            if isinstance(entry, Mapping) and str(entry.get(item["key"])) == item["value"]:
                yield (*step, index), entry
