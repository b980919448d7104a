"""`baseline cost`."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.options import profile_argument, root_option
from baseline.cli.tables import add_row, new_table, print_table
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.cost.estimate import Estimate, Line
    from baseline.cost.summary import Sum


@click.command("cost", short_help="Estimate what a baseline costs in a month.")
@profile_argument
@click.option(
    "--against",
    metavar="PROFILE|git:REVISION",
    help="Show the difference from another profile, or from PROFILE at a Git revision.",
)
@click.option(
    "--prices",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Price list whose rows replace packaged ones of the same id and Region: CSV, see `baseline docs cost`.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "csv", "html"]),
    default="text",
    show_default=True,
    help="Format of the estimate.",
)
@root_option
def cost_command(profile: Path, *, against: str | None, prices: Path | None, format_: str, root: Path | None) -> None:
    """Estimate what PROFILE's baseline costs in a month, as a range, and what could be saved.

    Amounts are list prices for assumed usage: set your own under `cost` in the profile. Items without a known price are
    listed, but not included in any sum.

    \b
    Examples:
      baseline cost profile.yaml
      baseline cost profile.yaml --prices my-prices.csv --format csv > cost.csv
      baseline cost profile.yaml --format html > cost.html
      baseline cost profile.yaml --against git:main

    Exit codes: 0 shown, 2 price list invalid, 3 profile invalid.
    """
    from baseline.cli.revision import checked_out
    from baseline.comparison import estimates_against
    from baseline.pipeline import estimate_of
    from baseline.prices.price_list import read_prices
    from baseline.report.cost_csv import format_cost_csv
    from baseline.report.cost_html import format_cost_html
    from baseline.report.cost_json import format_cost_json

    if against is not None and format_ in ("csv", "html"):
        raise click.UsageError(f"--format {format_} shows one estimate: leave out --against, or choose text or json.")
    price_list = read_prices(prices) if prices else None
    changes = None
    if against is None:
        loaded, estimate = estimate_of(profile, price_list, root)
    else:
        with checked_out(against, profile) as path:
            if path.is_dir():
                raise click.UsageError("--against is a profile here: a generated directory does not list the accounts.")
            loaded, estimate, changes = estimates_against(profile, path, price_list, root)
    if format_ == "json":
        say_data(format_cost_json(loaded.landscape.name, estimate, changes))
    elif format_ == "csv":
        say_data(format_cost_csv(estimate))
    elif format_ == "html":
        say_data(format_cost_html(loaded.landscape.name, estimate))
    elif changes is not None:
        from baseline.report.cost_words import describe_changes

        say("\n".join(describe_changes(changes)))
    else:
        _print(loaded.landscape.name, estimate)


def _print(organization: str, estimate: "Estimate") -> None:
    from baseline.cost.summary import sums_by
    from baseline.report.cost_words import headline, missing_prices, terms

    say(headline(organization, estimate))
    say(terms(estimate))
    say(missing_prices(estimate), nl=bool(estimate.unknown))
    _print_drivers(estimate)
    for title, name in (
        ("size of account", lambda line: line.size),
        ("Region", lambda line: line.region),
    ):
        _print_sums(title, sums_by(estimate, name))
    _print_savings(estimate)
    _print_assumptions(estimate)
    _print_unpriced(estimate)


def _name(line: "Line") -> str:
    return f"{line.capability}/{line.driver.id}"


def _print_sums(title: str, sums: "Iterable[Sum]") -> None:
    from baseline.report.cost_words import charge_words, money_range

    table = new_table((title, "a month", "unverified", "without a price"), whole=title)
    for item in sums:
        unverified = money_range(item.unverified) if item.known else ""
        add_row(table, item.name, charge_words(item), unverified, str(item.unknown or ""))
    print_table(table)


def _print_drivers(estimate: "Estimate") -> None:
    from baseline.cost.summary import sums_by, unknown_by_driver
    from baseline.report.cost_words import charge_words, money_range

    titles = {_name(line): line.driver.title for line in estimate.lines}
    unknown = {_name(line): regions for line, regions in unknown_by_driver(estimate)}
    table = new_table(("what is billed", "", "a month", "unverified", "no price in"), whole="what is billed")
    for item in sums_by(estimate, _name):
        add_row(
            table,
            item.name,
            titles[item.name],
            charge_words(item),
            money_range(item.unverified) if item.known else "",
            ", ".join(unknown.get(item.name, ())),
        )
    print_table(table)


def _print_savings(estimate: "Estimate") -> None:
    from baseline.report.cost_words import money_range

    table = new_table(("saves a month", "capability", "how", "what is given up"), whole="saves a month")
    for item in estimate.savings:
        more = " and more" if item.incomplete else ""
        add_row(table, f"{money_range(item.saved)}{more}", item.capability, item.lever.title, item.lever.price)
    print_table(table)


def _print_assumptions(estimate: "Estimate") -> None:
    from baseline.cost.summary import assumptions_of
    from baseline.prices.assumptions import SIZE_CLASSES
    from baseline.report.cost_words import quantity_range

    used = {line.size for line in estimate.lines}
    sizes = [size for size in SIZE_CLASSES if size in used]
    table = new_table(("assumed for a month", "", "for each", *sizes, "by"), whole="assumed for a month")
    for item in assumptions_of(estimate):
        amounts = (quantity_range(item.amounts[size]) for size in sizes)
        add_row(table, item.name, item.title, item.per, *amounts, "the profile" if item.stated else "this program")
    print_table(table)


def _print_unpriced(estimate: "Estimate") -> None:
    if estimate.unpriced:
        table = new_table(("not priced", "capability", "in templates", "why"), whole="not priced")
        for item in estimate.unpriced:
            add_row(table, item.type, item.capability, str(item.number), item.why)
        print_table(table)
