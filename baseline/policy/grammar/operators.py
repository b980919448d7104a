"""Inheritance operators: values in a policy, and what policies below may change.

Source: AWS Organizations user guide, Inheritance operators (2026-11-25). A setting may have only child control
operators: the page does not say so, but a policy that only restricts policies below has no other form.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.policy.document import Path
from baseline.policy.grammar.rules import hold
from baseline.policy.grammar.scalars import RegionOrAll
from baseline.text.nearest import nearest

T = TypeVar("T")
CHILD_OPERATORS = "@@operators_allowed_for_child_policies"
_SETTING = ("@@assign", "@@append", "@@remove")
_ALLOWED = ("@@all", "@@none", *_SETTING)
_KEYS = (*_SETTING, CHILD_OPERATORS)


class Node(Section):
    """A mapping with a fixed set of keys."""


class Value(Node, Generic[T]):
    """A single value: `{"@@assign": …}`. Only lists can be appended to or removed from."""

    assign: T = Field(alias="@@assign")


class Values(Node, Generic[T]):
    """A list: assigned, appended to, or removed from."""

    assign: list[T] | None = Field(default=None, alias="@@assign")
    append: list[T] | None = Field(default=None, alias="@@append")
    remove: list[T] | None = Field(default=None, alias="@@remove")

    @model_validator(mode="after")
    def _does_something(self) -> "Values[T]":
        if not self.model_fields_set:
            raise PydanticCustomError("no_operator", "no operator", {"names": _SETTING})
        return self


def most(count: int) -> AfterValidator:
    """`Values` that assign or append no more than `count` items."""

    def check(values: Values[T]) -> Values[T]:
        hold(
            Problem(path=(operator,), message=f"{len(items)} values: AWS allows {count}", fix="remove some")
            for operator, items in (("@@assign", values.assign), ("@@append", values.append))
            if items is not None and len(items) > count
        )
        return values

    return AfterValidator(check)


class RegionSwitch(Node):
    """Regions in which a feature is enabled and disabled; disabled wins. Both lists are required, may be empty."""

    enable_in_regions: Values[RegionOrAll]
    disable_in_regions: Values[RegionOrAll]


def without_child_operators(value: Any, path: Path = ()) -> tuple[Any, tuple[Problem, ...]]:  # noqa: ANN401 - plain data
    """The policy without child control operators, and problems that the models cannot see: wrong operators, nulls."""
    if value is None:
        return value, (
            Problem(id="policy-value", path=path, message="null is not a value", fix="write one, or leave it out"),
        )
    if isinstance(value, list):
        items = [without_child_operators(item, (*path, index)) for index, item in enumerate(value)]
        return [item for item, _ in items], tuple(mistake for _, found in items for mistake in found)
    if not isinstance(value, Mapping):
        return value, ()
    found = [mistake for key in value for mistake in _operator_mistakes(str(key), value[key], (*path, key))]
    kept = {}
    for key, item in value.items():
        if key != CHILD_OPERATORS:
            kept[key], below = without_child_operators(item, (*path, key))
            found += below
    return kept, tuple(found)


def _operator_mistakes(key: str, value: Any, path: Path) -> Iterator[Problem]:  # noqa: ANN401 - plain data
    if key.startswith("@@") and key not in _KEYS:
        yield _mistake(path, f"{key!r} is no operator", _nearest(key, _KEYS))
    elif key == CHILD_OPERATORS:
        yield from _child_operator_mistakes(value, path)


def _child_operator_mistakes(value: Any, path: Path) -> Iterator[Problem]:  # noqa: ANN401 - plain data
    if not isinstance(value, list) or not value:
        yield _mistake(
            path,
            f"{value!r} is not a list of operators that child policies may use",
            f"write a list of {_names(_ALLOWED)}",
        )
        return
    for index, item in enumerate(value):
        if item not in _ALLOWED:
            yield _mistake((*path, index), f"{item!r} is not an operator to allow", _nearest(item, _ALLOWED))
    if "@@none" in value and len(value) > 1:
        where = (*path, value.index("@@none"))
        yield _mistake(
            where, "'@@none' allows nothing, but other operators are listed beside it", "remove it, or the others"
        )


def _mistake(path: Path, message: str, fix: str) -> Problem:
    return Problem(id="policy-operator", path=path, message=message, fix=fix)


def _nearest(item: Any, names: tuple[str, ...]) -> str:  # noqa: ANN401 - plain data
    close = nearest(str(item), names)
    return f"did you mean {close!r}?" if close else f"write one of {_names(names)}"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names)
