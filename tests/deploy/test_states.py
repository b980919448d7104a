"""Stacks in every CloudFormation status: reported in a few words, without a crash."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import everything
from tests.deploy.test_drift import drifts
from tests.emulator.cloudformation.stacks import ResourceFault

HOME = ("111111111111", "eu-west-1")
HEALED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED")
STUCK = ("UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED")


@pytest.mark.parametrize("status", [*HEALED, *STUCK])
def test_drift_says_it_and_continues(deployed: Aws, existing: Path, status: str) -> None:
    deployed.emulator.cloudformation.stack("nw-alarms", *HOME).status = status
    deployed.emulator.cloudformation.stack("nw-kms-logs", *HOME).tags = []
    found = drifts(deployed, existing)
    assert {item["stack"] for item in found if item["kind"] == "tags"} == {"nw-kms-logs"}
    states = [(item["stack"], item["actual"]) for item in found if item["kind"] == "status"]
    assert states == ([] if status == "UPDATE_ROLLBACK_COMPLETE" else [("nw-alarms", status)])


def test_drift_does_not_wait_for_concurrent_work(deployed: Aws, existing: Path) -> None:
    stack = deployed.emulator.cloudformation.stack("nw-alarms", *HOME)
    stack.shown, stack.polls = "UPDATE_IN_PROGRESS", 100
    assert ("nw-alarms", "status", "UPDATE_IN_PROGRESS") in {
        (item["stack"], item["kind"], item["actual"]) for item in drifts(deployed, existing)
    }


@pytest.mark.parametrize("status", [item for item in HEALED if item != "UPDATE_FAILED"])
def test_deploy_fixes_what_it_can(deployed: Aws, existing: Path, status: str) -> None:
    deployed.emulator.cloudformation.stack("nw-alarms", *HOME).status = status
    assert deployed.run("deploy", existing, "--dry-run").exit_code == 0
    result = deployed.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr


def test_deploy_gives_the_command_for_a_failed_update_without_a_change(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.stack("nw-alarms", *HOME).status = "UPDATE_FAILED"
    result = deployed.run("deploy", existing, "--yes")
    assert result.exit_code == 7
    assert "CloudFormation finds no change that would resume it" in result.stderr
    assert "aws cloudformation update-stack --stack-name nw-alarms" in result.stderr


@pytest.mark.parametrize("status", STUCK)
def test_deploy_names_what_a_person_has_to_fix(deployed: Aws, existing: Path, status: str) -> None:
    deployed.emulator.cloudformation.stack("nw-alarms", *HOME).status = status
    for words in (("--dry-run",), ("--yes",)):
        result = deployed.run("deploy", existing, *words)
        assert result.exit_code == 5
        assert f"nw-alarms in eu-west-1 is {status}" in result.stderr
        assert "aws cloudformation " in result.stderr


@pytest.mark.parametrize("status", [*HEALED, *STUCK])
def test_destroy_takes_it_away(deployed: Aws, existing: Path, status: str) -> None:
    deployed.emulator.cloudformation.stack("nw-alarms", *HOME).status = status
    result = deployed.run("destroy", existing, "--confirm", "Northwind", "--only", "nw-alarms")
    assert result.exit_code == 0, result.stderr
    assert not [key for key in everything(deployed) if key[-1] == "nw-alarms"]


def test_drift_continues_where_cloudformation_cannot_look(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.stacks.undetectable = "Access denied for operation 'AWS::SNS::Topic'"
    trail = deployed.emulator.cloudformation.stack("nw-alarms", *HOME)
    changed = next(item for item in trail.resources.values() if "Alarm" in item.type)
    changed.live = {**changed.properties, "Threshold": 99}
    found = [item for item in drifts(deployed, existing) if item["stack"] == "nw-alarms"]
    assert [item["actual"] for item in found] == [
        "99",
        "not checked completely: Access denied for operation 'AWS::SNS::Topic'",
    ]


def test_drift_continues_where_a_stack_set_cannot_be_checked(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.stack_sets.undetectable = ("444444444444", "eu-west-1")
    found = [item for item in drifts(deployed, existing) if item["stack"] == "nw-config-recorder"]
    assert [item["actual"] for item in found] == ["not checked completely: 444444444444 in eu-west-1: no access"]
    (asked, *_) = [call.parameters for call in deployed.emulator.calls if call.operation == "DetectStackSetDrift"]
    assert asked["OperationPreferences.MaxConcurrentPercentage"] == "100"


def test_why_a_stack_failed_is_found_on_any_page_of_its_events(settled: Aws, existing: Path) -> None:
    """The rollback of many resources fills more than one page, and comes first."""
    service = settled.emulator.cloudformation
    service.stacks.page = 1
    service.engine.faults.append(ResourceFault(on="AWS::CloudTrail::Trail", reason="no such key", times=1))
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 7
    assert "Trail (AWS::CloudTrail::Trail): no such key" in result.stderr


def test_a_recorder_of_ours_is_known_on_any_page_of_resources(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.stacks.page = 1
    deployed.emulator.calls.clear()
    assert deployed.run("deploy", existing, "--dry-run").exit_code == 0
    assert len(deployed.calls("ListStackResources")) > 3
