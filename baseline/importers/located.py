"""YAML files of another tool as data whose mappings know their places, for errors at file:line:column."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from baseline.documents.yaml_reader import (
    MappingNode,
    NotYamlError,
    SequenceNode,
    plain_scalar,
    position_of,
    top_node,
)
from baseline.errors import ImportFileError
from baseline.files import UnreadableError, read_file
from baseline.frozen import frozen

LARGEST = 4 * 1024 * 1024
"""Maximum size in bytes of a file of another tool's configuration."""

_DEEPEST = 100
_MOST_VALUES = 200_000
"""Aliases and includes repeat values: a short file can have billions of them."""

_DEEPEST_INCLUDE = 10
_MERGE = "<<"
_TYPED = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null"))
_ACCOUNT_ID = re.compile(r"\d{12}")


class Located(dict[str, Any]):
    """A mapping of a source file.

    Attributes:
        place: `file:line:column` of the mapping.
        places: Key → its place; a key that a merge (`<<`) or an include brought has its own.
    """

    place: str = ""
    places: Mapping[str, str] = {}


def place_of(item: Mapping[str, Any], name: str = "") -> str:
    """`file:line:column` of a key, or of the mapping; "" if the data comes from no file."""
    if not isinstance(item, Located):
        return ""
    return item.places.get(name, item.place)


def said_at(item: Mapping[str, Any], message: str, name: str = "") -> str:
    """The message, prefixed with the place of a key."""
    place = place_of(item, name)
    return f"{place}: {message}" if place else message


def unreadable_at(path: Path, error: Exception) -> str:
    """A message about a file that is not JSON, YAML or UTF-8, with the place of the error if it is known."""
    if isinstance(error, UnicodeDecodeError):
        return f"{path}: not UTF-8: byte {error.start} is not part of any character"
    cause = error if isinstance(error, NotYamlError) else error.__cause__
    if isinstance(cause, json.JSONDecodeError):
        return f"{path}:{cause.lineno}:{cause.colno}: not JSON: {cause.msg}"
    if isinstance(cause, NotYamlError):
        line, column = cause.position
        return f"{path}:{line}:{column}: not YAML: {cause.problem}"
    return f"{path}: {error}"


@frozen
class SourceReader:
    """Reads the YAML files of one tool.

    Attributes:
        directory: The directory of the configuration; includes are below it.
        hint: What the user does about a file that cannot be read.
        include: The tag by which a file includes another one, without `!`.
        from_file: Whether the path of an include is relative to the file that has it, instead of the directory.
        replaced: Fills in placeholders of the tool before the text is read as YAML.
        values: Counts the values of all files, as includes repeat files and aliases repeat values.
    """

    directory: Path
    hint: str
    include: str = ""
    from_file: bool = False
    replaced: Callable[[str], str] = str
    values: Iterator[int] = field(default_factory=count)

    def read(self, path: Path, chain: tuple[Path, ...] = ()) -> Any:  # noqa: ANN401 - YAML data
        """The data of a file; `chain` has the files that include it, the outermost first.

        Raises:
            ImportFileError: if the file is not readable, not YAML, or has a repeated key or too many values.
        """
        try:
            text = self.replaced(read_file(path, limit=LARGEST).decode("utf-8"))
            node = top_node(text)
        except (NotYamlError, UnreadableError) as error:
            raise ImportFileError(unreadable_at(path, error), hint=self.hint) from error
        except UnicodeDecodeError as error:
            raise ImportFileError(unreadable_at(path, error), hint="save the file in UTF-8") from error
        return None if node is None else _Reading(reader=self, path=path, chain=(*chain, path)).value(node, 0)

    def mapping(self, path: Path) -> dict[str, Any]:
        """The data of a file, which is a mapping.

        Raises:
            ImportFileError: if it is not one, or for the reasons of `read`.
        """
        data = self.read(path)
        if not isinstance(data, dict):
            raise ImportFileError(f"{path}:1:1: not a mapping of keys", hint=self.hint)
        return data


