"""Dated list prices: the packaged file, and files in the same format that replace some of its rows."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from baseline.aws.regions import REGIONS
from baseline.errors import PriceListError
from baseline.files import UnreadableError, read_file
from baseline.frozen import frozen
from baseline.text.nearest import did_you_mean

COLUMNS = ("id", "unit", "size", "beyond", "region", "usd", "source", "seen", "grade", "free_tier")
GLOBAL = "global"
"""The Region of prices that are the same everywhere."""

_LARGEST = 4 * 1024 * 1024
_MOST_MISTAKES = 20
_MOST = 10**15
"""The largest number that a row may contain, far above every price and size."""
_PACKAGED = Path(__file__).with_name("prices.csv")


class Grade(Enum):
    """The reliability of a price."""

    SOURCED = "sourced"
    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"


class Step(NamedTuple):
    """A price for usage above an amount, as in tiered pricing."""

    beyond: Decimal
    usd: Decimal


@frozen
class Price:
    """The list price of one item in one Region.

    Attributes:
        id: `<service>/<thing>`.
        unit: The priced unit.
        region: The Region, or `global`.
        steps: Price of one unit above each amount per month, account and Region; empty if it is unknown.
        grade: Its reliability.
        source: Its source.
        seen: The day on which it was read.
    """

    id: str
    unit: str
    region: str
    steps: tuple[Step, ...]
    grade: Grade
    source: str
    seen: str

    def charge(self, amount: Decimal) -> Decimal:
        """US dollars for an amount of one account in one Region. Free tiers are not deducted."""
        ends = [*(step.beyond for step in self.steps[1:]), amount]
        charged = zip(self.steps, ends, strict=True)
        return sum(
            (max(min(amount, end) - step.beyond, Decimal(0)) * step.usd for step, end in charged), start=Decimal(0)
        )


@frozen
class PriceList:
    """Prices by id and Region, and Region → Region whose prices replace unknown ones."""

    prices: Mapping[tuple[str, str], Price]
    price_as: Mapping[str, str] = field(default_factory=dict)

    def price(self, name: str, region: str) -> Price | None:
        """The price in a Region, or the global price; None if the list has neither."""
        return self.prices.get((name, region)) or self.prices.get((name, GLOBAL))

    @property
    def regions(self) -> frozenset[str]:
        """Every Region with known prices."""
        known = (price for price in self.prices.values() if price.grade is not Grade.UNKNOWN)
        return frozenset(price.region for price in known if price.region != GLOBAL)

    @property
    def names(self) -> frozenset[str]:
        """Every id."""
        return frozenset(name for name, _ in self.prices)


@cache
def packaged_prices() -> PriceList:
    """The prices that come with the program."""
    return PriceList(prices=_grouped(_rows(_PACKAGED.read_text(encoding="utf-8"), str(_PACKAGED))))


def read_prices(path: Path) -> PriceList:
    """The packaged prices, in which the rows of a file replace those with the same id and Region.

    Raises:
        PriceListError: with every mistake in the file.
    """
    try:
        text = read_file(path, limit=_LARGEST).decode("utf-8-sig")
    except (UnreadableError, UnicodeDecodeError) as error:
        raise PriceListError(f"{path} cannot be read: {error}", hint="pass a CSV file in UTF-8") from error
    packaged = packaged_prices()
    return PriceList(prices={**packaged.prices, **_grouped(_rows(text, str(path), packaged.names))})


class _Row(NamedTuple):
    price: Price
    step: Step | None


def _rows(text: str, name: str, known: frozenset[str] = frozenset()) -> list[_Row]:
    """The rows; with `known`, an id that is not one of these is a mistake: no estimate would use its price."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    mistakes: list[str] = []
    rows: list[_Row] = []
    seen: dict[tuple[str, str, str], int] = {}
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise PriceListError(
                f"{name}:1: the columns are not those of a price list", hint=f"write {', '.join(COLUMNS)}"
            )
        for row in reader:
            line = reader.line_num
            wrong = list(_mistakes(row))
            key = (str(row["id"]), str(row["region"]), str(row["beyond"]))
            if not wrong and known and key[0] not in known:
                wrong.append(f"unknown id {key[0]!r}{did_you_mean(key[0], known)}")
            if not wrong and seen.setdefault(key, line) != line:
                wrong.append(f"the same price as in line {seen[key]}")
            mistakes += [f"{name}:{line}: {item}" for item in wrong]
            if not wrong:
                rows.append(_row(row))
    except csv.Error as error:
        mistakes.append(f"{name}:{reader.line_num}: not CSV: {error}")
    if mistakes:
        more = [f"and {len(mistakes) - _MOST_MISTAKES} more"] if len(mistakes) > _MOST_MISTAKES else []
        listing = "; ".join((*mistakes[:_MOST_MISTAKES], *more))
        raise PriceListError(
            f"the price list has errors: {listing}",
            hint="correct these rows; `baseline docs cost` explains the columns",
        )
    return rows


def _mistakes(row: Mapping[str, str | None]) -> Iterator[str]:
    if None in row or None in row.values():
        yield f"a row has {len(COLUMNS)} cells"
        return
    if row["region"] not in REGIONS and row["region"] != GLOBAL:
        yield f"unknown Region {row['region']!r}{did_you_mean(str(row['region']), REGIONS)}"
    grades = [grade.value for grade in Grade]
    if row["grade"] not in grades:
        yield f"grade is {row['grade']!r}, not one of {', '.join(grades)}"
    known = row["grade"] != Grade.UNKNOWN.value
    if known is not bool(row["usd"]):
        yield "a price has `usd` unless its grade is unknown"
    for column, least in (("size", 1), ("beyond", 0), *([("usd", 0)] if row["usd"] else [])):
        value = _number(str(row[column]))
        if value is None or not least <= value <= _MOST:
            yield f"{column} is {row[column]!r}, not a number of at least {least} and at most {_MOST:,}"


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _row(row: Mapping[str, str]) -> _Row:
    step = Step(Decimal(row["beyond"]), Decimal(row["usd"]) / Decimal(row["size"])) if row["usd"] else None
    price = Price(
        id=row["id"],
        unit=row["unit"],
        region=row["region"],
        steps=(),
        grade=Grade(row["grade"]),
        source=row["source"],
        seen=row["seen"],
    )
    return _Row(price, step)


def _grouped(rows: list[_Row]) -> dict[tuple[str, str], Price]:
    """One price for all rows with the same id and Region; its reliability is that of the least reliable row."""
    together: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        together.setdefault((row.price.id, row.price.region), []).append(row)
    return {key: _joined(items) for key, items in together.items()}


def _joined(rows: list[_Row]) -> Price:
    order = list(Grade)
    weakest = max(rows, key=lambda row: order.index(row.price.grade)).price
    steps = sorted(row.step for row in rows if row.step)
    return Price(**{**vars(weakest), "steps": () if weakest.grade is Grade.UNKNOWN else tuple(steps)})
