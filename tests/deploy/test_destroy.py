"""`baseline destroy`: removes everything in reverse order, except resources with data."""

import re
from pathlib import Path

import boto3
import pytest

from tests.deploy.conftest import STARTER, Aws, write
from tests.deploy.test_deploy import everything
from tests.emulator.server import Fault

DATA = {"AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup"}


@pytest.fixture(autouse=True)
def _preflight_elsewhere(request: pytest.FixtureRequest) -> None:
    if request.function is not test_what_was_kept_is_taken_back_when_asked:  # preflight says what was kept
        request.getfixturevalue("without_preflight")


def test_the_stacks_go_and_the_data_stays(deployed: Aws, existing: Path) -> None:
    result = deployed.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 0, result.stderr
    assert everything(deployed) == {}
    assert deployed.emulator.cloudformation.stack_sets.sets == {}
    kept = {type_ for type_, *_ in deployed.emulator.cloudformation.engine.existing}
    assert kept >= DATA
    assert "AWS::IAM::Role" not in kept
    assert "(AWS::S3::Bucket) KEPT in AWS" in result.output
    again = deployed.run("destroy", existing, "--confirm", "Northwind")
    assert again.exit_code == 0
    (said,) = again.stdout.splitlines()
    assert said.startswith("nothing to delete, ")
    assert said.endswith(" not there")


def disable_hubs(aws: Aws, regions: list[str]) -> None:
    """Follow the hint of preflight."""
    engine = aws.emulator.cloudformation.engine
    for region in regions:
        hubs = [key for key in engine.existing if key[0] == "AWS::SecurityHub::Hub" and key[2] == region]
        for key in hubs:
            del engine.existing[key]


def test_what_was_kept_is_taken_back_when_asked(aws: Aws, starter: Path, tmp_path: Path) -> None:
    """Detectors and hubs have no name in a template: preflight names the fix."""
    aws.emulator.run_services()
    assert aws.run("deploy", starter, "--yes").exit_code == 0
    assert aws.run("destroy", starter, "--confirm", "Bluebird Labs").exit_code == 0
    refused = aws.run("deploy", starter, "--yes")
    assert refused.exit_code == 5
    assert "import it into the stack with --import-existing" in refused.stderr
    refused = aws.run("deploy", starter, "--yes", "--import-existing")
    assert refused.exit_code == 5
    detectors = re.findall(r"existing_detectors: \{([a-z0-9-]+: [0-9a-f]{32})\}", refused.stderr)
    text = STARTER.read_text(encoding="utf-8")
    assert "capabilities:\n" not in text
    settings = f"capabilities:\n  guardduty: {{existing_detectors: {{{', '.join(detectors)}}}}}\n"
    regions = re.findall(r"disable-security-hub --region ([a-z0-9-]+)", refused.stderr)
    assert regions == ["eu-west-1", "us-east-1"]
    disable_hubs(aws, regions)
    (tmp_path / "starter.yaml").write_text(text + settings, encoding="utf-8")
    amended = write(tmp_path / "starter.yaml", tmp_path / "out")
    taken = aws.run("deploy", amended, "--yes", "--import-existing")
    assert taken.exit_code == 0, taken.stderr


def test_what_was_kept_in_member_accounts_is_taken_back_into_stack_sets(settled: Aws, existing: Path) -> None:
    """StackSets import no resources: stacks in the accounts do, and StackSets import these stacks."""
    assert settled.run("deploy", existing, "--yes").exit_code == 0
    engine = settled.emulator.cloudformation.engine
    buckets = {key for key in engine.existing if key[0] == "AWS::S3::Bucket"}
    assert settled.run("destroy", existing, "--confirm", "Northwind").exit_code == 0
    assert {key for key in engine.existing if key[0] == "AWS::S3::Bucket"} == buckets
    alone = settled.run("deploy", existing, "--yes", "--import-existing")
    assert alone.exit_code == 7
    assert "already exists" in alone.stderr
    role = ("--member-role", "OrganizationAccountAccessRole")
    again = settled.run("deploy", existing, "--yes", "--import-existing", *role)
    assert again.exit_code == 0, again.stderr
    assert {key for key in engine.existing if key[0] == "AWS::S3::Bucket"} == buckets
    assert settled.calls("ImportStacksToStackSet")
    assert settled.run("drift", existing).exit_code == 0
    settled.emulator.calls.clear()
    assert settled.run("deploy", existing, "--yes", "--import-existing", *role).exit_code == 0
    assert not settled.calls("ImportStacksToStackSet", "CreateStackInstances", "UpdateStackSet")


def test_member_role_alone_is_wrong_usage(settled: Aws, existing: Path) -> None:
    result = settled.run("deploy", existing, "--yes", "--member-role", "Admin")
    assert "--member-role requires --import-existing" in str(result.exception)
    assert not settled.emulator.calls


def test_a_wrong_name_deletes_nothing(settled: Aws, existing: Path) -> None:
    assert settled.run("deploy", existing, "--yes", "--wave", "1").exit_code == 0
    before = everything(settled)
    result = settled.run("destroy", existing, "--confirm", "northwind")
    assert result.exit_code == 1
    assert '"northwind" is not "Northwind"' in result.stderr
    assert everything(settled) == before != {}


def test_a_dry_run_names_what_goes_and_what_stays(deployed: Aws, existing: Path) -> None:
    before = everything(deployed)
    result = deployed.run("destroy", existing, "--dry-run")
    assert result.exit_code == 0
    assert "delete nw-config-recorder" in result.output
    assert "12 stack instances" in result.output
    assert everything(deployed) == before


def test_a_failure_stops_and_the_next_run_continues(deployed: Aws, existing: Path) -> None:
    fault = Fault(on="cloudformation.DeleteStackInstances", code="AccessDenied", status=403, times=1)
    deployed.emulator.faults.append(fault)
    assert deployed.run("destroy", existing, "--confirm", "Northwind").exit_code == 7
    assert everything(deployed)
    assert deployed.run("destroy", existing, "--confirm", "Northwind").exit_code == 0
    assert everything(deployed) == {}


def test_credentials_of_another_account_are_refused(settled: Aws, existing: Path) -> None:
    settled.emulator.cloudformation.organization.backend.org.master_account_id = "999999999999"
    result = settled.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 7
    assert "is a member of its organization" in result.stderr


def test_what_baseline_did_not_write_is_left_alone(settled: Aws, existing: Path) -> None:
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    client.create_change_set(StackName="nw-cloudtrail", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body)
    client.execute_change_set(StackName="nw-cloudtrail", ChangeSetName="c")
    client.create_stack_set(StackSetName="nw-config-role", TemplateBody=body, PermissionModel="SERVICE_MANAGED")
    result = settled.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 0
    assert result.output.count("exists and is not baseline's: kept") == 2
    assert {name for *_, name in everything(settled)} == {"nw-cloudtrail"}
    assert set(settled.emulator.cloudformation.stack_sets.sets) == {"nw-config-role"}


def test_instances_in_a_suspended_account_are_named_and_the_rest_goes(deployed: Aws, existing: Path) -> None:
    deployed.emulator.cloudformation.organization.backend.get_account_by_id("555555555555").close()
    result = deployed.run("destroy", existing, "--confirm", "Northwind", "--only", "nw-config-recorder")
    assert result.exit_code == 7
    assert (
        "3 stack instances are still there: 555555555555 in eu-central-1, 555555555555 in eu-west-1, " in result.stderr
    )
    assert "--retain-stacks" in result.stderr
    left = deployed.emulator.cloudformation.stack_sets.sets["nw-config-recorder"].instances
    assert {account for account, _ in left} == {"555555555555"}
