"""The one translator of pydantic's errors: the values that a model rejects, as values of our own.

Each kind of document describes them in its own terms: `profile/problems.py`, `policy/grammar/messages.py` and
`plan/schema.py`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from baseline.findings import KeyPath

_KEY = "[key]"
"""pydantic's last part of a path if it rejects a key and not its value."""
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """A value that a model rejects.

    Attributes:
        kind: pydantic's type of the error, such as `missing`, or a type of ours.
        path: Path of the value in the data; of the key if it is missing or not allowed.
        value: The rejected value; the mapping around a missing key.
        is_key: Whether the key itself is rejected.
        reason: pydantic's message, which begins in lower case.
        details: Limits, expected values and texts, by the names that the type of the error gives them.
    """

    kind: str
    path: KeyPath
    value: Any
    is_key: bool
    reason: str
    details: Mapping[str, Any]

    @property
    def is_missing(self) -> bool:
        """Whether a required key is missing."""
        return self.kind == "missing"

    @property
    def is_unknown_key(self) -> bool:
        """Whether the model has no such key."""
        return self.kind == "extra_forbidden"

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that a literal type allows; empty for other kinds."""
        return tuple(_QUOTED.findall(self.details["expected"])) if self.kind == "literal_error" else ()


def rejections_of(error: ValidationError) -> list[Rejection]:
    """Every value that a model rejects, in pydantic's order."""
    return [_rejection(item) for item in error.errors(include_url=False)]


def _rejection(error: ErrorDetails) -> Rejection:
    message = error["msg"].removeprefix("Value error, ")
    return Rejection(
        kind=error["type"],
        path=tuple(part for part in error["loc"] if part != _KEY),
        value=error["input"],
        is_key=error["loc"][-1:] == (_KEY,),
        reason=message[:1].lower() + message[1:],
        details=error.get("ctx", {}),
    )


def without_misspelled(
    rejections: Collection[Rejection], meant: Callable[[Rejection], str | None]
) -> Iterator[Rejection]:
    """The rejections, without missing keys that are only misspelled.

    Args:
        rejections: Rejections of one document.
        meant: The key that was probably meant by an unknown one.
    """
    misspelled = {(*item.path[:-1], meant(item)) for item in rejections if item.is_unknown_key}
    return (item for item in rejections if not (item.is_missing and item.path in misspelled))


def fields_at(model: type[BaseModel], path: Iterable[str | int]) -> dict[str, FieldInfo]:
    """Key as written → field of the models at a path below `model`; empty where any key is allowed."""
    return {name: field for one in models_at(model, path) for name, field in _fields(one).items()}


def models_at(model: type[BaseModel], path: Iterable[str | int]) -> tuple[type[BaseModel], ...]:
    """The models of the mapping at a path below `model`, several for a union; none where any key is allowed.

    Parts that the models do not have are skipped: pydantic adds the members of a union to the path.
    """
    here: tuple[Any, ...] = (model,)
    for part in path:
        here = tuple(inner for annotation in here for inner in _below(annotation, part)) or here
    return tuple(item for annotation in here for item in _members(annotation) if _is_model(item))


def choices_of_items(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401 - an annotation
    """The texts that a literal type allows as items of a list; empty for other items."""
    items = (item for below in _below(annotation, 0) for item in _members(below))
    return tuple(str(choice) for item in items if get_origin(item) is Literal for choice in get_args(item))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:  # noqa: ANN401 - an annotation
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _below(annotation: Any, part: str | int) -> Iterator[Any]:  # noqa: ANN401 - an annotation
    """The annotations of the values at one key, or of the items of a list or of a mapping with free keys."""
    for item in _members(annotation):
        if _is_model(item):
            if found := _fields(item).get(str(part)):
                yield found.annotation
        elif get_origin(item) in {dict, Mapping}:
            yield get_args(item)[-1]
        elif isinstance(part, int) and get_args(item):
            yield get_args(item)[0]


def _members(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - an annotation
    """The annotations that describe the same value: `X` of `Annotated[X, …] | None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for item in get_args(annotation):
            yield from _members(item)
    else:
        yield annotation
