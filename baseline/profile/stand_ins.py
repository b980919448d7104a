"""Stand-ins for required values that a document lacks, from the types and examples of the model's fields."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from baseline.capabilities.settings import tier_defaults
from baseline.documents.rejections import fields_at, models_at
from baseline.profile.tree import KeyPath

NO_STAND_IN: Any = object()


def may_be_left_out(model: type[BaseModel], path: KeyPath) -> bool:
    """Whether the data is complete without the key: it is unknown, it has a default, or it is an entry of its own."""
    key = path[-1]
    declared = fields_at(model, path[:-1]).get(str(key))
    if declared is None or not declared.is_required():
        return True
    return any(key in tier_defaults(one) for one in models_at(model, path[:-1]))


def stand_in(model: type[BaseModel], path: KeyPath, variant: int) -> Any:  # noqa: ANN401 - plain YAML data
    """A value for the required key at `path`, another one in each variant; `NO_STAND_IN` if there are no two."""
    if isinstance(path[-1], int) or may_be_left_out(model, path):
        return NO_STAND_IN
    values = list(_values(fields_at(model, path[:-1])[str(path[-1])]))
    return values[variant] if len(values) > 1 else NO_STAND_IN


def _values(declared: FieldInfo) -> Iterator[Any]:
    if get_origin(declared.annotation) is Literal:
        yield get_args(declared.annotation)[0]
        yield get_args(declared.annotation)[-1]
        return
    if declared.annotation is str and not declared.metadata and not declared.examples:
        yield "text"
        yield "another text"
    for example in declared.examples or ():
        yield example
        if isinstance(example, str):
            yield f"{example}2"
        elif isinstance(example, int):
            yield 2 * example
        elif isinstance(example, list):
            yield []
