"""Exports of Cost Explorer (GetCostAndUsage) → usage that assumptions count, by month and account.

The response: docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.errors import PriceListError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.frozen import frozen
from baseline.prices.price_responses import without_region

GROUPS = ("USAGE_TYPE", "LINKED_ACCOUNT")
"""The dimensions by which an export must be grouped."""

_LARGEST = 256 * 1024 * 1024


@frozen
class Usage:
    """The amount of an account in a month.

    Attributes:
        month: Its first day, such as `2026-10-01`.
        account: The account's id.
        assumption: Name of the assumption that counts it.
        amount: The amount, in the assumption's unit.
    """

    month: str
    account: str
    assumption: str
    amount: Decimal


def read_usage(path: Path) -> Iterator[Usage]:
    """The known usage in complete months; the current month, which AWS marks as estimated, is left out.

    Raises:
        PriceListError: if the file is not such an export, or is not grouped by usage type and account.
    """
    try:
        document = parse_json(read_file(path, limit=_LARGEST))
        order = [document["GroupDefinitions"].index({"Type": "DIMENSION", "Key": name}) for name in GROUPS]
        for period in document["ResultsByTime"]:
            if not period.get("Estimated"):
                yield from _usage_of(period, *order)
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, IndexError) as error:
        raise PriceListError(
            f"{path} is not an export of Cost Explorer by {' and '.join(GROUPS)}: {error or type(error).__name__}",
            hint="write the output of the command in `baseline usage --help` to it",
        ) from error


def _usage_of(period: Mapping[str, Any], usage_type: int, account: int) -> Iterator[Usage]:
    for group in period["Groups"]:
        assumption = usage_amounts().get(without_region(group["Keys"][usage_type]))
        if assumption:
            yield Usage(
                month=period["TimePeriod"]["Start"],
                account=group["Keys"][account],
                assumption=assumption,
                amount=Decimal(group["Metrics"]["UsageQuantity"]["Amount"]),
            )


@cache
def usage_amounts() -> Mapping[str, str]:
    """Usage type without the Region's prefix → assumption."""
    return tomli.loads(Path(__file__).with_name("usage_amounts.toml").read_text(encoding="utf-8"))
