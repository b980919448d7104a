"""Values to try for every key of a profile: all of a choice, both of a boolean, two of other types."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A key of a profile, and the values to try there.

    Attributes:
        path: Its path in the profile.
        name: The path with `*` for list positions and names chosen by the profile.
        values: At least one.
    """

    path: Path
    name: str
    values: tuple[Any, ...]


def choices(
    model: type[BaseModel], data: Mapping[str, Any], samples: Mapping[str, list[Any]], path: Path = (), name: str = ""
) -> Iterator[Choice]:
    """Every key of `model`, and of the values in `data` below it.

    Args:
        model: The model of a mapping.
        data: The mapping.
        samples: Name → values that the model does not define.
        path: Path of the mapping.
        name: Its name.
    """
    for key, field in model.model_fields.items():
        yield from _field(field, data.get(key), samples, (*path, key), f"{name}.{key}".lstrip("."))


def _field(field: FieldInfo, value: Any, samples: Mapping[str, list[Any]], path: Path, name: str) -> Iterator[Choice]:
    kind, optional = _kind(field.annotation)
    inside = [part for part in get_args(kind) if part is not ...] if get_origin(kind) in {list, tuple, dict} else []
    item = _kind(inside[-1])[0] if inside else None
    values = samples.get(name) or [*_values(kind, item, field, value), *([None] if optional else [])]
    yield Choice(path=path, name=name, values=_distinct(values))
    if _is_model(kind) and value:
        yield from choices(kind, value, samples, path, name)
    elif _is_model(item):
        for key, below in value.items() if isinstance(value, Mapping) else enumerate(value or []):
            yield from choices(item, below, samples, (*path, key), f"{name}.*")


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The type without its constraints, and whether it may be None."""
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        kinds = [item for item in get_args(annotation) if item is not NoneType]
        optional = len(kinds) < len(get_args(annotation))
        return (_kind(kinds[0])[0] if len(kinds) == 1 else annotation), optional
    return annotation, False


def _is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _values(kind: Any, item: Any, field: FieldInfo, value: Any) -> list[Any]:
    if kind is bool:
        return [True, False]
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    needs_one = any(getattr(limit, "min_length", 0) for limit in field.metadata)
    if get_origin(item) is Literal and get_origin(kind) is list:
        return [*([] if needs_one else [[]]), *([one] for one in get_args(item)), list(get_args(item))]
    if kind is int:
        bounds = [getattr(limit, name, None) for limit in field.metadata for name in ("ge", "le")]
        return [*([] if value is None else [value]), *(bound for bound in bounds if bound is not None)]
    found = [*([value] if value else []), *(field.examples or [])]
    if isinstance(value, str):
        found.append(_another(value))
    if item is not None and not needs_one:
        found.append({} if get_origin(kind) is dict else [])
    return found


def _another(value: str) -> str:
    """Another text with the same format: a different last letter or digit."""
    return re.sub(
        r"[A-Za-z0-9](?=[^A-Za-z0-9]*$)",
        lambda last: "2" if last[0] in "013456789" else "1" if last[0] == "2" else "e",
        value,
    )


def _distinct(values: list[Any]) -> tuple[Any, ...]:
    return tuple({json.dumps(value, sort_keys=True): value for value in values}.values())
