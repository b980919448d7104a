"""Measured usage as assumptions: the average of the accounts of a size class, in the lowest and the highest month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from baseline.prices.amount import Range
from baseline.prices.assumptions import SIZE_CLASSES, SizeClass
from baseline.prices.usage_exports import Usage

Measured = Mapping[str, Mapping[SizeClass, Range]]
"""Assumption → size class → the average account's amount in the lowest and in the highest month."""


def measured_assumptions(usage: Iterable[Usage], sizes: Mapping[str, SizeClass]) -> Measured:
    """The assumptions that the usage replaces; usage of other accounts is left out.

    Args:
        usage: Usage by month and account.
        sizes: Account id → size class. An account without usage counts as zero.
    """
    counts = Counter(sizes.values())
    sums: dict[str, dict[SizeClass, dict[str, Decimal]]] = {}
    months: dict[str, None] = {}
    for item in usage:
        months[item.month] = None
        if item.account in sizes:
            by_size = sums.setdefault(item.assumption, {size: {} for size in SIZE_CLASSES if counts[size]})
            by_month = by_size[sizes[item.account]]
            by_month[item.month] = by_month.get(item.month, Decimal(0)) + item.amount
    return {
        name: {size: _range(found, [*months], counts[size]) for size, found in by_size.items()}
        for name, by_size in sorted(sums.items())
    }


def _range(found: Mapping[str, Decimal], months: list[str], accounts: int) -> Range:
    each = [found.get(month, Decimal(0)) / accounts for month in months]
    return Range(min(each), max(each))


def assumptions_yaml(measured: Measured) -> str:
    """The section `cost` of a profile, as YAML, with the measured assumptions."""
    lines = ["cost:", "  assumptions:"]
    for name, by_size in measured.items():
        amounts = ", ".join(f"{size}: {_amount(found)}" for size, found in by_size.items())
        lines.append(f"    {name}: {{{amounts}}}")
    return "\n".join(lines) + "\n"


def _amount(found: Range) -> str:
    low, high = (f"{round(value, 2):f}".rstrip("0").rstrip(".") for value in (found.low, found.high))
    return low if low == high else f"[{low}, {high}]"
