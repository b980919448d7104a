"""Change sets: failures are explained, drift-reverting ones work, and outdated responses are no success."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from baseline.cloud.refusals import Refusal
from baseline.deploy.change_sets import ChangeSets
from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import assert_done, edited, everything
from tests.deploy.test_drift import MANAGEMENT, drifts
from tests.emulator.cloudformation.api import Answer, ApiError, Request
from tests.emulator.cloudformation.stacks import ResourceFault
from tests.emulator.server import Fault

pytestmark = pytest.mark.usefixtures("without_preflight")


def _leftovers(aws: Aws, directory: Path) -> None:
    """A destroyed baseline whose retained resources still exist under their names."""
    assert aws.run("deploy", directory, "--yes", "--only", "nw-kms-logs").exit_code == 0
    assert aws.run("destroy", directory, "--confirm", "Northwind", "--only", "nw-kms-logs").exit_code == 0


def test_failed_change_set_names_the_resources_that_exist(settled: Aws, existing: Path) -> None:
    _leftovers(settled, existing)
    result = settled.run("deploy", existing, "--yes", "--only", "nw-kms-logs")
    assert result.exit_code == 7
    assert "(AWS::KMS::Key): Resource of type 'AWS::KMS::Key' with identifier" in result.stderr
    assert "[NAME_CONFLICT_VALIDATION]" in result.stderr
    assert "--import-existing" in result.stderr
    assert everything(settled) == {}, "the change set and the empty stack are withdrawn"
    assert settled.run("deploy", existing, "--yes", "--only", "nw-kms-logs", "--import-existing").exit_code == 0


def test_failed_change_set_keeps_its_reason_when_events_are_denied(settled: Aws, existing: Path) -> None:
    _leftovers(settled, existing)
    settled.emulator.faults.append(Fault(on="cloudformation.DescribeEvents", code="AccessDenied", status=403))
    result = settled.run("deploy", existing, "--yes", "--only", "nw-kms-logs")
    assert result.exit_code == 7
    assert "AWS::EarlyValidation::ResourceExistenceCheck" in result.stderr


def test_revert_drift_reverts_changes_made_by_hand(deployed: Aws, existing: Path) -> None:
    resources = deployed.emulator.cloudformation.stack("nw-cloudtrail", *MANAGEMENT).resources
    trail = next(item for item in resources.values() if item.type == "AWS::CloudTrail::Trail")
    trail.live = {**trail.properties, "IsLogging": False}
    found = deployed.run("drift", existing)
    assert found.exit_code == 5
    assert "baseline deploy DIR --revert-drift" in found.stderr
    plain = deployed.run("deploy", existing, "--yes")
    assert "0 to update" in plain.stdout, "a change by hand is none of the templates"
    shown = deployed.run("deploy", existing, "--dry-run", "--revert-drift")
    assert "1 to update" in shown.stdout
    assert "~ Trail (AWS::CloudTrail::Trail)" in shown.stdout
    result = deployed.run("deploy", existing, "--yes", "--revert-drift")
    assert result.exit_code == 0, result.stderr
    assert drifts(deployed, existing) == []
    assert_done(deployed, existing)


@pytest.mark.parametrize("fails", [False, True])
def test_outdated_answer_is_not_mistaken_for_the_end_of_an_update(
    deployed: Aws, existing: Path, tmp_path: Path, *, fails: bool
) -> None:
    changed = edited(existing, tmp_path / "out", "nw-cloudtrail", "RetentionInDays: 731", "RetentionInDays: 1096")
    service = deployed.emulator.cloudformation
    service.stacks.outdated_answers, service.engine.polls = 3, 2
    if fails:
        service.engine.faults.append(ResourceFault(on="AWS::Logs::LogGroup", reason="no such key", times=1))
    result = deployed.run("deploy", changed, "--yes")
    assert result.exit_code == (7 if fails else 0), result.stderr
    assert ("no such key" in result.stderr) == fails
    assert service.stack("nw-cloudtrail", *MANAGEMENT).tags


def test_execution_whose_answer_was_lost_is_waited_for(
    settled: Aws, existing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine without request tokens rejects the retry of a call that has taken effect."""
    api = settled.emulator.cloudformation.stacks
    execute = api.ExecuteChangeSet

    def refused(request: Request) -> Answer:
        execute(request)
        raise ApiError("InvalidChangeSetStatus", "ChangeSet cannot be executed in its current status")

    monkeypatch.setattr(api, "ExecuteChangeSet", refused)
    result = settled.run("deploy", existing, "--yes", "--only", "nw-kms-logs")
    assert result.exit_code == 0, result.stderr


def test_reasons_are_listed_once_and_first_cause_first(settled: Aws, existing: Path) -> None:
    service = settled.emulator.cloudformation
    service.engine.faults.append(ResourceFault(on="AWS::KMS::Key", reason="Key policy: x", times=1))
    result = settled.run("deploy", existing, "--yes", "--only", "nw-kms-logs")
    assert result.exit_code == 7
    assert result.stderr.count("Key policy: x") == 1


def test_change_set_that_nobody_waits_for_is_stopped_and_not_failed() -> None:
    deleted: list[str] = []

    def delete(**request: str) -> None:
        deleted.append(request["ChangeSetName"])
        raise Refusal("in progress", operation="DeleteChangeSet", code="InvalidChangeSetStatus", message="in progress")

    client = SimpleNamespace(
        create_change_set=lambda **_: {"Id": "arn:one"},
        describe_change_set=lambda **_: {"Status": "CREATE_IN_PROGRESS"},
        delete_change_set=delete,
    )
    reader: Any = SimpleNamespace(client=client, name="nw-one", session=SimpleNamespace(until=lambda look: look()))
    made = ChangeSets(reader=reader).create("UPDATE", "one", {})
    assert (made.is_stopped, made.is_failed, made.is_empty) == (True, True, False)
    assert deleted == ["one"]
