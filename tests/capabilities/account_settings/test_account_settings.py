"""Account settings: the resources, Regions and permissions of each switch."""

from dataclasses import replace
from typing import Any

import pytest

from baseline.aws.iam_actions import matching_actions
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import CustomSettingsContext, FunctionContext
from baseline.capabilities.landscape import Contact, Landscape
from baseline.capabilities.organization.account_settings.account_settings import CAPABILITY
from baseline.capabilities.setting_permissions import SETTING_PERMISSIONS
from baseline.plan.build import build_plan
from baseline.plan.model import Plan, Stack
from tests.landscapes import MANAGEMENT, make_landscape


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape(settings={"account_settings": settings or {}}, **changes)


def standalone(settings: dict[str, Any] | None = None) -> Landscape:
    return landscape(settings, standalone=True, accounts={"management": MANAGEMENT})


def stacks(plan: Plan) -> dict[str, Stack]:
    return {stack.name.removeprefix("nw-"): stack for stack in plan.stacks}


def made(here: Landscape, stack: str = "account-settings") -> dict[str, CustomSetting]:
    context = stacks(build_plan(here))[stack].context
    assert isinstance(context, CustomSettingsContext)
    return {item.logical_id: item for item in context.settings}


def wave_of(plan: Plan, name: str) -> int:
    return next(n for n, wave in enumerate(plan.waves) for stack in wave if stack.name == f"nw-{name}")


@pytest.mark.parametrize(
    ("switch", "logical_id"),
    [
        ("ebs_encryption", "EbsEncryption"),
        ("block_public_snapshots", "SnapshotPublicAccess"),
        ("block_public_images", "ImagePublicAccess"),
        ("block_serial_console", "SerialConsole"),
        ("block_public_clusters", "ClusterPublicAccess"),
        ("instance_metadata_v2", "InstanceMetadata"),
        ("close_default_security_groups", "DefaultSecurityGroups"),
        ("remove_default_vpcs", "DefaultVpc"),
    ],
)
def test_a_switch_makes_its_setting_in_every_governed_region_and_nothing_when_off(switch: str, logical_id: str) -> None:
    item = made(landscape({switch: True}))[logical_id]
    assert item.regions == ("eu-west-1", "eu-central-1")
    off = landscape({switch: False})
    assert logical_id not in made(off)
    function = stacks(build_plan(off))["account-settings-function"].context
    assert isinstance(function, FunctionContext)
    shared = {action for other in made(off).values() for action in SETTING_PERMISSIONS[other.setting].actions}
    assert not (set(SETTING_PERMISSIONS[item.setting].actions) - shared) & set(function.permissions.regional)


def test_the_password_policy_is_whole_and_expires_only_when_asked() -> None:
    policy = made(landscape({"password_minimum_length": 20}))["PasswordPolicy"].arguments
    assert policy["MinimumPasswordLength"] == 20
    assert policy["MaxPasswordAge"] == 90
    assert all(policy[f"Require{kind}"] is True for kind in ("Symbols", "Numbers", "UppercaseCharacters"))
    assert "MaxPasswordAge" not in made(landscape({"password_max_age_days": 0}))["PasswordPolicy"].arguments


def test_contacts_are_those_of_the_profile_with_a_title_even_where_it_gives_none() -> None:
    contact = Contact(name="Sam", title="", email="s@e.co", phone="+44 1")
    found = made(landscape(contacts={"security": contact}))
    assert found["SecurityContact"].arguments["Title"] == "Security contact"
    assert found["SecurityContact"].control == "security-contact"
    assert "BillingContact" not in found


def test_public_buckets_are_blocked_by_a_policy_or_for_the_one_account() -> None:
    organization, one = build_plan(landscape()), build_plan(standalone())
    assert "account-settings-s3-policy" in stacks(organization)
    assert "S3PublicAccess" not in made(landscape())
    assert "account-settings-s3-policy" not in stacks(one)
    assert made(standalone())["S3PublicAccess"].arguments["AccountId"] == "${AWS::AccountId}"


