"""`baseline cost`: formats, differences, and wrong usage."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.comparison import changes_against
from baseline.errors import PriceListError
from baseline.pipeline import Options, generate
from baseline.prices.price_list import COLUMNS
from baseline.report.changes_html import format_changes_html
from baseline.report.changes_json import format_changes_json
from baseline.report.changes_markdown import format_changes_markdown
from baseline.report.changes_text import format_changes_text
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

NORTHWIND = profiles_directory() / "northwind.yaml"


def cost(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, ["cost", *map(str, words)])


def changed(directory: Path, old: str, new: str) -> Path:
    text = NORTHWIND.read_text(encoding="utf-8")
    assert old in text
    path = directory / "changed.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_text_has_the_range_the_doubts_and_the_savings() -> None:
    text = cost(NORTHWIND, "--details").output
    assert "Northwind: " in text.splitlines()[0]
    assert "comes from unverified prices" in text.splitlines()[1]
    assert "Prices are missing in eu-" in text
    assert "config: Configuration items" in text
    assert "`s3_data_events: none`" in text
    assert "Free tiers" in text
    assert re.search(r"eu-central-1 +│ unknown ", text)


def test_text_without_details_fits_into_80_columns_and_names_the_rest() -> None:
    tables = [line for line in cost(NORTHWIND).output.splitlines() if line[:1] in "┏┃┡│└"]
    assert len(tables) < 30
    assert max(map(len, tables)) <= 80
    assert any(line.startswith("│ guardduty ") for line in tables)
    assert "--details shows billed items" in cost(NORTHWIND).output


def test_region_without_prices_leaves_a_lowest_amount_and_no_total(tmp_path: Path) -> None:
    path = changed(tmp_path, "home_region: eu-west-1", "home_region: eu-central-1")
    text = cost(path).output
    assert re.match(r"Northwind: at least [\d.,]+ USD a month\nThe home Region eu-central-1 has no prices\. ", text)
    assert re.search(r"│ guardduty +│ [\d.,]+ to [\d.,]+ and more ", text)
    total = json.loads(cost(path, "--format", "json").output)
    assert total["unpriced_regions"] == ["eu-central-1"]
    page = cost(path, "--format", "html").output
    assert "The home Region eu-central-1 has no prices" in page


def test_price_as_fills_a_region_and_is_named_as_an_assumption(tmp_path: Path) -> None:
    text = cost(NORTHWIND, "--price-as", "eu-central-1=eu-west-1").output
    assert re.match(r"Northwind: [\d.,]+ to [\d.,]+ USD a month and more\n", text)
    assert "Assumed: prices of eu-west-1 in eu-central-1." in text
    assert "Some prices are missing in eu-west-1, eu-central-1: set them with `--prices`." in text
    assert "price_as" not in text
    path = changed(tmp_path, "tier: standard", "cost: {price_as: {eu-central-1: us-east-1}}\ntier: standard")
    assert "prices of us-east-1 in eu-central-1" in cost(path).output
    assert cost(path, "--price-as", "eu-central-1=eu-west-1").output == text


def test_csv_leaves_an_unknown_charge_empty() -> None:
    rows = list(csv.DictReader(cost(NORTHWIND, "--format", "csv").output.splitlines()))
    unknown = [row for row in rows if row["grade"] == "unknown"]
    assert unknown
    assert all(row["charge_low"] == row["charge_high"] == "" for row in unknown)
    assert all(row["charge_low"] for row in rows if row["grade"] != "unknown")


def test_json_has_prices_with_their_sources_and_null_for_unknown_charges() -> None:
    document = json.loads(cost(NORTHWIND, "--format", "json").output)
    assert {line["charge"] is None for line in document["lines"] if line["grade"] == "unknown"} == {True}
    assert all(price["source"] and price["seen"] for price in document["prices"])
    total = sum(float(line["charge"][1]) for line in document["lines"] if line["charge"])
    assert total == pytest.approx(float(document["total"]["charge"][1]), abs=0.01)


def test_page_is_self_contained_and_has_what_the_text_has() -> None:
    page = cost(NORTHWIND, "--format", "html").output
    assert "src=" not in page
    assert "href=" not in page
    assert "url(" not in page
    assert "<script" not in page
    for heading in ("By capability", "By Region", "What would save how much", "Without a known price", "Prices"):
        assert f"<h2>{heading}</h2>" in page
    assert cost(NORTHWIND).output.splitlines()[0].removeprefix("Northwind: ") in page
    assert '<td class="name">eu-central-1</td><td class="number" data-label="A month">unknown</td>' in page
    assert page.count("<table>") == 9


def test_name_of_an_organization_is_text_on_the_page(tmp_path: Path) -> None:
    path = changed(tmp_path, "name: Northwind\n", "name: '<b>Northwind'\n")
    assert "&lt;b&gt;Northwind" in cost(path, "--format", "html").output


def test_sum_of_unknown_prices_is_unknown_and_not_zero() -> None:
    govcloud = profiles_directory() / "govcloud.yaml"
    document = json.loads(cost(govcloud, "--format", "json").output)
    assert document["total"]["charge"] is None
    assert document["total"]["without_price"] == len(document["lines"])
    assert "Calder County: unknown USD a month" in cost(govcloud).output


def test_difference_names_the_capabilities_that_cost_another_amount(tmp_path: Path) -> None:
    path = changed(tmp_path, "tier: standard", "tier: regulated")
    text = cost(path, "--against", NORTHWIND).output
    assert "\naccess_analyzer: +" in text
    assert "kms" not in text
    document = json.loads(cost(path, "--against", NORTHWIND, "--format", "json").output)
    assert document["changes"]["before"]["charge"] != document["changes"]["after"]["charge"]


def test_changes_against_a_profile_show_the_difference_and_against_a_directory_none(tmp_path: Path) -> None:
    path = changed(tmp_path, "tier: standard", "tier: regulated")
    changes = changes_against(path, NORTHWIND)[1]
    assert "\ncost: " in format_changes_text(changes)
    assert "**Cost**: " in format_changes_markdown(changes)
    assert "<h2>Cost</h2>" in format_changes_html(changes)
    assert json.loads(format_changes_json(changes))["cost"]["capabilities"]
    output = tmp_path / "output"
    generate(NORTHWIND, output, Options(validation=ValidateOptions(lint=False)))
    assert changes_against(NORTHWIND, output)[1].cost is None


def test_given_prices_count_and_their_mistakes_are_errors(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    row = "security_hub_cspm/check,check,1,0,eu-central-1,9,our bill,2026-11-30,sourced,"
    file.write_text(f"{','.join(COLUMNS)}\n{row}\n")
    rows = list(csv.DictReader(cost(NORTHWIND, "--prices", file, "--format", "csv").output.splitlines()))
    given = [item for item in rows if (item["driver"], item["region"]) == ("checks", "eu-central-1")]
    assert {item["source"] for item in given} == {"our bill"}
    file.write_text("id\n")
    failed = cost(NORTHWIND, "--prices", file)
    assert isinstance(failed.exception, PriceListError)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--against", str(NORTHWIND), "--format", "csv"], "--format csv shows one estimate"),
        (["--against", str(NORTHWIND.parent)], "--against is a profile here"),
        (["--details", "--format", "csv"], "--details is for the text of one estimate"),
        (["--price-as", "eu-central-1"], "'eu-central-1' is not NAME=VALUE"),
        (["--price-as", "eu-central-1=eu-wset-1"], "unknown Region 'eu-wset-1'; did you mean"),
    ],
)
def test_wrong_usage_says_what_to_do(words: list[str], said: str) -> None:
    failed = cost(NORTHWIND, *words)
    assert failed.exit_code == 2
    assert said in failed.output


def test_different_currencies_cannot_be_compared(tmp_path: Path) -> None:
    currency = "cost: {currency: {code: EUR, per_usd: 0.9, as_of: '2026-11-30'}}\n"
    path = changed(tmp_path, "tier: standard", f"{currency}tier: standard")
    assert isinstance(cost(path, "--against", NORTHWIND).exception, PriceListError)
    assert changes_against(path, NORTHWIND)[1].cost is None
