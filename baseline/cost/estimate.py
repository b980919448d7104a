"""The estimate: a line for each driver, size class and Region, resources without a price, and possible savings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from baseline.capabilities.landscape import Landscape
from baseline.cost.basis import Basis
from baseline.cost.population import Census
from baseline.cost.setting import Values
from baseline.frozen import frozen
from baseline.plan.model import Plan, Stack, Template
from baseline.prices.amount import NOTHING, ONE, Range, total
from baseline.prices.assumptions import SizeClass
from baseline.prices.drivers import CapabilityPrices, Driver, Lever, capability_prices, free_types
from baseline.prices.price_list import Grade, Price
from baseline.validate.subject import read_template

_Resources = Mapping[str, Mapping[str, int]]
"""Stack → resource type → how many its template has."""

_NO_PRICE_KNOWN = "No price of this type is known."


@frozen
class Line:
    """The monthly cost of one driver for the accounts of one size class in one Region.

    Attributes:
        capability: The capability.
        driver: The driver.
        size: Size class of the accounts.
        region: The Region.
        accounts: Number of accounts.
        amount: The billed amount of all these accounts together.
        price: The price; None if it is unknown.
        charge: The cost in the currency of the estimate; None if the price is unknown.
    """

    capability: str
    driver: Driver
    size: SizeClass
    region: str
    accounts: int
    amount: Range
    price: Price | None
    charge: Range | None

    @property
    def grade(self) -> Grade:
        """The reliability of the price."""
        return self.price.grade if self.price else Grade.UNKNOWN


@frozen
class Unpriced:
    """Resources that the estimate does not include. `number` counts templates' resources, not those in accounts."""

    capability: str
    type: str
    number: int
    why: str


@frozen
class Saving:
    """A lever and its monthly saving. `incomplete` says whether costs with unknown prices would be saved as well."""

    capability: str
    lever: Lever
    saved: Range
    incomplete: bool


@frozen
class Estimate:
    """The monthly cost of a plan. Lines are in the order of the capabilities and drivers."""

    basis: Basis
    home_region: str
    lines: tuple[Line, ...]
    unpriced: tuple[Unpriced, ...]
    savings: tuple[Saving, ...]

    @property
    def unknown(self) -> tuple[Line, ...]:
        """The lines without a price, which no sum includes."""
        return tuple(line for line in self.lines if line.charge is None)


def charges(lines: Iterable[Line], *, unverified: bool = False) -> Range:
    """The sum of the known charges, or only of those based on unverified prices."""
    return total(line.charge for line in lines if line.charge and (not unverified or line.grade is Grade.UNVERIFIED))


def estimate(plan: Plan, landscape: Landscape, templates: Iterable[Template], basis: Basis) -> Estimate:
    """The monthly cost of the plan at list prices, after all free trials.

    Args:
        plan: A plan that was built from the landscape.
        landscape: The organization and its settings.
        templates: The plan's templates.
        basis: Sizes, assumptions and prices.
    """
    resources = {
        template.stack.name: Counter(resource.type for resource in read_template(template).resources)
        for template in templates
    }
    census = Census(plan=plan, landscape=landscape, sizes=basis.sizes)
    lines: list[Line] = []
    savings: list[Saving] = []
    for name, prices in capability_prices().items():
        stacks = tuple(stack for stack in plan.stacks if stack.capability == name)
        if stacks:
            part = _Part(name=name, prices=prices, stacks=stacks, resources=resources, basis=basis, census=census)
            before = list(part.lines())
            lines += before
            savings += part.savings(before)
    return Estimate(
        basis=basis,
        home_region=landscape.home_region,
        lines=tuple(lines),
        unpriced=tuple(_unpriced(plan, resources)),
        savings=tuple(sorted(savings, key=lambda item: (-item.saved.high, item.lever.title))),
    )


