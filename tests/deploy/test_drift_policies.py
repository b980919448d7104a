"""Policies changed in AWS Organizations: `drift` reports them even if CloudFormation does not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.deploy.conftest import Aws
from tests.emulator.cloudformation.stacks import Deployed, FailedError
from tests.emulator.policies import POLICY, keep_policy

pytestmark = pytest.mark.usefixtures("without_preflight")

ONLY = ("--only", "nw-guardrails-*", "--only", "nw-account-settings-s3-policy")


@pytest.fixture
def deployed(settled: Aws, whole: Path) -> Aws:
    types = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY", "AISERVICES_OPT_OUT_POLICY")
    settled.emulator.cloudformation.engine.earlier += [("policy-type", {"PolicyType": name}) for name in types]
    result = settled.run("deploy", whole, "--yes", *ONLY)
    assert result.exit_code == 0, result.stderr
    return settled


def client() -> Any:
    return boto3.Session(region_name="us-east-1").client("organizations")


def of(aws: Aws, name: str) -> Any:
    return next(item for item in aws.emulator.cloudformation.organization.backend.policies if item.name == name)


def policies(aws: Aws, directory: Path) -> list[dict[str, str]]:
    result = aws.run("drift", directory, "--format", "json", *ONLY)
    found: list[dict[str, str]] = json.loads(result.stdout)
    assert result.exit_code == (5 if found else 0)
    assert {item["kind"] for item in found} <= {"policy"}
    return found


def test_policies_as_they_were_deployed_do_not_differ(deployed: Aws, whole: Path) -> None:
    deployed.emulator.calls.clear()
    assert policies(deployed, whole) == []
    assert len(deployed.calls("DescribePolicy", "ListTargetsForPolicy")) >= 12


def test_layout_and_the_order_of_keys_are_no_difference(deployed: Aws, whole: Path) -> None:
    policy = of(deployed, "nw-guardrails-scp-record")
    content = json.loads(policy.content)
    client().update_policy(PolicyId=policy.id, Content=json.dumps(dict(reversed(content.items())), indent=4))
    assert policies(deployed, whole) == []


def _weakened(policy: Any, content: dict[str, Any]) -> tuple[str, str]:
    content["Statement"][0]["Effect"] = "Allow"
    client().update_policy(PolicyId=policy.id, Content=json.dumps(content))
    return "/Statement/0/Effect", "Allow"


def _emptied(policy: Any, content: dict[str, Any]) -> tuple[str, str]:
    client().update_policy(PolicyId=policy.id, Content=json.dumps({**content, "Statement": []}))
    return "/Statement", "[]"


def _detached(policy: Any, _: dict[str, Any]) -> tuple[str, str]:
    client().detach_policy(PolicyId=policy.id, TargetId="r-ab12")
    return "target r-ab12", "not attached"


def _spread(policy: Any, _: dict[str, Any]) -> tuple[str, str]:
    client().attach_policy(PolicyId=policy.id, TargetId="ou-ab12-55555555")
    return "target ou-ab12-55555555", "attached"


def _deleted(policy: Any, _: dict[str, Any]) -> tuple[str, str]:
    client().detach_policy(PolicyId=policy.id, TargetId="r-ab12")
    client().delete_policy(PolicyId=policy.id)
    return f"({policy.id})", "deleted"


@pytest.mark.parametrize("change", [_weakened, _emptied, _detached, _spread, _deleted], ids=lambda it: it.__name__)
def test_a_change_by_hand_in_organizations_is_seen(
    deployed: Aws, whole: Path, change: Callable[[Any, dict[str, Any]], tuple[str, str]]
) -> None:
    policy = of(deployed, "nw-guardrails-scp-record")
    place, actual = change(policy, json.loads(policy.content))
    (found,) = policies(deployed, whole)
    assert found["stack"] == "nw-guardrails-scp-record"
    assert found["subject"].startswith(f"nw-guardrails-scp-record ({policy.id})")
    assert found["subject"].endswith(place)
    assert found["actual"] == actual
    table = deployed.run("drift", whole, *ONLY)
    assert table.exit_code == 5
    assert "policy" in table.output


def test_a_second_policy_of_a_name_is_refused_as_aws_refuses_it(deployed: Aws) -> None:
    backend = deployed.emulator.cloudformation.organization.backend
    taken = of(deployed, "nw-guardrails-scp-record")
    properties = {"Name": taken.name, "Type": taken.type, "Content": {}}
    second = Deployed(
        logical_id="Policy", type=POLICY, name="x", physical="x", properties=properties, body={}, arn="arn:aws:x"
    )
    with pytest.raises(FailedError, match="already exists"):
        keep_policy(backend, second)
