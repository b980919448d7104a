"""Words for the parts of a cost estimate, the same in every format."""

from decimal import ROUND_HALF_UP, Decimal

from baseline.cost.estimate import Estimate
from baseline.cost.summary import CostChanges, Sum, prices_of, summed
from baseline.prices.amount import Range

_CENT = Decimal("0.01")


def money(value: Decimal) -> str:
    """An amount of money, with cents below 100."""
    rounded = value.quantize(_CENT if abs(value) < 100 else Decimal(1), rounding=ROUND_HALF_UP)
    return f"{rounded:,}"


def money_range(value: Range) -> str:
    """`12.00 to 340`, or one amount if both are the same."""
    low, high = money(value.low), money(value.high)
    return low if low == high else f"{low} to {high}"


def charge_words(item: Sum) -> str:
    """The sum of known charges, or a note that all are unknown: an unknown charge is never shown as zero."""
    return money_range(item.charge) if item.known else "unknown"


def quantity(value: Decimal) -> str:
    """A billed amount, with at most two digits after the point."""
    text = f"{value.quantize(_CENT, rounding=ROUND_HALF_UP):,}"
    return text.rstrip("0").rstrip(".")


def quantity_range(value: Range) -> str:
    """`1,000 to 5,000`, or one amount if both are the same."""
    low, high = quantity(value.low), quantity(value.high)
    return low if low == high else f"{low} to {high}"


def headline(organization: str, estimate: Estimate) -> str:
    """The total cost in one sentence."""
    whole = summed("", estimate.lines)
    return f"{organization}: {charge_words(whole)} {estimate.basis.currency} a month{_doubts(whole)}"


def _doubts(item: Sum) -> str:
    parts = []
    if item.unverified.high:
        parts.append(f"{money_range(item.unverified)} of it by unverified prices")
    if item.unknown:
        parts.append(f"{item.unknown} amounts without a known price are not included")
    return f"; {'; '.join(parts)}" if parts else ""


def terms(estimate: Estimate) -> str:
    """The basis of the prices, and the costs that they do not include."""
    days = sorted({price.seen for price in prices_of(estimate) if price.seen[:1].isdigit()})
    span = f" of {days[0]} to {days[-1]}" if days else ""
    rate = f" One US dollar is {estimate.basis.per_dollar} {estimate.basis.currency} ({estimate.basis.rate_of})."
    return (
        f"List prices{span}, for the accounts in the profile. Free tiers, trials, discounts, support and taxes are not "
        f"included; what a workload uses is assumed.{rate if estimate.basis.rate_of else ''}"
    )


def missing_prices(estimate: Estimate) -> str:
    """Instructions for Regions without known prices; empty if every price is known."""
    regions = dict.fromkeys(line.region for line in estimate.unknown)
    if not regions:
        return ""
    return (
        f"Prices are missing in {', '.join(regions)}: give them with --prices, or name a Region with similar prices in "
        "`cost.price_as`."
    )


def describe_changes(changes: CostChanges) -> list[str]:
    """The difference in cost: a line for the total, and one for each capability that differs."""
    whole = changes.whole
    both = f"{charge_words(whole.before)} → {charge_words(whole.after)}"
    lines = [f"{both} {changes.currency} a month{_doubts(whole.after)}"]
    for item in changes.capabilities:
        unknown = item.after.unknown - item.before.unknown
        more = f", and {abs(unknown)} {'more' if unknown > 0 else 'fewer'} without a known price" if unknown else ""
        lines.append(f"{item.name}: {_signed(item.difference) if item.known else 'unknown'}{more}")
    return lines


def _signed(value: Range) -> str:
    low, high = (f"{'+' if number > 0 else ''}{money(number)}" for number in value)
    return low if low == high else f"{low} to {high}"
