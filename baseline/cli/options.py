"""Arguments and options that several commands share."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.option_types import Choice, Day, Moment, WaveRange

if TYPE_CHECKING:
    from baseline.findings import Severity
    from baseline.plan.trust import Trust
    from baseline.prices.price_list import PriceList
    from baseline.validate.validate import ValidateOptions

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


wave_option: _Decorator = click.option(
    "--wave", type=WaveRange(), metavar="N[-M]", help="Only this wave of the plan, or these: 3, 1-10, 11-."
)

profile_argument: _Decorator = click.argument("profile", type=click.Path(path_type=Path))

root_option: _Decorator = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Directory that must hold all files under `extends`.  [default: the profile's repository, or its directory]",
)

directory_argument: _Decorator = click.argument(
    "directory", type=click.Path(path_type=Path, exists=True, file_okay=False)
)

format_option: _Decorator = click.option(
    "--format",
    "format_",
    type=Choice(["text", "json", "sarif", "junit", "github", "gitlab"]),
    default="text",
    show_default=True,
    help="Format of the findings.",
)

fail_on_option: _Decorator = click.option(
    "--fail-on",
    type=Choice(["info", "warning", "error", "never"]),
    default="error",
    show_default=True,
    help="Lowest severity that fails the command: exit code 5, and nothing is written.",
)

cache_option: _Decorator = click.option(
    "--cache/--no-cache",
    default=True,
    show_default=True,
    help="Reuse cfn-lint's results for unchanged templates.",
)

force_option: _Decorator = click.option("--force", is_flag=True, help="Replace an existing file.")

inventory_option: _Decorator = click.option(
    "--inventory",
    type=click.Path(path_type=Path, dir_okay=False),
    is_eager=True,
    help="Compare with the live organization of an inventory, offline.",
)


def _with_inventory(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    if value and not context.params.get("inventory"):
        raise click.UsageError("--calls needs --inventory: policies that are attached now deny some calls already.")
    return value


calls_option: _Decorator = click.option(
    "--calls",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_with_inventory,
    help="With --inventory: calls that were made, as CSV; say which policies would newly deny them.",
)

lint_option: _Decorator = click.option(
    "--lint/--no-lint", default=True, show_default=True, help="Run cfn-lint in addition to the built-in checks."
)


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> date:
    return (value or datetime.now(UTC)).date()


as_of_option: _Decorator = click.option(
    "--as-of",
    type=Day(),
    callback=_day,
    help="Date on which exceptions and attestations must be valid; never written.  [default: today, UTC]",
)


dated_option: _Decorator = click.option(
    "--dated",
    envvar="SOURCE_DATE_EPOCH",
    type=Moment(),
    help="Date of the evidence, as a day or in seconds since 1970, such as that of the profile's last commit. Also "
    "read from SOURCE_DATE_EPOCH.  [default: no date is written]",
)


def scans_option(*, required: bool = False) -> _Decorator:
    """`--scans`, the directory with the records of live scans."""
    return click.option(
        "--scans",
        required=required,
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="Directory of `baseline evidence reconcile --keep`; adds the live states from its records.",
    )


quiet_option: _Decorator = click.option("-q", "--quiet", is_flag=True, help="Print only findings and errors.")


def _digest(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Reject an empty value: `"$(cat missing.sha256)"` must not disable the check."""
    if value is None:
        return ""
    digest = value.strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise click.BadParameter(f"{value!r} is not a SHA-256: give its 64 hexadecimal digits and nothing else")
    return digest


plan_sha256_option: _Decorator = click.option(
    "--plan-sha256",
    callback=_digest,
    metavar="DIGEST",
    help="Expected SHA-256 of plan.json, as `baseline verify` prints it.",
)


def named_values(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Callback of a repeatable option `NAME=VALUE`: name → value.

    Raises:
        click.BadParameter: if the name or the equals sign is missing.
    """
    for value in values:
        if not all(value.partition("=")[:2]):
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", param=option)
    return dict(value.partition("=")[::2] for value in values)


def _region_pairs(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    from baseline.aws.regions import REGIONS
    from baseline.text.nearest import did_you_mean

    pairs = named_values(context, option, values)
    for region in (*pairs, *pairs.values()):
        if region not in REGIONS:
            raise click.BadParameter(f"unknown Region {region!r}{did_you_mean(region, REGIONS)}", param=option)
    return pairs


def price_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--prices` and `--price-as`, from which `price_list` makes the prices of an estimate."""
    prices = click.option(
        "--prices",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Price list whose rows replace packaged ones of the same id and Region: CSV, see `baseline docs cost`.",
    )
    price_as = click.option(
        "--price-as",
        multiple=True,
        callback=_region_pairs,
        metavar="REGION=REGION",
        help="For a Region without known prices, use those of another one (repeatable); overrides `cost.price_as`.",
    )
    return prices(price_as(command))


def price_list(*, prices: Path | None, price_as: Mapping[str, str]) -> "PriceList":
    """The price list that these options describe.

    Raises:
        PriceListError: with every mistake in the file.
    """
    from dataclasses import replace

    from baseline.prices.price_list import packaged_prices, read_prices

    return replace(read_prices(prices) if prices else packaged_prices(), price_as=price_as)


_key_file = click.Path(path_type=Path, exists=True, dir_okay=False)


def trust_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--plan-sha256`, `--signature` and `--public-key`, which verify the directory."""
    signature = click.option(
        "--signature", type=_key_file, help="Signature of plan.json (minisign, or ECDSA in base64)."
    )
    public_key = click.option("--public-key", type=_key_file, help="Public key of the signer.")
    return plan_sha256_option(signature(public_key(command)))


def trust_of(values: Mapping[str, Any]) -> "Trust":
    """Return the digest or signature in the options.

    Raises:
        click.UsageError: if there is a signature without a key, or a key without a signature.
    """
    from baseline.plan.trust import Trust

    signature, public_key = values.get("signature"), values.get("public_key")
    if (signature is None) != (public_key is None):
        raise click.UsageError("--signature and --public-key belong together: give both.")
    return Trust(sha256=values["plan_sha256"], signature=signature, public_key=public_key)


def threshold(fail_on: str) -> "Severity | None":
    """The severity in `--fail-on`."""
    from baseline.findings import Severity

    return None if fail_on == "never" else Severity[fail_on.upper()]


@contextmanager
def validation(*, cache: bool, lint: bool, quiet: bool, ahead: bool = True) -> "Iterator[ValidateOptions]":
    """The validation options, with progress on a terminal.

    With `ahead`, cfn-lint starts while this process is still loading, which takes half of a cold run.
    """
    from baseline.validate.lint_process import LintProcess

    with LintProcess() as process:
        if lint and ahead:
            process.start()
        from baseline.cli.progress import terminal_progress
        from baseline.validate.cache import default_cache_directory
        from baseline.validate.validate import ValidateOptions

        yield ValidateOptions(
            cache_dir=default_cache_directory() if cache else None,
            lint=lint,
            process=process,
            on_progress=None if quiet else terminal_progress(),
        )
