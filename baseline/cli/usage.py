"""`baseline usage`."""

from pathlib import Path

import click

from baseline.cli.options import root_option
from baseline.cli.terminal import say, say_data


@click.command("usage", short_help="Make assumptions for cost estimates from Cost Explorer.")
@click.argument("profile", type=click.Path(path_type=Path))
@click.argument(
    "exports",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE...",
)
@root_option
def usage_command(profile: Path, exports: tuple[Path, ...], *, root: Path | None) -> None:
    """Turn exports of Cost Explorer into `cost.assumptions` for PROFILE, by size class of its accounts.

    The exports come from the AWS CLI with your own credentials; this command makes no calls. Amounts are the average
    account's, in the lowest and the highest complete month. Put the output into the profile.

    \b
    Examples:
      aws ce get-cost-and-usage --granularity MONTHLY --metrics UsageQuantity \\
        --time-period Start=2026-08-01,End=2026-11-01 \\
        --group-by Type=DIMENSION,Key=USAGE_TYPE Type=DIMENSION,Key=LINKED_ACCOUNT --output json > usage.json
      baseline usage profile.yaml usage.json

    Exit codes: 0 written to standard output, 2 a file is not such an export or has no known usage, 3 the profile cannot
    be used.
    """
    from baseline.cost.basis import basis_of
    from baseline.cost.measured import assumptions_yaml, measured_assumptions
    from baseline.errors import PriceListError
    from baseline.prices.usage_exports import read_usage
    from baseline.profile.load import load_profile

    loaded = load_profile(profile, root=root)
    found = [item for path in exports for item in read_usage(path)]
    ids = {key: account.id for key, account in loaded.landscape.accounts.items()}
    sizes = {number: basis_of(loaded.profile).sizes[key] for key, number in ids.items() if number}
    measured = measured_assumptions(found, sizes)
    if not measured:
        raise PriceListError(
            "no complete month in these files has usage of an account in the profile",
            hint="export earlier months, and set the ids of accounts in the profile",
        )
    others = sorted({item.account for item in found} - sizes.keys())
    if others:
        say(f"Omitted, because the profile has no account with this id: {', '.join(others)}.", err=True)
    say_data(assumptions_yaml(measured))