def test_the_policy_needs_its_type() -> None:
    here = make_landscape(settings={"organization": {"policy_types": ["SERVICE_CONTROL_POLICY"]}})
    (problem,) = CAPABILITY.problems(here)
    assert ".".join(map(str, problem.path)) == "s3_public_access_block"
    without = make_landscape(settings={"organization": {"enabled": False}})
    assert "S3_POLICY" in stacks(build_plan(without))["account-settings-s3-policy"].prerequisites[0]


def test_a_customer_key_is_there_before_it_becomes_the_default() -> None:
    plan = build_plan(landscape({"ebs_key": "customer"}))
    assert stacks(plan)["kms-ebs"].regions == ("eu-west-1", "eu-central-1")
    assert wave_of(plan, "kms-ebs") < wave_of(plan, "account-settings")
    assert made(landscape({"ebs_key": "customer"}))["EbsEncryption"].arguments == {"KmsKeyId": "alias/nw-ebs"}
    assert "kms-ebs" not in stacks(build_plan(landscape({"ebs_key": "account"})))


def test_regions_are_opted_in_to_before_anything_goes_there() -> None:
    here = landscape(opt_in_regions=frozenset({"eu-central-1"}))
    plan = build_plan(here)
    first = wave_of(plan, "account-regions")
    assert made(here, "account-regions")["EnabledRegions"].arguments == {"RegionNames": ["eu-central-1"]}
    there = [s.name.removeprefix("nw-") for s in plan.stacks if "eu-central-1" in s.regions]
    assert there
    assert all(wave_of(plan, name) > first for name in there)
    assert "account-regions" not in stacks(build_plan(landscape()))


def test_a_home_region_without_opt_in_is_reported() -> None:
    regions = ("eu-south-1", "me-central-1")
    away = landscape(regions=("eu-west-1", "eu-south-1"), opt_in_regions=frozenset({"eu-south-1"}))
    home = landscape(home_region="eu-south-1", regions=regions, opt_in_regions=frozenset(regions))
    notes = [item for item in CAPABILITY.unsupported(home) if ".".join(map(str, item.path)) == "enable_regions"]
    assert [item.message.partition(":")[0] for item in notes] == ["eu-south-1 is the home Region"]
    assert not [item for item in CAPABILITY.unsupported(away) if ".".join(map(str, item.path)) == "enable_regions"]
    alone = replace(home, standalone=True)
    (said,) = [item.fix for item in CAPABILITY.unsupported(alone) if ".".join(map(str, item.path)) == "enable_regions"]
    assert "--region-name eu-south-1" in said
    assert "account-id" not in said


def test_the_function_has_a_key_for_its_log_in_every_account() -> None:
    plan = build_plan(landscape())
    assert wave_of(plan, "kms-logs-accounts") < wave_of(plan, "account-settings-function")
    (members,) = stacks(plan)["kms-logs-accounts"].deployments
    assert members.ous == ("/",)


def test_documents_are_covered_where_the_type_exists() -> None:
    gov = landscape(partition="aws-us-gov", home_region="us-gov-west-1", regions=("us-gov-west-1", "us-gov-east-1"))
    assert "account-settings-documents" not in stacks(build_plan(gov))
    some = landscape(regions=("eu-west-1", "me-central-1"), opt_in_regions=frozenset({"me-central-1"}))
    assert stacks(build_plan(some))["account-settings-documents"].regions == ("eu-west-1",)


@pytest.mark.parametrize("name", SETTING_PERMISSIONS)
def test_every_action_that_a_role_may_hold_exists(name: str) -> None:
    needs = SETTING_PERMISSIONS[name]
    assert needs.actions or needs.stores
    for action in (*needs.actions, *needs.revert, *needs.stores):
        assert matching_actions(action), action
