"""Security Hub CSPM: known parameters of controls."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from baseline.aws.facts import facts
from baseline.aws.security_hub import control_ids, ids_of
from baseline.frozen import frozen

_TYPES: Mapping[str, type] = {
    "Boolean": bool,
    "Double": float,
    "Enum": str,
    "EnumList": str,
    "Integer": int,
    "IntegerList": int,
    "String": str,
    "StringList": str,
}
"""Kind → the type of its value, or of each item of a list (API reference, ParameterValue)."""

KINDS = frozenset(_TYPES)

_TAG_KEYS = 6
"""How many tag keys a control may ask of a resource (user guide, the pages of the controls of each service)."""


@frozen
class Parameter:
    """A parameter that a profile may set.

    Attributes:
        kind: One of `KINDS`.
        least: Minimum of a number, or of a text with a number; None if the page names none.
        most: Maximum.
        values: Allowed values, for each item of a list; empty if the page names none.
        items: Maximum number of items in a list; None if the page names none.
    """

    kind: str
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    items: int | None = None

    def allows(self, value: Any) -> bool:  # noqa: ANN401 - text of a profile
        """Whether AWS accepts the value."""
        if not is_of_kind(self.kind, value):
            return False
        found = value if isinstance(value, list) else [value]
        return len(found) <= (self.items or len(found)) and all(map(self._allows_one, found))

    def _allows_one(self, item: Any) -> bool:  # noqa: ANN401
        if self.values:
            return item in self.values
        if self.least is None or self.most is None:
            return True
        if isinstance(item, str) and not item.isdecimal():
            return False
        return self.least <= float(item) <= self.most

    @property
    def words(self) -> str:
        """A description of the values that AWS accepts."""
        if self.values:
            return f"{self.kind}, one of {', '.join(self.values)}"
        span = f", {self.least} to {self.most}" if self.least is not None else ""
        return f"{self.kind}{span}{f', at most {self.items} of them' if self.items else ''}"


def is_of_kind(kind: str, value: Any) -> bool:  # noqa: ANN401
    """Whether the value has the type of this kind; a list must have items."""
    if kind.endswith("List"):
        return isinstance(value, list) and bool(value) and all(_is(kind, item) for item in value)
    return _is(kind, value)


def _is(kind: str, value: Any) -> bool:  # noqa: ANN401
    number = kind == "Double" and type(value) is int
    return type(value) is _TYPES[kind] or number


@cache
def control_parameters() -> Mapping[str, Mapping[str, Parameter]]:
    """Control → parameter → accepted values; controls without parameters have none, other controls are not listed."""
    known = facts("security_hub")
    none: dict[str, Mapping[str, Any]] = {
        control: {} for control in control_ids() - ids_of(known["parameters_possible"])
    }
    tags = {
        control: {name: {"kind": "StringList", "items": _TAG_KEYS}}
        for name, controls in known["tag_parameters"].items()
        for control in ids_of(controls)
    }
    return {
        control: {
            name: Parameter(**{**item, "values": tuple(item.get("values", ()))}) for name, item in parameters.items()
        }
        for control, parameters in {**none, **tags, **known["parameters"]}.items()
    }
