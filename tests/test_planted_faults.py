"""A sample of the planted faults is detected, and the page lists the existing faults."""

from collections import Counter
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.resources import main_templates, profiles_directory, templates_directory
from baseline.templating import environment
from benchmarks.planted_faults import (
    PROFILES,
    Fault,
    case,
    faults,
    planted,
    stopped_by,
    uncompared,
    unfitted,
    with_fault,
)
from benchmarks.planted_faults.__main__ import PAGE, digest, unfitted_lines
from benchmarks.planted_faults.plans import plan_faults, stopped

PLACES = ("standalone", "everything")
SAMPLE = [fault for fault in faults() if not fault.harmless][::14]


def test_there_are_faults_of_every_kind_in_every_template() -> None:
    assert len(faults()) >= 500
    kinds = [fault.kind for fault in faults()]
    assert all(kinds.count(kind) >= 50 for kind in set(kinds))
    assert len({fault.what for fault in faults()}) == len(faults())
    places = {fault.place.removeprefix("=") for fault in faults()}
    main = set(main_templates())
    assert main - places == {
        "organization/account_settings/account_settings",
        "functions/custom_settings",
    }  # everything in them is in parts/custom_settings


@pytest.mark.parametrize("fault", SAMPLE, ids=lambda fault: fault.what[:60])
def test_a_planted_fault_is_stopped(fault: Fault) -> None:
    found = ((name, planted(fault, case(name))) for name in (*PLACES, *PROFILES))
    name, changed = next((name, changed) for name, changed in found if changed != ())
    assert changed is None or stopped_by(case(name), changed, lint=False)


@pytest.mark.parametrize(
    "fault",
    [fault for fault in unfitted() if fault.passed and not fault.harmless],
    ids=lambda fault: fault.what[:60],
)
def test_unfitted_fault_that_passed_once_is_stopped(fault: Fault) -> None:
    changed = planted(fault, case("northwind"))
    assert changed
    assert stopped_by(case("northwind"), changed, lint=False)


@pytest.mark.parametrize("name", PLACES)
def test_nothing_stops_a_plan_without_a_fault(name: str) -> None:
    every = tuple(item.template for item in case(name).subjects)
    assert len(every) > 30
    assert stopped_by(case(name), every, lint=False) == frozenset()


@pytest.mark.parametrize("name", PLACES)
def test_a_stack_with_other_targets_is_stopped(name: str) -> None:
    some = list(plan_faults(case(name)))
    passed = [fault for fault in some[:: max(9, len(some) // 12)] if not stopped(case(name), fault)]
    assert len(some) >= 90
    assert [fault for fault in passed if fault.stack.template not in uncompared()] == []


def test_the_page_counts_the_plan_faults_of_each_kind() -> None:
    counts = Counter(fault.kind for name in PROFILES for fault in plan_faults(case(name)))
    page = PAGE.read_text(encoding="utf-8")
    for kind, count in counts.items():
        assert f"| {kind} | {count} |" in page, "run `python -m benchmarks.planted_faults`"


def test_generate_ends_with_exit_code_5_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(
        item for item in faults() if item.place == "logs/log_archive/log_archive" and "Days: 1" in str(item.new)
    )
    directory = copytree(templates_directory(), tmp_path / "templates")
    file = directory / f"{fault.place}.yaml.j2"
    file.write_text(with_fault(file.read_text(encoding="utf-8"), fault), encoding="utf-8")
    monkeypatch.setattr(environment, "templates_directory", lambda: directory)
    environment.template_environment.cache_clear()
    command = ["generate", str(profiles_directory() / "starter.yaml"), "-o", str(tmp_path / "out"), "--no-cache"]
    result = CliRunner().invoke(baseline, [*command, "--no-lint"], standalone_mode=False)
    environment.template_environment.cache_clear()
    assert result.return_value == 5, result.output
    assert "BL134" in result.output
    assert not (tmp_path / "out").exists()


def test_the_page_is_about_these_faults() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert digest() in page, "run `python -m benchmarks.planted_faults`"
    assert "\n".join(unfitted_lines()) in page
    for kind in {fault.kind for fault in faults()}:
        assert f"| {kind} | {sum(fault.kind == kind for fault in faults())} |" in page
