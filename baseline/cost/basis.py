"""The basis of an estimate: sizes of accounts, assumed amounts, prices and currency."""

from collections.abc import Mapping
from dataclasses import field, replace
from decimal import Decimal
from typing import cast

from baseline.frozen import frozen
from baseline.prices.amount import Range, read_range
from baseline.prices.assumptions import ASSUMPTIONS, SIZE_CLASSES, Assumption, SizeClass
from baseline.prices.price_list import Grade, Price, PriceList, packaged_prices
from baseline.profile.cost import Cost
from baseline.profile.model import ORGANIZATION_ACCOUNTS, Profile

DOLLARS = "USD"


@frozen
class Basis:
    """The inputs and assumptions of an estimate.

    Attributes:
        sizes: Account key → size class.
        assumptions: The amounts, by name.
        prices: The price list.
        price_as: Region → Region whose prices replace unknown ones.
        currency: ISO 4217 code.
        per_dollar: The value of one US dollar in that currency.
        rate_of: The date of that rate; empty for US dollars.
    """

    sizes: Mapping[str, SizeClass]
    assumptions: Mapping[str, Assumption]
    prices: PriceList
    price_as: Mapping[str, str] = field(default_factory=dict)
    currency: str = DOLLARS
    per_dollar: Decimal = Decimal(1)
    rate_of: str = ""

    def price(self, name: str, region: str) -> Price | None:
        """The price in a Region, or in the Region whose prices replace unknown ones; None if neither is known."""
        for place in (region, self.price_as.get(region, region)):
            price = self.prices.price(name, place)
            if price and price.grade is not Grade.UNKNOWN:
                return price if place == region else replace(price, grade=Grade.UNVERIFIED)
        return None


def basis_of(profile: Profile, prices: PriceList | None = None) -> Basis:
    """The basis from a profile, completed with the program's own assumptions.

    Args:
        profile: The profile.
        prices: The price list; None for the packaged one.
    """
    cost = profile.cost
    currency = cost.currency
    prices = prices or packaged_prices()
    return Basis(
        sizes=_sizes(profile),
        assumptions={name: _assumed(assumption, cost) for name, assumption in ASSUMPTIONS.items()},
        prices=prices,
        price_as={**cost.price_as, **prices.price_as},
        currency=currency.code if currency else DOLLARS,
        per_dollar=Decimal(str(currency.per_usd)) if currency else Decimal(1),
        rate_of=currency.as_of if currency else "",
    )


def _sizes(profile: Profile) -> Mapping[str, SizeClass]:
    """An account's own size takes precedence over that of a group, and this over the size of all others."""
    cost = profile.cost
    groups = {
        account: cost.sizes[group]
        for group, accounts in profile.account_groups.items()
        if group in cost.sizes
        for account in accounts
    }
    core: Mapping[str, SizeClass] = dict.fromkeys(ORGANIZATION_ACCOUNTS, "small")
    if profile.organization.standalone:
        core = {}
    return {key: cost.sizes.get(key) or groups.get(key) or core.get(key) or cost.size for key in profile.accounts}


def _assumed(assumption: Assumption, cost: Cost) -> Assumption:
    stated = cost.assumptions.get(assumption.name)
    if stated is None:
        return assumption
    by_size = stated if isinstance(stated, dict) else dict.fromkeys(SIZE_CLASSES, stated)
    amounts: dict[SizeClass, Range] = {
        size: read_range(cast("tuple[float, float] | float", value)) for size, value in by_size.items()
    }
    return replace(assumption, amounts={**assumption.amounts, **amounts}, stated=True)
