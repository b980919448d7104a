"""`baseline drift` reports differences, and nothing if there are none."""

import json
from pathlib import Path

import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import WRITES, edited
from tests.emulator.cloudformation.stacks import Deployed, ResourceFault
from tests.emulator.server import Fault

pytestmark = pytest.mark.usefixtures("without_preflight")

MANAGEMENT = ("111111111111", "eu-west-1")


def drifts(aws: Aws, directory: Path) -> list[dict[str, str]]:
    result = aws.run("drift", directory, "--format", "json")
    found: list[dict[str, str]] = json.loads(result.stdout)
    assert result.exit_code == (5 if found else 0)
    return found


def test_what_was_deployed_has_no_drift_and_looking_changes_nothing(deployed: Aws, existing: Path) -> None:
    deployed.emulator.calls.clear()
    result = deployed.run("drift", existing)
    assert result.exit_code == 0
    assert result.stdout == "no drift\n"
    assert deployed.calls(*WRITES) == []
    assert deployed.calls("DetectStackDrift", "DetectStackSetDrift")


def test_what_is_not_deployed_is_missing(settled: Aws, existing: Path) -> None:
    found = drifts(settled, existing)
    assert {item["kind"] for item in found} == {"missing"}
    assert "nw-cloudtrail" in {item["stack"] for item in found}


def test_a_change_by_hand_is_seen_in_a_stack_and_in_a_stack_set(deployed: Aws, existing: Path) -> None:
    service = deployed.emulator.cloudformation
    trail = next(
        item for item in service.stack("nw-cloudtrail", *MANAGEMENT).resources.values() if "Trail" in item.type
    )
    trail.live = {**trail.properties, "IsLogging": False}
    member = service.stack("StackSet-nw-config-recorder", "444444444444", "us-east-1").resources
    recorder = next(item for item in member.values() if item.type == "AWS::Config::ConfigurationRecorder")
    recorder.live = {}
    found = drifts(deployed, existing)
    assert [(item["stack"], item["where"], item["expected"], item["actual"]) for item in found] == [
        ("nw-cloudtrail", "management in eu-west-1", "True", "False"),
        ("nw-config-recorder", "444444444444 in us-east-1", "", "deleted"),
    ]
    assert found[0]["subject"].endswith("/IsLogging")


def _trail(aws: Aws) -> Deployed:
    trails = aws.emulator.cloudformation.stack("nw-cloudtrail", *MANAGEMENT).resources.values()
    return next(item for item in trails if item.type == "AWS::CloudTrail::Trail")


def test_key_named_by_its_alias_is_compared_by_its_arn(deployed: Aws, existing: Path) -> None:
    """CloudTrail returns the key's ARN: a trail would appear modified every night."""
    trail = _trail(deployed)
    assert ":alias/nw-log-archive" in trail.properties["KMSKeyId"]
    assert drifts(deployed, existing) == []
    assert deployed.calls("DescribeKey")
    trail.live = {**trail.properties, "KMSKeyId": "arn:aws:kms:eu-west-1:999999999999:key/somebody-elses"}
    (found,) = drifts(deployed, existing)
    assert (found["kind"], found["actual"]) == ("resource", trail.live["KMSKeyId"])


def test_key_that_the_caller_may_not_describe_is_not_compared(deployed: Aws, existing: Path) -> None:
    deployed.emulator.faults.append(Fault(on="kms.DescribeKey", code="AccessDeniedException", status=400))
    result = deployed.run("drift", existing, "--format", "json")
    (found,) = json.loads(result.stdout)
    assert (found["kind"], result.exit_code) == ("unchecked", 7)
    assert "AWS did not describe the alias" in found["actual"]


def test_another_template_parameter_or_tag_is_seen(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    changed = edited(existing, tmp_path / "out", "nw-cloudtrail", "RetentionInDays: 731", "RetentionInDays: 1096")
    deployed.emulator.cloudformation.stack("nw-kms-logs", *MANAGEMENT).tags = []
    found = {(item["stack"], item["kind"], item["subject"]) for item in drifts(deployed, changed)}
    assert ("nw-kms-logs", "tags", "Owner") in found
    assert {(stack, kind) for stack, kind, _ in found} == {("nw-kms-logs", "tags"), ("nw-cloudtrail", "template")}


def test_accounts_without_the_baseline_are_seen(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.organization.account("777777777777", "new", "Workloads/Dev")
    found = drifts(deployed, existing)
    assert found
    assert {item["actual"] for item in found} == {"missing"}
    assert all(item["subject"].startswith("777777777777 in ") for item in found)


def test_the_table_names_what_differs(settled: Aws, existing: Path) -> None:
    result = settled.run("drift", existing, "--only", "nw-cloudtrail")
    assert result.exit_code == 5
    assert "no such" in result.output
    assert "nw-cloudtrail" in result.output


def test_a_foreign_template_of_any_kind_is_drift_and_no_crash(deployed: Aws, existing: Path) -> None:
    topics = ["Name", ["A", "B"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}]
    kept = {"Type": "AWS::S3::Bucket", "DeletionPolicy": {"Ref": "Policy"}}
    body = {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::Topics": topics, "Bucket": kept}}
    deployed.emulator.cloudformation.stack("nw-cloudtrail", *MANAGEMENT).text = json.dumps(body)
    found = {item["subject"]: item["actual"] for item in drifts(deployed, existing) if item["stack"] == "nw-cloudtrail"}
    assert found["Bucket"] == "deployed, not generated"


def test_a_stack_instance_that_failed_is_seen(settled: Aws, existing: Path) -> None:
    faults = settled.emulator.cloudformation.engine.faults
    faults.append(ResourceFault(on="AWS::Config::ConfigurationRecorder", account="444444444444", region="us-east-1"))
    assert settled.run("deploy", existing, "--yes").exit_code == 7
    found = [item for item in drifts(settled, existing) if item["stack"] == "nw-config-recorder"]
    assert {item["kind"] for item in found} == {"instances"}
    said = {item["subject"]: item["actual"] for item in found}
    assert said["444444444444 in us-east-1"].startswith("OUTDATED (FAILED): ResourceLogicalId:")
    assert said["555555555555 in us-east-1"].startswith("OUTDATED (CANCELLED)")


def test_a_region_that_was_switched_off_is_reported_and_the_rest_continues(deployed: Aws, existing: Path) -> None:
    deployed.emulator.gaps.enabled_regions = frozenset({"eu-west-1", "us-east-1"})
    off = Fault(on="cloudformation.DescribeStacks", code="InvalidClientTokenId", status=403, region="eu-central-1")
    deployed.emulator.faults.append(off)
    deployed.emulator.cloudformation.stack("nw-kms-logs", *MANAGEMENT).tags = []
    found = drifts(deployed, existing)
    assert {item["kind"] for item in found} == {"status", "tags"}
    said = {(item["stack"], item["where"]): item["actual"] for item in found if item["kind"] == "status"}
    assert said == {("nw-config-recorder", "management in eu-central-1"): "unreachable: the Region is disabled"}
