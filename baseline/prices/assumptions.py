"""The usage that an estimate assumes, by size class of accounts."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal, get_args

import tomli

from baseline.frozen import frozen
from baseline.prices.amount import Range, read_range

SizeClass = Literal["small", "medium", "large"]
SIZE_CLASSES: tuple[SizeClass, ...] = get_args(SizeClass)

Per = Literal["account", "region", "resource"]
"""Unit of the amount: an account in all its Regions together, an account in one Region, or one resource."""


@frozen
class Assumption:
    """An assumed amount for a month.

    Attributes:
        name: Its name in `cost.assumptions`.
        title: The counted item.
        unit: The name of one unit.
        per: The entity that the amount refers to.
        amounts: Size class → lowest and highest amount.
        stated: Whether the profile sets it.
    """

    name: str
    title: str
    unit: str
    per: Per
    amounts: Mapping[SizeClass, Range]
    stated: bool = False


def _read() -> dict[str, Assumption]:
    text = Path(__file__).with_name("assumptions.toml").read_text(encoding="utf-8")
    return {
        name: Assumption(
            name=name,
            title=entry["title"],
            unit=entry["unit"],
            per=entry["per"],
            amounts={size: read_range(entry[size]) for size in SIZE_CLASSES},
        )
        for name, entry in tomli.loads(text, parse_float=Decimal).items()
    }


ASSUMPTIONS: Mapping[str, Assumption] = _read()
"""Built-in assumptions, by name."""
