"""Overrides in AWS: an account has exactly one stack of a family, the one that currently applies."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, reduced, write

pytestmark = pytest.mark.usefixtures("without_preflight")

ONLY = ("--only", "nw-config-recorder*")
DEV, PROD = "555555555555", "444444444444"
SANDBOX = "{name: sandbox, to: [Workloads/Dev], recording: DAILY, reason: Nothing there lasts.}"


def output(tmp_path: Path, overrides: str = "") -> Path:
    """The reduced profile with overrides of the recorder."""
    path = reduced(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("config: {", f"config: {{overrides: [{overrides}], "), encoding="utf-8")
    return write(path, tmp_path / "out")


def recorders(aws: Aws) -> dict[str, set[str]]:
    """Account → the StackSets that gave it a recorder."""
    sets = aws.emulator.cloudformation.stack_sets.sets
    found: dict[str, set[str]] = {}
    for name, item in sets.items():
        if name.startswith("nw-config-recorder"):
            for account, _ in item.instances:
                found.setdefault(account, set()).add(name)
    return found


def test_accounts_change_to_an_override_and_back(deployed: Aws, tmp_path: Path) -> None:
    before = recorders(deployed)
    assert before[DEV] == {"nw-config-recorder"}
    out = output(tmp_path, SANDBOX)
    previewed = deployed.run("deploy", out, *ONLY, typed="n\n")
    assert "3 stack instances of nw-config-recorder are deleted first" in " ".join(previewed.output.split())
    assert recorders(deployed) == before
    changed = deployed.run("deploy", out, "--yes", *ONLY)
    assert changed.exit_code == 0, changed.stderr
    assert recorders(deployed) == {**before, DEV: {"nw-config-recorder-sandbox"}}
    assert deployed.run("drift", out, *ONLY).exit_code == 0
    deployed.emulator.calls.clear()
    assert deployed.run("deploy", out, "--yes", *ONLY).exit_code == 0
    assert not deployed.calls("CreateStackInstances", "DeleteStackInstances", "UpdateStackSet")
    back = deployed.run("deploy", output(tmp_path), "--yes", *ONLY)
    assert back.exit_code == 0, back.stderr
    assert recorders(deployed) == before
    pruned = deployed.run("deploy", tmp_path / "out", "--yes", "--prune", *ONLY)
    assert pruned.exit_code == 0, pruned.stderr
    assert "nw-config-recorder-sandbox" not in deployed.emulator.cloudformation.stack_sets.sets


def test_accounts_change_from_one_override_to_another(deployed: Aws, tmp_path: Path) -> None:
    first = deployed.run("deploy", output(tmp_path, SANDBOX), "--yes", *ONLY)
    assert first.exit_code == 0, first.stderr
    both = (
        SANDBOX.replace("Workloads/Dev", "Workloads/Prod")
        + ", {name: quiet, to: [web-dev], snapshot_frequency: One_Hour}"
    )
    second = deployed.run("deploy", output(tmp_path, both), "--yes", *ONLY)
    assert second.exit_code == 0, second.stderr
    found = recorders(deployed)
    assert found[DEV] == {"nw-config-recorder-quiet"}
    assert found[PROD] == {"nw-config-recorder-sandbox"}


def test_a_recorder_that_an_override_switches_off_goes_with_prune(deployed: Aws, tmp_path: Path) -> None:
    before = recorders(deployed)
    out = output(tmp_path, "{name: play, to: [Workloads/Dev], recorder: none, reason: Emptied every week.}")
    kept = deployed.run("deploy", out, "--yes", *ONLY)
    assert kept.exit_code == 0, kept.stderr
    assert "stack instances are no longer targeted; --prune deletes them" in " ".join(kept.output.split())
    assert recorders(deployed) == before
    pruned = deployed.run("deploy", out, "--yes", "--prune", *ONLY)
    assert pruned.exit_code == 0, pruned.stderr
    assert recorders(deployed) == {account: names for account, names in before.items() if account != DEV}


def test_an_account_that_keeps_its_old_recorder_gets_no_second_one(
    deployed: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error that AWS would return without the intermediate step: the emulator rejects like AWS."""
    monkeypatch.setattr("baseline.deploy.stack_sets.apply.take_over", lambda *_: None)
    refused = deployed.run("deploy", output(tmp_path, SANDBOX), "--yes", *ONLY)
    assert refused.exit_code == 7
    assert "MaxNumberOfConfigurationRecordersExceededException" in refused.stderr
