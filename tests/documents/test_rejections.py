"""pydantic's errors as values, and the keys that models have at a path."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from baseline.documents.rejections import Rejection, fields_at, rejections_of, without_misspelled


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["one", "two"] = "one"
    count: Annotated[int, Field(ge=1)] = 1


class Other(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["three"]


class Top(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    assign: Leaf | None = Field(default=None, alias="@@assign")
    leaves: dict[Annotated[str, Field(pattern="^[a-z]+$")], Leaf] = {}
    either: list[Annotated[Leaf | Other, Field(discriminator="kind")]] = []


def rejected(data: Any) -> list[Rejection]:
    with pytest.raises(ValidationError) as raised:
        Top.model_validate(data)
    return rejections_of(raised.value)


def test_a_rejection_has_kind_path_value_and_reason() -> None:
    (found,) = rejected({"name": "x", "@@assign": {"count": 0}})
    assert (found.kind, found.path, found.value) == ("greater_than_equal", ("@@assign", "count"), 0)
    assert found.reason == "input should be greater than or equal to 1"
    assert found.details == {"ge": 1}
    assert (found.is_key, found.is_missing, found.is_unknown_key, found.choices) == (False, False, False, ())


def test_a_literal_has_choices() -> None:
    (found,) = rejected({"name": "x", "@@assign": {"kind": "three"}})
    assert found.choices == ("one", "two")


def test_a_rejected_key_has_the_path_of_its_value() -> None:
    (found,) = rejected({"name": "x", "leaves": {"A": {}}})
    assert found.is_key
    assert found.path == ("leaves", "A")


@pytest.mark.parametrize(
    ("data", "meant", "kinds"),
    [
        pytest.param({"nam": "x"}, "name", ["extra_forbidden"], id="the misspelled key is missing"),
        pytest.param({"nam": "x"}, None, ["missing", "extra_forbidden"], id="the unknown key is like no other"),
        pytest.param(
            {"@@assign": {"nam": 1}}, "name", ["missing", "extra_forbidden"], id="the unknown key is elsewhere"
        ),
    ],
)
def test_a_misspelled_key_is_not_missing_as_well(data: dict[str, Any], meant: str | None, kinds: list[str]) -> None:
    assert [item.kind for item in without_misspelled(rejected(data), lambda _: meant)] == kinds


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ((), {"name", "@@assign", "leaves", "either"}),
        (("@@assign",), {"kind", "count"}),
        (("leaves",), set()),
        (("leaves", "any"), {"kind", "count"}),
        (("either", 3), {"kind", "count"}),
        (("either", 3, "three"), {"kind", "count"}),
        (("name",), set()),
    ],
)
def test_fields_are_found_below_optional_values_lists_and_mappings(path: tuple[str | int, ...], keys: set[str]) -> None:
    assert set(fields_at(Top, path)) == keys
