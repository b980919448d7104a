"""Exports of Cost Explorer, in the shape that its reference describes, become assumptions of a profile."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.cost.measured import assumptions_yaml, measured_assumptions
from baseline.errors import PriceListError
from baseline.prices.amount import Range
from baseline.prices.assumptions import ASSUMPTIONS, SizeClass
from baseline.prices.usage_exports import Usage, read_usage, usage_amounts
from baseline.profile.cost import Cost
from baseline.resources import profiles_directory

WEB, DATA, OTHER = "444444444444", "555555555555", "999999999999"
DEFINITIONS = [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}]


def period(start: str, *groups: tuple[str, str, str], estimated: bool = False) -> dict[str, Any]:
    found = [
        {"Keys": [account, usage], "Metrics": {"UsageQuantity": {"Amount": amount, "Unit": "N/A"}}}
        for account, usage, amount in groups
    ]
    return {"TimePeriod": {"Start": start, "End": ""}, "Total": {}, "Groups": found, "Estimated": estimated}


def write(directory: Path, *periods: dict[str, Any], definitions: Any = DEFINITIONS) -> Path:
    path = directory / "usage.json"
    path.write_text(json.dumps({"GroupDefinitions": definitions, "ResultsByTime": periods}))
    return path


def test_known_usage_of_complete_months_is_read_without_the_region(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        period("2026-09-01", (WEB, "EUC1-ConfigurationItemRecorded", "300"), (WEB, "BoxUsage:t3.micro", "7")),
        period("2026-10-01", (WEB, "ConfigurationItemRecorded", "1"), estimated=True),
    )
    assert [*read_usage(path)] == [
        Usage(month="2026-09-01", account=WEB, assumption="config-changes", amount=Decimal(300))
    ]
    assert set(usage_amounts().values()) <= {name for name, item in ASSUMPTIONS.items() if item.per == "account"}


def usage(month: str, account: str, amount: int) -> Usage:
    return Usage(month=month, account=account, assumption="config-changes", amount=Decimal(amount))


def test_amount_is_the_average_account_of_a_class_in_the_lowest_and_highest_month() -> None:
    """Two medium accounts: (300 + 100 + 100) / 2 in September, 1,000 / 2 in October; the small one has nothing."""
    sizes: dict[str, SizeClass] = {WEB: "medium", DATA: "medium", "111111111111": "small"}
    found = measured_assumptions(
        [
            *(usage("2026-09", WEB, 300), usage("2026-09", WEB, 100), usage("2026-09", DATA, 100)),
            *(usage("2026-10", DATA, 1000), usage("2026-10", OTHER, 7_000_000)),
        ],
        sizes,
    )
    assert found == {
        "config-changes": {"small": Range(Decimal(0), Decimal(0)), "medium": Range(Decimal(250), Decimal(500))}
    }
    text = assumptions_yaml(found)
    assert text.splitlines()[-1] == "    config-changes: {small: 0, medium: [250, 500]}"
    assert Cost.model_validate(yaml.safe_load(text)["cost"]).assumptions


@pytest.mark.parametrize(
    "definitions", [[], DEFINITIONS[:1], [{"Type": "DIMENSION", "Key": "SERVICE"}, DEFINITIONS[1]], 7]
)
def test_export_that_is_grouped_otherwise_is_an_error(definitions: Any, tmp_path: Path) -> None:
    path = write(tmp_path, period("2026-09-01"), definitions=definitions)
    with pytest.raises(PriceListError, match="is not an export of Cost Explorer by USAGE_TYPE and LINKED_ACCOUNT"):
        [*read_usage(path)]


def test_command_prints_assumptions_and_names_accounts_that_it_left_out(tmp_path: Path) -> None:
    profile = profiles_directory() / "northwind.yaml"
    path = write(tmp_path, period("2026-09-01", *((key, "PaidComplianceCheck", "10") for key in (WEB, OTHER))))
    done = CliRunner().invoke(baseline, ["usage", str(profile), str(path)])
    assert done.exit_code == 0
    assert "security-hub-checks: {small: 0, medium: 5}" in done.stdout  # web-dev has none
    assert f"no account with this id: {OTHER}." in done.stderr
    failed = CliRunner().invoke(baseline, ["usage", str(profile), str(write(tmp_path, period("2026-09-01")))])
    assert isinstance(failed.exception, PriceListError)
