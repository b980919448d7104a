"""The IAM policies for a deployment are generated from its calls, and small enough to be attached."""

import json
import re
from pathlib import Path

import pytest

from baseline.cloud.calls import CALLS
from baseline.deploy.permissions import deployment_policies, own_actions
from baseline.plan.written import read_written_plan
from tests.deploy.conftest import Aws

ROLE = "arn:aws:iam::111111111111:role/cloudformation"


@pytest.fixture(scope="module")
def policies(written: Path) -> dict[str, dict[str, object]]:
    return json.loads(json.dumps(deployment_policies(read_written_plan(written), ROLE)))  # type: ignore[no-any-return]


def _statements(policies: dict[str, dict[str, object]], name: str) -> dict[str, dict[str, list[str]]]:
    return {item["Sid"]: item for item in policies[name]["Statement"]}  # type: ignore[attr-defined]


def test_deployer_policy_has_every_call(policies: dict[str, dict[str, object]]) -> None:
    allowed = {action for item in _statements(policies, "nw-deployer").values() for action in item["Action"]}
    assert own_actions() <= allowed
    assert {call.partition(".")[2] for call in CALLS} - {"GetCallerIdentity", "AssumeRole"} <= {
        action.partition(":")[2] for action in allowed
    }


def test_changes_are_limited_to_names_of_the_baseline(policies: dict[str, dict[str, object]]) -> None:
    own = _statements(policies, "nw-deployer")
    assert own["Stacks"]["Resource"] == ["arn:aws:cloudformation:*:111111111111:stack/nw-*/*"]
    assert own["PassExecutionRole"]["Resource"] == [ROLE]
    statements = {
        sid: item for name in policies if name != "nw-deployer" for sid, item in _statements(policies, name).items()
    }
    assert statements["ChangeLambda"]["Resource"] == ["arn:aws:lambda:*:111111111111:function:nw-*"]
    assert all("*" not in item["Resource"] for sid, item in statements.items() if sid in ("ChangeIam", "ChangeS3"))
    assert "lambda:InvokeFunction" in statements["ChangeLambda"]["Action"]
    assert "organizations:CreatePolicy" in statements["ChangeOrganizations"]["Action"]


def test_each_policy_fits_into_a_managed_policy(policies: dict[str, dict[str, object]]) -> None:
    assert all(len(json.dumps(item, separators=(",", ":"))) <= 6144 for item in policies.values())


def test_every_action_has_the_form_of_an_action(policies: dict[str, dict[str, object]]) -> None:
    """The schema of a log group also lists an operation of S3's access logs, `s3:REST.PUT.OBJECT`."""
    actions = {
        action for name in policies for item in _statements(policies, name).values() for action in item["Action"]
    }
    assert "logs:CreateLogGroup" in actions
    assert not [action for action in actions if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9*]+", action)]


def test_standalone_policy_has_no_stack_sets(starter: Path) -> None:
    document = json.dumps(deployment_policies(read_written_plan(starter)))
    assert "StackSet" not in document.replace("DescribeStackSet", "").replace("ListStackSet", "").replace(
        "DetectStackSet", ""
    )


def test_policies_are_printed_offline(aws: Aws, written: Path) -> None:
    result = aws.run("preflight", written, "--print-policy")
    assert result.exit_code == 0
    assert "nw-deployer" in json.loads(result.stdout)
    assert aws.emulator.calls == []
