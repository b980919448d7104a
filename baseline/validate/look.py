"""Look up values in a resource by the paths of assertions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from baseline.policy.document import Path

_ITEM = re.compile(r"(?P<name>.*)\[(?P<key>[^=\]]+)=(?P<value>[^\]]*)\]\Z")


Part = tuple[str, re.Match[str] | None]
"""One step of a path, and how it picks items of a list by a value, if it does."""


def values_at(value: Any, path: str, here: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - template data
    """Every value at `path`, with its full path; includes both branches of an `Fn::If` that the path does not name."""
    return _values(value, _parts(path), here)


@cache
def _parts(path: str) -> tuple[Part, ...]:
    return tuple((part, _ITEM.match(part)) for part in path.split("/"))


def _values(value: Any, parts: tuple[Part, ...], here: Path) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401
    if isinstance(value, dict) and len(value) == 1 and "Fn::If" in value and (not parts or parts[0][0] != "Fn::If"):
        for index in (1, 2):
            yield from _values(value["Fn::If"][index], parts, (*here, "Fn::If", index))
    elif not parts:
        yield here, value
    else:
        part, item = parts[0]
        for step, found in _picked(value, item) if item else _step(value, part):
            yield from _values(found, parts[1:], (*here, *step))


def _step(value: Any, part: str) -> Iterable[tuple[Path, Any]]:  # noqa: ANN401
    if isinstance(value, list):
        return [((index,), entry) for index, entry in enumerate(value) if part in ("*", str(index))]
    if not isinstance(value, dict):
        return ()
    if part in value:
        return [((part,), value[part])]
    return [((key,), entry) for key, entry in value.items() if fnmatchcase(key, part)] if "*" in part else ()


def _picked(value: Any, item: re.Match[str]) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401
    for step, found in _step(value, item["name"]):
        for index, entry in enumerate(found if isinstance(found, list) else ()):
            if isinstance(entry, Mapping) and str(entry.get(item["key"])) == item["value"]:
                yield (*step, index), entry
