"""`baseline inventory` against an emulated organization: what is read, left out and unknown, and its calls."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from baseline.cloud.inventory_calls import ALLOWED
from baseline.inventory.facts.control_tower import LandingZone
from baseline.inventory.facts.identity_center import IdentityCenter
from baseline.inventory.facts.organization import Policies
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import AccountInventory, Inventory
from tests.emulator.server import Fault
from tests.emulator.services.place import role_credentials
from tests.inventory.conftest import ROLE, Live, region_of

LOGS, SECURITY, WEB = "222222222222", "333333333333", "444444444444"
_TRAIL_BUCKET = "example-trail"


def client(live: Live, service: str, account: str = "111111111111", region: str = "eu-west-1") -> Any:
    """A client of an administrator, to make what the inventory should find."""
    session = boto3.Session(region_name=region, **role_credentials(account))
    return session.client(service, endpoint_url=live.emulator.url)


def _part(live: Live) -> Path:
    """The file of the parts that are read already."""
    return live.output.with_name("inventory.json.part")


def account_of(inventory: Inventory, account: str) -> AccountInventory:
    found = inventory.accounts[account]
    assert isinstance(found, AccountInventory)
    return found


def test_units_accounts_policies_and_free_slots_are_read(live: Live) -> None:
    organizations = client(live, "organizations")
    content = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}'
    policy = organizations.create_policy(
        Name="foreign", Description="", Type="SERVICE_CONTROL_POLICY", Content=content
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId="ou-ab12-33333333")

    found = live.look_at_organization()

    assert [unit.path for unit in found.tree.units] == ["Security", "Workloads", "Workloads/Prod"]
    assert {account.id: account.unit for account in found.tree.accounts}[WEB] == "Workloads/Prod"
    policies = found.policies
    assert isinstance(policies, Policies)
    foreign = next(item for item in policies.policies if item.id == policy)
    assert (foreign.content, foreign.targets) == (content, ("ou-ab12-33333333",))
    full_access = next(item for item in policies.policies if item.name == "FullAWSAccess")
    taken = sum("ou-ab12-33333333" in item.targets for item in (foreign, full_access))
    assert policies.free("ou-ab12-33333333", "SERVICE_CONTROL_POLICY") == 10 - taken
    assert policies.free("ou-ab12-33333333", "TAG_POLICY") == 10


def test_services_of_a_member_account_are_read_and_absent_elsewhere(live: Live) -> None:
    client(live, "s3", LOGS).create_bucket(
        Bucket=_TRAIL_BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    config = client(live, "config", WEB)
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "old", "roleARN": f"arn:aws:iam::{WEB}:role/config"}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "old", "s3BucketName": _TRAIL_BUCKET})
    config.start_configuration_recorder(ConfigurationRecorderName="old")
    detector = client(live, "guardduty", WEB).create_detector(Enable=True)["DetectorId"]
    client(live, "securityhub", WEB).enable_security_hub()
    off = Fault(on="macie2.*", code="AccessDeniedException", message="Macie is not enabled", region="us-east-1")
    live.emulator.faults.append(off)

    inventory = live.look()

    here, there = region_of(inventory, WEB), region_of(inventory, WEB, "us-east-1")
    assert not isinstance(here.recorders, Unknown)
    assert not isinstance(here.detectors, Unknown)
    assert [(item.name, item.recording) for item in here.recorders] == [("old", True)]
    assert [item.id for item in here.detectors] == [detector]
    assert (here.hub is None, here.macie) == (False, "ENABLED")
    assert (there.recorders, there.detectors, there.hub, there.macie) == ((), (), None, "DISABLED")
    assert inventory.log_buckets == {_TRAIL_BUCKET: LOGS}


def test_identity_center_groups_and_assignments_are_read_without_users(live: Live) -> None:
    admin, store = client(live, "sso-admin"), client(live, "identitystore")
    instance = admin.list_instances()["Instances"][0]
    arn, directory = instance["InstanceArn"], instance["IdentityStoreId"]
    name = "Administrator"
    created = admin.create_permission_set(InstanceArn=arn, Name=name, SessionDuration="PT4H")["PermissionSet"]
    group = store.create_group(IdentityStoreId=directory, DisplayName="platform")["GroupId"]
    store.create_user(
        IdentityStoreId=directory,
        UserName="robin",
        DisplayName="Robin Doe",
        Name={"GivenName": "Robin", "FamilyName": "Doe"},
    )
    admin.create_account_assignment(
        InstanceArn=arn,
        TargetId=WEB,
        TargetType="AWS_ACCOUNT",
        PermissionSetArn=created["PermissionSetArn"],
        PrincipalType="GROUP",
        PrincipalId=group,
    )

    found = live.look_at_organization().identity_center

    assert isinstance(found, IdentityCenter)
    assert (found.region, [item.session for item in found.permission_sets]) == ("eu-west-1", ["PT4H"])
    assert [(item.group, item.account) for item in found.assignments] == [(group, WEB)]
    assert "Robin" not in live.output.read_text(encoding="utf-8")


def test_control_tower_is_read_with_baselines_by_name(live: Live) -> None:
    gaps, arn = live.emulator.gaps, "arn:aws:controltower:eu-west-1:111111111111:landingzone/1A2B3C4D5E6F7G8H"
    baseline = "arn:aws:controltower:eu-west-1::baseline/17BSJV3IGJ2QSGA2"
    gaps.landing_zones = [{"arn": arn}]
    gaps.given["controltower.GetLandingZone"] = {
        "landingZone": {
            "version": "4.0",
            "latestAvailableVersion": "4.0",
            "status": "ACTIVE",
            "driftStatus": {"status": "IN_SYNC"},
            "manifest": {
                "governedRegions": ["eu-west-1"],
                "centralizedLogging": {"accountId": LOGS, "enabled": True},
                "backup": {"enabled": False},
                "organizationStructure": {"security": {"name": "Core"}},
            },
        }
    }
    gaps.given["controltower.ListBaselines"] = {"baselines": [{"arn": baseline, "name": "AWSControlTowerBaseline"}]}
    gaps.given["controltower.ListEnabledBaselines"] = {
        "enabledBaselines": [
            {
                "arn": "arn:aws:controltower:eu-west-1:111111111111:enabledbaseline/XAJ",
                "baselineIdentifier": baseline,
                "baselineVersion": "5.0",
                "targetIdentifier": "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-22222222",
                "statusSummary": {"status": "SUCCEEDED"},
            }
        ]
    }

    gaps.given["controlcatalog.ListControls"] = {
        "Controls": [{"Arn": "arn:aws:controlcatalog:::control/0a1b", "Aliases": ["CT.S3.PV.4"], "Name": "x"}]
    }

    found = live.look_at_organization().control_tower

    assert isinstance(found, LandingZone)
    assert found.catalog == {"CT.S3.PV.4": "arn:aws:controlcatalog:::control/0a1b"}
    assert (found.version, found.region) == ("4.0", "eu-west-1")
    assert (found.units, found.baselines[0].arn.rpartition("/")[2]) == ({"security": "Core"}, "XAJ")
    assert (found.integrations, found.accounts) == (
        {"backup": False, "centralizedLogging": True},
        {"centralizedLogging": LOGS},
    )
    assert [item.name for item in found.baselines] == ["AWSControlTowerBaseline"]


def test_identity_center_is_found_in_a_region_that_is_not_named(live: Live) -> None:
    live.emulator.gaps.instance_region = "us-east-2"

    found = live.look_at_organization().identity_center

    assert isinstance(found, IdentityCenter)
    assert found.region == "us-east-2"


def test_what_is_not_found_is_unknown_while_the_other_regions_are_unknown(live: Live) -> None:
    live.emulator.gaps.instance_region = "us-east-2"
    live.emulator.faults.append(Fault(on="account.ListRegions", code="AccessDeniedException"))

    found = live.look_at_organization()

    assert isinstance(found.identity_center, Unknown)
    assert isinstance(found.control_tower, Unknown)


def test_denied_calls_make_their_facts_unknown_and_no_others(live: Live) -> None:
    denied = {
        "detectors": "guardduty.ListDetectors",
        "hub": "securityhub.DescribeHub",
        "macie": "macie2.GetMacieSession",
        "recorders": "config.DescribeConfigurationRecorders",
    }
    live.emulator.faults += [
        Fault(on=call, code="AccessDeniedException", message="no permission", region="eu-west-1")
        for call in denied.values()
    ]

    facts = region_of(live.look(), WEB)

    unknown = {name: value for name, value in facts if isinstance(value, Unknown)}
    assert unknown.keys() == denied.keys()
    assert all("AccessDeniedException" in value.unknown for value in unknown.values())


def test_a_disabled_region_is_unknown_without_calls_in_it(live: Live) -> None:
    live.emulator.gaps.disabled_regions.add("us-east-1")

    regions = account_of(live.look(), WEB).regions

    assert regions["us-east-1"] == Unknown(unknown="not read: the Region is disabled in the account")
    assert not [call for call in live.emulator.calls if call.service == "config" and call.region == "us-east-1"]


def test_accounts_that_cannot_be_entered_are_unknown(live: Live) -> None:
    backend = live.organization.backend
    backend.get_account_by_id(LOGS).status = "SUSPENDED"
    live.emulator.faults.append(Fault(on="sts.AssumeRole", code="AccessDenied", status=403))

    accounts = live.look().accounts

    assert accounts[LOGS] == Unknown(unknown="not read: the account is SUSPENDED")
    assert "AssumeRole: AccessDenied" in accounts[WEB].unknown  # type: ignore[union-attr]
    assert isinstance(accounts["111111111111"], AccountInventory)


def test_without_a_role_only_the_management_account_is_looked_at(live: Live) -> None:
    assert live.run().exit_code == 0

    document = live.document()

    assert "--role" in document["accounts"][WEB]["unknown"]
    assert "sts.AssumeRole" not in live.emulator.called()
    assert document["accounts"]["111111111111"]["regions"]["eu-west-1"]["recorders"] == []


def test_names_of_contacts_and_parameters_of_stacks_are_left_out(live: Live) -> None:
    client(live, "account", WEB).put_alternate_contact(
        AlternateContactType="SECURITY", Name="Robin Doe", Title="CISO", EmailAddress="robin@example.com",
        PhoneNumber="+442079460000",
    )  # fmt: skip
    template = '{"Parameters": {"P": {"Type": "String"}}, "Resources": {"R": {"Type": "AWS::SNS::Topic"}}}'
    stacks = client(live, "cloudformation")
    stacks.create_change_set(
        StackName="foreign", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template,
        Parameters=[{"ParameterKey": "P", "ParameterValue": "hunter2"}], Tags=[{"Key": "Owner", "Value": "robin"}],
    )  # fmt: skip
    stacks.execute_change_set(StackName="foreign", ChangeSetName="first")
    stacks.create_stack_set(
        StackSetName="foreign-set", TemplateBody=template, PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False}, Parameters=[{"ParameterKey": "P", "ParameterValue": "hunter2"}],
        Tags=[{"Key": "Owner", "Value": "robin"}],
    )  # fmt: skip

    inventory = live.look()

    assert account_of(inventory, WEB).contacts == {"BILLING": False, "OPERATIONS": False, "SECURITY": True}
    found = region_of(inventory, "111111111111").stacks
    assert not isinstance(found, Unknown)
    sets = inventory.organization.stack_sets
    assert not isinstance(sets, Unknown)
    assert [(item.name, item.capability) for item in sets] == [("foreign-set", "")]
    assert [item.name for item in found] == ["foreign"]
    text = live.output.read_text(encoding="utf-8")
    assert not [secret for secret in ("Robin", "robin", "hunter2", "+44") if secret in text]
    assert live.output.stat().st_mode & 0o077 == 0


def test_calls_grow_by_the_same_number_with_each_account(live: Live) -> None:
    counts = []
    for number in range(3):
        live.emulator.calls.clear()
        inventory = live.look()
        counts.append(Counter(call for call in live.emulator.called() if call != "sts.AssumeRole"))
        assert sum(inventory.calls.values()) == counts[-1].total()
        assert inventory.calls.keys() <= ALLOWED
        live.organization.account(f"{555555555550 + number}", f"new-{number}", "Workloads")
    assert counts[2] - counts[1] == counts[1] - counts[0]
    assert max((counts[2] - counts[1]).values()) <= 2 * 2  # two Regions


def test_throttled_calls_are_repeated(live: Live) -> None:
    fault = Fault(on="config.*", code="ThrottlingException", times=3)
    live.emulator.faults.append(fault)

    found = live.look()

    assert len(fault.struck) == 3
    assert region_of(found, WEB).recorders == ()


def test_a_stopped_look_is_continued_and_gives_the_same_inventory(live: Live) -> None:
    whole = live.look()
    expired = Fault(on="macie2.GetMacieSession", code="ExpiredTokenException", region="us-east-1")
    live.emulator.faults.append(expired)

    stopped = live.run("--role", ROLE)
    assert stopped.exit_code == 7
    assert "--resume" in stopped.stderr
    kept = [json.loads(line)[0] for line in _part(live).read_text(encoding="utf-8").splitlines()]
    live.emulator.faults.clear()
    live.emulator.calls.clear()
    resumed = live.look("--resume")

    same = {"calls": {}, "taken_at": ""}
    assert resumed.model_copy(update=same) == whole.model_copy(update=same)
    assert "organizations.ListRoots" not in live.emulator.called()
    regions = sum(key.endswith(("/eu-west-1", "/us-east-1")) for key in kept)
    assert regions
    assert live.emulator.called().count("guardduty.ListDetectors") == 4 * 2 - regions
    assert not list(live.directory.glob("*.part"))


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--role", ROLE), "--resume"), (("--role", "Other", "--resume"), "another role")],
    ids=["another run begins", "the role differs"],
)
def test_kept_parts_are_not_mixed_or_lost(live: Live, words: tuple[str, ...], said: str) -> None:
    live.emulator.faults.append(Fault(on="macie2.*", code="ExpiredTokenException"))
    live.run("--role", ROLE)
    kept = _part(live).read_text(encoding="utf-8")

    refused = live.run(*words)

    assert refused.exit_code == 6
    assert said in f"{refused.exception} {getattr(refused.exception, 'hint', '')}"
    assert _part(live).read_text(encoding="utf-8") == kept


def test_a_part_that_was_cut_off_is_read_again(live: Live) -> None:
    whole = live.look()
    live.emulator.faults.append(Fault(on="macie2.*", code="ExpiredTokenException"))
    live.run("--role", ROLE)
    live.emulator.faults.clear()
    part = _part(live)
    part.write_text(part.read_text(encoding="utf-8")[:-40], encoding="utf-8")

    assert live.look("--resume").accounts == whole.accounts


def test_buckets_that_could_not_be_listed_are_asked_for_again(live: Live) -> None:
    client(live, "s3", LOGS).create_bucket(
        Bucket=_TRAIL_BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    config = client(live, "config", WEB)
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "old", "roleARN": f"arn:aws:iam::{WEB}:role/config"}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "old", "s3BucketName": _TRAIL_BUCKET})
    live.emulator.faults += [
        Fault(on="s3.ListBuckets", code="AccessDenied", status=403),
        Fault(on="macie2.*", code="ExpiredTokenException"),
    ]
    live.run("--role", ROLE)
    kept = [json.loads(line)[0] for line in _part(live).read_text(encoding="utf-8").splitlines()]
    assert not [key for key in kept if key.endswith("/buckets")]
    live.emulator.faults.clear()

    assert live.look("--resume").log_buckets == {_TRAIL_BUCKET: LOGS}
