"""Responses of the AWS Price List API (GetProducts) → rows of a price list."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.aws.regions import REGIONS
from baseline.errors import PriceListError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.prices.price_list import COLUMNS, Grade

_LARGEST = 64 * 1024 * 1024
_REGION_PREFIX = re.compile(rf"^(?:EU|[A-Z]{{3}}[0-9]{{1,2}}|{'|'.join(REGIONS)})-")
"""Prefixes of Regions such as `EU-`, `EUC1-` and `eu-central-1-`; other prefixes, such as `Tables-`, name products."""


def price_rows(paths: Iterable[Path]) -> str:
    """A price list as CSV, with a row for each step of each price in the responses.

    Args:
        paths: Files with the output of `aws pricing get-products --output json`.

    Raises:
        PriceListError: if a file is not such output, or if none has a known price.
    """
    rows = sorted(
        {(row["id"], row["region"], Decimal(row["beyond"])): row for path in paths for row in _rows(path)}.items()
    )
    if not rows:
        raise PriceListError(
            "no known price in these files", hint=f"query one of the services {', '.join(sorted(services()))}"
        )
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for _, row in rows)
    return text.getvalue()


@cache
def services() -> Mapping[str, Mapping[str, str]]:
    """Service code → usage type without the Region's prefix → price id."""
    text = Path(__file__).with_name("usage_types.toml").read_text(encoding="utf-8")
    return {code: {usage: name for name, usage in prices.items()} for code, prices in tomli.loads(text).items()}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        document = parse_json(read_file(path, limit=_LARGEST))
        products = [parse_json(item) if isinstance(item, str) else item for item in document["PriceList"]]
        for product in products:
            yield from _rows_of(product)
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise PriceListError(
            f"{path} is not a response of the AWS Price List API: {error or type(error).__name__}",
            hint="write the output of `aws pricing get-products --output json` to it",
        ) from error


def _rows_of(product: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    attributes = product["product"]["attributes"]
    code, region = product["serviceCode"], attributes.get("regionCode")
    name = _price_id(code, attributes.get("usagetype", ""))
    if not name or region not in REGIONS:
        return
    for term in product["terms"].get("OnDemand", {}).values():
        for step in term["priceDimensions"].values():
            if "USD" in step["pricePerUnit"]:
                yield {
                    "id": name,
                    "unit": step["unit"],
                    "size": "1",
                    "beyond": f"{Decimal(step['beginRange']):f}",
                    "region": region,
                    "usd": f"{Decimal(step['pricePerUnit']['USD']).normalize():f}",
                    "source": f"AWS Price List API: {code} {attributes['usagetype']}",
                    "seen": term["effectiveDate"][:10],
                    "grade": Grade.SOURCED.value,
                    "free_tier": "",
                }


def _price_id(code: str, usage: str) -> str:
    """The price of a usage type, which may have the prefix of one Region."""
    known = services().get(code, {})
    return known.get(usage) or known.get(without_region(usage), "")


def without_region(usage: str) -> str:
    """A usage type without the prefix of a Region."""
    return _REGION_PREFIX.sub("", usage)
