"""Amazon Inspector: which scans are on where, who administers them, and what AWS does not have."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.custom_settings import CustomSettingsContext
from baseline.capabilities.detect.inspector.inspector import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.statements import deployers
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.pipeline import Options, Proof, prove
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape, properties, rendered
from tests.profile.test_places import PROFILE as START
from tests.profile.test_places import load

POLICY = "AWS::Organizations::Policy"
CIS = "CisScanConfiguration"
TAGS = {"on": ["007"]}
RULE: dict[str, Any] = {
    "name": "base-image",
    "reason": 'Ours: "on" # x',
    "criteria": [
        {"field": "ResourceId", "prefix": ["arn:aws:ecr:eu-west-1:444444444444:repository/base"]},
        {"field": "VulnerabilityId", "equals": ["CVE-2024-0001"], "not_equals": ["on"]},
    ],
}
EVERYWHERE: dict[str, Any] = {"policies": {"all": {"enable": ["ec2", "ecr", "lambda"]}}}
TIERS = ["starter", "standard", "regulated"]
GOVCLOUD: dict[str, Any] = {
    "partition": "aws-us-gov",
    "home_region": "us-gov-west-1",
    "sign_in_region": "us-gov-west-1",
    "regions": ("us-gov-west-1",),
}
CHINA: dict[str, Any] = {
    "partition": "aws-cn",
    "home_region": "cn-north-1",
    "sign_in_region": "cn-north-1",
    "regions": ("cn-north-1",),
}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"inspector": EVERYWHERE if settings is None else settings}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {
        stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks if stack.capability == "inspector"
    }


def policies(here: Landscape) -> dict[str, dict[str, Any]]:
    """Name → properties."""
    found = properties(rendered("inspector", here)["inspector-policies"], POLICY).values()
    return {item["Name"]: item for item in found}


def scans(here: Landscape, key: str = "all") -> dict[str, Any]:
    content = policies(here)[f"nw-inspector-{key}"]["Content"]
    found: dict[str, Any] = content["inspector"]["enablement"]
    return found


def switch(on: list[str], off: list[str]) -> dict[str, Any]:
    return {"enable_in_regions": {"@@assign": on}, "disable_in_regions": {"@@assign": off}}


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    found = CAPABILITY.problems(landscape(settings, **changes))
    return [(".".join(map(str, item.path)), item.message) for item in found]


# ── on and off ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_scans_anything_that_is_billed(tier: Tier, *, standalone: bool) -> None:
    assert stacks(landscape({}, tier, standalone=standalone)) == {}


def test_capability_without_policies_names_no_administrator() -> None:
    """An organization that asks for nothing keeps its foundation stack as it is."""
    quiet = load("  inspector: {}\n").landscape
    assert quiet.is_on("inspector")
    assert "inspector2.amazonaws.com" not in quiet.delegated_administration
    assert "INSPECTOR_POLICY" not in quiet.policy_types
    asked = load("  inspector: {policies: {all: {enable: [ec2]}}}\n").landscape
    assert "inspector2.amazonaws.com" in asked.delegated_administration
    assert "INSPECTOR_POLICY" in asked.policy_types


def test_foundation_names_the_administrator_in_every_region_and_opens_the_organization() -> None:
    here = load("  inspector: {policies: {all: {enable: [ec2]}}}\n").landscape
    settings = {
        name: item
        for template in rendered("organization", here).values()
        for name, item in properties(template, "Custom::Setting").items()
    }
    assert settings["AdministratorInspector2"]["Regions"] == ["eu-west-1", "eu-central-1"]
    assert settings["TrustedAccessInspector2"]["Arguments"] == {"ServicePrincipal": "inspector2.amazonaws.com"}
    assert settings["LinkedRoleInspector2"]["Arguments"] == {"AWSServiceName": "inspector2.amazonaws.com"}
    assert settings["PolicyTypeInspectorPolicy"]["Arguments"]["PolicyType"] == "INSPECTOR_POLICY"


def test_region_without_inspector_has_no_administrator() -> None:
    here = load("  inspector: {policies: {all: {enable: [ec2]}}}\n").landscape
    found = rendered("organization", replace(here, regions=("eu-west-1", "ap-southeast-6")))
    (setting,) = (
        item
        for template in found.values()
        for item in properties(template, "Custom::Setting").values()
        if item["Setting"] == "inspector-administrator"
    )
    assert setting["Regions"] == ["eu-west-1"]


@pytest.mark.parametrize("tier", TIERS)
def test_policies_are_a_stack_of_the_management_account(tier: Tier) -> None:
    (stack,) = stacks(landscape(tier=tier)).values()
    assert stack.name == "nw-inspector-policies"
    assert [(item.account, item.regions) for item in stack.deployments] == [("management", ("eu-west-1",))]


def test_capability_that_is_off_has_no_stack() -> None:
    assert stacks(landscape({**EVERYWHERE, "enabled": False})) == {}


# ── what a policy says ───────────────────────────────────────────────────────────────────────────────────────────────


def test_scans_are_on_in_the_governed_regions_and_the_rest_is_left_alone() -> None:
    on = switch(["eu-west-1", "eu-central-1"], [])
    assert scans(landscape()) == {"ec2_scanning": on, "ecr_scanning": on, "lambda_standard_scanning": on}
    assert policies(landscape())["nw-inspector-all"]["TargetIds"] == [{"Ref": "OrganizationRootId"}]


def test_code_of_functions_is_inside_the_scan_of_their_packages() -> None:
    on = switch(["eu-west-1"], [])
    settings = {"policies": {"all": {"enable": ["lambda_code", "lambda"]}}}
    assert scans(landscape(settings, regions=("eu-west-1",))) == {
        "lambda_standard_scanning": {**on, "lambda_code_scanning": on}
    }


def test_policy_of_a_place_turns_off_what_the_root_turns_on() -> None:
    sandbox = {"enable": ["lambda"], "disable": ["lambda_code", "code_repositories"], "to": ["Workloads", "security"]}
    here = landscape({"policies": {**EVERYWHERE["policies"], "on": sandbox}})
    regions = ["eu-west-1", "eu-central-1"]
    assert scans(here, "on") == {
        "lambda_standard_scanning": {**switch(regions, []), "lambda_code_scanning": switch([], regions)},
        "code_repository_scanning": switch([], regions),
    }
    found = policies(here)["nw-inspector-on"]["TargetIds"]
    assert found == [{"Ref": "WorkloadsOuId"}, {"Ref": "SecurityAccountId"}]


def test_policies_are_created_one_after_another() -> None:
    settings = {"policies": {key: {"enable": ["ec2"], "to": [to]} for key, to in (("b", "root"), ("a", "Security"))}}
    template = rendered("inspector", landscape(settings))["inspector-policies"]
    waits = {item.logical_id: item.body.get("DependsOn") for item in template.of_type(POLICY)}
    assert waits == {"BPolicy": None, "APolicy": "BPolicy"}


def test_keys_that_yaml_could_misread_become_names_of_their_own() -> None:
    keys = ("on", "a-007", "a007", "null")
    here = landscape({"policies": {key: {"enable": ["ec2"], "to": ["Workloads"]} for key in keys}})
    assert set(policies(here)) == {f"nw-inspector-{key}" for key in keys}
    assert len(properties(rendered("inspector", here)["inspector-policies"], POLICY)) == len(keys)


def test_region_without_inspector_is_left_out_and_named() -> None:
    here = landscape(regions=("eu-west-1", "ap-southeast-6"))
    assert scans(here)["ec2_scanning"] == switch(["eu-west-1"], [])
    (found,) = CAPABILITY.unsupported(here)
    assert "ap-southeast-6" in found.message


# ── CIS scans and suppressions ───────────────────────────────────────────────────────────────────────────────────────


def resources(here: Landscape, stack: str, kind: str) -> list[dict[str, Any]]:
    return list(properties(rendered("inspector", here)[stack], f"AWS::InspectorV2::{kind}").values())


def test_cis_scans_are_in_the_administrators_account_after_the_policies() -> None:
    found = stacks(landscape({**EVERYWHERE, "cis_scans": {"all": {"tags": TAGS}}, "suppressions": [RULE]}))
    assert list(found) == ["inspector-policies", "inspector-cis-scans", "inspector-suppressions"]
    for name in ("inspector-cis-scans", "inspector-suppressions"):
        assert [item.account for item in found[name].deployments] == ["security"]
        assert found[name].regions == ("eu-west-1", "eu-central-1")
        assert "nw-inspector-policies" in found[name].depends_on


@pytest.mark.parametrize(
    ("scan", "schedule"),
    [
        ({}, {"Weekly": {"StartTime": {"TimeOfDay": "03:00", "TimeZone": "UTC"}, "Days": ["SUN"]}}),
        (
            {"schedule": "weekly", "days": ["MON", "FRI"], "at": "00:07", "time_zone": "Europe/Berlin"},
            {"Weekly": {"StartTime": {"TimeOfDay": "00:07", "TimeZone": "Europe/Berlin"}, "Days": ["MON", "FRI"]}},
        ),
        ({"schedule": "daily"}, {"Daily": {"StartTime": {"TimeOfDay": "03:00", "TimeZone": "UTC"}}}),
        (
            {"schedule": "monthly", "days": ["TUE"]},
            {"Monthly": {"StartTime": {"TimeOfDay": "03:00", "TimeZone": "UTC"}, "Day": "TUE"}},
        ),
    ],
    ids=["default", "weekly", "daily", "monthly"],
)
def test_schedule_is_one_of_three_kinds(scan: dict[str, Any], schedule: dict[str, Any]) -> None:
    (found,) = resources(landscape({"cis_scans": {"on": {**scan, "tags": TAGS}}}), "inspector-cis-scans", CIS)
    assert found["Schedule"] == schedule
    assert found["ScanName"] == "nw-on"
    assert found["Targets"] == {"AccountIds": ["ALL_ACCOUNTS"], "TargetResourceTags": TAGS}


def test_cis_scan_of_some_accounts_names_their_ids() -> None:
    scan = {"level": 2, "accounts": ["security", "management"], "tags": TAGS}
    here = landscape({"cis_scans": {"some": scan}})
    (found,) = resources(here, "inspector-cis-scans", CIS)
    assert found["SecurityLevel"] == "LEVEL_2"
    assert found["Targets"]["AccountIds"] == [{"Ref": "SecurityAccountId"}, {"Ref": "ManagementAccountId"}]


def test_suppression_has_its_reason_and_every_comparison() -> None:
    (found,) = resources(landscape({"suppressions": [RULE]}), "inspector-suppressions", "Filter")
    assert found["FilterAction"] == "SUPPRESS"
    assert found["Description"] == 'Ours: "on" # x'
    arn = {"Fn::Sub": "arn:${AWS::Partition}:ecr:eu-west-1:444444444444:repository/base"}
    assert found["FilterCriteria"] == {
        "ResourceId": [{"Comparison": "PREFIX", "Value": arn}],
        "VulnerabilityId": [
            {"Comparison": "EQUALS", "Value": "CVE-2024-0001"},
            {"Comparison": "NOT_EQUALS", "Value": "on"},
        ],
    }


def test_standalone_account_scans_itself_once_the_service_is_on() -> None:
    settings = {"cis_scans": {"all": {"accounts": ["management"], "tags": TAGS}}, "suppressions": [RULE]}
    here = landscape(settings, standalone=True)
    (found,) = resources(here, "inspector-cis-scans", CIS)
    assert found["Targets"]["AccountIds"] == ["SELF"]
    for stack in stacks(here).values():
        assert [item.account for item in stack.deployments] == ["management"]
        assert "aws inspector2 enable" in stack.prerequisites[0]
    assert CAPABILITY.problems(here) == ()


def test_region_without_inspector_has_no_stack() -> None:
    here = landscape({"suppressions": [RULE]}, regions=("eu-west-1", "ap-southeast-6"))
    assert stacks(here)["inspector-suppressions"].regions == ("eu-west-1",)


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        (
            {"cis_scans": {"a": {"schedule": "monthly", "days": ["SUN", "MON"], "tags": {"a": ["b"]}}}},
            "cis_scans.a.days",
            "on one day",
        ),
        ({"cis_scans": {"a": {"tags": {"a": []}}}}, "cis_scans.a.tags.a", "0 values"),
        ({"cis_scans": {"a": {"tags": {"a": list("bcdefg")}}}}, "cis_scans.a.tags.a", "6 values"),
        (
            {"suppressions": [{"name": "abc", "reason": "Expected.", "criteria": [{"field": "Title"}]}]},
            "suppressions.0.criteria.0",
            "with 0 values",
        ),
        (
            {
                "suppressions": [
                    {
                        "name": "abc",
                        "reason": "Expected.",
                        "criteria": [{"field": "Title", "equals": list("abcdefgh"), "prefix": list("abc")}],
                    }
                ]
            },
            "suppressions.0.criteria.0",
            "with 11 values",
        ),
    ],
    ids=lambda value: str(value)[:50],
)
def test_scan_or_suppression_that_aws_would_reject_is_a_problem(
    settings: dict[str, Any], path: str, words: str
) -> None:
    ((found, message),) = problems(settings)
    assert found == path
    assert words in message


def test_names_and_fields_that_are_repeated_are_problems() -> None:
    twice = {**RULE, "criteria": [{"field": "Title", "equals": ["a"]}, {"field": "Title", "prefix": ["b"]}]}
    assert [path for path, _ in problems({"suppressions": [RULE, twice]})] == [
        "suppressions.0.name",
        "suppressions.1.name",
        "suppressions.1.criteria.0.field",
        "suppressions.1.criteria.1.field",
    ]


# ── where AWS does not have it ───────────────────────────────────────────────────────────────────────────────────────


def test_account_without_an_organization_has_no_policies_and_says_so() -> None:
    here = landscape(standalone=True)
    assert stacks(here) == {}
    assert CAPABILITY.policy_types(here) == ()
    (found,) = CAPABILITY.unsupported(here)
    assert (found.path, "organization" in found.message) == (("policies",), True)


def test_china_has_no_inspector_and_says_so() -> None:
    here = landscape(**CHINA)
    assert stacks(here) == {}
    (found,) = CAPABILITY.unsupported(here)
    assert "aws-cn has no Amazon Inspector" in found.message
    assert CAPABILITY.unsupported(landscape({}, **CHINA)) == ()


def test_govcloud_may_lack_the_policy_type_so_its_stack_comes_last() -> None:
    waves = {
        stack.name: number for number, wave in enumerate(build_plan(landscape(**GOVCLOUD)).waves) for stack in wave
    }
    assert waves["nw-inspector-policies"] > max(waves["nw-access-analyzer"], waves["nw-guardrails-scp-detection"])


def test_run_book_has_the_commands_where_nothing_manages_the_organization() -> None:
    here = landscape()
    without = replace(
        here, capabilities={name: item for name, item in here.capabilities.items() if name != "organization"}
    )
    (stack,) = stacks(without).values()
    text = " ".join(stack.prerequisites)
    assert "enable-policy-type --root-id r-ab12 --policy-type INSPECTOR_POLICY" in text
    assert "enable-delegated-admin-account --delegated-admin-account-id 333333333333" in text
    assert stacks(here)["inspector-policies"].prerequisites == ()


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("policy", "setting", "words"),
    [
        ({}, "policies.a", "names no scan"),
        ({"enable": ["ec2"], "disable": ["ec2"]}, "policies.a.disable", "ec2 is both"),
        ({"enable": ["lambda_code"]}, "policies.a.enable", "without lambda"),
        ({"disable": ["lambda_code"]}, "policies.a.disable", "lambda_code is disabled without lambda"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_policy_that_contradicts_itself_is_a_problem(policy: dict[str, Any], setting: str, words: str) -> None:
    ((found, message),) = problems({"policies": {"a": policy}})
    assert found == setting
    assert words in message


def test_two_policies_about_one_scan_of_one_place_are_a_problem() -> None:
    one, other = {"enable": ["ec2"]}, {"disable": ["ec2", "ecr"], "to": ["Workloads", "root"]}
    ((setting, message),) = problems({"policies": {"one": one, "other": other}})
    assert setting == "policies.other.to"
    assert message == "root has two policies for ec2, one and other"
    assert problems({"policies": {"one": one, "other": {**other, "to": ["Workloads"]}}}) == []


def test_more_policies_than_a_place_takes_are_a_problem() -> None:
    scans_of = ("ec2", "ecr", "lambda", "code_repositories")
    many = {f"p{number}": {"enable": [scans_of[number % 4]], "to": ["Workloads"]} for number in range(11)}
    messages = [message for _, message in problems({"policies": many})]
    assert "Workloads has 11 Inspector policies: AWS Organizations attaches at most 10 to a place" in messages


def test_guardrail_with_the_same_policy_is_a_problem() -> None:
    rules = {"rules": {"inspector-everywhere": {"enabled": True}}}
    here = make_landscape(settings={"inspector": EVERYWHERE, "guardrails": rules})
    (found,) = CAPABILITY.problems(here)
    assert (found.path, found.fallback) == (("policies",), (("capabilities", "guardrails"),))
    assert CAPABILITY.problems(make_landscape(settings={"guardrails": rules})) == ()


def test_findings_that_no_topic_hears_of_are_a_warning() -> None:
    here = make_landscape(settings={"inspector": EVERYWHERE, "security_hub": {"enabled": False}})
    (found,) = CAPABILITY.problems(here)
    assert (found.severity, found.fallback) == (Severity.WARNING, (("capabilities", "security_hub"),))


@pytest.mark.parametrize(
    ("policies_", "expected"),
    [
        ({"a": {"enable": ["ec2"]}}, []),
        (
            {"a": {"enable": ["ec2"]}, "b": {"disable": ["ec2"], "to": ["Workloads"]}},
            [("policies.b.disable", "inspector-ec2")],
        ),
    ],
    ids=["whole", "exception"],
)
def test_places_that_are_left_out_weaken_the_control(
    policies_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = CAPABILITY.weakened(landscape({"policies": policies_}))
    assert [(".".join(map(str, item.path)), item.control) for item in found] == expected


@pytest.mark.parametrize(
    "settings",
    [
        {"policies": {"a": {"enable": ["rds"]}}},
        {"policies": {"A b": {"enable": ["ec2"]}}},
        {"policies": {"a": {"enable": ["ec2"], "to": []}}},
        {"policies": {f"p{number}": {"enable": ["ec2"]} for number in range(51)}},
        {"cis_scans": {"a": {"tags": {}}}},
        {"cis_scans": {"a": {"tags": TAGS, "level": 3}}},
        {"cis_scans": {"a": {"tags": TAGS, "at": "24:00"}}},
        {"cis_scans": {"a": {"tags": TAGS, "days": []}}},
        {"suppressions": [{**RULE, "name": "a b"}]},
        {"suppressions": [{**RULE, "reason": "x" * 501}]},
        {"suppressions": [{**RULE, "criteria": []}]},
        {"suppressions": [{**RULE, "criteria": [{"field": "Severities", "equals": ["LOW"]}]}]},
    ],
    ids=lambda value: str(value)[:60],
)
def test_value_that_aws_would_reject_is_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(settings)


# ── the whole way ────────────────────────────────────────────────────────────────────────────────────────────────────

PROFILE = START.replace("capabilities:\n", "") + "capabilities:\n"
WITHOUT_LINT = Options(validation=ValidateOptions(lint=False), fail_on=None)


def proof(directory: Path, inspector: str) -> Proof:
    path = directory / "profile.yaml"
    path.write_text(f"{PROFILE}  inspector: {inspector}\n", encoding="utf-8")
    return prove(path, WITHOUT_LINT)


def states(found: Proof) -> dict[str, str]:
    return {item.control.id: str(item.state.value) for item in found.evidence.assessments}


def test_checks_hold_and_only_scans_of_the_whole_organization_meet_their_control(tmp_path: Path) -> None:
    cis = "cis_scans: {all: {tags: {a: [b]}}, web: {accounts: [card-data], tags: {a: [b]}}}"
    some = "some: {enable: [ecr], to: [Workloads, core]}"
    found = proof(tmp_path, f"{{policies: {{all: {{enable: [ec2]}}, {some}}}, {cis}}}")
    assert [item for item in found.findings if item.id.startswith("BL")] == []
    assert states(found)["inspector-ec2"] == states(found)["inspector-cis-scans"] == "deployed"
    assert states(found)["inspector-suppressions"] == "absent"
    assert states(found)["inspector-ecr"] == states(found)["inspector-lambda"] == "absent"


def test_exception_is_a_finding_that_a_reason_accepts(tmp_path: Path) -> None:
    policies_ = "policies: {all: {enable: [ec2]}, some: {disable: [ec2], to: [Workloads]}}"
    found = proof(tmp_path, f"{{{policies_}}}")
    weak = [item for item in found.findings if item.id == "profile-weakened" and item.capability == "inspector"]
    assert [item.control for item in weak] == ["inspector-ec2"]
    accepted = proof(tmp_path, f"{{{policies_}, reason: No instances there.}}")
    assert [item.accepted for item in accepted.findings if item.control == "inspector-ec2"] == ["No instances there."]


# ── the end of a suppression, and the configuration ──────────────────────────────────────────────────────────────────


def test_suppression_with_a_last_day_matches_nothing_observed_later() -> None:
    here = landscape({"suppressions": [{**RULE, "expires": "2027-06-30"}]})
    (found,) = properties(rendered("inspector", here)["inspector-suppressions"], "AWS::InspectorV2::Filter").values()
    last = datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert found["FilterCriteria"]["LastObservedAt"] == [{"EndInclusive": int(last.timestamp())}]


@pytest.mark.parametrize("standalone", [False, True])
def test_configuration_is_set_by_the_function_of_the_administrator(*, standalone: bool) -> None:
    settings = {"image_rescans": {"after_push": "lifetime", "after_use": 14}, "scan_mode": "agent"}
    here = landscape(settings, standalone=standalone)
    made = {spec.name: spec for spec in CAPABILITY.stacks(here)}
    context = made["inspector-settings"].context
    assert isinstance(context, CustomSettingsContext)
    (item,) = context.settings
    assert (item.regions, item.arguments) == (
        here.regions,
        {
            "ec2Configuration": {"scanMode": "EC2_SSM_AGENT_BASED"},
            "ecrConfiguration": {
                "rescanDuration": "LIFETIME",
                "pullDateRescanDuration": "DAYS_14",
                "pullDateRescanMode": "LAST_IN_USE_AT",
            },
        },
    )
    assert made["inspector-settings"].target.accounts == (here.role("inspector"),)
    assert any(arn.endswith("role/nw-inspector-settings") for arn in deployers(here))


def test_configuration_without_a_key_for_the_log_is_a_problem() -> None:
    here = make_landscape("standard", {"inspector": {"scan_mode": "hybrid"}, "kms": {"enabled": False}})
    found = {item.path[0]: item.message for item in CAPABILITY.problems(here)}
    assert "kms is off" in found["scan_mode"]
    assert CAPABILITY.stacks(here) == ()
