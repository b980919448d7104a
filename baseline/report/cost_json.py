"""A cost estimate for programs."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from baseline.cost.estimate import Estimate, Line, Saving
from baseline.cost.summary import (
    CostChange,
    CostChanges,
    Sum,
    assumptions_of,
    borrowed_prices,
    prices_of,
    summed,
    unpriced_regions,
)
from baseline.prices.amount import Range
from baseline.prices.price_list import Price
from baseline.report.json_text import format_json_text

_PLACES = Decimal("0.0001")
_DEPTH = 2


def format_cost_json(organization: str, estimate: Estimate, changes: CostChanges | None = None) -> str:
    """The estimate as JSON. Amounts are text with four digits after the point, and null where a price is unknown."""
    basis = estimate.basis
    document = {
        "organization": organization,
        "currency": {"code": basis.currency, "per_usd": str(basis.per_dollar), "as_of": basis.rate_of or None},
        "total": _sum(summed("", estimate.lines)),
        "unpriced_regions": list(unpriced_regions(estimate)),
        "price_as": dict(borrowed_prices(estimate)),
        "lines": [_line(line) for line in estimate.lines],
        "savings": [_saving(item) for item in estimate.savings],
        "unpriced": [asdict(item) for item in estimate.unpriced],
        "assumptions": [
            {
                "name": item.name,
                "title": item.title,
                "unit": item.unit,
                "per": item.per,
                "stated": item.stated,
                **{size: _range(amount) for size, amount in item.amounts.items()},
            }
            for item in assumptions_of(estimate)
        ],
        "prices": [_price(price) for price in prices_of(estimate)],
        **({"changes": changes_document(changes)} if changes else {}),
    }
    return format_json_text(document, _DEPTH)


def changes_document(changes: CostChanges) -> dict[str, Any]:
    """The difference between two estimates as plain data."""
    return {
        "currency": changes.currency,
        **_change(changes.whole),
        "capabilities": [{"name": item.name, **_change(item)} for item in changes.capabilities],
    }


def _change(item: CostChange) -> dict[str, Any]:
    difference = _range(item.difference) if item.known else None
    return {"before": _sum(item.before), "after": _sum(item.after), "difference": difference}


def _sum(item: Sum) -> dict[str, Any]:
    return {
        "charge": _range(item.charge) if item.known else None,
        "unverified": _range(item.unverified) if item.known else None,
        "without_price": item.unknown,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "capability": line.capability,
        "driver": line.driver.id,
        "title": line.driver.title,
        "price": line.driver.price,
        "size": line.size,
        "region": line.region,
        "accounts": line.accounts,
        "amount": _range(line.amount),
        "charge": _range(line.charge) if line.charge else None,
        "grade": line.grade.value,
    }


def _saving(item: Saving) -> dict[str, Any]:
    return {
        "capability": item.capability,
        "title": item.lever.title,
        "given_up": item.lever.price,
        "saved": _range(item.saved),
        "incomplete": item.incomplete,
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "id": price.id,
        "unit": price.unit,
        "region": price.region,
        "usd": [{"beyond": str(step.beyond), "each": f"{step.usd:f}"} for step in price.steps],
        "grade": price.grade.value,
        "source": price.source,
        "seen": price.seen,
    }


def _range(value: Range) -> list[str]:
    return [str(number.quantize(_PLACES)) for number in value]
