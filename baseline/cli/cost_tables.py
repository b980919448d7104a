"""The tables of `baseline cost`, which are readable at 80 columns."""

from collections.abc import Iterable

from baseline.cli.tables import add_row, new_table, print_table
from baseline.cli.terminal import say
from baseline.cost.estimate import Estimate
from baseline.cost.summary import Sum, assumptions_of, sums_by
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

_SUMS = ("a month", "of it unverified", "no price")


def print_summary(organization: str, estimate: Estimate, *, details: bool) -> None:
    """Print the total, what it leaves out, and the sums of capabilities and Regions."""
    say(f"{organization}: {headline(estimate)}")
    say(doubts(estimate), nl=bool(doubts(estimate)))
    say(terms(estimate))
    say(missing_prices(estimate), nl=bool(estimate.unknown))
    _print_sums("capability", sums_by(estimate, lambda line: line.capability))
    _print_sums("Region", sums_by(estimate, lambda line: line.region))
    if not details:
        say(
            f"--details shows billed items, {len(estimate.savings)} ways to save, assumptions, and "
            f"{len(estimate.unpriced)} resource types that are not priced."
        )


def print_details(estimate: Estimate) -> None:
    """Print billed items, sizes of account, savings, assumptions, and resources without a price."""
    _print_drivers(estimate)
    _print_sums("size of account", sums_by(estimate, lambda line: line.size))
    _print_savings(estimate)
    _print_assumptions(estimate)
    _print_unpriced(estimate)


def _print_sums(title: str, sums: Iterable[Sum]) -> None:
    table = new_table((title, *_SUMS), whole=(title, "a month"))
    for item in sums:
        add_row(table, item.name, *_cells(item))
    print_table(table)


def _cells(item: Sum) -> tuple[str, str, str]:
    unverified = money_range(item.unverified) if item.known and item.unverified.high else ""
    return charge_words(item), unverified, str(item.unknown or "")


def _print_drivers(estimate: Estimate) -> None:
    table = new_table(("what is billed", *_SUMS), whole=("a month",))
    for item in sums_by(estimate, lambda line: f"{line.capability}: {line.driver.title}"):
        add_row(table, item.name, *_cells(item))
    print_table(table)


def _print_savings(estimate: Estimate) -> None:
    table = new_table(("saves a month", "how", "what is given up"), whole=("saves a month",))
    for item in estimate.savings:
        add_row(table, saved_words(item), f"{item.capability}: {item.lever.title}", item.lever.price)
    print_table(table)


def _print_assumptions(estimate: Estimate) -> None:
    used = {line.size for line in estimate.lines}
    sizes = [size for size in SIZE_CLASSES if size in used]
    table = new_table(("assumed for a month", "amount", "by"), whole=("amount",))
    for item in assumptions_of(estimate):
        amounts = "\n".join(f"{size}: {quantity_range(item.amounts[size])}" for size in sizes)
        words = f"{item.name}: {item.title}, for each {item.per}"
        add_row(table, words, amounts, "profile" if item.stated else "program")
    print_table(table)


def _print_unpriced(estimate: Estimate) -> None:
    if estimate.unpriced:
        table = new_table(("not priced", "why"))
        for item in estimate.unpriced:
            add_row(table, f"{item.type}, {item.number} in {item.capability}", item.why)
        print_table(table)
