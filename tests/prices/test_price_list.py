"""Price lists: graduated prices, replaced rows, and mistakes in files."""

from decimal import Decimal
from pathlib import Path

import pytest

from baseline.errors import PriceListError
from baseline.prices.price_list import COLUMNS, Grade, packaged_prices, read_prices

HEADER = ",".join(COLUMNS)


def write(directory: Path, *rows: str, header: str = HEADER) -> Path:
    path = directory / "prices.csv"
    path.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("amount", "dollars"),
    [
        ("0", "0"),
        ("100000", "100"),  # 100,000 × 0.001
        ("100001", "100.0008"),
        ("500000", "420"),  # 100 + 400,000 × 0.0008
        ("600000", "470"),  # 420 + 100,000 × 0.0005
    ],
)
def test_each_part_of_a_graduated_price_has_its_own_rate(amount: str, dollars: str) -> None:
    price = packaged_prices().price("security_hub_cspm/check", "us-east-1")
    assert price
    assert price.charge(Decimal(amount)) == Decimal(dollars)


def test_price_of_a_pack_is_for_one_unit() -> None:
    price = packaged_prices().price("cloudtrail/data-events", "us-east-1")
    assert price
    assert price.charge(Decimal(1_000_000)) == Decimal(1)  # 0.10 for each 100,000


def test_unknown_price_has_no_steps_and_a_known_one_has_some() -> None:
    for price in packaged_prices().prices.values():
        assert bool(price.steps) is (price.grade is not Grade.UNKNOWN), price
        assert price.source, price
        assert not price.steps or price.steps[0].beyond == 0, price


def test_region_without_a_row_has_no_price() -> None:
    assert packaged_prices().price("config/continuous-item", "eu-central-1") is None


def test_price_that_is_the_same_everywhere_counts_in_each_region() -> None:
    price = packaged_prices().price("shield_advanced/subscription", "eu-central-1")
    assert price
    assert price.region == "global"


def test_rows_of_a_file_replace_all_steps_of_the_same_id_and_region(tmp_path: Path) -> None:
    prices = read_prices(
        write(tmp_path, "config/rule-evaluation,evaluation,1,0,us-east-1,0.5,bill,2026-11-30,sourced,")
    )
    price = prices.price("config/rule-evaluation", "us-east-1")
    assert price
    assert price.charge(Decimal(1_000_000)) == Decimal(500_000)
    assert prices.price("config/rule-evaluation", "eu-west-1") == packaged_prices().price(
        "config/rule-evaluation", "eu-west-1"
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("kms/key,key,1,0,eu-wset-1,1,bill,2026-11-30,sourced,", "unknown Region 'eu-wset-1'; did you mean"),
        ("kms/key,key,1,0,eu-west-1,1,bill,2026-11-30,certain,", "grade is 'certain', not one of sourced"),
        ("kms/key,key,1,0,eu-west-1,,bill,2026-11-30,sourced,", "a price has `usd` unless its grade is unknown"),
        ("kms/key,key,1,0,eu-west-1,1,bill,2026-11-30,unknown,", "a price has `usd` unless its grade is unknown"),
        ("kms/key,key,0,0,eu-west-1,1,bill,2026-11-30,sourced,", "size is '0', not a number of at least 1"),
        ("kms/key,key,1,0,eu-west-1,NaN,bill,2026-11-30,sourced,", "usd is 'NaN', not a number of at least 0"),
        ("kms/key,key,1,0,eu-west-1,-1,bill,2026-11-30,sourced,", "usd is '-1', not a number of at least 0"),
        (
            "kms/key,key,1,0,eu-west-1,1e999999,bill,2026-11-30,sourced,",
            "usd is '1e999999', not a number of at least 0",
        ),
        ("kms/keys,key,1,0,eu-west-1,1,bill,2026-11-30,sourced,", "unknown id 'kms/keys'; did you mean"),
        ("kms/key,key", "a row has 10 cells"),
        ("kms/key,key,1,0,eu-west-1,1,bill,2026-11-30,sourced,,more", "a row has 10 cells"),
    ],
)
def test_mistake_in_a_price_file_is_named_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    good = "kms/key,key,1,0,us-east-1,1,bill,2026-11-30,sourced,"
    with pytest.raises(PriceListError) as caught:
        read_prices(write(tmp_path, good, row))
    assert f"prices.csv:3: {said}" in str(caught.value)


def test_repeated_row_and_foreign_columns_are_mistakes(tmp_path: Path) -> None:
    row = "kms/key,key,1,0,us-east-1,1,bill,2026-11-30,sourced,"
    with pytest.raises(PriceListError, match="the same price as in line 2"):
        read_prices(write(tmp_path, row, row))
    with pytest.raises(PriceListError, match="the columns are not those of a price list"):
        read_prices(write(tmp_path, row, header="id;usd"))


def test_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PriceListError, match="cannot be read"):
        read_prices(path)
