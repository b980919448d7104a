"""A profile with invalid values, completed so that the rules can still check the rest.

Values that pydantic rejects are removed, or replaced by a placeholder if the model requires them. The key paths of
these values are recorded, so that no rule reports a value that the author did not write.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from baseline.profile.model import Profile
from baseline.profile.tree import KeyPath

_ROUNDS = 10

_ORGANIZATION = {"name": "Unknown", "prefix": "unknown", "home_region": "us-east-1", "regions": ["us-east-1"]}
_STAND_INS: Mapping[KeyPath, Any] = {
    ("version",): 1,
    ("organization",): _ORGANIZATION,
    **{("organization", key): value for key, value in _ORGANIZATION.items()},
    ("organization", "regions", "*"): "us-east-1",
    ("organization", "alerts", "*"): "unknown@example.com",
    ("accounts",): {},
    ("organizational_units", "*"): "Unknown",
    ("compliance", "*"): "cis-7.0",
}


@dataclass
class Broken:
    """The key paths of a profile with invalid or replaced values."""

    _paths: set[KeyPath] = field(default_factory=set)
    _above: set[KeyPath] = field(default_factory=set)

    def add(self, path: KeyPath) -> None:
        """Record `path`."""
        self._paths.add(path)
        self._above.update(path[:length] for length in range(len(path) + 1))

    def touches(self, path: KeyPath) -> bool:
        """Whether a recorded path is at, above or below `path`."""
        return path in self._above or any(path[:length] in self._paths for length in range(len(path) + 1))


def read_draft(data: dict[str, Any], broken: Broken) -> tuple[Profile, list[ErrorDetails]]:
    """The profile with placeholders for invalid values, and pydantic's errors about the original values.

    Args:
        data: Plain data of the whole profile; modified in place.
        broken: Receives the key path of every rejected value.
    """
    reported: list[ErrorDetails] | None = None
    for _ in range(_ROUNDS):
        try:
            return Profile.model_validate(data), reported or []
        except ValidationError as error:
            errors = error.errors(include_url=False)
            reported = errors if reported is None else reported
            _repair(data, errors, broken)
    raise AssertionError("a profile without its mistakes must be valid")


def _repair(data: dict[str, Any], errors: Iterable[ErrorDetails], broken: Broken) -> None:
    targets: dict[KeyPath, bool] = {}
    for error in errors:
        loc = tuple(part for part in error["loc"] if part != "[key]")
        broken.add(loc)
        missing = error["type"] == "missing"
        targets.setdefault(loc if missing else _existing(data, loc), missing)
    for path, missing in targets.items():
        _cut(data, path, missing=missing)


def _existing(data: Any, path: KeyPath) -> KeyPath:  # noqa: ANN401 - plain YAML data
    for length, part in enumerate(path):
        if not _has(data, part):
            return path[:length]
        data = data[part]
    return path


def _has(data: object, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, dict) and part in data


def _cut(data: dict[str, Any], path: KeyPath, *, missing: bool) -> None:
    """Insert the placeholder at `path`, or remove the value there, or its parent if the value is required."""
    parent: Any = data
    for part in path[:-1]:
        if not _has(parent, part):
            return
        parent = parent[part]
    pattern = tuple("*" if isinstance(part, int) else part for part in path)
    if pattern in _STAND_INS:
        parent[path[-1]] = deepcopy(_STAND_INS[pattern])
    elif missing:
        _cut(data, path[:-1], missing=False)
    elif isinstance(parent, dict):
        parent.pop(path[-1], None)
