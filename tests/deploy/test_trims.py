"""Surplus stack instances: announced before they are deleted, and only announced ones are deleted."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import WRITES
from tests.emulator.cut import Meanwhile

pytestmark = pytest.mark.usefixtures("without_preflight")

ACCOUNTS = "222222222222, 333333333333, 444444444444, 555555555555"


@pytest.fixture
def narrow(deployed: Aws, existing: Path, tmp_path: Path) -> Path:
    """The deployed output without one of its Regions."""
    deployed.emulator.calls.clear()
    copytree(existing, tmp_path / "out")
    path = tmp_path / "out/plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    for stack in (stack for wave in plan["waves"] for stack in wave):
        for deployment in stack["deployments"]:
            deployment["regions"] = [region for region in deployment["regions"] if region != "eu-central-1"]
    path.write_text(json.dumps(plan), encoding="utf-8")
    return tmp_path / "out"


def regions(aws: Aws, name: str) -> set[str]:
    return {region for _, region in aws.emulator.cloudformation.stack_sets.sets[name].instances}


def test_they_are_reported_with_accounts_and_regions_counted_and_asked_about(settled: Aws, narrow: Path) -> None:
    result = settled.run("deploy", narrow, "--prune", typed="n\n")
    assert result.exit_code == 1
    assert "delete nw-config-recorder (4 stack instances): 2 to remove\n" in result.output
    assert f"    no longer targeted: 4 stack instances in eu-central-1 ({ACCOUNTS})\n" in result.output
    assert "\n3 to delete\n" in result.output  # with an ordinary stack and a bucket of the log archive
    assert settled.calls(*WRITES) == []


def test_a_dry_run_says_the_same_and_deletes_nothing(settled: Aws, narrow: Path) -> None:
    result = settled.run("deploy", narrow, "--prune", "--dry-run")
    assert result.exit_code == 0
    assert f"4 stack instances in eu-central-1 ({ACCOUNTS})" in result.output
    assert settled.calls(*WRITES) == []


def test_without_prune_they_are_left_and_said_to_be(settled: Aws, narrow: Path) -> None:
    result = settled.run("deploy", narrow, "--yes")
    assert result.exit_code == 0, result.stderr
    said = f"    no longer targeted: 4 stack instances in eu-central-1 ({ACCOUNTS}); --prune deletes them\n"
    assert f"orphaned nw-config-recorder (4 stack instances)\n{said}" in result.output
    assert "3 orphaned" in result.output
    assert settled.calls(*WRITES) == []
    assert "eu-central-1" in regions(settled, "nw-config-recorder")


def test_what_was_not_shown_is_not_deleted(settled: Aws, narrow: Path) -> None:
    """An account leaves the OUs of the plan while the user reads the preview."""
    organization = settled.emulator.cloudformation.organization
    moved = next(account for account in organization.backend.accounts if account.id == "555555555555")

    def leave() -> None:
        moved.parent_id = organization.root

    settled.emulator.cut = Meanwhile(at=0, then=leave)
    result = settled.run("deploy", narrow, "--yes", "--prune")
    assert result.exit_code == 0, result.stderr
    left = settled.emulator.cloudformation.stack_sets.sets["nw-config-recorder"].instances
    assert {region for _, region in left} == {"eu-west-1", "us-east-1"}
    assert ("555555555555", "eu-west-1") in left
    assert "2 more stack instances are no longer targeted; run the same command again to delete them" in result.stderr


def test_they_are_counted_where_they_are_many(settled: Aws, existing: Path, narrow: Path) -> None:
    del existing
    organization = settled.emulator.cloudformation.organization
    found = settled.emulator.cloudformation.stack_sets.sets["nw-config-recorder"]
    some = found.instances["444444444444", "eu-central-1"]
    for number in range(8):
        organization.account(f"66666666666{number}", f"more-{number}", "Suspended")
        found.instances[f"66666666666{number}", "eu-central-1"] = some
    result = settled.run("deploy", narrow, "--prune", "--dry-run")
    assert "no longer targeted: 12 stack instances in eu-central-1\n" in result.output
