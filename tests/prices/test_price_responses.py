"""Responses of the Price List API, in the shape that its reference describes, become a price list."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import PriceListError
from baseline.prices.price_list import packaged_prices, read_prices
from baseline.prices.price_responses import price_rows, services


def product(usage: str, steps: Mapping[str, str], code: str = "AWSConfig", region: str = "eu-central-1") -> str:
    dimensions = {
        f"A.B.{start}": {"unit": "Items", "beginRange": start, "endRange": "Inf", "pricePerUnit": {"USD": usd}}
        for start, usd in steps.items()
    }
    return json.dumps(
        {
            "serviceCode": code,
            "product": {"attributes": {"usagetype": usage, "regionCode": region}},
            "terms": {"OnDemand": {"A.B": {"effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": dimensions}}},
        }
    )


def write(directory: Path, *products: str) -> Path:
    path = directory / "response.json"
    path.write_text(json.dumps({"FormatVersion": "aws_v1", "PriceList": products}))
    return path


def test_steps_prefixes_and_dates_are_read(tmp_path: Path) -> None:
    response = write(
        tmp_path,
        product("EUC1-ConfigurationItemRecorded", {"0": "0.0030000000"}),
        product("EUC1-ConfigurationItemRecordedDaily", {"0": "0.0120000000"}),
        product("EUC1-ConfigRuleEvaluations", {"0": "0.0010000000", "100000": "0.0008000000"}),
        product("EUC1-SomethingElse", {"0": "7"}),
        product("EUC1-PaidEventsAnalyzed-Bytes", {"0": "1"}, code="AmazonGuardDuty"),
        product("ConfigurationItemRecorded", {"0": "7"}, region="us-gone-1"),
    )
    file = tmp_path / "prices.csv"
    file.write_text(price_rows([response]))
    prices = read_prices(file)
    item = prices.price("config/continuous-item", "eu-central-1")
    assert item
    assert (item.charge(Decimal(1000)), item.seen) == (Decimal(3), "2026-11-01")
    assert item.source == "AWS Price List API: AWSConfig EUC1-ConfigurationItemRecorded"
    daily = prices.price("config/daily-item", "eu-central-1")
    assert daily
    assert daily.charge(Decimal(1000)) == Decimal(12)
    rules = prices.price("config/rule-evaluation", "eu-central-1")
    assert rules
    assert rules.charge(Decimal(200_000)) == Decimal(180)
    assert prices.price("guardduty/flow-and-dns", "eu-central-1")
    assert not prices.price("guardduty/management-events", "eu-central-1")
    assert len(file.read_text().splitlines()) == 6


DEEP = json.dumps({"PriceList": ["[" * 100_000]})


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"PriceList": ["{"]}', '{"PriceList": [{}]}', '{"PriceList": [5]}', DEEP]
)
def test_file_of_another_kind_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "response.json"
    path.write_text(text)
    with pytest.raises(PriceListError, match="is not a response of the AWS Price List API"):
        price_rows([path])


@pytest.mark.parametrize(
    "usage", ["EUC1-Tables-TimedStorage-ByteHrs", "XZ-TimedStorage-ByteHrs", "EUC1-USE1-TimedStorage-ByteHrs"]
)
def test_usage_of_another_product_with_the_same_end_has_no_price(tmp_path: Path, usage: str) -> None:
    storage = product("EU-TimedStorage-ByteHrs", {"0": "0.023"}, code="AmazonS3")
    other = product(usage, {"0": "7"}, code="AmazonS3")
    found = price_rows([write(tmp_path, storage, other)])
    assert [line.split(",")[5] for line in found.splitlines()[1:]] == ["0.023"]


@pytest.mark.parametrize("prefix", ["", "EU-", "USE1-", "APN1-", "UGW1-", "eu-central-1-"])
def test_prefix_of_a_region_is_no_part_of_a_usage_type(tmp_path: Path, prefix: str) -> None:
    found = price_rows([write(tmp_path, product(f"{prefix}KMS-Requests", {"0": "0.03"}, code="awskms"))])
    assert found.splitlines()[1].startswith("kms/requests,")


def test_response_without_a_known_price_names_the_services(tmp_path: Path) -> None:
    done = CliRunner().invoke(baseline, ["prices", str(write(tmp_path, product("EUC1-Other", {"0": "1"})))])
    assert isinstance(done.exception, PriceListError)
    assert "AmazonGuardDuty" in done.exception.hint


def test_usage_types_are_of_prices_that_exist() -> None:
    assert {name for prices in services().values() for name in prices.values()} <= packaged_prices().names
