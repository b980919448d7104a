"""Preflight checks of names, slots, roles and accounts, each tested to report."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.deploy.conftest import Aws, write
from tests.deploy.test_deploy import WRITES
from tests.emulator.cloudformation.stacks import Deployed
from tests.emulator.server import Fault

HOME = "eu-west-1"
MANAGEMENT = "111111111111"


def checks(aws: Aws, directory: Path, *words: str) -> dict[str, dict[str, Any]]:
    """Check id → result."""
    result = aws.run("preflight", directory, "--format", "json", *words)
    found = {item["id"]: item for item in json.loads(result.stdout)}
    failed = any(issue["blocks"] for item in found.values() for issue in item["issues"])
    assert result.exit_code == (5 if failed else 0), result.stderr
    return found


def messages(result: dict[str, Any]) -> str:
    return "\n".join(issue["message"] for issue in result["issues"])


def put(aws: Aws, type_: str, name: str, account: str = MANAGEMENT, region: str = HOME) -> None:
    """A resource outside all stacks."""
    item = Deployed(logical_id="X", type=type_, name=name, physical=name, properties={}, body={}, arn="")
    aws.emulator.cloudformation.engine.existing[type_, account, region, name] = item


def _client(service: str) -> Any:
    return boto3.Session().client(service, region_name=HOME)


def _log_group(aws: Aws) -> str:
    put(aws, "AWS::Logs::LogGroup", "/nw/cloudtrail")
    return "nw-cloudtrail: AWS::Logs::LogGroup /nw/cloudtrail exists in 111111111111"


def _alias(aws: Aws) -> str:
    put(aws, "AWS::KMS::Alias", "alias/nw-logs")
    return "nw-kms-logs: AWS::KMS::Alias alias/nw-logs exists"


def _topic(aws: Aws) -> str:
    put(aws, "AWS::SNS::Topic", "nw-alerts-critical")
    return "nw-notifications: AWS::SNS::Topic arn:aws:sns:eu-west-1:111111111111:nw-alerts-critical exists"


@pytest.mark.parametrize("prepare", [_log_group, _alias, _topic])
def test_name_that_exists_in_management_account_blocks(
    settled: Aws, whole: Path, prepare: Callable[[Aws], str]
) -> None:
    said = prepare(settled)
    found = checks(settled, whole, "--only", said.partition(":")[0])
    assert found["names"]["state"] == "error"
    assert said in messages(found["names"])
    assert "--import-existing" in found["names"]["issues"][0]["fix"]


def test_name_of_deployed_stack_is_no_issue(deployed: Aws, existing: Path) -> None:
    found = checks(deployed, existing)
    assert {item["state"] for item in found.values()} <= {"ok", "warning", "skipped"}
    assert found["names"]["state"] == "ok"
    assert found["existing"]["state"] == "ok"


def test_checks_change_nothing_and_say_one_line_each(settled: Aws, existing: Path) -> None:
    settled.emulator.calls.clear()
    result = settled.run("preflight", existing)
    assert result.exit_code == 0, result.stdout
    lines = [line for line in result.stdout.splitlines() if line and line[0] != " "]
    assert lines[0].startswith("ok       caller")
    assert "skipped  members" in result.stdout
    assert settled.calls(*WRITES) == []


def test_member_names_are_checked_through_named_role(settled: Aws, existing: Path) -> None:
    put(settled, "AWS::IAM::Role", "nw-config", account="444444444444", region=HOME)
    put(settled, "AWS::S3::Bucket", "nw-vended-logs-222222222222-eu-west-1", account="222222222222")
    found = checks(settled, existing, "--member-role", "OrganizationAccountAccessRole", "--only", "nw-*log-archive*")
    assert "AWS::S3::Bucket nw-vended-logs-222222222222-eu-west-1 exists in 222222222222" in messages(found["members"])
    assert found["members"]["state"] == "error"


def test_policies_of_same_name_and_full_slots_block(settled: Aws, whole: Path) -> None:
    client = _client("organizations")
    content = json.dumps({"Version": "2012-10-17", "Statement": []})
    kind = "SERVICE_CONTROL_POLICY"
    for number in range(10):
        name = "nw-guardrails-scp-identity" if number == 0 else f"other-{number}"
        made = client.create_policy(Content=content, Name=name, Description="x", Type=kind)["Policy"]
        client.attach_policy(PolicyId=made["PolicySummary"]["Id"], TargetId="r-ab12")
    found = checks(settled, whole, "--only", "nw-guardrails-*")
    assert "a service control policy nw-guardrails-scp-identity (p-" in messages(found["policies"])
    assert "service control policy slots taken" in messages(found["policy-slots"])
    assert "active accounts are subject to them" in messages(found["guardrails"])
    assert found["guardrails"]["state"] == "warning"


def test_unit_that_exists_and_would_be_created_blocks(settled: Aws, written: Path) -> None:
    found = checks(settled, written, "--only", "nw-organization")
    assert "the unit Prod (ou-ab12-33333333) exists already under ou-ab12-22222222" in messages(found["units"])


def test_accounts_without_baseline_are_named(settled: Aws, existing: Path) -> None:
    settled.emulator.cloudformation.organization.account("777777777777", "forgotten")
    found = checks(settled, existing)
    assert "forgotten (777777777777, ACTIVE)" in messages(found["accounts"])


def test_caller_outside_key_administrators_blocks(
    settled: Aws, existing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "arn:aws:iam::111111111111:role/github-deployer"
    found = checks(settled, existing, "--only", "nw-kms-logs", "--execution-role", role)
    assert f"does not allow administration by {role}" in messages(found["key-administrators"])
    assert "capabilities.kms.key_administrators" in found["key-administrators"]["issues"][0]["fix"]
    good = checks(
        settled, existing, "--only", "nw-kms-logs", "--execution-role", role.replace("github-deployer", "Administrator")
    )
    assert good["key-administrators"]["state"] == "ok"
    del monkeypatch


def test_other_delegated_administrator_is_named(settled: Aws, whole: Path) -> None:
    settled.emulator.gaps.delegated = settled.emulator.cloudformation.organization.delegated
    settled.emulator.gaps.delegated["555555555555"] = {"access-analyzer.amazonaws.com"}
    found = checks(settled, whole, "--only", "nw-organization-settings")
    said = messages(found["delegated-administrators"])
    assert (
        "555555555555 is the delegated administrator of access-analyzer.amazonaws.com; the plan names 333333333333"
        in said
    )


def test_stack_set_administrators_are_named(settled: Aws, existing: Path) -> None:
    settled.emulator.cloudformation.organization.delegate("333333333333")
    found = checks(settled, existing)
    assert "account 333333333333 is a delegated administrator for StackSets" in messages(
        found["stackset-administrators"]
    )


def test_choice_limits_checks(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.stack("nw-alarms", MANAGEMENT, HOME).status = "UPDATE_ROLLBACK_FAILED"
    assert checks(deployed, existing)["stacks"]["state"] == "error"
    assert checks(deployed, existing, "--only", "nw-kms-logs")["stacks"]["state"] == "ok"
    assert deployed.run("deploy", existing, "--yes", "--only", "nw-kms-logs").exit_code == 0


def test_check_that_is_denied_is_a_warning(settled: Aws, existing: Path) -> None:
    settled.emulator.faults.append(Fault(on="cloudcontrol.GetResource", code="AccessDeniedException", status=400))
    found = checks(settled, existing, "--only", "nw-kms-logs")
    assert found["names"]["state"] == "warning"
    assert "could not check: GetResource: AccessDeniedException" in messages(found["names"])


def test_identity_center_without_instance_blocks(settled: Aws, whole: Path) -> None:
    settled.emulator.gaps.instance_region = "us-east-1"
    found = checks(settled, whole, "--only", "nw-identity-center*")
    assert "it is in us-east-1" in messages(found["identity-center"])
    assert "IAM Identity Center has no instance in eu-west-1" in messages(found["identity-center"])
    assert "identity_center.region to us-east-1" in found["identity-center"]["issues"][0]["fix"]


def test_identity_center_in_another_region_is_deployed_there(
    settled: Aws, whole: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also outside the governed Regions, as the instance cannot move."""
    settled.emulator.gaps.instance_region = "us-east-2"
    assert "it is in us-east-2" in messages(checks(settled, whole, "--only", "nw-identity-center*")["identity-center"])
    refused = settled.run("deploy", whole, "--yes", "--only", "nw-identity-center*")
    assert refused.exit_code != 0
    directory = tmp_path_factory.mktemp("elsewhere")
    base = (whole.parent / "northwind.yaml").read_text(encoding="utf-8")
    (directory / "whole.yaml").write_text(base, encoding="utf-8")
    (directory / "northwind.yaml").write_text(
        "extends: whole.yaml\ncapabilities: {identity_center: {region: us-east-2}}\n", encoding="utf-8"
    )
    found = write(directory / "northwind.yaml", directory / "out")
    deployed = settled.run("deploy", found, "--yes", "--only", "nw-identity-center*")
    assert deployed.exit_code == 0, deployed.stderr
    management = settled.emulator.cloudformation.engine.of(MANAGEMENT, "us-east-2")
    assert "nw-identity-center-management" in management
    assert checks(settled, found, "--only", "nw-identity-center*")["identity-center"]["state"] == "ok"


def test_missing_service_linked_role_is_named(settled: Aws, whole: Path) -> None:
    settled.emulator.cloudformation.organization.unlink_role("AWSServiceRoleForAccessAnalyzer")
    found = checks(settled, whole, "--only", "nw-access-analyzer*")["service-linked-roles"]
    if found["state"] == "ok":
        assert "Setting: service-linked-role" in (whole / "templates/nw-organization-settings.yaml").read_text()
    else:
        assert "no role AWSServiceRoleForAccessAnalyzer" in messages(found)
