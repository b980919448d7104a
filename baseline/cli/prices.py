"""`baseline prices`."""

from pathlib import Path

import click

from baseline.cli.terminal import say_data


@click.command("prices", short_help="Make a price list from the AWS Price List API.")
@click.argument(
    "responses",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE...",
)
def prices_command(responses: tuple[Path, ...]) -> None:
    """Turn responses of the AWS Price List API into a price list for `baseline cost --prices`.

    The responses come from the AWS CLI with your own credentials; this command makes no calls.

    \b
    Examples:
      aws pricing get-products --region us-east-1 --service-code AWSConfig \\
        --filters Type=TERM_MATCH,Field=regionCode,Value=eu-central-1 --output json > config.json
      baseline prices config.json > my-prices.csv
      baseline cost profile.yaml --prices my-prices.csv

    Exit codes: 0 written to standard output, 2 a file is not such a response or has no known price.
    """
    from baseline.prices.price_responses import price_rows

    say_data(price_rows(responses))
