"""GuardDuty's findings are exported from the first deployment on: the key's ARN is looked up by its alias."""

import json
from pathlib import Path

import pytest

from baseline.pipeline import plan_profile
from baseline.plan.model import ParameterValue, Plan
from tests.deploy.conftest import Aws, reduced, write
from tests.deploy.test_deploy import WRITES

ALIAS = "arn:aws:kms:eu-west-1:222222222222:alias/nw-log-archive"
OLD = "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")


@pytest.fixture(scope="module")
def detecting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output for the profile of `existing` with GuardDuty."""
    directory = tmp_path_factory.mktemp("detecting")
    return write(reduced(directory, but="guardduty"), directory / "out")


def key_arn(aws: Aws) -> str:
    stack = aws.emulator.cloudformation.stack("StackSet-nw-kms-log-archive", "222222222222", "eu-west-1")
    return str(stack.resources["LogArchiveKey"].attribute("Arn"))


def key_parameter(plan: Plan) -> ParameterValue:
    (stack,) = [item for item in plan.stacks if item.name == "nw-guardduty-export"]
    (found,) = [item for item in stack.parameters if item.name == "LogArchiveKeyArn"]
    return found


def test_first_deployment_exports_findings_with_the_key_of_the_log_archive(
    settled: Aws, detecting: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "northwind.lock.json"
    result = settled.run("deploy", detecting, "--yes", "--lock", lock)
    assert result.exit_code == 0, result.stderr
    for region in REGIONS:
        stack = settled.emulator.cloudformation.stack("StackSet-nw-guardduty-export", "333333333333", region)
        assert stack.resources["Export"].properties["DestinationProperties"]["KmsKeyArn"] == key_arn(settled)
    assert json.loads(lock.read_text(encoding="utf-8"))["assigned"]["LogArchiveKeyArn"] == key_arn(settled)
    settled.emulator.calls.clear()
    again = settled.run("deploy", detecting, "--yes", "--lock", lock)
    assert again.exit_code == 0, again.stderr
    assert settled.calls(*WRITES) == []


def test_lock_file_fills_the_key_into_the_plan_and_preflight_compares_it(settled: Aws, detecting: Path) -> None:
    lock = detecting.parent / "northwind.lock.json"
    try:
        document = {"format": 1, "organization": "Northwind", "assigned": {"LogArchiveKeyArn": OLD}}
        lock.write_text(json.dumps(document), encoding="utf-8")
        planned = key_parameter(plan_profile(detecting.parent / "northwind.yaml")[1])
        assert planned.value == OLD
        result = settled.run("deploy", detecting, "--yes", "--lock", lock)
    finally:
        lock.unlink()
    assert result.exit_code == 5
    assert f"but {ALIAS} refers to no key" in result.stderr
    assert settled.calls(*WRITES) == []


def test_key_that_the_management_account_may_not_describe_ends_the_export_with_the_way_out(
    settled: Aws, detecting: Path
) -> None:
    assert settled.run("deploy", detecting, "--yes", "--only", "nw-kms-log-archive").exit_code == 0
    stack = settled.emulator.cloudformation.stack("StackSet-nw-kms-log-archive", "222222222222", "eu-west-1")
    policy = stack.resources["LogArchiveKey"].properties["KeyPolicy"]
    policy["Statement"] = [item for item in policy["Statement"] if item["Sid"] != "ManagementAccountDescribe"]
    result = settled.run("deploy", detecting, "--yes", "--only", "nw-guardduty-export")
    assert result.exit_code == 7
    assert f"the key {ALIAS}, which does not exist or may not be described" in result.stderr
    assert "--parameter LogArchiveKeyArn=ARN" in result.stderr


def test_stated_key_is_used_and_nobody_asks_for_another(detecting: Path) -> None:
    profile = detecting.parent / "stated.yaml"
    below = f"capabilities:\n  guardduty: {{export_key_arn: {OLD!r}}}\n"
    profile.write_text(f"extends: northwind.yaml\n{below}", encoding="utf-8")
    parameter = key_parameter(plan_profile(profile)[1])
    assert (parameter.value, parameter.key_alias) == (OLD, "")


def test_run_book_reads_the_key_from_its_alias(detecting: Path) -> None:
    command = f'LOG_ARCHIVE_KEY_ARN=$(aws kms describe-key --key-id "{ALIAS}" --region eu-west-1'
    assert command in (detecting / "README.md").read_text(encoding="utf-8")
