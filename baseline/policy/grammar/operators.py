"""Inheritance operators: how a value of a policy is written, and what policies below it may change."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from baseline.aws.regions import REGIONS
from baseline.policy.document import Path
from baseline.policy.mistake import Mistake

T = TypeVar("T")
CHILD_OPERATORS = "@@operators_allowed_for_child_policies"
_ALLOWED = ("@@all", "@@none", "@@assign", "@@append", "@@remove")


class Node(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Value(Node, Generic[T]):
    """One value: `{"@@assign": …}`."""

    assign: T = Field(alias="@@assign")


class Values(Node, Generic[T]):
    """A list: set, added to, or taken from. Source: AWS Organizations user guide, Inheritance operators."""

    assign: list[T] | None = Field(default=None, alias="@@assign")
    append: list[T] | None = Field(default=None, alias="@@append")
    remove: list[T] | None = Field(default=None, alias="@@remove")


def _is_region(text: str) -> str:
    if text not in REGIONS and text != "ALL_SUPPORTED" and "${" not in text:
        raise ValueError(f"{text} is no Region")
    return text


RegionOrAll = Annotated[str, AfterValidator(_is_region)]
Text = Annotated[str, StringConstraints(min_length=1)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]+$|\$\{")]


class RegionSwitch(Node):
    """Where something is on and where off; off wins. Both lists are required, and may be empty."""

    enable_in_regions: Values[RegionOrAll]
    disable_in_regions: Values[RegionOrAll]


def without_child_operators(value: Any, path: Path = ()) -> tuple[Any, tuple[Mistake, ...]]:  # noqa: ANN401 - plain data
    """The policy without what it says about policies below it, and what is wrong with that."""
    if isinstance(value, list):
        items = [without_child_operators(item, (*path, index)) for index, item in enumerate(value)]
        return [item for item, _ in items], tuple(mistake for _, found in items for mistake in found)
    if not isinstance(value, Mapping):
        return value, ()
    found = list(_child_operator_mistakes(value.get(CHILD_OPERATORS), (*path, CHILD_OPERATORS)))
    kept = {}
    for key, item in value.items():
        if key != CHILD_OPERATORS:
            kept[key], below = without_child_operators(item, (*path, key))
            found += below
    return kept, tuple(found)


def _child_operator_mistakes(value: Any, path: Path) -> Iterator[Mistake]:  # noqa: ANN401 - plain data
    for index, item in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
        if item not in _ALLOWED or not isinstance(value, list):
            yield Mistake(
                id="policy-operator",
                path=(*path, index) if isinstance(value, list) else path,
                message=f"{item!r} is no operator that policies below can be allowed",
                fix=f"write a list of some of {', '.join(_ALLOWED)}",
            )
