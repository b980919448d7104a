"""Preferences of StackSet operations: from the profile to the calls and commands."""

import json
import re
from pathlib import Path

import pytest

from baseline.capabilities.landscape import OperationPreferences
from baseline.pipeline import Options, generate
from baseline.plan.operations import operation_preferences
from baseline.plan.written import read_written_plan
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        (OperationPreferences(), {"RegionConcurrencyType": "PARALLEL"}),
        (OperationPreferences(region_order=REGIONS), {"RegionConcurrencyType": "PARALLEL"}),
        (
            OperationPreferences(sequential=True),
            {"RegionConcurrencyType": "SEQUENTIAL", "RegionOrder": [*REGIONS]},
        ),
        (
            OperationPreferences(sequential=True, region_order=("us-east-1", "sa-east-1", "eu-central-1")),
            {"RegionConcurrencyType": "SEQUENTIAL", "RegionOrder": ["us-east-1", "eu-central-1", "eu-west-1"]},
        ),
        (
            OperationPreferences(max_concurrent_percentage=25, failure_tolerance_percentage=10),
            {
                "RegionConcurrencyType": "PARALLEL",
                "MaxConcurrentPercentage": 25,
                "FailureTolerancePercentage": 10,
            },
        ),
    ],
    ids=["default", "parallel with an order", "sequential", "sequential with an order", "percentages"],
)
def test_operation_preferences_follow_the_profile(
    preferences: OperationPreferences, expected: dict[str, object]
) -> None:
    found = operation_preferences(preferences, REGIONS)
    default = {"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 0}
    assert found == {**default, **expected, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}


def test_operation_preferences_reach_plan_and_run_book(tmp_path: Path) -> None:
    profile, output = tmp_path / "profile.yaml", tmp_path / "output"
    text = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")
    section = {"region_concurrency": "sequential", "max_concurrent_percentage": 25, "failure_tolerance_percentage": 10}
    profile.write_text(f"{text}\ndeployment: {json.dumps(section)}\n", encoding="utf-8")
    generate(profile, output, Options(validation=ValidateOptions(lint=False)))
    preferences = read_written_plan(output).plan.preferences
    assert preferences.sequential
    assert (preferences.max_concurrent_percentage, preferences.failure_tolerance_percentage) == (25, 10)
    commands = (output / "README.md").read_text(encoding="utf-8")
    given = re.findall(r"--operation-preferences '?([^'\n]+)'?", commands)
    assert given
    for item in map(json.loads, given):
        assert item["RegionConcurrencyType"] == "SEQUENTIAL"
        assert (item["MaxConcurrentPercentage"], item["FailureTolerancePercentage"]) == (25, 10)
