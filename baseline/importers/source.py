"""What every importer needs: the result, files below the source's directory, and values of any type in its data."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.importers.keys import Entry
from baseline.profile.scaffold import Answers
from baseline.text.slug import slug

LARGEST = 4 * 1024 * 1024
"""Bytes of a file of another tool's configuration."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A profile's answers, files beside it by path, every key of the source, and remarks."""

    answers: Answers
    files: Mapping[str, str]
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]


def file_below(directory: Path, source: str, what: str) -> Path:
    """The path of a file that the configuration names.

    Raises:
        ImportFileError: if it is outside of the directory, directly or by a link.
    """
    try:
        path = (directory / source).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        said = f"{what}: {json.dumps(source)} is not a valid path: it contains a null character or circular links"
        raise ImportFileError(said, hint="correct the path") from error
    if not path.is_relative_to(directory.resolve()):
        raise ImportFileError(f"{what}: {source} is outside {directory}", hint="copy the file into that directory")
    return path


def unused_path(folder: str, name: str, suffix: str, used: Container[str]) -> str:
    """A path in a folder beside the profile for something of this name, which no other has."""
    stem = slug(name) or "policy"
    return next(path for path in _paths(f"{folder}/{stem}", suffix) if path not in used)


def _paths(stem: str, suffix: str) -> Iterator[str]:
    yield f"{stem}{suffix}"
    yield from (f"{stem}-{number}{suffix}" for number in count(2))


def mapping_of(data: Any, path: Path, hint: str) -> dict[str, Any]:  # noqa: ANN401 - YAML data
    """The data of a file.

    Raises:
        ImportFileError: if it is not a mapping.
    """
    if not isinstance(data, dict):
        raise ImportFileError(f"{path}: not a mapping of keys", hint=hint)
    return data


def section_of(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The mapping below a key; empty if there is none."""
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def items_of(parent: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The mappings in a list below a key."""
    found = parent.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def texts_of(parent: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values of a list below a key as texts."""
    found = parent.get(name)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def text_of(item: Mapping[str, Any], name: str) -> str:
    """A required value.

    Raises:
        ImportFileError: if it is missing.
    """
    if name not in item:
        shown = ", ".join(f"{key}: {json.dumps(value, default=str)}" for key, value in list(item.items())[:3])
        raise ImportFileError(f"{{{shown}}} has no {name}", hint="correct the configuration")
    return str(item[name])
