"""Preflight checks before the first change, each tested to block or to warn."""

from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from baseline.deploy.preflight import PREFLIGHT_CHECKS
from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import WRITES
from tests.emulator.server import Fault


def _stranger(aws: Aws) -> str:
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    client.create_change_set(StackName="nw-cloudtrail", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body)
    client.execute_change_set(StackName="nw-cloudtrail", ChangeSetName="c")
    del aws
    return "a stack nw-cloudtrail (management in eu-west-1) exists and is not baseline's"


def _strange_set(aws: Aws) -> str:
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    client.create_stack_set(StackSetName="nw-config-role", TemplateBody=body, PermissionModel="SERVICE_MANAGED")
    del aws
    return "a StackSet nw-config-role ("


def _stuck(aws: Aws) -> str:
    _stranger(aws)
    aws.emulator.cloudformation.stack("nw-cloudtrail", "111111111111", "eu-west-1").status = "UPDATE_ROLLBACK_FAILED"
    return "continue-update-rollback --stack-name nw-cloudtrail"


def _half_deleted(aws: Aws) -> str:
    _stranger(aws)
    aws.emulator.cloudformation.stack("nw-cloudtrail", "111111111111", "eu-west-1").status = "DELETE_FAILED"
    return "nw-cloudtrail in eu-west-1 is DELETE_FAILED"


def _region_off(aws: Aws) -> str:
    aws.emulator.gaps.disabled_regions.add("eu-central-1")
    return "Region eu-central-1 is DISABLED in this account"


def _other_organization(aws: Aws) -> str:
    aws.emulator.cloudformation.organization.backend.org.id = "o-zzzzzzzzzz"
    return "the organization is o-zzzzzzzzzz; this plan is for o-a1b2c3d4e5"


def _billing_only(aws: Aws) -> str:
    aws.emulator.cloudformation.organization.backend.org.feature_set = "CONSOLIDATED_BILLING"
    return "the organization has consolidated billing only"


def _recorder(aws: Aws) -> str:
    del aws
    client = boto3.Session().client("config", region_name="eu-central-1")
    role = "arn:aws:iam::111111111111:role/config"
    client.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
    return "eu-central-1 has ConfigurationRecorder default already"


BLOCKING = [_stranger, _strange_set, _stuck, _half_deleted, _region_off, _other_organization, _billing_only, _recorder]


@pytest.mark.parametrize("prepare", BLOCKING, ids=lambda item: item.__name__.strip("_"))
def test_what_would_fail_is_reported_and_nothing_is_deployed(
    settled: Aws,
    written: Path,
    prepare: Callable[[Aws], str],
) -> None:
    said = prepare(settled)
    settled.emulator.calls.clear()
    result = settled.run("deploy", written, "--yes")
    assert result.exit_code == 5
    assert said in result.stderr
    assert "Nothing was deployed" in result.stderr
    assert settled.calls(*WRITES) == []


