"""Termination protection and stack policies: compared by drift and a dry run, restored by deploy."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import WRITES, edited
from tests.deploy.test_drift import MANAGEMENT, drifts
from tests.emulator.cloudformation.stacks import Stack

pytestmark = pytest.mark.usefixtures("without_preflight")

ALLOW_ALL = json.dumps({"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})


def _lift(stack: Stack) -> None:
    stack.protected = False


def _loosen(stack: Stack) -> None:
    stack.policy = ALLOW_ALL


@pytest.mark.parametrize(
    ("by_hand", "subject"), [(_lift, "termination protection"), (_loosen, "stack policy")], ids=["lifted", "loosened"]
)
def test_protection_changed_by_hand_is_drift_and_deploy_restores_it(
    deployed: Aws, existing: Path, by_hand: Callable[[Stack], None], subject: str
) -> None:
    stack = deployed.emulator.cloudformation.stack("nw-kms-logs", *MANAGEMENT)
    before = (stack.protected, stack.policy)
    by_hand(stack)
    (row,) = drifts(deployed, existing)
    assert (row["stack"], row["kind"], row["subject"]) == ("nw-kms-logs", "protection", subject)
    shown = deployed.run("deploy", existing, "--dry-run")
    assert "1 to update" in shown.stdout
    assert f"{subject}: " in shown.stdout
    result = deployed.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr
    assert "updated nw-kms-logs" in result.stderr
    assert (stack.protected, stack.policy) == before
    deployed.emulator.calls.clear()
    assert deployed.run("deploy", existing, "--yes").exit_code == 0
    assert deployed.calls(*WRITES) == []


def test_resource_added_to_protected_stack_is_in_its_policy(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    more = edited(
        existing,
        tmp_path / "out",
        "nw-cloudtrail",
        "Resources:\n",
        "Resources:\n  Extra:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n",
    )
    assert deployed.run("deploy", more, "--yes").exit_code == 0
    policy = deployed.emulator.cloudformation.stack("nw-cloudtrail", *MANAGEMENT).policy
    assert "LogicalResourceId/Extra" in policy
