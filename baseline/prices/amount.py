"""Ranges of amounts and of money."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple


class Range(NamedTuple):
    """The lowest and the highest value."""

    low: Decimal
    high: Decimal

    def times(self, factor: Decimal | int) -> "Range":
        """The range, multiplied by a factor that is not negative."""
        return Range(self.low * factor, self.high * factor)

    def minus(self, other: "Range") -> "Range":
        """The difference of the lowest values, and that of the highest values."""
        return Range(self.low - other.low, self.high - other.high)


ONE = Range(Decimal(1), Decimal(1))
NOTHING = Range(Decimal(0), Decimal(0))


def total(ranges: Iterable[Range]) -> Range:
    """The sum of the lowest values, and that of the highest values."""
    low = high = Decimal(0)
    for item in ranges:
        low += item.low
        high += item.high
    return Range(low, high)


def read_range(value: list[Decimal | int] | tuple[float, float] | Decimal | float) -> Range:
    """A range from data: one number, or the lowest and the highest."""
    low, high = value if isinstance(value, list | tuple) else (value, value)
    return Range(Decimal(str(low)), Decimal(str(high)))
