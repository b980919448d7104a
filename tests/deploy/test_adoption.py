"""Resources that exist are imported into their stacks, unchanged first, and never deleted or replaced."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.deploy.conftest import NORTHWIND, Aws, write
from tests.emulator.cloudformation.stacks import ResourceFault, Stack
from tests.emulator.organization import MANAGEMENT

LOGS, SECURITY, HOME = "222222222222", "333333333333", "eu-west-1"
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
SET = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"
GROUP = "1234567890-12345678-1234-1234-1234-123456789012"
DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"
HUB = f"arn:aws:securityhub:{HOME}:{SECURITY}:hub/default"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:{HOME}:{LOGS}:key/{KEY_ID}"
BUCKET = f"nw-cloudtrail-logs-{LOGS}-{HOME}"
POLICY = "nw-guardrails-scp-network"
DENIAL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "*"}]}

ADOPT = f"""
adopt:
  organizational_units: {{Workloads/Prod: ou-ab12-33333333, Workloads/Dev: ou-ab12-44444444}}
  accounts: {{sandbox: "777777777777"}}
  policies: {{{POLICY}: p-12345678}}
  permission_sets: {{Billing: "{SET}"}}
  groups: {{developers: {GROUP}}}
  detectors: {{{HOME}: {DETECTOR}}}
  hubs: {{{HOME}: "{HUB}"}}
  keys: {{alias/nw-log-archive: "{KEY}"}}
  trails: {{nw-organization-trail: "arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/nw-organization-trail"}}
  log_groups: {{/nw/cloudtrail: "arn:aws:logs:{HOME}:{MANAGEMENT}:log-group:/nw/cloudtrail"}}
  buckets: {{{BUCKET}: {BUCKET}}}
"""
LEFT_OUT = ("access_analyzer", "account_settings", "alarms")
CHOICE = (
    "nw-organization*",
    "nw-kms-*",
    "nw-log-archive*",
    "nw-cloudtrail",
    "nw-guardduty",
    "nw-security-hub",
    "nw-config-recorder*",
    "nw-identity-center",
    "nw-guardrails-scp-*",
    "nw-iam-roles",
)
CHOSEN = [word for name in CHOICE for word in ("--only", name)]
ROLE = ("--member-role", "OrganizationAccountAccessRole")


@pytest.fixture(scope="module")
def adopting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Northwind, with a resource of every kind to adopt."""
    directory = tmp_path_factory.mktemp("adopting")
    text = "".join(f"  {name}: {{enabled: false, reason: Left out.}}\n" for name in LEFT_OUT)
    (directory / "northwind.yaml").write_text(NORTHWIND.read_text(encoding="utf-8"), encoding="utf-8")
    (directory / "adopting.yaml").write_text(f"extends: northwind.yaml\ncapabilities:\n{text}{ADOPT}", encoding="utf-8")
    return write(directory / "adopting.yaml", directory / "out")


@pytest.fixture
def inhabited(aws: Aws) -> Aws:
    """The organization with these resources."""
    cloudformation = aws.emulator.cloudformation
    organization, add = cloudformation.organization, cloudformation.foreign.add
    organization.unit("Workloads/Prod", "ou-ab12-33333333")
    organization.unit("Workloads/Dev", "ou-ab12-44444444")
    organization.account("444444444444", "web-prod", "Workloads/Prod")
    organization.account("555555555555", "web-dev", "Workloads/Dev")
    organization.account("777777777777", "sandbox")
    organization.backend.accounts[-1].email = "aws-sandbox@northwind.example"
    organization.backend.create_policy(Name=POLICY, Type="TAG_POLICY", Content=json.dumps(DENIAL), Description="Theirs")
    policy = organization.backend.policies[-1]
    policy.id, policy.type = "p-12345678", "SERVICE_CONTROL_POLICY"
    organization.backend.attach_policy(PolicyId=policy.id, TargetId="ou-ab12-33333333")
    add("AWS::SSO::PermissionSet", (SECURITY, HOME), f"{INSTANCE}|{SET}", {"Name": "Billing", "InstanceArn": INSTANCE})
    store = "d-1234567890"
    add("AWS::IdentityStore::Group", (SECURITY, HOME), f"{GROUP}|{store}", {"IdentityStoreId": store})
    add("AWS::GuardDuty::Detector", (SECURITY, HOME), DETECTOR, {"Enable": True, "Id": DETECTOR})
    add("AWS::SecurityHub::Hub", (SECURITY, HOME), HUB, {"ARN": HUB})
    add("AWS::KMS::Key", (LOGS, HOME), KEY_ID, {"KeyId": KEY_ID, "Arn": KEY, "Description": "Theirs"})
    add("AWS::S3::Bucket", (LOGS, HOME), BUCKET, {"BucketName": BUCKET})
    add("AWS::Logs::LogGroup", (MANAGEMENT, HOME), "/nw/cloudtrail", {"LogGroupName": "/nw/cloudtrail"})
    trail = {"TrailName": "nw-organization-trail", "S3BucketName": "theirs", "IsLogging": True}
    add("AWS::CloudTrail::Trail", (MANAGEMENT, HOME), "nw-organization-trail", trail)
    return aws


