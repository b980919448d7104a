"""Concurrent changes to the same stacks: no crash, no reverted work, and the next run completes."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import assert_done, edited, everything
from tests.deploy.test_killed import DEPLOY, Tiny, alone, organization, plain, story, tiny, undisturbed
from tests.emulator.cut import Cut, Meanwhile
from tests.emulator.server import Fault

pytestmark = pytest.mark.usefixtures("without_preflight")

_TWICE = {"UPDATE_COMPLETE": "CREATE_COMPLETE"}
"""What both have asked for is made by one and updated to the same by the other."""

__all__ = ["alone", "organization", "tiny"]


@pytest.mark.parametrize("tiny", ["organization"], indirect=True)
@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("CreateChangeSet", 7),
        ("ExecuteChangeSet", 7),
        ("SetStackPolicy", 0),
        ("CreateStackSet", 7),
        ("CreateStackInstances", 0),
    ],
)
def test_a_whole_deployment_in_the_midst_of_another(tiny: Tiny, operation: str, code: int) -> None:
    told = undisturbed(tiny)
    told.moments[0].restore(tiny.aws.emulator)
    others: list[Any] = []
    words = ("deploy", tiny.directory, "--yes", "--workers", "1")
    meanwhile = Meanwhile(at=told.calls.index(operation), then=lambda: others.append(tiny.aws.run(*words)))
    first = tiny.deploy(meanwhile)
    assert [other.exit_code for other in others] == [0]
    assert first.exit_code == code, first.stderr
    assert ("Another run, or the console, works on it at the same time" in first.stderr) == bool(code)
    second = tiny.deploy()
    assert second.exit_code == 0, second.stderr
    assert plain(tiny.state(), _TWICE) == plain(told.end, _TWICE)


@pytest.mark.parametrize("tiny", ["organization"], indirect=True)
def test_a_look_takes_nothing_away_from_a_running_deployment(tiny: Tiny, tmp_path: Path) -> None:
    undisturbed(tiny)
    tiny.directory = edited(tiny.directory, tmp_path / "one", "ty-kms-logs", "InDays: 365", "InDays: 180")
    others: list[Any] = []
    look = ("deploy", tiny.directory, "--dry-run")
    told = story(tiny, "deploy", tiny.directory, *DEPLOY)
    made = told.calls.index("ExecuteChangeSet") - 1
    assert told.calls[made] == "CreateChangeSet"
    for number in range(made, len(told.calls)):
        told.moments[0].restore(tiny.aws.emulator)
        first = tiny.deploy(Meanwhile(at=number, then=lambda: others.append(tiny.aws.run(*look))))
        assert first.exit_code == 0, f"{told.calls[number]}: {first.stderr}"
    assert {other.exit_code for other in others} == {0}


def test_what_another_run_has_put_under_the_name_is_not_executed(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    changed = edited(existing, tmp_path / "out", "nw-cloudtrail", "RetentionInDays: 731", "RetentionInDays: 1096")
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    before = everything(deployed)

    def replace() -> None:
        (name,) = [item["ChangeSetName"] for item in client.list_change_sets(StackName="nw-cloudtrail")["Summaries"]]
        client.delete_change_set(StackName="nw-cloudtrail", ChangeSetName=name)
        body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
        client.create_change_set(
            StackName="nw-cloudtrail", ChangeSetName=name, ChangeSetType="UPDATE", TemplateBody=body
        )

    seen = Cut(at=10_000, taken=True)
    kept, deployed.emulator.cloudformation = (
        deployed.emulator.cloudformation,
        deepcopy(deployed.emulator.cloudformation),
    )
    deployed.emulator.cut = seen
    assert deployed.run("deploy", changed, "--yes", "--only", "nw-cloudtrail").exit_code == 0
    deployed.emulator.cloudformation = kept
    deployed.emulator.cut = Meanwhile(at=seen.seen.index("ExecuteChangeSet"), then=replace)
    result = deployed.run("deploy", changed, "--yes", "--only", "nw-cloudtrail")
    assert result.exit_code == 7
    assert "Another run, or the console" in result.stderr
    assert everything(deployed) == before


@pytest.mark.parametrize(
    "operation", ["UpdateStackSet", "CreateStackInstances", "DeleteStackInstances", "DeleteStackSet"]
)
def test_an_operation_of_another_user_is_waited_for(
    settled: Aws, existing: Path, tmp_path: Path, operation: str
) -> None:
    fault = Fault(on=f"cloudformation.{operation}", code="OperationInProgressException", status=409, times=2)
    if operation == "CreateStackInstances":
        settled.emulator.faults.append(fault)
    assert settled.run("deploy", existing, "--yes").exit_code == 0
    settled.emulator.faults.append(fault)
    if operation == "UpdateStackSet":
        changed = edited(existing, tmp_path / "out", "nw-log-archive-access-logs", "InDays: 365", "InDays: 366")
        result = settled.run("deploy", changed, "--yes")
        assert_done(settled, changed)
    else:
        result = settled.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 0, result.stderr


def test_an_operation_that_never_ends_is_reported(settled: Aws, existing: Path) -> None:
    fault = Fault(on="cloudformation.CreateStackInstances", code="OperationInProgressException", status=409)
    settled.emulator.faults.append(fault)
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 7
    assert "Another run, or the console, works on it at the same time" in result.stderr
