"""Deployment after `destroy`: named resources are imported, and others are reported with their settings."""

import re
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.deploy.conftest import Aws, write
from tests.emulator.organization import MANAGEMENT

IMPORTING = ("--import-existing", "--member-role", "OrganizationAccountAccessRole")
CHOICE = (
    "nw-kms-*",
    "nw-log-archive*",
    "nw-organization*",
    "nw-config-r*",
    "nw-guardduty",
    "nw-guardduty-administrator*",
    "nw-security-hub",
    "nw-notifications",
    "nw-access-analyzer",
    "nw-account-settings*",
)
CHOSEN = [word for name in CHOICE for word in ("--only", name)]
"""Every kind of resource that outlives its stack or has a fixed name, but trail and groups."""


def client(aws: Aws, service: str, region: str = "us-east-1") -> Any:
    keys = aws.emulator.cloudformation.organization.credentials(MANAGEMENT)
    named = {name.lower(): value for name, value in keys.items()}
    return boto3.client(service, region_name=region, endpoint_url=aws.emulator.url, **named)


def with_settings(whole: Path, directory: Path, settings: str) -> Path:
    """The output for the profile of `whole` with other capability settings."""
    profile = whole.parent / f"{directory.name}.yaml"
    profile.write_text(f"extends: northwind.yaml\ncapabilities:\n{settings}", encoding="utf-8")
    return write(profile, directory / "out")


@pytest.fixture
def left(settled: Aws, whole: Path) -> Aws:
    """The organization after a deployment and a `destroy`, with services that know the retained resources."""
    settled.emulator.run_services()
    assert settled.run("deploy", whole, "--yes", *CHOSEN).exit_code == 0
    assert settled.run("destroy", whole, "--confirm", "Northwind", *CHOSEN).exit_code == 0
    return settled


def test_what_was_kept_is_imported_or_named_with_what_helps(left: Aws, whole: Path, tmp_path: Path) -> None:
    refused = left.run("deploy", whole, "--yes", *IMPORTING, *CHOSEN)
    assert refused.exit_code == 5, refused.stderr
    errors = [line for line in refused.stderr.splitlines() if "[error " in line]
    assert {kind for line in errors for kind in re.findall(r"preflight-[a-z-]+", line)} == {
        "preflight-members",
        "preflight-policies",
    }
    detectors = dict(re.findall(r"existing_detectors: \{([a-z0-9-]+): ([0-9a-f]{32})\}", refused.stderr))
    assert len(detectors) == 3
    assert "security_hub: {existing_hub: true}" in refused.stderr
    assert any("AWS::S3::Bucket" in line and "is imported" in line for line in refused.stderr.splitlines())
    (policy,) = set(re.findall(r"delete-policy --policy-id (\S+?)\)", refused.stderr))
    organizations = client(left, "organizations")
    for target in organizations.list_targets_for_policy(PolicyId=policy)["Targets"]:
        organizations.detach_policy(PolicyId=policy, TargetId=target["TargetId"])
    organizations.delete_policy(PolicyId=policy)
    settings = f"  guardduty: {{existing_detectors: {{{', '.join(f'{k}: {v}' for k, v in detectors.items())}}}}}\n"
    amended = with_settings(whole, tmp_path, settings + "  security_hub: {existing_hub: true}\n")
    again = left.run("deploy", amended, "--yes", *IMPORTING, *CHOSEN)
    assert again.exit_code == 0, again.stderr


def test_accounts_and_groups_that_exist_are_named_with_their_settings(settled: Aws, written: Path) -> None:
    """They outlive their stacks, and AWS rejects a duplicate."""
    email = "aws-sandbox@northwind.example"
    created = client(settled, "organizations").create_account(Email=email, AccountName="Sandbox")
    number = created["CreateAccountStatus"]["AccountId"]
    (instance,) = client(settled, "sso-admin", "eu-west-1").list_instances()["Instances"]
    store = client(settled, "identitystore", "eu-west-1")
    group = store.create_group(IdentityStoreId=instance["IdentityStoreId"], DisplayName="developers")["GroupId"]
    said = settled.run("preflight", written).stdout
    store.delete_group(IdentityStoreId=instance["IdentityStoreId"], GroupId=group)
    assert f'accounts: {{…: {{id: "{number}", email: {email}}}}}' in said
    assert f"identity_center: {{groups: {{developers: {{id: {group}}}}}}}" in said


def test_second_delegation_policy_is_refused_before_anything_changes(settled: Aws, whole: Path, tmp_path: Path) -> None:
    plan = with_settings(whole, tmp_path, "  organization: {policy_delegation: true}\n")
    assert "already has a delegation policy" not in settled.run("preflight", plan).stdout
    settled.emulator.gaps.delegation_policy = True
    said = settled.run("preflight", plan)
    assert said.exit_code == 5
    assert "aws organizations delete-resource-policy" in said.stdout