def stack(aws: Aws, name: str, account: str = MANAGEMENT) -> Stack:
    return aws.emulator.cloudformation.stack(name, account, HOME)


def deploy(aws: Aws, directory: Path, *more: str) -> Any:
    given = ("--parameter", f"IdentityCenterInstanceArn={INSTANCE}", "--parameter", "IdentityStoreId=d-1234567890")
    return aws.run("deploy", directory, "--yes", *given, *CHOSEN, *more)


def test_every_kind_is_imported_and_then_updated(inhabited: Aws, adopting: Path) -> None:
    done = deploy(inhabited, adopting, *ROLE)
    assert done.exit_code == 0, done.stderr
    physical = {
        (name, logical_id): stack(inhabited, name, account).resources[logical_id].physical
        for name, account, logical_id in (
            ("nw-organization", MANAGEMENT, "WorkloadsProdOu"),
            ("nw-organization", MANAGEMENT, "SandboxAccount"),
            (POLICY, MANAGEMENT, "Policy"),
            ("nw-cloudtrail", MANAGEMENT, "Trail"),
            ("nw-cloudtrail", MANAGEMENT, "TrailLogGroup"),
            ("nw-identity-center", SECURITY, "BillingPermissionSet"),
            ("nw-identity-center", SECURITY, "DevelopersGroup"),
            ("nw-guardduty", SECURITY, "Detector"),
            ("nw-security-hub", SECURITY, "Hub"),
            ("nw-kms-log-archive", LOGS, "LogArchiveKey"),
            ("nw-log-archive", LOGS, "CloudTrailLogsBucket"),
        )
    }
    assert [*physical.values()] == [
        "ou-ab12-33333333",
        "777777777777",
        "p-12345678",
        "nw-organization-trail",
        "/nw/cloudtrail",
        SET,
        GROUP,
        DETECTOR,
        HUB,
        KEY_ID,
        BUCKET,
    ]
    policies = {item.id: item for item in inhabited.emulator.cloudformation.organization.backend.policies}
    assert policies["p-12345678"].name == POLICY
    assert json.loads(policies["p-12345678"].content) != DENIAL
    again = deploy(inhabited, adopting, *ROLE, "--dry-run")
    assert "0 to create, 0 to update" in again.stdout

    destroyed = inhabited.run("destroy", adopting, "--confirm", "Northwind", "--only", POLICY)

    assert destroyed.exit_code == 0, destroyed.stderr
    assert "p-12345678" in [item.id for item in inhabited.emulator.cloudformation.organization.backend.policies]


def test_preview_shows_what_is_imported_and_what_changes_in_it(inhabited: Aws, adopting: Path) -> None:
    shown = deploy(inhabited, adopting, *ROLE, "--dry-run").stdout
    assert (
        f"imports the organization policy {POLICY} (p-12345678) and then changes Description, TargetIds, Content"
        in shown
    )
    assert f"imports the detector {HOME} ({DETECTOR})" in shown
    assert "nw-organization (management in eu-west-1): 3 to add, 3 to import" in shown
    assert not inhabited.calls("ExecuteChangeSet")


