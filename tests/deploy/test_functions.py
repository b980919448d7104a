"""The custom settings of a complete deployment, made by the deployed function's own code in every account."""

from pathlib import Path
from typing import Any

import boto3

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import MEMBERS, assert_done
from tests.emulator.server import Fault

REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")


def client(aws: Aws, service: str, account: str, region: str) -> Any:
    found = aws.emulator.cloudformation.organization.credentials(account)
    keys = {name.lower(): value for name, value in found.items()}
    return boto3.client(service, region_name=region, endpoint_url=aws.emulator.url, **keys)


def test_a_deployment_reaches_the_services_of_every_account(settled: Aws, whole: Path) -> None:
    settled.emulator.run_functions()
    settled.emulator.run_services()
    result = settled.run("deploy", whole, "--yes")
    assert result.exit_code == 0, result.stderr
    answers = settled.emulator.answers
    assert answers
    assert {answer["Status"] for answer in answers} == {"SUCCESS"}
    accounts = {answer["StackId"].split(":")[4] for answer in answers}
    assert accounts == MEMBERS | {"111111111111"}
    assert settled.calls("UpdateAccountPasswordPolicy", "EnablePolicyType", "EnableEbsEncryptionByDefault")
    for account in accounts:
        iam = client(settled, "iam", account, "us-east-1")
        assert iam.get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"] >= 14
        assert "nw-break-glass" in {role["RoleName"] for role in iam.list_roles()["Roles"]}
        for region in REGIONS:
            assert client(settled, "ec2", account, region).get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
            config = client(settled, "config", account, region)
            (recorder,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
            assert recorder["recording"]
            (trail,) = client(settled, "cloudtrail", account, region).describe_trails()["trailList"]
            assert trail["TrailARN"] == "arn:aws:cloudtrail:eu-west-1:111111111111:trail/nw-organization-trail"
    assert_done(settled, whole)


def test_a_setting_that_fails_fails_its_stack_with_the_functions_own_words(settled: Aws, existing: Path) -> None:
    settled.emulator.run_functions()
    fault = Fault(on="organizations.EnablePolicyType", code="ConstraintViolationException", times=1)
    settled.emulator.faults.append(fault)
    words = ("deploy", existing, "--yes", "--only", "nw-kms-logs", "--only", "nw-organization*")
    first = settled.run(*words)
    assert first.exit_code == 7
    assert "ConstraintViolationException" in first.stderr
    assert "(Custom::Setting)" in first.stderr
    second = settled.run(*words)
    assert second.exit_code == 0, second.stderr
    assert "recreate nw-organization-settings" in second.output
