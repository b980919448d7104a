import json
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from baseline.aws.availability import UNRELIABLE_REGIONS
from baseline.aws.regions import REGIONS
from tests.aws.bundled_data import DATA, LISTINGS, ages, described_regions, documents, entries_of, listings

HOW = "run: make facts"
DERIVED = [
    "action_resources.json",
    "iam_actions.json",
    "resource_handlers.json",
    "resource_types.json",
    "stateful_types.json",
]


@pytest.mark.parametrize("name", DERIVED)
def test_the_vendored_file_names_the_installed_cfn_lint(name: str) -> None:
    stored = json.loads((DATA / name).read_text(encoding="utf-8"))
    assert stored["source"] == f"cfn-lint {version('cfn-lint')}", HOW


@pytest.mark.parametrize("name", DERIVED)
def test_the_vendored_file_is_what_the_installed_cfn_lint_says(name: str) -> None:
    assert (DATA / name).read_text(encoding="utf-8") == documents()[name], HOW


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_is_what_the_installed_package_says(name: str) -> None:
    source, entries, key = listings()[name]
    stored = json.loads((DATA / name).read_text(encoding="utf-8"))
    assert entries_of(stored, key) == entries, HOW
    assert stored["source"] == source, HOW


def test_the_age_of_what_people_keep_is_listed_and_the_oldest_comes_first() -> None:
    found = list(ages(date(2027, 1, 1)))
    days = [int(line.split()[0]) for line in found]
    assert days == sorted(days, reverse=True)
    assert len(found) == len(list(DATA.glob("*.json"))) - len(documents()) - len(LISTINGS)
    assert any("quotas: AWS documentation" in line for line in found)


def test_the_bundled_schemas_describe_every_region_but_the_unreliable_ones() -> None:
    assert described_regions() == set(REGIONS) - UNRELIABLE_REGIONS


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_data_file_says_where_it_comes_from_and_when_and_stays_small(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert set(document) == {"source", "date", "data"}
    assert document["source"]
    assert len(document["date"].split("-")) == 3
    assert path.stat().st_size < 700_000


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_a_data_file_has_an_entry_a_line_so_that_differences_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") >= len(json.loads(text)["data"])