def test_credentials_of_another_account_are_refused(aws: Aws, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    result = aws.run("deploy", written, "--yes")
    assert result.exit_code == 5
    assert "the credentials are of account 123456789012; this plan is for 111111111111" in result.stderr


@pytest.mark.parametrize("words", [(), ("--assume-role", "arn:aws:iam::111111111111:role/deployer")])
def test_no_credentials_say_what_to_do(
    aws: Aws, written: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    result = aws.run("deploy", written, "--yes", *words)
    assert result.exit_code == 7
    assert "--profile" in result.stderr or "credentials" in result.stderr


def test_control_tower_is_a_warning(settled: Aws, existing: Path) -> None:
    settled.emulator.gaps.landing_zones.append({"arn": "arn:aws:controltower:eu-west-1:111111111111:landingzone/A"})
    result = settled.run("deploy", existing, "--dry-run")
    assert result.exit_code == 0
    assert "AWS Control Tower governs this organization" in result.stderr
    assert "warning preflight-control-tower" in result.stderr


def test_what_the_caller_may_not_look_at_blocks_no_deployment(settled: Aws, existing: Path) -> None:
    settled.emulator.faults.append(Fault(on="account.ListRegions", code="AccessDeniedException", status=403))
    result = settled.run("deploy", existing, "--dry-run")
    assert result.exit_code == 0
    assert "could not check: ListRegions: AccessDeniedException" in result.stderr


def test_every_check_has_title_source_and_a_unique_id() -> None:
    assert all(check.title.endswith(".") and check.source.startswith("https://") for check in PREFLIGHT_CHECKS)
    assert len({check.id for check in PREFLIGHT_CHECKS}) == len(PREFLIGHT_CHECKS)


def test_execution_role_and_assumed_role_are_used(settled: Aws, existing: Path) -> None:
    role = "arn:aws:iam::111111111111:role/Administrator"
    words = ("--assume-role", role, "--external-id", "northwind", "--execution-role", role)
    result = settled.run("deploy", existing, "--yes", "--wave", "1", *words)
    assert result.exit_code == 0, result.stderr
    assumed = [call.parameters for call in settled.emulator.calls if call.operation == "AssumeRole"]
    assert [(call["RoleArn"], call["ExternalId"]) for call in assumed] == [(role, "northwind")]
    roles = {call.parameters["RoleARN"] for call in settled.emulator.calls if call.operation == "CreateChangeSet"}
    assert roles == {role}


def test_an_external_id_without_a_role_is_wrong_usage(aws: Aws, written: Path) -> None:
    result = aws.run("deploy", written, "--external-id", "x")
    assert "--external-id needs --assume-role" in repr(result.exception) + result.stderr
    assert aws.emulator.calls == []


def test_a_recorder_of_our_own_is_not_in_the_way_whatever_its_name(deployed: Aws, existing: Path) -> None:
    stack = deployed.emulator.cloudformation.stack("nw-config-recorder", "111111111111", "eu-central-1")
    (recorder,) = [item for item in stack.resources.values() if item.type == "AWS::Config::ConfigurationRecorder"]
    recorder.physical = "default"
    _recorder(deployed)
    again = deployed.run("deploy", existing, "--yes")
    assert again.exit_code == 0, again.stderr


def test_a_region_that_is_off_is_reported_and_not_mistaken_for_credentials_that_do_not_work(
    settled: Aws, existing: Path
) -> None:
    """AWS rejects valid credentials in a disabled Region."""
    settled.emulator.gaps.enabled_regions = frozenset({"eu-west-1", "us-east-1"})
    settled.emulator.faults += [
        Fault(on=f"{service}.{operation}", code=code, status=403, region="eu-central-1")
        for service, operation, code in (
            ("cloudformation", "DescribeStacks", "InvalidClientTokenId"),
            ("config", "DescribeConfigurationRecorders", "UnrecognizedClientException"),
            ("cloudtrail", "DescribeTrails", "UnrecognizedClientException"),
        )
    ]
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 5, result.stderr
    assert "Region eu-central-1 is DISABLED in this account" in result.stderr
    assert "enable it: aws account enable-region --region-name eu-central-1" in result.stderr


@pytest.mark.parametrize("service", ["CONTROLTOWER", "ACCOUNT"])
def test_a_service_that_a_partition_does_not_have_blocks_no_deployment(
    settled: Aws, existing: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    """There is no AWS Control Tower in China, so its endpoint does not resolve."""
    monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", "http://localhost:1")
    result = settled.run("deploy", existing, "--dry-run")
    assert result.exit_code == 0, result.stderr
    assert "could not check: Could not connect to the endpoint URL" in result.stderr
    assert "create nw-cloudtrail" in result.output


def test_quota_of_stacks_counts_those_that_the_account_has(settled: Aws, existing: Path) -> None:
    stacks = settled.emulator.cloudformation.stacks
    words = ("preflight", existing, "--only", "nw-kms-logs")
    stacks.most_stacks = 1
    assert settled.run(*words).exit_code == 0
    stacks.new("111111111111", "eu-west-1", "somebody-elses", "aws")
    result = settled.run(*words)
    assert result.exit_code == 5
    assert "eu-west-1 has 1 stacks, the plan adds 1, and the account may have 1 there" in result.output
