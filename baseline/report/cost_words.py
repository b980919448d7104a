"""Words for the parts of a cost estimate, the same in every format."""

from decimal import ROUND_HALF_UP, Decimal

from baseline.cost.estimate import Estimate
from baseline.cost.summary import CostChanges, Sum, borrowed_prices, prices_of, summed, unpriced_regions
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


def charge_words(item: Sum, currency: str = "") -> str:
    """The sum of known charges, "and more" if others are unknown: an unknown charge is never shown as zero."""
    if not item.known:
        return "unknown"
    return f"{money_range(item.charge)}{currency and f' {currency}'}{' and more' if item.unknown else ''}"


def quantity(value: Decimal) -> str:
    """A billed amount, with at most two digits after the point."""
    text = f"{value.quantize(_CENT, rounding=ROUND_HALF_UP):,}"
    return text.rstrip("0").rstrip(".")


def quantity_range(value: Range) -> str:
    """`1,000 to 5,000`, or one amount if both are the same."""
    low, high = quantity(value.low), quantity(value.high)
    return low if low == high else f"{low} to {high}"


def headline(organization: str, estimate: Estimate) -> str:
    """The total cost in one sentence. It is no total, but a lowest amount, if a governed Region has no prices."""
    whole, regions, currency = summed("", estimate.lines), unpriced_regions(estimate), estimate.basis.currency
    if not regions:
        return f"{organization}: {_monthly(whole, currency)}{_doubts(whole)}"
    missing = _not_priced(regions, estimate.home_region)
    if not whole.known:
        return f"{organization}: unknown {currency} a month; {missing}"
    lowest = f"at least {money(whole.charge.low)} {currency} a month"
    return f"{organization}: {lowest}; {missing}; the priced part is {money_range(whole.charge)}{_doubts(whole)}"


def _monthly(whole: Sum, currency: str) -> str:
    if not whole.known:
        return f"unknown {currency} a month"
    return f"{money_range(whole.charge)} {currency} a month{' and more' if whole.unknown else ''}"


def _not_priced(regions: tuple[str, ...], home_region: str) -> str:
    """The Regions without prices, the home Region first; only the number of more than two."""
    first, others = regions[0], regions[1:]
    is_home = home_region in regions
    if not others:
        return f"the {'home Region' if is_home else 'Region'} {first} is not priced"
    more = others[0] if len(others) == 1 else f"{len(others)} other Regions"
    return f"the {'home Region' if is_home else 'Regions'} {first} and {more} are not priced"


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
    borrowed = ", ".join(f"{other} in {region}" for region, other in borrowed_prices(estimate).items())
    assumed = f" Assumed: prices of {borrowed}." if borrowed else ""
    rate = f" One US dollar is {estimate.basis.per_dollar} {estimate.basis.currency} ({estimate.basis.rate_of})."
    return (
        f"List prices{span}, for the accounts in the profile. Free tiers, trials, discounts, support and taxes are not "
        f"included; what a workload uses is assumed.{assumed}{rate if estimate.basis.rate_of else ''}"
    )


def missing_prices(estimate: Estimate) -> str:
    """Instructions for missing prices; empty if every price is known. Only a Region without any needs another's."""
    unpriced = unpriced_regions(estimate)
    others = dict.fromkeys(line.region for line in estimate.unknown if line.region not in unpriced)
    sentences = []
    if unpriced:
        known = ", ".join(sorted(estimate.basis.prices.regions))
        sentences.append(
            f"Prices are missing in {', '.join(unpriced)}: give them with --prices, or name a Region with similar "
            f"prices in `cost.price_as` or with --price-as (prices are known for {known})."
        )
    if others:
        sentences.append(f"Some prices are missing in {', '.join(others)}: give them with --prices.")
    return " ".join(sentences)


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
