"""CloudFormation templates as data: short forms of functions become long forms, each value with its place."""

from collections.abc import Iterator
from functools import cache, lru_cache
from sys import intern
from typing import Any, NamedTuple

from baseline.documents.yaml_reader import (
    MappingNode,
    NotYamlError,
    SequenceNode,
    plain_scalar,
    position_of,
    top_node,
)
from baseline.findings import KeyPath


class Spot(NamedTuple):
    """Line and column of a value, from 1, and the spots of its children; line 0 means that it has no own place."""

    line: int
    column: int
    inner: "Spots | None" = None


Spots = dict[str | int, Spot]


class NotATemplateError(Exception):
    """The reason why a text cannot be read as data, on one line. `start` is the place of its content."""

    def __init__(self, reason: str, start: Spot) -> None:
        super().__init__(" ".join(reason.split()))
        self.start = start


def read_data(text: str) -> tuple[Any, Spot]:
    """The text's data, and the spots of its values.

    Raises:
        NotATemplateError: if it is not YAML or JSON, or nested too deeply.
    """
    spots: Spots = {}
    start = Spot(1, 1, spots)
    try:
        node = top_node(text)
        start = start if node is None else Spot(*position_of(node), spots)
        return _plain(node, spots), start
    except (NotYamlError, ValueError, TypeError, RecursionError) as error:
        raise NotATemplateError(str(error), start) from error


def place_in(spot: Spot, path: KeyPath) -> tuple[int, int]:
    """Line and column of the path below the spot, or of the nearest enclosing value."""
    line, column = spot.line, spot.column
    for part in path:
        found = spot.inner.get(part) if spot.inner else None
        if found is None:
            break
        spot = found
        if spot.line:
            line, column = spot.line, spot.column
    return line, column


def _plain(node: Any, spots: Spots) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    """The node as plain data; `spots` receives the places of its children."""
    if node is None or not node.tag.startswith("!"):
        return None if node is None else _content(node, spots)
    name = node.tag[1:]
    long = name if name in {"Ref", "Condition"} else f"Fn::{name}"
    inner: Spots = {}
    value = _content(node, inner)
    if inner:
        spots[long] = Spot(0, 0, inner)
    return {long: value.split(".", 1) if name == "GetAtt" and isinstance(value, str) else value}


def _content(node: Any, spots: Spots) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    if isinstance(node, MappingNode):
        return {name: _part(value, name, key, spots) for name, key, value in _entries(node)}
    if isinstance(node, SequenceNode):
        return [_part(value, index, value, spots) for index, value in enumerate(node.value)]
    return _scalar(node)


def _entries(node: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - YAML nodes are untyped
    return ((intern(key.value), key, value) for key, value in node.value)


def _part(node: Any, part: str | int, at: Any, spots: Spots) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    """A value of a mapping or list as plain data; its position is the position of the key or item `at`."""
    inner: Spots = {}
    value = _plain(node, inner)
    mark = at.start_mark
    spots[part] = Spot(mark.line + 1, mark.column + 1, inner) if inner else _leaf(mark.line + 1, mark.column + 1)
    return value


@cache
def _leaf(line: int, column: int) -> Spot:
    """A cached spot without children: hundreds of templates share most line and column numbers."""
    return Spot(line, column)


_SCALARS = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null"}


def _scalar(node: Any) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    return _typed(node.value) if node.tag in _SCALARS else intern(node.value)


@lru_cache(maxsize=4096)
def _typed(text: str) -> Any:  # noqa: ANN401 - a number, a boolean or None
    """Cached, because templates repeat few numbers and booleans often."""
    return plain_scalar(text)
