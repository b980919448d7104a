"""Requests for stack instances, split according to AWS's limits."""

import pytest

from baseline.deploy.stack_sets.instances import batched_units
from tests.deploy.conftest import Aws
from tests.emulator.cloudformation.api import ApiError
from tests.emulator.cloudformation.stack_sets import MOST_UNITS


def test_units_are_split_into_requests_that_aws_takes() -> None:
    units = [f"ou-ab12-{number:08}" for number in range(120)]
    parts = list(batched_units(units))
    assert [len(part) for part in parts] == [50, 50, 20]
    assert [unit for part in parts for unit in part] == units
    assert list(batched_units([])) == []


def test_emulator_refuses_more_units_than_aws_allows(aws: Aws) -> None:
    sets = aws.emulator.cloudformation.stack_sets
    with pytest.raises(ApiError, match="50 organizational units at most"):
        sets._targets({"OrganizationalUnitIds": ["ou-ab12-11111111"] * (MOST_UNITS + 1)})
