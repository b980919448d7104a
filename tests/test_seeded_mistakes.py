"""Every planted problem is reported, and clean files have no findings."""

from pathlib import Path

import pytest

from baseline.findings import Severity
from baseline.profile.load import load_profile
from baseline.resources import profiles_directory
from benchmarks.seeded_mistakes import CLEAN, Mistake, caught, mistakes, said_of


def test_there_are_enough_of_them_and_the_common_ones_are_all_there() -> None:
    assert len(mistakes()) >= 110
    assert sum(item.common for item in mistakes()) == 36
    assert len({item.what for item in mistakes()}) == len(mistakes())
    assert {item.expect for item in mistakes()} >= {"policy-action", "policy-lock-out", "profile-region"}


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda item: item.id)
def test_a_planted_mistake_is_reported_where_it_is(mistake: Mistake, tmp_path: Path) -> None:
    found = list(caught(mistake, tmp_path))
    assert found, "\n".join(f"{item.location} {item.id}: {item.message}" for item in said_of(tmp_path))
    assert all(item.severity >= Severity.WARNING and item.message for item in found)


def test_nothing_is_reported_of_the_clean_profile() -> None:
    assert [item for item in said_of(CLEAN) if item.severity > Severity.INFO and not item.accepted] == []


@pytest.mark.parametrize("path", sorted(profiles_directory().glob("*.yaml")), ids=lambda path: path.stem)
def test_no_example_is_flagged(path: Path) -> None:
    if path.stem == "house-baseline":
        return  # a layer, no profile
    assert not [item for item in load_profile(path).findings if item.severity > Severity.INFO and not item.accepted]
