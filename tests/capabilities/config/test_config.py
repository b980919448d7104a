"""AWS Config: recording, rules per Region, and rejected settings."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml

from baseline.aws.config_rules import config_rule, is_rule_available
from baseline.aws.quotas import quota
from baseline.capabilities.detect.config.config import CAPABILITY, PackContext, RecorderContext
from baseline.capabilities.detect.config.exclusions import exclusion_problems
from baseline.capabilities.detect.config.packs import (
    ManagedRule,
    global_region,
    managed_rules,
    rules_of_tier,
    split_rules,
)
from baseline.capabilities.landscape import Account, Landscape
from baseline.controls.control import controls
from baseline.plan.build import build_plan
from baseline.plan.model import Method, Stack, Template
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

GOVCLOUD: dict[str, Any] = {
    "partition": "aws-us-gov",
    "home_region": "us-gov-west-1",
    "sign_in_region": "us-gov-west-1",
    "regions": ("us-gov-west-1", "us-gov-east-1"),
}
CHINA: dict[str, Any] = {
    "partition": "aws-cn",
    "home_region": "cn-northwest-1",
    "sign_in_region": "cn-north-1",
    "regions": ("cn-northwest-1", "cn-north-1"),
}
AWKWARD = ["#", "a: b", "on", "007", '"', "'", "- x", "{a", "ü", "|", "!Ref X", "*", "\\", " "]


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape(changes.pop("tier", "standard"), {"config": settings or {}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {stack.name.removeprefix("nw-"): stack for stack in build_plan(here).stacks if stack.capability == "config"}


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings, **changes))
    ]


def body(template: Template) -> dict[str, Any]:
    (pack,) = read_template(template).packs
    assert not pack.problem
    rules: dict[str, Any] = yaml.safe_load(pack.text)["Resources"]
    return rules


def names(stack: Stack) -> list[str]:
    assert isinstance(stack.context, PackContext)
    return [rule.name for rule in stack.context.rules]


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rule", managed_rules().values(), ids=lambda rule: rule.name)
def test_a_rule_of_the_baseline_exists_with_its_parameters_and_we_know_where(rule: ManagedRule) -> None:
    facts = config_rule(rule.identifier)
    assert facts
    assert set(rule.parameters) <= set(facts.parameters)
    assert {name for name, item in facts.parameters.items() if item.required} <= set(rule.parameters)
    assert all(isinstance(value, str) for value in rule.parameters.values())
    assert is_rule_available(rule.identifier, "us-east-1") is True
    assert rule.title.endswith(".")
    assert rule.control in controls()
    assert rule.scope in {"regional", "iam", "account"}


def test_no_two_rules_are_the_same() -> None:
    assert len({rule.logical_id for rule in managed_rules().values()}) == len(managed_rules())
    assert len({rule.identifier for rule in managed_rules().values()}) == len(managed_rules())


def test_each_tier_has_the_rules_of_the_one_below_and_more() -> None:
    starter, standard, regulated = (set(map(id, rules_of_tier(t))) for t in ("starter", "standard", "regulated"))
    assert starter < standard < regulated
    assert len(regulated) == len(managed_rules())


def test_the_password_policy_is_that_of_the_benchmark() -> None:
    parameters = managed_rules()["iam-password-policy"].parameters
    assert (parameters["MinimumPasswordLength"], parameters["PasswordReusePrevention"]) == ("14", "24")


@pytest.mark.parametrize(("days", "age"), [(0, None), (60, "60")])
def test_the_rule_about_passwords_asks_for_the_age_that_the_profile_sets(days: int, age: str | None) -> None:
    found = stacks(make_landscape("standard", {"account_settings": {"password_max_age_days": days}}))
    rules = {rule.name: rule for item in found.values() for rule in getattr(item.context, "rules", ())}
    assert rules["iam-password-policy"].parameters.get("MaxPasswordAge") == age


# ── packs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_regions_with_the_same_rules_share_a_stack_and_one_region_has_the_rules_of_the_account() -> None:
    found = stacks(landscape(regions=("eu-west-1", "eu-central-1", "us-east-1")))
    assert found["config-packs"].regions == ("eu-west-1", "eu-central-1")
    assert found["config-packs-2"].regions == ("us-east-1",)
    assert set(names(found["config-packs-2"])) - set(names(found["config-packs"])) == {
        "server-certificates",
        "cloudfront-logs",
    }
    assert found["config-packs-account"].regions == ("eu-west-1",)
    assert "access-keys-rotated" in names(found["config-packs-account"])


@pytest.mark.parametrize("changes", [{}, GOVCLOUD, CHINA, {"standalone": True}], ids=["org", "gov", "china", "alone"])
@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
def test_no_rule_goes_to_a_region_that_lacks_it(changes: dict[str, Any], tier: str) -> None:
    for stack in stacks(landscape(tier=tier, **changes)).values():
        if isinstance(stack.context, PackContext):
            assert all(is_rule_available(r.identifier, region) for r in stack.context.rules for region in stack.regions)


def test_govcloud_and_china_keep_what_they_have() -> None:
    for changes in (GOVCLOUD, CHINA):
        found = stacks(landscape(**changes))
        assert len(names(found["config-packs"])) > 30
        assert "databases-encrypted" not in names(found["config-packs"])
        assert len(names(found["config-packs-account"])) > 10


@pytest.mark.parametrize(("changes", "domains"), [({}, 1), (GOVCLOUD, 1), (CHINA, 2)], ids=["org", "gov", "china"])
def test_recorders_encrypt_through_both_domains_of_s3_in_china(changes: dict[str, Any], domains: int) -> None:
    text = render_stack(stacks(landscape(**changes))["config-role"]).text
    assert text.count("kms:ViaService") == 1
    assert len(re.findall(r"s3\.[a-z0-9-]+\.(?:amazonaws\.com|\$\{AWS::URLSuffix\})", text)) == domains


def excluded_in(pack: Mapping[str, Any]) -> list[str]:
    """The parameters that the pack joins into the list of excluded accounts."""
    (separator, joined) = pack["Properties"]["ExcludedAccounts"]["Fn::Split"]
    assert separator == joined["Fn::Join"][0] == ","
    return [item["Ref"] for item in joined["Fn::Join"][1]]


def test_accounts_without_a_recorder_are_left_out_of_the_packs_in_any_number() -> None:
    closed = {
        f"closed-{number}": Account(
            key=f"closed-{number}", name="closed", email="c@x.example", id=f"{number:012}", ou="Suspended"
        )
        for number in range(700)
    }
    base = landscape({"exclude_accounts": ["999999999999", "000000000001"]})
    here = replace(
        base,
        accounts={**base.accounts, **closed},
        ous={**base.ous, "Suspended": None},
        suspended=frozenset({"Suspended"}),
    )
    pack = stacks(here)["config-packs"]
    text = render_stack(pack).text
    assert len(text.encode()) <= 51_200
    names = excluded_in(read_template(render_stack(pack)).document["Resources"]["OrganizationConformancePack"])
    assert names == ["ManagementAccountId", "ExcludedAccountIds", "ExcludedAccountIds2", "ExcludedAccountIds3"]
    values = {item.name: str(item.value) for item in pack.parameters}
    assert all(len(value) <= 4096 for value in values.values())
    ids = [id_ for name in names[1:] for id_ in values[name].split(",")]
    assert ids == [*(account.id for account in closed.values()), "999999999999"]


def test_more_excluded_accounts_than_aws_config_takes_are_refused() -> None:
    many = [f"{number:012}" for number in range(1000)]
    here = landscape({"exclude_accounts": many})
    problems = list(exclusion_problems(here, many))
    assert [".".join(map(str, item.path)) for item in problems] == ["exclude_accounts"]
    assert "1,001 accounts" in problems[0].message
    assert not list(exclusion_problems(here, many[:999]))


def test_the_management_account_has_the_packs_in_stacks_of_its_own() -> None:
    found = stacks(landscape())
    for suffix in ("", "-account"):
        members, own = found[f"config-packs{suffix}"], found[f"config-packs-management{suffix}"]
        assert names(members) == names(own)
        assert [(d.method, d.account) for d in members.deployments] == [(Method.STACK_SET, "security")]
        assert [(d.method, d.account) for d in own.deployments] == [(Method.STACK, "management")]
    properties = read_template(render_stack(found["config-packs"])).document["Resources"]["OrganizationConformancePack"]
    assert excluded_in(properties) == ["ManagementAccountId"]
    assert "ExcludedAccounts" not in render_stack(found["config-packs-management"]).text


def test_a_standalone_account_has_only_its_own_packs() -> None:
    found = stacks(landscape(standalone=True))
    assert list(found) == [
        "config-role",
        "config-recorder",
        "config-aggregator",
        "config-packs",
        "config-packs-account",
    ]
    assert "OrganizationConformancePack" not in render_stack(found["config-packs"]).text
    assert not any(stack.parameters or stack.prerequisites for stack in found.values())


def many(count: int, value: str = "1") -> list[ManagedRule]:
    some = managed_rules()["access-keys-rotated"]
    return [
        replace(some, name=f"rule-{n}", logical_id=f"Rule{n}", parameters={"maxAccessKeyAge": value})
        for n in range(count)
    ]


def test_more_rules_than_a_pack_takes_are_split_in_order() -> None:
    rules = many(300)
    parts = split_rules(rules)
    assert [rule for part in parts for rule in part] == rules
    assert all(len(part) <= quota("config.rules_per_pack") for part in parts)
    assert split_rules([]) == ()


def test_more_bytes_than_a_template_takes_are_split() -> None:
    assert len(split_rules(many(60))) == 1
    assert len(split_rules(many(60, "x" * 1000))) > 1


@pytest.mark.parametrize("value", ["1", "x" * 1000, "ü" * 500, '"' * 500, "\U0001f600" * 300, "\u2028" * 300])
def test_every_part_fits_its_template(value: str) -> None:
    pack = stacks(landscape())["config-packs"]
    assert isinstance(pack.context, PackContext)
    for part in split_rules(many(131, value)):
        stack = replace(pack, context=replace(pack.context, rules=part))
        assert len(render_stack(stack).text.encode()) <= quota("cloudformation.template_body_bytes")


def test_parameters_are_text_and_the_profiles_go_over_ours() -> None:
    found = stacks(landscape({"rule_parameters": {"access-keys-rotated": {"maxAccessKeyAge": "60"}}}))
    rules = body(render_stack(found["config-packs-account"]))
    assert rules["AccessKeysRotated"]["Properties"]["InputParameters"] == {"maxAccessKeyAge": "60"}
    assert rules["IamPasswordPolicy"]["Properties"]["InputParameters"]["MinimumPasswordLength"] == "14"


@pytest.mark.parametrize("value", AWKWARD)
def test_awkward_parameters_reach_the_pack_as_they_are(value: str) -> None:
    settings = {"rule_parameters": {"remote-access-ports": {"protocolType": value}}}
    rules = body(render_stack(stacks(landscape(settings))["config-packs"]))
    assert rules["RemoteAccessPorts"]["Properties"]["InputParameters"]["protocolType"] == value


def test_an_excluded_rule_is_absent_and_the_others_stay() -> None:
    everything = names(stacks(landscape())["config-packs"])
    assert "instance-profiles" in everything
    fewer = names(stacks(landscape({"exclude_rules": ["instance-profiles"]}))["config-packs"])
    assert fewer == [name for name in everything if name != "instance-profiles"]


# ── recorder ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def recording_group(here: Landscape) -> dict[str, Any]:
    document = read_template(render_stack(stacks(here)["config-recorder"])).document
    group: dict[str, Any] = document["Resources"]["ConfigurationRecorder"]["Properties"]["RecordingGroup"]
    return {**group, "Condition": document.get("Conditions", {}).get("RecordsIam")}


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        (("eu-west-1", "us-east-1"), "eu-west-1"),
        (("il-central-1", "mx-central-1", "us-east-1"), "us-east-1"),
        (("il-central-1",), ""),
    ],
    ids=["home records them", "another Region does", "none can"],
)
def test_iam_types_are_recorded_in_one_region_at_most(regions: tuple[str, ...], expected: str) -> None:
    here = landscape(regions=regions, home_region=regions[0])
    assert global_region(here) == expected
    group = recording_group(here)
    if expected:
        assert group["Condition"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, expected]}
        assert group["IncludeGlobalResourceTypes"] == {"Fn::If": ["RecordsIam", True, False]}
    else:
        assert group["Condition"] is None
        assert group["IncludeGlobalResourceTypes"] is False


def test_without_a_region_for_iam_the_rules_about_iam_users_are_left_out() -> None:
    found = stacks(landscape(regions=("il-central-1",), home_region="il-central-1"))
    assert not {"access-keys-rotated", "users-without-policies"} & set(names(found["config-packs-account"]))
    assert found["config-packs-account"].regions == ("il-central-1",)


def test_with_exclusions_iam_types_are_excluded_by_name_outside_their_region() -> None:
    group = recording_group(landscape({"exclude_types": ["AWS::EC2::Volume", "AWS::IAM::User"]}))
    name, there, elsewhere = group["ExclusionByResourceTypes"]["ResourceTypes"]["Fn::If"]
    assert name == "RecordsIam"
    assert there == ["AWS::EC2::Volume", "AWS::IAM::User"]
    assert sorted(elsewhere) == [
        "AWS::EC2::Volume",
        *("AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"),
    ]
    assert group["AllSupported"] is False


def test_with_exclusions_and_no_region_for_iam_its_types_are_excluded_everywhere() -> None:
    here = landscape({"exclude_types": ["AWS::EC2::Volume"]}, regions=("il-central-1",), home_region="il-central-1")
    assert len(recording_group(here)["ExclusionByResourceTypes"]["ResourceTypes"]) == 5


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("CONTINUOUS", ())),
        ({"daily_types": ["AWS::EC2::Volume"]}, ("CONTINUOUS", ("DAILY", ["AWS::EC2::Volume"]))),
        (
            {"recording": "DAILY", "continuous_types": ["AWS::IAM::Role"]},
            ("DAILY", ("CONTINUOUS", ["AWS::IAM::Role"])),
        ),
    ],
    ids=["one rhythm", "some daily", "some continuous"],
)
def test_recording_mode(settings: dict[str, Any], expected: tuple[str, tuple[Any, ...]]) -> None:
    document = read_template(render_stack(stacks(landscape(settings))["config-recorder"])).document
    mode = document["Resources"]["ConfigurationRecorder"]["Properties"]["RecordingMode"]
    overrides = mode.get("RecordingModeOverrides", [])
    assert len(overrides) <= 1
    found = (overrides[0]["RecordingFrequency"], overrides[0]["ResourceTypes"]) if overrides else ()
    assert (mode["RecordingFrequency"], found) == expected


def test_recorder_and_channel_never_wait_for_each_other_and_keep_their_default_names() -> None:
    document = read_template(render_stack(stacks(landscape())["config-recorder"])).document
    for resource in document["Resources"].values():
        assert "DependsOn" not in resource
        assert not {"Name", "StartedOnCreate"} & set(resource["Properties"])


# ── coexistence ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_existing_recorder_is_left_alone() -> None:
    found = stacks(landscape({"recorder": "existing"}))
    ours = {"nw-organization-settings"}
    assert not {"config-role", "config-recorder"} & set(found)
    assert {"config-aggregator", "config-packs"} <= set(found)
    for stack in found.values():
        assert set(stack.depends_on) == ours
        assert "`recorder: existing`" in stack.prerequisites[0]


def test_the_rules_for_root_mfa_wait_for_our_recorder_or_ask_for_one() -> None:
    ours = {s.name: s for s in build_plan(landscape()).stacks}["nw-alarms-root-mfa"]
    theirs = {s.name: s for s in build_plan(landscape({"recorder": "existing"})).stacks}["nw-alarms-root-mfa"]
    off = {s.name: s for s in build_plan(landscape({"enabled": False})).stacks}["nw-alarms-root-mfa"]
    assert "nw-config-recorder" in ours.depends_on
    assert not ours.prerequisites
    for stack in (theirs, off):
        assert "nw-config-recorder" not in stack.depends_on
        assert "A Config recorder runs" in stack.prerequisites[0]


def test_trusted_access_and_delegation_are_made_by_the_organization_capability() -> None:
    assert not any(stack.prerequisites for stack in stacks(landscape()).values())


def test_without_it_somebody_has_to_open_the_organization_to_both_services() -> None:
    found = stacks(make_landscape(settings={"organization": {"enabled": False}}))
    assert any("principal config.amazonaws.com" in text for text in found["config-aggregator"].prerequisites)
    wanted = found["config-packs"].prerequisites
    assert len(wanted) == 2
    assert all("config-multiaccountsetup.amazonaws.com" in text for text in wanted)
    assert not found["config-packs-management"].prerequisites


def test_what_is_off_is_absent() -> None:
    assert not stacks(landscape({"enabled": False}))
    assert list(stacks(landscape({"aggregator": False, "rules": False}))) == ["config-role", "config-recorder"]


# ── aggregator ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_queries_are_one_line_and_within_the_limits() -> None:
    resources = read_template(render_stack(stacks(landscape())["config-aggregator"])).resources
    queries = [r.properties for r in resources if r.type == "AWS::Config::StoredQuery"]
    assert len(queries) == 6
    for query in queries:
        expression = query["QueryExpression"]
        text = expression["Fn::Sub"] if isinstance(expression, dict) else expression
        assert text.startswith("SELECT ")
        assert "\n" not in text
        assert len(text) <= 4096
        assert len(query["QueryName"]) <= quota("config.stored_query_name_characters")


def test_workloads_in_the_management_account_are_asked_for_in_an_organization_only() -> None:
    text = render_stack(stacks(landscape())["config-aggregator"]).text
    assert "accountId = '${ManagementAccountId}'" in text
    alone = render_stack(stacks(landscape(standalone=True))["config-aggregator"]).text
    assert "workloads-in-management-account" not in alone
    assert "OrganizationAggregationSource" not in alone


def test_the_longest_prefix_leaves_names_within_the_limits() -> None:
    here = landscape(prefix="a" * 20)
    for stack in build_plan(here).stacks:
        for resource in read_template(render_stack(stack)).resources:
            if resource.type == "AWS::Config::StoredQuery":
                assert len(resource.properties["QueryName"]) <= quota("config.stored_query_name_characters")


# ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "setting", "words"),
    [
        ({"exclude_types": ["AWS::EC2::Volumes"]}, "exclude_types.0", 'did you mean "AWS::EC2::Volume"'),
        ({"exclude_types": ["No::Such::Type9"]}, "exclude_types.0", "does not record"),
        ({"daily_types": ["AWS::Config::ResourceCompliance"]}, "daily_types.0", "cannot be recorded daily"),
        (
            {"daily_types": ["AWS::EC2::Volume"], "exclude_types": ["AWS::EC2::Volume"]},
            "daily_types.0",
            "is in exclude_types too",
        ),
        ({"continuous_types": ["AWS::EC2::Volume"]}, "continuous_types", "has no effect"),
        ({"recording": "DAILY", "daily_types": ["AWS::EC2::Volume"]}, "daily_types", "has no effect"),
        ({"recorder": "existing", "exclude_types": ["AWS::EC2::Volume"]}, "exclude_types", "has no effect"),
        ({"recorder": "existing", "aggregator": False, "rules": False}, "recorder", "nothing is left"),
        ({"exclude_rules": ["instance-profile"]}, "exclude_rules.0", 'did you mean "instance-profiles"'),
        ({"exclude_rules": list(managed_rules())}, "exclude_rules", "no rule is left"),
        ({"rule_parameters": {"coffee": {"a": "b"}}}, "rule_parameters.coffee", "has no rule"),
        (
            {"rule_parameters": {"access-keys-rotated": {"maxAge": "1"}}},
            "rule_parameters.access-keys-rotated.maxAge",
            "it has maxAccessKeyAge",
        ),
        (
            {"rule_parameters": {"access-keys-rotated": {"maxAccessKeyAge": "soon"}}},
            "rule_parameters.access-keys-rotated.maxAccessKeyAge",
            "requires a number",
        ),
        (
            {"rule_parameters": {"iam-password-policy": {"RequireSymbols": "yes"}}},
            "rule_parameters.iam-password-policy.RequireSymbols",
            "requires true or false",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_its_place(settings: dict[str, Any], setting: str, words: str) -> None:
    ((found, message),) = problems(settings)
    assert found == setting
    assert words in message


def test_good_settings_have_no_problem() -> None:
    assert not problems({})
    assert not problems({"recording": "DAILY", "continuous_types": ["AWS::IAM::Role"]})
    assert not problems({"rule_parameters": {"iam-password-policy": {"RequireSymbols": "false"}}})


def test_more_exceptions_are_weaker_and_none_are_not() -> None:
    from baseline.capabilities.settings import tier_defaults

    defaults = tier_defaults(CAPABILITY.settings)
    for name in ("daily_types", "exclude_types", "exclude_rules"):
        assert defaults[name].weakened_by(["x"], "standard")
        assert not defaults[name].weakened_by([], "standard")


def test_contexts_are_those_of_the_templates() -> None:
    found = stacks(landscape())
    assert isinstance(found["config-recorder"].context, RecorderContext)
    assert {type(s.context) for n, s in found.items() if n.startswith("config-packs")} == {PackContext}


@pytest.mark.parametrize("changes", [{}, CHINA], ids=["aws", "china"])
def test_keys_may_be_used_under_either_domain_of_a_service_in_china(changes: dict[str, Any]) -> None:
    """No page documents whether kms:ViaService uses the partition's own domain there."""
    plan = build_plan(make_landscape(**changes))
    via = [line for stack in plan.stacks for line in render_stack(stack).text.splitlines() if ".amazonaws.com" in line]
    plain = [line for line in via if re.search(r"(!Sub|ViaService:|-) (s3|ec2)\.", line)]
    both = [
        line for stack in plan.stacks for line in render_stack(stack).text.splitlines() if ".${AWS::URLSuffix}" in line
    ]
    assert len(plain) == 2
    assert len([line for line in both if re.search(r"- !Sub (s3|ec2)\.", line)]) == (2 if changes else 0)
