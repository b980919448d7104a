"""Parts that every importer needs: the result, names of the files that it writes, and values of any type."""

import json
from collections.abc import Container, Iterator, Mapping
from itertools import count
from typing import Any

from baseline.errors import ImportFileError
from baseline.frozen import frozen
from baseline.importers.keys import Entry
from baseline.importers.located import said_at
from baseline.profile.scaffold import Answers
from baseline.text.slug import slug


@frozen
class Imported:
    """A profile's answers, files beside it by path, every key of the source, and remarks."""

    answers: Answers
    files: Mapping[str, str]
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]


@frozen
class SourceAccount:
    """Name, address and unit's path ("" for the root) of an account in another tool's configuration."""

    name: str
    email: str
    unit: str


def unused_path(folder: str, name: str, suffix: str, used: Container[str]) -> str:
    """A path in a folder beside the profile for something of this name, which no other has."""
    stem = slug(name) or "policy"
    return next(path for path in _paths(f"{folder}/{stem}", suffix) if path not in used)


def ids_note(accounts: int, units: int) -> str:
    """A comment on the numbers of accounts and units whose id the source lacks; "" if it has all of them."""
    counts = {"account": accounts, "unit": units}
    some = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count]
    verb = "has" if accounts + units == 1 else "have"
    return f"{' and '.join(some)} {verb} no id here: `validate --inventory` names the ids." if some else ""


def _paths(stem: str, suffix: str) -> Iterator[str]:
    yield f"{stem}{suffix}"
    yield from (f"{stem}-{number}{suffix}" for number in count(2))


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
        ImportFileError: if it is missing, or not a single value.
    """
    if name not in item:
        shown = ", ".join(f"{key}: {json.dumps(value, default=str)}" for key, value in list(item.items())[:3])
        raise ImportFileError(said_at(item, f"{{{shown}}} has no {name}"), hint=f"add the key {name}")
    value = item[name]
    if value is None or isinstance(value, dict | list):
        raise ImportFileError(said_at(item, f"{name} is not a text", name), hint="write one value")
    return str(value)
