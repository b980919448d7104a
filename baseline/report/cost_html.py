"""A cost estimate as one self-contained page, for people who decide."""

from pathlib import Path

from baseline.cost.estimate import Estimate, Line
from baseline.cost.summary import Sum, assumptions_of, prices_of, sums_by, unknown_by_driver
from baseline.prices.assumptions import SIZE_CLASSES
from baseline.report.cost_words import charge_words, headline, missing_prices, money_range, quantity_range, terms
from baseline.templating.html import render_html

_PAGE = Path(__file__).with_name("cost_page.html.j2")


def format_cost_html(organization: str, estimate: Estimate) -> str:
    """The sum first, then capabilities, sizes and Regions, what would save how much, and everything that is assumed."""
    used = {line.size for line in estimate.lines}
    sizes = [size for size in SIZE_CLASSES if size in used]
    groups = (
        ("By capability", "capability", sums_by(estimate, lambda line: line.capability)),
        ("By size of account", "size", sums_by(estimate, lambda line: line.size)),
        ("By Region", "Region", sums_by(estimate, lambda line: line.region)),
    )
    return render_html(
        _PAGE,
        {
            "organization": organization,
            "headline": headline(organization, estimate).removeprefix(f"{organization}: "),
            "notes": [text for text in (terms(estimate), missing_prices(estimate)) if text],
            "groups": [(title, name, [_row(item) for item in sums]) for title, name, sums in groups],
            "drivers": [(*titles, *_row(item)[1:]) for item, titles in _drivers(estimate)],
            "savings": [
                (_saved(money_range(item.saved), incomplete=item.incomplete), item.lever.title, item.lever.price)
                for item in estimate.savings
            ],
            "sizes": sizes,
            "assumptions": [
                (
                    *(item.title, item.unit, item.per),
                    [quantity_range(item.amounts[size]) for size in sizes],
                    "the profile" if item.stated else "this program",
                )
                for item in assumptions_of(estimate)
            ],
            "unknown": [(line.capability, line.driver.title, ", ".join(r)) for line, r in unknown_by_driver(estimate)],
            "unpriced": [(item.type, item.capability, item.why) for item in estimate.unpriced],
            "prices": [
                (price.id, price.unit, price.region, price.grade.value, price.source, price.seen)
                for price in prices_of(estimate)
            ],
        },
    )


def _row(item: Sum) -> tuple[str, str, str, str]:
    return item.name, charge_words(item), money_range(item.unverified) if item.known else "", str(item.unknown or "")


def _drivers(estimate: Estimate) -> list[tuple[Sum, tuple[str, str]]]:
    titles = {_name(line): (line.capability, line.driver.title) for line in estimate.lines}
    return [(item, titles[item.name]) for item in sums_by(estimate, _name)]


def _name(line: Line) -> str:
    return f"{line.capability}/{line.driver.id}"


def _saved(amount: str, *, incomplete: bool) -> str:
    return f"{amount} and more" if incomplete else amount
