"""Sums of an estimate, and its difference from another one."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from baseline.cost.estimate import Estimate, Line, charges
from baseline.frozen import frozen
from baseline.prices.amount import NOTHING, Range
from baseline.prices.assumptions import Assumption
from baseline.prices.price_list import GLOBAL, Price


@frozen
class Sum:
    """The known charges of some lines.

    Attributes:
        name: The property that the lines share.
        charge: The sum of the known charges.
        unverified: The part of it that is based on unverified prices.
        unknown: Regions and size classes whose price is unknown, and which are not in the sum.
        known: Whether the price of any line is known; otherwise the sum is meaningless.
    """

    name: str
    charge: Range
    unverified: Range
    unknown: int
    known: bool


def summed(name: str, lines: Iterable[Line]) -> Sum:
    """The sum of all lines."""
    every = tuple(lines)
    return Sum(
        name=name,
        charge=charges(every),
        unverified=charges(every, unverified=True),
        unknown=sum(line.charge is None for line in every),
        known=not every or any(line.charge is not None for line in every),
    )


def sums_by(estimate: Estimate, name: Callable[[Line], str]) -> tuple[Sum, ...]:
    """A sum for each name, in the order of the lines."""
    groups: dict[str, list[Line]] = {}
    for line in estimate.lines:
        groups.setdefault(name(line), []).append(line)
    return tuple(summed(key, lines) for key, lines in groups.items())


def unknown_by_driver(estimate: Estimate) -> Iterator[tuple[Line, tuple[str, ...]]]:
    """For each driver that lacks a price in some Regions: its first line, and these Regions."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in estimate.unknown:
        found.setdefault((line.capability, line.driver.id), []).append(line)
    for lines in found.values():
        yield lines[0], tuple(dict.fromkeys(line.region for line in lines))


def unpriced_regions(estimate: Estimate) -> tuple[str, ...]:
    """Regions whose only known prices are those that are the same everywhere; the home Region comes first."""
    priced = {line.region for line in estimate.lines if line.price and line.price.region != GLOBAL}
    missing = dict.fromkeys(line.region for line in estimate.unknown if line.region not in priced)
    return tuple(sorted(missing, key=lambda region: region != estimate.home_region))


def borrowed_prices(estimate: Estimate) -> Mapping[str, str]:
    """Region → the other Region whose prices replace unknown ones."""
    return {
        line.region: line.price.region
        for line in estimate.lines
        if line.price and line.price.region not in (line.region, GLOBAL)
    }


def assumptions_of(estimate: Estimate) -> tuple[Assumption, ...]:
    """The assumptions that any line is based on."""
    names = dict.fromkeys(line.driver.assumption for line in estimate.lines if line.driver.assumption)
    return tuple(estimate.basis.assumptions[name] for name in names)


def prices_of(estimate: Estimate) -> tuple[Price, ...]:
    """The prices that any line is based on, each once."""
    found = {(line.price.id, line.price.region): line.price for line in estimate.lines if line.price}
    return tuple(found.values())


@frozen
class CostChange:
    """A part of the cost, before and after."""

    name: str
    before: Sum
    after: Sum

    @property
    def difference(self) -> Range:
        """The change of the lowest and of the highest known charge."""
        return self.after.charge.minus(self.before.charge)

    @property
    def known(self) -> bool:
        """Whether any price is known on both sides; otherwise the difference is meaningless."""
        return self.before.known and self.after.known


@frozen
class CostChanges:
    """The difference between two estimates: in total, and for the capabilities that differ."""

    currency: str
    whole: CostChange
    capabilities: tuple[CostChange, ...]


def cost_changes(before: Estimate, after: Estimate) -> CostChanges:
    """The difference between two estimates with the same currency."""
    old, new = ({item.name: item for item in sums_by(side, lambda line: line.capability)} for side in (before, after))
    nothing = Sum(name="", charge=NOTHING, unverified=NOTHING, unknown=0, known=True)
    both = (
        CostChange(name=name, before=old.get(name, nothing), after=new.get(name, nothing))
        for name in dict.fromkeys((*old, *new))
    )
    return CostChanges(
        currency=after.basis.currency,
        whole=CostChange(name="", before=summed("", before.lines), after=summed("", after.lines)),
        capabilities=tuple(
            item
            for item in both
            if (item.before.charge, item.before.unknown) != (item.after.charge, item.after.unknown)
        ),
    )
