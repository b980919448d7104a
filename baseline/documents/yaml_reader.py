"""The one reader of YAML: events, nodes and syntax errors, each with its line and column."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import yaml
from yaml import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingNode,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceNode,
    SequenceStartEvent,
)

__all__ = [
    "AliasEvent",
    "CollectionEndEvent",
    "CollectionStartEvent",
    "DocumentEndEvent",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingNode",
    "MappingStartEvent",
    "NotYamlError",
    "Position",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceNode",
    "SequenceStartEvent",
    "events",
    "plain_scalar",
    "position_of",
    "top_node",
]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, if PyYAML was built with it."""


class Position(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


class NotYamlError(Exception):
    """The parser rejects the text. `problem` is its short reason, `position` the place of the error."""

    def __init__(self, error: yaml.YAMLError) -> None:
        super().__init__(str(error))
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        self.problem = str(getattr(error, "problem", None) or error)
        self.position = Position(1, 1) if mark is None else Position(mark.line + 1, mark.column + 1)


def events(text: str) -> Iterator[Any]:
    """The parser's events.

    Raises:
        NotYamlError: at the event where the text is not YAML.
    """
    with _own_errors():
        yield from yaml.parse(text, Loader=_LOADER)


def top_node(text: str) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    """The top node of the document; None if it is empty.

    Raises:
        NotYamlError: if the text is not YAML.
    """
    with _own_errors():
        return yaml.compose(text, Loader=_LOADER)


def position_of(item: Any) -> Position:  # noqa: ANN401 - YAML events and nodes are untyped
    """The position of an event or node."""
    mark = item.start_mark
    return Position(mark.line + 1, mark.column + 1)


def plain_scalar(text: str) -> Any:  # noqa: ANN401 - a number, a boolean, None or a text
    """The value of an unquoted scalar under the rules of YAML 1.1, as CloudFormation reads it.

    Raises:
        ValueError: if it is a number that Python cannot hold.
    """
    return yaml.safe_load(text)


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except yaml.YAMLError as error:
        raise NotYamlError(error) from error
