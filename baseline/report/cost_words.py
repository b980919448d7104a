"""Words for the parts of a cost estimate, the same in every format; `say` translates them."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from baseline.cost.estimate import Estimate, Saving
from baseline.cost.summary import CostChanges, Sum, borrowed_prices, prices_of, summed, unpriced_regions
from baseline.languages.catalog import Say
from baseline.prices.amount import Range

_CENT = Decimal("0.01")


def money(value: Decimal, say: Say = str) -> str:
    """An amount of money, with cents below 100."""
    rounded = value.quantize(_CENT if abs(value) < 100 else Decimal(1), rounding=ROUND_HALF_UP)
    return _separated(f"{rounded:,}", say)


def money_range(value: Range, say: Say = str) -> str:
    """`12.00 to 340`, or one amount if both are the same."""
    return _range(money(value.low, say), money(value.high, say), say)


def charge_words(item: Sum, currency: str = "", say: Say = str) -> str:
    """The sum of known charges, "and more" if others are unknown: an unknown charge is never shown as zero."""
    if not item.known:
        return say("unknown")
    amount = f"{money_range(item.charge, say)}{currency and f' {currency}'}"
    return incomplete(amount, say) if item.unknown else amount


def incomplete(amount: str, say: Say = str) -> str:
    """An amount that does not include unknown costs."""
    return say("{amount} and more").format(amount=amount)


def saved_words(saving: Saving, say: Say = str) -> str:
    """The saving of a lever; unknown if it would save only costs without a known price."""
    if saving.incomplete and not saving.saved.high:
        return say("unknown")
    amount = money_range(saving.saved, say)
    return incomplete(amount, say) if saving.incomplete else amount


def quantity(value: Decimal, say: Say = str) -> str:
    """A billed amount, with at most two digits after the point."""
    text = f"{value.quantize(_CENT, rounding=ROUND_HALF_UP):,}"
    return _separated(text.rstrip("0").rstrip("."), say)


def quantity_range(value: Range, say: Say = str) -> str:
    """`1,000 to 5,000`, or one amount if both are the same."""
    return _range(quantity(value.low, say), quantity(value.high, say), say)


def _range(low: str, high: str, say: Say) -> str:
    return low if low == high else say("{low} to {high}").format(low=low, high=high)


def _separated(number: str, say: Say) -> str:
    """The number with the language's separators, which come from the translation of a sample number."""
    sample = say("1,234.5")
    return number.translate({ord(","): sample[1], ord("."): sample[5]})


def headline(estimate: Estimate, say: Say = str) -> str:
    """The total cost in a few words; the minimum cost instead if a governed Region has no prices."""
    whole, currency = summed("", estimate.lines), estimate.basis.currency
    if not whole.known:
        return say("unknown {currency} a month").format(currency=currency)
    if unpriced_regions(estimate):
        lowest = money(whole.charge.low, say)
        return say("at least {amount} {currency} a month").format(amount=lowest, currency=currency)
    monthly = say("{amount} {currency} a month").format(amount=money_range(whole.charge, say), currency=currency)
    return incomplete(monthly, say) if whole.unknown else monthly


def doubts(estimate: Estimate, say: Say = str) -> str:
    """Sentences on what the headline does not include, and on how much of it is unverified."""
    whole, regions = summed("", estimate.lines), unpriced_regions(estimate)
    sentences = [_not_priced(regions, estimate.home_region, say)] if regions else []
    if regions and whole.known:
        known = money_range(whole.charge, say)
        sentences.append(say("Everything with a known price costs {amount}").format(amount=known))
    if whole.known or not regions:
        sentences += _doubts(whole, say)
    return "".join(f"{sentence[:1].upper()}{sentence[1:]}. " for sentence in sentences).rstrip()


def _not_priced(regions: tuple[str, ...], home_region: str, say: Say) -> str:
    """A sentence that names the Regions without prices, the home Region first; with more than two, their number."""
    first, others = regions[0], regions[1:]
    is_home = home_region in regions
    if not others:
        alone = say("The home Region {region} has no prices") if is_home else say("The Region {region} has no prices")
        return alone.format(region=first)
    more = others[0] if len(others) == 1 else say("{count} other Regions").format(count=len(others))
    several = (
        say("The home Region {region} and {others} have no prices")
        if is_home
        else say("The Regions {region} and {others} have no prices")
    )
    return several.format(region=first, others=more)


def _doubts(item: Sum, say: Say) -> Iterator[str]:
    if item.unverified.high:
        amount = money_range(item.unverified, say)
        some = say("{amount} of it comes from unverified prices").format(amount=amount)
        yield say("all of it comes from unverified prices") if amount == money_range(item.charge, say) else some
    if item.unknown:
        some = (
            say("{count} amount without a known price is not included")
            if item.unknown == 1
            else say("{count} amounts without a known price are not included")
        )
        yield some.format(count=item.unknown)


def terms(estimate: Estimate, say: Say = str) -> str:
    """The basis of the prices, and the costs that they do not include."""
    days = sorted({price.seen for price in prices_of(estimate) if price.seen[:1].isdigit()})
    borrowed = [
        say("{region} in {other}").format(region=other, other=region)
        for region, other in borrowed_prices(estimate).items()
    ]
    basis = estimate.basis
    parts = [
        say("List prices of {first} to {last}, for the accounts in the profile.").format(first=days[0], last=days[-1])
        if days
        else say("List prices, for the accounts in the profile."),
        say("Free tiers, trials, discounts, support and taxes are not included; workload usage is assumed."),
        say("Assumed: prices of {regions}.").format(regions=", ".join(borrowed)) if borrowed else "",
        say("One US dollar is {rate} {currency} ({source}).").format(
            rate=basis.per_dollar, currency=basis.currency, source=basis.rate_of
        )
        if basis.rate_of
        else "",
    ]
    return " ".join(filter(None, parts))


def missing_prices(estimate: Estimate, say: Say = str) -> str:
    """Instructions for missing prices, if any. Only a Region without any price needs the prices of another Region."""
    unpriced = unpriced_regions(estimate)
    others = dict.fromkeys(line.region for line in estimate.unknown if line.region not in unpriced)
    sentences = []
    if unpriced:
        known = ", ".join(sorted(estimate.basis.prices.regions))
        sentences.append(
            say(
                "Prices are missing in {regions}: set them with `--prices`, or set a Region with similar prices in "
                "`cost.price_as` or with `--price-as` (prices are known for {known})."
            ).format(regions=", ".join(unpriced), known=known)
        )
    if others:
        some = say("Some prices are missing in {regions}: set them with `--prices`.")
        sentences.append(some.format(regions=", ".join(others)))
    return " ".join(sentences)


def describe_changes(changes: CostChanges, say: Say = str) -> list[str]:
    """The difference in cost: a line for the total, and one for each capability that differs."""
    whole = changes.whole
    total = say("{before} → {after} {currency} a month").format(
        before=charge_words(whole.before, say=say), after=charge_words(whole.after, say=say), currency=changes.currency
    )
    lines = ["; ".join((total, *_doubts(whole.after, say)))]
    for item in changes.capabilities:
        unknown = item.after.unknown - item.before.unknown
        more = say("{count} more without a known price") if unknown > 0 else say("{count} fewer without a known price")
        counted = f", {more.format(count=abs(unknown))}" if unknown else ""
        lines.append(f"{item.name}: {_signed(item.difference, say) if item.known else say('unknown')}{counted}")
    return lines


def _signed(value: Range, say: Say) -> str:
    low, high = (f"{'+' if number > 0 else ''}{money(number, say)}" for number in value)
    return _range(low, high, say)