@frozen
class _Reading:
    """The reading of one file."""

    reader: SourceReader
    path: Path
    chain: tuple[Path, ...]

    def value(self, node: Any, depth: int) -> Any:  # noqa: ANN401 - YAML nodes are untyped
        """The node as data: `!Ref X` is {Ref: X}, `!Name X` {Fn::Name: X}, and an include the data of its file."""
        if depth > _DEEPEST:
            raise self._error(node, f"nested too deeply: more than {_DEEPEST} levels")
        if next(self.reader.values) > _MOST_VALUES:
            raise self._error(node, f"too many values: aliases and includes make more than {_MOST_VALUES:,}")
        if not node.tag.startswith("!"):
            return self._content(node, depth)
        name = node.tag[1:]
        if name == self.reader.include:
            return self._included(node)
        found = Located({"Ref" if name == "Ref" else f"Fn::{name}": self._content(node, depth)})
        found.place = self._place(node)
        return found

    def _content(self, node: Any, depth: int) -> Any:  # noqa: ANN401 - YAML nodes are untyped
        if isinstance(node, MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, SequenceNode):
            return [self.value(inner, depth + 1) for inner in node.value]
        if node.tag not in _TYPED or _ACCOUNT_ID.fullmatch(node.value):
            return node.value
        try:
            return _typed(node.value)
        except ValueError as error:
            raise self._error(node, f"not a value: {error}") from error

    def _mapping(self, node: Any, depth: int) -> Located:  # noqa: ANN401 - YAML nodes are untyped
        found, merged = Located(), Located()
        places: dict[str, str] = {}
        below: dict[str, str] = {}
        for key, inner in node.value:
            if not isinstance(key.value, str):
                raise self._error(key, "a key that is not a text")
            value = self.value(inner, depth + 1)
            if key.value == _MERGE:
                for one in reversed(value if isinstance(value, list) else [value]):
                    if not isinstance(one, Located):
                        raise self._error(key, "`<<` merges mappings only")
                    merged.update(one)
                    below.update(one.places)
                continue
            if key.value in found:
                raise self._error(key, f"the key {key.value} is given twice: {places[key.value]} has it as well")
            found[key.value] = value
            places[key.value] = self._place(key)
        result = Located({**merged, **found})
        result.place, result.places = self._place(node), {**below, **places}
        return result

    def _included(self, node: Any) -> Any:  # noqa: ANN401 - YAML nodes are untyped
        tag = f"`!{self.reader.include}`"
        if not isinstance(node.value, str):
            raise self._error(node, f"{tag} names no file")
        base = self.path.parent if self.reader.from_file else self.reader.directory
        path = file_below(self.reader.directory, base / node.value, f"{self._place(node)}: {tag}")
        if path in {one.resolve() for one in self.chain} or len(self.chain) > _DEEPEST_INCLUDE:
            raise self._error(node, f"{path}: {tag} is circular, or nested too deeply")
        return self.reader.read(path, self.chain)

    def _place(self, node: Any) -> str:  # noqa: ANN401 - YAML nodes are untyped
        line, column = position_of(node)
        return f"{self.path}:{line}:{column}"

    def _error(self, node: Any, message: str) -> ImportFileError:  # noqa: ANN401 - YAML nodes are untyped
        return ImportFileError(f"{self._place(node)}: {message}", hint=self.reader.hint)


@lru_cache(maxsize=4096)
def _typed(text: str) -> Any:  # noqa: ANN401 - a number, a boolean or None
    """Cached, because a configuration repeats a few numbers and booleans many times."""
    return plain_scalar(text)


def file_below(directory: Path, source: str | Path, what: str) -> Path:
    """The path of a file that the configuration names.

    Raises:
        ImportFileError: if it is outside of the directory, directly or by a link.
    """
    try:
        path = (directory / source).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        shown = json.dumps(str(source))
        said = f"{what}: {shown} is not a valid path: it contains a null character or circular links"
        raise ImportFileError(said, hint="correct the path") from error
    if not path.is_relative_to(directory.resolve()):
        raise ImportFileError(f"{what}: {source} is outside {directory}", hint="copy the file into that directory")
    return path
