"""Keys: one per purpose in the Regions of its users, administered by the roles in the profile."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.kms.kms import CAPABILITY
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.validate.subject import Subject
from tests.landscapes import make_landscape, properties, rendered

ALL = ("kms-log-archive", "kms-logs", "kms-logs-accounts", "kms-notifications", "kms-ebs")
WITH_VOLUMES = {"account_settings": {"ebs_encryption": True, "ebs_key": "customer"}}


def landscape(kms: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"kms": kms or {}, **WITH_VOLUMES}, **changes)


def without(*capabilities: str) -> Landscape:
    return make_landscape(settings={name: {"enabled": False} for name in capabilities})


def stacks(here: Landscape) -> dict[str, Stack]:
    return {
        stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks if stack.name.startswith("nw-kms")
    }


def keys(here: Landscape) -> dict[str, Mapping[str, Any]]:
    """Stack → the properties of its only key."""
    templates: dict[str, Subject] = {}
    for capability in ("kms", "account_settings"):
        templates |= {name: item for name, item in rendered(capability, here).items() if name.startswith("kms")}
    found = {}
    for name, template in templates.items():
        (found[name],) = properties(template, "AWS::KMS::Key").values()
    return found


def statements(key: Mapping[str, Any]) -> dict[str, Any]:
    return {statement["Sid"]: statement for statement in key["KeyPolicy"]["Statement"]}


def administrators(key: Mapping[str, Any]) -> list[str]:
    patterns = statements(key)["AdministrationByNamedRolesOnly"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    return [pattern["Fn::Sub"].rpartition(":")[2] for pattern in patterns]


def test_every_key_rotates_and_can_be_saved_for_thirty_days() -> None:
    found = keys(landscape({"rotation_period_days": 111}))
    assert set(found) == set(ALL)
    for key in found.values():
        assert (key["EnableKeyRotation"], key["RotationPeriodInDays"], key["PendingWindowInDays"]) == (True, 111, 30)


@pytest.mark.parametrize(("tier", "days"), [("starter", 365), ("standard", 365), ("regulated", 180)])
def test_tier_sets_the_rotation_period(tier: Tier, days: int) -> None:
    assert {key["RotationPeriodInDays"] for key in keys(landscape(tier=tier)).values()} == {days}


def test_every_key_outlives_its_stack_and_has_an_alias_and_an_export() -> None:
    templates = {**rendered("kms", landscape()), **rendered("account_settings", landscape())}
    for name in ALL:
        template = templates[name]
        (key,) = template.of_type("AWS::KMS::Key")
        assert key.body["DeletionPolicy"] == "RetainExceptOnCreate"
        assert key.body["UpdateReplacePolicy"] == "Retain"
        (alias,) = properties(template, "AWS::KMS::Alias").values()
        assert alias["TargetKeyId"] == {"Ref": key.logical_id}
        purpose = name.removeprefix("kms-").removesuffix("-accounts")
        assert alias["AliasName"] == f"alias/nw-{purpose}"
        (output,) = template.document["Outputs"].values()
        assert output["Export"]["Name"] == f"nw-{purpose}-key-arn"


def test_only_the_account_and_the_named_roles_administer_every_key() -> None:
    roles = ["stacksets-exec-*", "security/KeyAdmin", "a+b=c@d"]
    for key in keys(landscape({"key_administrators": roles})).values():
        assert administrators(key) == ["root", *(f"role/{role}" for role in roles)]
        denial = statements(key)["AdministrationByNamedRolesOnly"]
        assert (denial["Effect"], denial["Principal"]) == ("Deny", {"AWS": "*"})
        assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"} <= set(denial["Action"])


@pytest.mark.parametrize(
    ("off", "missing"),
    [
        (("cloudtrail", "alarms", "log_archive", "config", "guardduty"), {"kms-log-archive"}),
        (("notifications", "alarms", "security_hub", "iam_roles"), {"kms-notifications"}),
        (("account_settings",), {"kms-logs-accounts"}),
    ],
    ids=["no log archive", "no notifications", "no account settings"],
)
def test_key_without_a_user_is_not_created(off: tuple[str, ...], missing: set[str]) -> None:
    assert set(stacks(make_landscape())) - set(stacks(without(*off))) == missing


@pytest.mark.parametrize("user", ["cloudtrail", "organization", "account_settings", "guardduty"])
def test_key_for_log_groups_is_created_for_each_of_its_users(user: str) -> None:
    users = {"cloudtrail", "organization", "account_settings", "guardduty"}
    here = make_landscape()
    capabilities = {name: item for name, item in here.capabilities.items() if name not in users - {user}}
    found = [spec.name for spec in CAPABILITY.stacks(make_landscape(capabilities=capabilities))]
    assert "kms-logs" in found
    capabilities.pop(user)
    assert "kms-logs" not in [spec.name for spec in CAPABILITY.stacks(make_landscape(capabilities=capabilities))]


def test_keys_are_in_the_accounts_and_regions_of_their_users() -> None:
    found = stacks(landscape())
    places = {name: {(d.account, d.regions) for d in stack.deployments} for name, stack in found.items()}
    home = ("eu-west-1",)
    assert places["kms-log-archive"] == {("log_archive", home)}
    assert places["kms-logs"] == {("management", home)}
    assert places["kms-notifications"] == {("management", home), ("security", home)}
    assert "management" not in {account for account, _ in places["kms-logs-accounts"]}
    assert {regions for _, regions in places["kms-ebs"]} == {("eu-west-1", "eu-central-1")}


def test_standalone_account_has_every_key_itself() -> None:
    here = landscape(standalone=True)
    assert set(stacks(here)) == set(ALL) - {"kms-logs-accounts"}
    for stack in stacks(here).values():
        assert [(d.account, d.method.value) for d in stack.deployments] == [("management", "stack")]
        assert not stack.parameters
    assert "ConfigRoles" not in statements(keys(here)["kms-log-archive"])
    assert "ConfigRoles" in statements(keys(landscape())["kms-log-archive"])


def test_key_of_the_log_archive_admits_only_producers_that_are_on() -> None:
    on = statements(keys(landscape())["kms-log-archive"])
    assert {"CloudTrailEncrypt", "CloudTrailDescribe", "GuardDutyExport", "ManagementAccountDescribe"} <= set(on)
    off = without("cloudtrail", "alarms", "guardduty")
    found = statements(next(iter(properties(rendered("kms", off)["kms-log-archive"], "AWS::KMS::Key").values())))
    assert set(found) & {"CloudTrailEncrypt", "CloudTrailDescribe", "GuardDutyExport"} == set()
    assert "ManagementAccountDescribe" not in found


def test_account_always_keeps_its_keys() -> None:
    for key in keys(landscape()).values():
        account = statements(key)["Account"]
        assert (account["Effect"], account["Action"]) == ("Allow", "kms:*")
        assert account["Principal"]["AWS"]["Fn::Sub"].endswith("iam::${AWS::AccountId}:root")
        assert "Condition" not in account


def test_key_for_log_groups_is_for_groups_of_the_prefix_in_its_account() -> None:
    (arn,) = statements(keys(landscape())["kms-logs"])["CloudWatchLogs"]["Condition"]["ArnLike"].values()
    assert arn["Fn::Sub"].endswith(":logs:${AWS::Region}:${AWS::AccountId}:log-group:/nw/*")


def test_calling_service_has_both_names_in_china() -> None:
    china = landscape(partition="aws-cn", home_region="cn-northwest-1", regions=("cn-northwest-1",))
    assert (
        len(statements(keys(china)["kms-log-archive"])["ConfigRoles"]["Condition"]["StringEquals"]["kms:ViaService"])
        == 2
    )
    assert (
        len(statements(keys(china)["kms-ebs"])["VolumesOfThisAccount"]["Condition"]["StringEquals"]["kms:ViaService"])
        == 2
    )
    elsewhere = statements(keys(landscape())["kms-ebs"])["VolumesOfThisAccount"]["Condition"]["StringEquals"]
    assert elsewhere["kms:ViaService"] == {"Fn::Sub": "ec2.${AWS::Region}.amazonaws.com"}


@pytest.mark.parametrize(
    ("patterns", "valid"),
    [
        (["stacksets-exec-*", "Administrator"], True),
        (["stacksets-*"], True),
        (["Administrator"], False),
        (["stacksets-exec"], False),
        (["aws-reserved/stacksets-exec-*"], False),
    ],
)
def test_role_of_stack_sets_must_administer_the_keys_of_members(patterns: list[str], valid: bool) -> None:
    problems = CAPABILITY.problems(landscape({"key_administrators": patterns}))
    assert [".".join(map(str, item.path)) for item in problems] == ([] if valid else ["key_administrators"])
    assert CAPABILITY.problems(landscape({"key_administrators": patterns}, standalone=True)) == ()


@pytest.mark.parametrize("pattern", ["*", "/x", "", "a b", "${x}", "a\n", "arn:aws:iam::111111111111:role/x"])
def test_pattern_of_every_role_or_of_no_role_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        landscape({"key_administrators": [pattern]})


@pytest.mark.parametrize("days", [89, 2561, 365.0, "365", None])
def test_rotation_period_that_kms_refuses_is_refused(days: object) -> None:
    with pytest.raises(ValidationError):
        landscape({"rotation_period_days": days})
