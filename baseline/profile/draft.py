"""A document with invalid values, completed so that the rules can still check the rest.

Values that pydantic rejects are removed, or replaced by a stand-in if the model requires them. The key paths of these
values are recorded, so that no rule reports a value that the author did not write.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from baseline.documents.rejections import Rejection, rejections_of
from baseline.frozen import frozen
from baseline.profile.stand_ins import NO_STAND_IN, may_be_left_out, stand_in
from baseline.profile.tree import KeyPath

_ROUNDS = 20

_ORGANIZATION = {"name": "Unknown", "prefix": "unknown", "home_region": "us-east-1", "regions": ["us-east-1"]}
_OTHER = {"name": "Other", "prefix": "other", "home_region": "eu-west-1", "regions": ["eu-west-1"]}


def _known(organization: Mapping[str, Any]) -> Mapping[KeyPath, Any]:
    return {
        ("version",): 1,
        ("organization",): organization,
        **{("organization", key): value for key, value in organization.items()},
        ("organization", "regions", "*"): organization["home_region"],
        ("organization", "alerts", "*"): "unknown@init.example",
        ("accounts",): {},
        ("organizational_units", "*"): "Unknown",
        ("compliance", "*"): "cis-7.0",
    }


_STAND_INS = (_known(_ORGANIZATION), _known(_OTHER))
"""The stand-ins of each variant."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Broken:
    """The key paths of a profile with invalid or replaced values.

    Attributes:
        variant: Which of the stand-ins to use, 0 or 1: a problem that depends on one of them is in one variant only.
    """

    variant: int = 0
    _paths: set[KeyPath] = field(default_factory=set)
    _above: set[KeyPath] = field(default_factory=set)

    def add(self, path: KeyPath) -> None:
        """Record `path`."""
        self._paths.add(path)
        self._above.update(path[:length] for length in range(len(path) + 1))

    def touches(self, path: KeyPath) -> bool:
        """Whether a recorded path is at, above or below `path`."""
        return path in self._above or any(path[:length] in self._paths for length in range(len(path) + 1))


@frozen
class Draft:
    """Data that is being completed.

    Attributes:
        model: Its model.
        data: The plain data; modified in place.
        at: Where it is in the profile.
        broken: Receives the key path of every rejected value.
        replaced: Paths in the data that have a stand-in already.
    """

    model: type[BaseModel]
    data: dict[str, Any]
    at: KeyPath = ()
    broken: Broken
    replaced: set[KeyPath] = field(default_factory=set)


def complete(draft: Draft, validate: Callable[[dict[str, Any]], Model]) -> tuple[Model, list[Rejection]]:
    """The model of the data with stand-ins for invalid values, and the rejections of the original values."""
    reported: list[Rejection] | None = None
    for _ in range(_ROUNDS):
        try:
            return validate(draft.data), reported or []
        except ValidationError as error:
            rejections = rejections_of(error)
            reported = rejections if reported is None else reported
            _repair(draft, rejections)
    raise AssertionError("a document without its mistakes must be valid")


def _repair(draft: Draft, rejections: Iterable[Rejection]) -> None:
    targets: dict[KeyPath, None] = {}
    for item in rejections:
        draft.broken.add((*draft.at, *item.path))
        targets.setdefault(item.path if item.is_missing else _existing(draft.data, item.path))
    for path in targets:
        _replace(draft, path)


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


def _replace(draft: Draft, path: KeyPath) -> None:
    """Insert a stand-in at `path`, or remove the value; if neither is possible, replace or remove its container."""
    if not path:
        draft.data.clear()
        return
    parent: Any = draft.data
    for part in path[:-1]:
        if not _has(parent, part):
            return
        parent = parent[part]
    value = _stand_in(draft, path)
    if value is not NO_STAND_IN:
        draft.replaced.add(path)
        parent[path[-1]] = deepcopy(value)
    elif isinstance(parent, dict) and may_be_left_out(draft.model, path):
        parent.pop(path[-1], None)
    else:
        draft.broken.add((*draft.at, *path[:-1]))
        _replace(draft, path[:-1])


def _stand_in(draft: Draft, path: KeyPath) -> Any:  # noqa: ANN401 - plain YAML data
    if path in draft.replaced:
        return NO_STAND_IN
    pattern = tuple("*" if isinstance(part, int) else part for part in path)
    known = _STAND_INS[draft.broken.variant].get((*draft.at, *pattern), NO_STAND_IN)
    return stand_in(draft.model, path, draft.broken.variant) if known is NO_STAND_IN else known
