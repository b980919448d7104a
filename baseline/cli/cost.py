"""`baseline cost`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.option_types import Choice
from baseline.cli.options import price_list, price_options, profile_argument, root_option
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.cost.estimate import Estimate
    from baseline.cost.summary import CostChanges
    from baseline.prices.price_list import PriceList


@click.command("cost", short_help="Estimate what a baseline costs in a month.")
@profile_argument
@click.option(
    "--against",
    metavar="PROFILE|git:REVISION",
    help="Show the difference from another profile, or from PROFILE at a Git revision.",
)
@price_options
@click.option(
    "--details",
    is_flag=True,
    help="Also show billed items, sizes of account, savings, assumptions, and resources that are not priced.",
)
@click.option(
    "--format",
    "format_",
    type=Choice(["text", "json", "csv", "html"]),
    default="text",
    show_default=True,
    help="Format of the estimate.",
)
@root_option
def cost_command(
    profile: Path,
    *,
    against: str | None,
    details: bool,
    format_: str,
    root: Path | None,
    **prices: Any,  # noqa: ANN401 - click's options
) -> None:
    """Estimate what PROFILE's baseline costs in a month, as a range, and what could be saved.

    Amounts are list prices for assumed usage: set your own under `cost` in the profile. Items without a known price are
    listed, but not included in any sum.

    \b
    Examples:
      baseline cost profile.yaml
      baseline cost profile.yaml --details
      baseline cost profile.yaml --price-as eu-central-1=eu-west-1
      baseline cost profile.yaml --prices my-prices.csv --format csv > cost.csv
      baseline cost profile.yaml --format html > cost.html
      baseline cost profile.yaml --against git:main

    Exit codes: 0 shown, 2 price list invalid, 3 profile invalid.
    """
    from baseline.cli.cost_tables import print_details, print_summary
    from baseline.report.cost_words import describe_changes

    if against is not None and format_ in ("csv", "html"):
        raise click.UsageError(f"--format {format_} shows one estimate: leave out --against, or choose text or json.")
    if details and (against is not None or format_ != "text"):
        raise click.UsageError("--details is for the text of one estimate: the other formats have every detail.")
    organization, estimate, changes = _estimated(profile, against, price_list(**prices), root)
    if format_ != "text":
        say_data(_document(format_, organization, estimate, changes))
    elif changes is not None:
        say("\n".join(describe_changes(changes)))
    else:
        print_summary(organization, estimate, details=details)
        if details:
            print_details(estimate)


def _estimated(
    profile: Path, against: str | None, prices: "PriceList", root: Path | None
) -> "tuple[str, Estimate, CostChanges | None]":
    """The organization's name, its estimate, and the difference from another profile."""
    if against is None:
        from baseline.pipeline import estimate_of

        loaded, estimate = estimate_of(profile, prices, root)
        return loaded.landscape.name, estimate, None
    from baseline.cli.revision import checked_out
    from baseline.comparison import estimates_against

    with checked_out(against, profile) as path:
        if path.is_dir():
            raise click.UsageError("--against is a profile here: a generated directory does not list the accounts.")
        loaded, estimate, changes = estimates_against(profile, path, prices, root)
        return loaded.landscape.name, estimate, changes


def _document(format_: str, organization: str, estimate: "Estimate", changes: "CostChanges | None") -> str:
    from baseline.report.cost_csv import format_cost_csv
    from baseline.report.cost_html import format_cost_html
    from baseline.report.cost_json import format_cost_json

    if format_ == "json":
        return format_cost_json(organization, estimate, changes)
    return format_cost_csv(estimate) if format_ == "csv" else format_cost_html(organization, estimate)
