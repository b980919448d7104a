"""An organizational unit that the plan names and that no longer exists."""

from pathlib import Path
from shutil import copytree

import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import everything
from tests.deploy.test_drift import drifts

pytestmark = pytest.mark.usefixtures("without_preflight")

SECURITY = "ou-ab12-11111111"
SAID = f"organizational unit Security ({SECURITY}) is not in the organization"


def lose(aws: Aws) -> None:
    """Move the accounts out of Security and delete it, as another administrator would."""
    backend = aws.emulator.cloudformation.organization.backend
    for account in backend.accounts:
        if account.parent_id == SECURITY:
            account.parent_id = aws.emulator.cloudformation.organization.root
    backend.ou = [unit for unit in backend.ou if unit.id != SECURITY]


def test_drift_names_it_and_continues(deployed: Aws, existing: Path) -> None:
    lose(deployed)
    stack = deployed.emulator.cloudformation.stack("nw-cloudtrail", "111111111111", "eu-west-1")
    stack.tags = []
    found = drifts(deployed, existing)
    lost = [item for item in found if item["actual"] == SAID]
    assert {item["kind"] for item in lost} == {"instances"}
    assert {"nw-kms-log-archive", "nw-log-archive", "nw-config-recorder"} <= {item["stack"] for item in lost}
    assert "nw-cloudtrail" in {item["stack"] for item in found if item["kind"] == "tags"}
    assert "no longer targeted" not in {item["actual"] for item in found if item["stack"] == "nw-log-archive"}


def test_a_dry_run_names_it_and_shows_the_rest(deployed: Aws, existing: Path) -> None:
    lose(deployed)
    result = deployed.run("deploy", existing, "--dry-run", "--prune")
    assert result.exit_code == 0, result.stderr
    assert SAID in result.output
    assert "to delete" not in result.output


def test_deploy_fails_where_it_matters_and_prunes_nothing(deployed: Aws, existing: Path) -> None:
    lose(deployed)
    before = everything(deployed)
    result = deployed.run("deploy", existing, "--yes", "--prune")
    assert result.exit_code == 7
    assert SAID in result.stderr
    assert "Correct its id in the profile" in result.stderr
    assert everything(deployed) == before


def test_an_account_that_was_moved_is_drift_and_none_that_is_no_longer_targeted(deployed: Aws, existing: Path) -> None:
    organization = deployed.emulator.cloudformation.organization
    archive = next(account for account in organization.backend.accounts if account.id == "222222222222")
    archive.parent_id = "ou-ab12-22222222"
    found = {item["actual"] for item in drifts(deployed, existing) if item["stack"] == "nw-log-archive"}
    assert found == {"account 222222222222 (log_archive) is in Workloads, not active in Security"}
    moved = deployed.run("destroy", existing, "--confirm", "Northwind")
    assert moved.exit_code == 0, moved.stderr
    assert everything(deployed) == {}


def test_destroy_reaches_the_accounts_that_were_in_it(deployed: Aws, existing: Path) -> None:
    lose(deployed)
    result = deployed.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 0, result.stderr
    assert everything(deployed) == {}


def test_a_unit_that_nothing_gives_an_id_to_and_nobody_finds_is_drift_too(
    deployed: Aws, existing: Path, tmp_path: Path
) -> None:
    copytree(existing, tmp_path / "out")
    path = tmp_path / "out/plan.json"
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{SECURITY}"', "null"), encoding="utf-8")
    lose(deployed)
    found = drifts(deployed, tmp_path / "out")
    assert "the organization has no unit Security" in {item["actual"] for item in found}