@frozen
class _Part:
    """One capability of an estimate."""

    name: str
    prices: CapabilityPrices
    stacks: tuple[Stack, ...]
    resources: _Resources
    basis: Basis
    census: Census

    def lines(self, changed: Mapping[str, Any] | None = None, without: tuple[str, ...] = ()) -> Iterator[Line]:
        """The lines that would result from changed settings, without some drivers."""
        for driver in self.prices.drivers:
            if driver.id not in without:
                yield from self._of_driver(driver, changed or {})

    def savings(self, before: list[Line]) -> Iterator[Saving]:
        """The saving of each lever; levers that save nothing are left out."""
        for lever in self.prices.levers:
            after = list(self.lines(lever.set, lever.without))
            saved = charges(before).minus(charges(after))
            gone = sum(line.charge is None for line in before) - sum(line.charge is None for line in after)
            if saved.high > 0 or gone > 0:
                yield Saving(capability=self.name, lever=lever, saved=saved, incomplete=gone > 0)

    def _of_driver(self, driver: Driver, changed: Mapping[str, Any]) -> Iterator[Line]:
        found: dict[tuple[SizeClass, str], _Sum] = {}
        for stacks, amounts in self._shares(driver, changed):
            for (size, regions), accounts in self.census.population(stacks, driver.reach).items():
                amount = self._monthly(driver, amounts, size, len(regions))
                for region in regions:
                    price = self.basis.price(driver.price, region)
                    found.setdefault((size, region), _Sum(price=price)).add(amount, accounts, self.basis.per_dollar)
        for (size, region), item in found.items():
            if not item.amount.high:
                continue  # nothing is used, whatever it would cost
            yield Line(
                capability=self.name,
                driver=driver,
                size=size,
                region=region,
                accounts=item.accounts,
                amount=item.amount,
                price=item.price,
                charge=item.charge if item.price else None,
            )

    def _shares(self, driver: Driver, changed: Mapping[str, Any]) -> Iterator[tuple[tuple[Stack, ...], Decimal]]:
        """Groups of stacks with the factor of their amount: by stack if resources are billed, else by factor."""
        applying = []
        for stack in self.stacks:
            values = Values(stack=stack, settings=self.census.landscape.capabilities[self.name], changed=changed)
            if self._causes(stack, driver) and values.apply_to(driver):
                applying.append((stack, values.factor(driver)))
        assumption = self.basis.assumptions.get(driver.assumption)
        if assumption and assumption.per != "resource":
            by_factor: dict[Decimal, list[Stack]] = {}
            for stack, factor in applying:
                by_factor.setdefault(factor, []).append(stack)
            yield from ((tuple(stacks), factor) for factor, stacks in by_factor.items())
        else:
            for stack, factor in applying:
                count = self.resources[stack.name].get(driver.resource, 0)
                yield (stack,), factor * (count if driver.counts == "resources" else 1)

    def _causes(self, stack: Stack, driver: Driver) -> bool:
        fits = not driver.template or stack.template.rpartition("/")[2] == driver.template
        return fits and (not driver.resource or driver.resource in self.resources[stack.name])

    def _monthly(self, driver: Driver, factor: Decimal, size: SizeClass, regions: int) -> Range:
        """The amount of one account in one Region."""
        assumption = self.basis.assumptions.get(driver.assumption)
        if assumption is None:
            return ONE.times(factor)
        amount = assumption.amounts[size].times(factor)
        return Range(amount.low / regions, amount.high / regions) if assumption.per == "account" else amount


@dataclass(kw_only=True)
class _Sum:
    price: Price | None
    accounts: int = 0
    amount: Range = field(default=NOTHING)
    charge: Range = field(default=NOTHING)

    def add(self, amount: Range, accounts: int, rate: Decimal) -> None:
        """Add accounts that have the same amount each: graduated prices apply per account and Region."""
        self.accounts = max(self.accounts, accounts)
        self.amount = total((self.amount, amount.times(accounts)))
        if self.price:
            charge = Range(self.price.charge(amount.low), self.price.charge(amount.high))
            self.charge = total((self.charge, charge.times(accounts).times(rate)))


def _unpriced(plan: Plan, resources: _Resources) -> Iterator[Unpriced]:
    numbers: dict[tuple[str, str], int] = {}
    for stack in plan.stacks:
        for type_, number in resources[stack.name].items():
            if not is_priced(stack.capability, type_) and type_ not in free_types():
                key = (stack.capability, type_)
                numbers[key] = numbers.get(key, 0) + number
    for (capability, type_), number in numbers.items():
        prices = capability_prices().get(capability, CapabilityPrices())
        why = prices.unpriced.get(type_, _NO_PRICE_KNOWN)
        yield Unpriced(capability=capability, type=type_, number=number, why=why)


def is_priced(capability: str, resource_type: str) -> bool:
    """Whether a driver of the capability counts resources of the type."""
    prices = capability_prices().get(capability, CapabilityPrices())
    return resource_type in {driver.resource for driver in prices.drivers}
