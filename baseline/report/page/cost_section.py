"""A cost estimate as a section of a page, for people who decide."""

from typing import Any

from baseline.capabilities.registry import CAPABILITIES
from baseline.cost.estimate import Estimate, Line
from baseline.cost.summary import Sum, assumptions_of, prices_of, sums_by, unknown_by_driver
from baseline.languages.catalog import Say
from baseline.prices.assumptions import SIZE_CLASSES
from baseline.report.cost_words import (
    charge_words,
    doubts,
    headline,
    missing_prices,
    money_range,
    quantity_range,
    saved_words,
    terms,
)
from baseline.report.page.page import Section


def cost_section(estimate: Estimate, say: Say = str, *, brief: bool = False) -> Section:
    """The total first, then capabilities, sizes and Regions, possible savings, and items without a price.

    Without `brief`, also all billed items, all assumptions, and each price with its source.
    """
    context = {**_sums(estimate, say), **({"brief": True} if brief else {"brief": False, **_details(estimate, say)})}
    return Section(name="cost", title="Cost", context=context)


def _sums(estimate: Estimate, say: Say) -> dict[str, Any]:
    return {
        "headline": headline(estimate, say),
        "notes": [words(estimate, say) for words in (doubts, terms, missing_prices) if words(estimate, say)],
        "by_capability": _rows(sums_by(estimate, lambda line: _title(line.capability)), say),
        "by_size": _rows(sums_by(estimate, lambda line: line.size), say),
        "by_region": _rows(sums_by(estimate, lambda line: line.region), say),
        "savings": [(saved_words(item, say), item.lever.title, item.lever.price) for item in estimate.savings],
        "unknown": [
            (_title(line.capability), line.driver.title, ", ".join(r)) for line, r in unknown_by_driver(estimate)
        ],
        "unpriced": [(item.type, _title(item.capability), item.why) for item in estimate.unpriced],
    }


def _details(estimate: Estimate, say: Say) -> dict[str, Any]:
    used = {line.size for line in estimate.lines}
    sizes = [size for size in SIZE_CLASSES if size in used]
    titles = {_name(line): (_title(line.capability), line.driver.title) for line in estimate.lines}
    return {
        "sizes": sizes,
        "drivers": [(*titles[item.name], *_row(item, say)[1:]) for item in sums_by(estimate, _name)],
        "assumptions": [
            (
                *(item.title, item.unit, item.per),
                [quantity_range(item.amounts[size], say) for size in sizes],
                item.stated,
            )
            for item in assumptions_of(estimate)
        ],
        "prices": [
            (price.id, price.unit, price.region, price.grade.value, price.source, price.seen)
            for price in prices_of(estimate)
        ],
    }


def _rows(sums: tuple[Sum, ...], say: Say) -> list[tuple[str, str, str, str]]:
    return [_row(item, say) for item in sums]


def _row(item: Sum, say: Say) -> tuple[str, str, str, str]:
    unverified = money_range(item.unverified, say) if item.known else ""
    return item.name, charge_words(item, say=say), unverified, str(item.unknown or "")


def _title(capability: str) -> str:
    """The cost of one capability, for the section about capabilities."""
    return CAPABILITIES[capability].title


def _name(line: Line) -> str:
    return f"{line.capability}/{line.driver.id}"