def test_failed_update_leaves_the_imported_resource_as_it_was(inhabited: Aws, adopting: Path) -> None:
    only = ("--only", "nw-kms-log-archive")
    inhabited.emulator.cloudformation.engine.faults.append(ResourceFault(on="LogArchiveKeyAlias", times=1))
    failed = inhabited.run("deploy", adopting, "--yes", *only, *ROLE)
    assert failed.exit_code == 7, failed.stderr
    key = stack(inhabited, "nw-kms-log-archive", LOGS).resources["LogArchiveKey"]
    assert (key.physical, key.properties["Description"]) == (KEY_ID, "Theirs")
    again = inhabited.run("deploy", adopting, "--yes", *only, *ROLE)
    assert again.exit_code == 0, again.stderr
    key = stack(inhabited, "nw-kms-log-archive", LOGS).resources["LogArchiveKey"]
    assert (key.physical, key.properties["Description"]) == (KEY_ID, "nw log archive")


def test_second_run_in_a_member_account_replaces_nothing_that_it_adopted(inhabited: Aws, adopting: Path) -> None:
    """The StackSet of the first run is gone: only the stack in the member account tells what would be replaced."""

    def deployed(store: str) -> Any:
        given = ("--parameter", f"IdentityCenterInstanceArn={INSTANCE}", "--parameter", f"IdentityStoreId={store}")
        return inhabited.run("deploy", adopting, "--yes", "--only", "nw-identity-center", *given, *ROLE)

    cloudformation = inhabited.emulator.cloudformation
    cloudformation.engine.faults.append(ResourceFault(on="PowerUserPermissionSet", times=1))
    failed = deployed("d-1234567890")
    assert failed.exit_code == 7, failed.stderr
    boto3.client("cloudformation", region_name=HOME).delete_stack_set(StackSetName="nw-identity-center")
    executed = inhabited.calls("ExecuteChangeSet")

    refused = deployed("d-9999999999")

    assert refused.exit_code == 7, refused.stderr
    said = "DevelopersGroup (AWS::IdentityStore::Group) is adopted, and would be replaced"
    assert f"{SECURITY} in {HOME}: {said}" in refused.stderr
    assert "remove it from `adopt`" in refused.stderr
    made = stack(inhabited, "nw-identity-center", SECURITY)
    assert made.resources["DevelopersGroup"].properties["IdentityStoreId"] == "d-1234567890"
    assert inhabited.calls("ExecuteChangeSet") == executed
    assert not made.change_sets


def test_failed_import_changes_nothing_and_is_tried_again(inhabited: Aws, adopting: Path) -> None:
    only = ("--only", "nw-organization")
    inhabited.emulator.cloudformation.engine.faults.append(ResourceFault(on="SandboxAccount", times=1))
    failed = inhabited.run("deploy", adopting, "--yes", *only, *ROLE)
    assert failed.exit_code == 7, failed.stderr
    assert stack(inhabited, "nw-organization").resources == {}
    again = inhabited.run("deploy", adopting, "--yes", *only, *ROLE)
    assert again.exit_code == 0, again.stderr
    assert stack(inhabited, "nw-organization").resources["SandboxAccount"].physical == "777777777777"


def test_what_cannot_be_imported_ends_the_run_before_anything_changes(inhabited: Aws, adopting: Path) -> None:
    foreign = inhabited.emulator.cloudformation.foreign
    foreign.added["AWS::SSO::PermissionSet", SECURITY, HOME, f"{INSTANCE}|{SET}"]["Name"] = "Other"
    del foreign.added["AWS::KMS::Key", LOGS, HOME, KEY_ID]
    inhabited.emulator.cloudformation.organization.backend.accounts[-1].email = "other@northwind.example"

    refused = deploy(inhabited, adopting, *ROLE)

    assert refused.exit_code == 5
    assert f"the permission set Billing ({SET}) cannot become what the profile says" in refused.stderr
    assert "Name is 'Other', not 'Billing'" in refused.stderr
    assert f"the key alias/nw-log-archive ({KEY}) does not exist" in refused.stderr
    assert "Email is 'other@northwind.example', not 'aws-sandbox@northwind.example'" in refused.stderr
    assert not inhabited.calls("CreateChangeSet", "CreateStackSet")


def test_resources_of_member_accounts_need_a_role_there(inhabited: Aws, adopting: Path) -> None:
    refused = deploy(inhabited, adopting)
    assert refused.exit_code == 5
    assert f"nw-guardduty adopts resources in {SECURITY}: StackSets cannot import" in refused.stderr
