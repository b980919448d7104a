"""The table of partitions in the documentation matches the program."""

import re

import pytest

from baseline.aws.partitions import presence
from baseline.resources import profiles_directory

PAGE = profiles_directory().parent / "docs/capabilities/organization.md"
ROWS = re.findall(r"^\| (`[^|]+) \| (\w+) \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_table_covers_policy_types_and_root_features() -> None:
    names = {name for cell, *_ in ROWS for name in re.findall(r"`([^`]+)`", cell)}
    assert {"RESOURCE_CONTROL_POLICY", "S3_POLICY", "RootSessions", "macie.amazonaws.com"} <= names


@pytest.mark.parametrize(("cell", "govcloud", "china"), ROWS)
def test_row_agrees_with_the_facts(cell: str, govcloud: str, china: str) -> None:
    for name in re.findall(r"`([^`]+)`", cell):
        assert (presence(name, "aws-us-gov").value, presence(name, "aws-cn").value) == (govcloud, china), name
