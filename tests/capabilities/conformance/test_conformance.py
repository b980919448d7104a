"""Conformance packs: which rules are where, what corrects them, and what a profile may not say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.aws.config_rules import config_rule, is_rule_available
from baseline.aws.iam_actions import matching_actions
from baseline.capabilities.detect.config.config import deployed_rules
from baseline.capabilities.detect.config.packs import managed_rules
from baseline.capabilities.detect.conformance.catalog import catalog, mapped_rules, runbooks
from baseline.capabilities.detect.conformance.conformance import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import Tier
from baseline.controls.framework import framework_ids
from baseline.errors import ProfileError
from baseline.findings import Severity
from baseline.pipeline import Options, prove
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from baseline.validate.validate import ValidateOptions
from tests.landscapes import make_landscape, rendered
from tests.profile.test_places import PROFILE as START

GUARD = 'rule owned when resourceType == "AWS::S3::Bucket" {\n  tags["Owner"] == /^on\\d$/ <<an "owner">>\n}\n'
OWN = {
    "owned": {"title": 'Owned: "on" # x', "guard": "rules/a.guard", "resource_types": ["AWS::S3::Bucket"]},
    "tagged": {"title": "Tagged.", "identifier": "REQUIRED_TAGS", "parameters": {"tag1Key": "007"}},
}
NIST = {"packs": {"nist": {"framework": "nist-800-53-r5"}}}
FIX = {"default-security-group": {"mode": "automatic", "attempts": 3, "retry_seconds": 90, "exempt_tag": "on: 007"}}


def landscape(settings: dict[str, Any], tier: Tier = "standard", **changes: Any) -> Landscape:
    more = changes.pop("more", {})
    given = {"compliance": frozenset({"nist-800-53-r5", "hipaa", "fsbp"}), "documents": {"conformance/owned": GUARD}}
    return make_landscape(tier, {"conformance": settings, **more}, **{**given, **changes})


def stacks(here: Landscape) -> dict[str, Stack]:
    return {
        stack.name.removeprefix("nw-conformance-"): stack
        for stack in build_plan(here).stacks
        if stack.capability == "conformance"
    }


def bodies(here: Landscape) -> dict[str, dict[str, Any]]:
    """Name of the pack's stack → resources of the template inside it."""
    return {
        name.removeprefix("conformance-"): dict(pack.document["Resources"])
        for name, subject in rendered("conformance", here).items()
        for pack in subject.packs
    }


def rules_in(here: Landscape, *names: str) -> set[str]:
    found = bodies(here)
    some = [found[name] for name in names] if names else found.values()
    return {
        item["Properties"]["ConfigRuleName"]
        for body in some
        for item in body.values()
        if item["Type"] == "AWS::Config::ConfigRule"
    }


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str, Severity | None]]:
    found = CAPABILITY.problems(landscape(settings, **changes))
    return [(".".join(map(str, item.path)), item.message, item.severity) for item in found]


# ── the catalog ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_exists_has_its_parameters_and_is_somewhere() -> None:
    for name, rule in catalog().items():
        facts = config_rule(rule.identifier)
        assert facts, name
        given = {**rule.parameters, **rule.references}
        assert given.keys() <= facts.parameters.keys(), name
        assert all(item.name in given for item in facts.parameters.values() if item.required), name
        assert any(is_rule_available(rule.identifier, region) for region in ("us-east-1", "eu-west-1")), name


def test_no_rule_is_in_the_catalog_twice() -> None:
    identifiers = [rule.identifier for rule in catalog().values()]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("framework", framework_ids())
def test_rules_are_mapped_to_requirements_that_the_framework_has(framework: str) -> None:
    found = mapped_rules(framework)
    assert found.keys() <= catalog().keys()
    assert found or framework == "fips-140-3"


def test_framework_that_follows_another_one_has_its_rules() -> None:
    assert "backup-plans" in mapped_rules("nist-800-53-r5")
    assert "backup-plans" in mapped_rules("fedramp-moderate-r5")
    assert mapped_rules("fsbp")["bucket-access-logs"] == ("S3.9",)


def test_runbook_has_a_rule_about_its_type_and_actions_that_exist() -> None:
    for name, runbook in runbooks().items():
        facts = config_rule(catalog()[name].identifier)
        assert facts
        assert not facts.resource_types or runbook.resource_type in facts.resource_types, name
        assert all(matching_actions(action) for action in (*runbook.look, *runbook.change)), name
        assert runbook.change
        assert runbook.resource


# ── on and off ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
def test_no_tier_deploys_a_pack_that_nobody_asked_for(tier: Tier) -> None:
    here = landscape({}, tier)
    assert stacks(here) == {}
    assert CAPABILITY.documents(here) == {}


def test_capability_that_is_off_has_no_stack() -> None:
    assert stacks(landscape({**NIST, "enabled": False})) == {}


def test_pack_is_in_every_account_after_the_recorders() -> None:
    found = stacks(landscape(NIST))
    assert [(item.account, item.ous) for item in found["nist"].deployments] == [("management", ()), ("", ("/",))]
    assert "nw-config-recorder" in found["nist"].depends_on
    assert found["nist-account"].regions == ("eu-west-1",)


def test_standalone_account_has_its_packs() -> None:
    found = stacks(landscape(NIST, standalone=True))
    assert {item.account for stack in found.values() for item in stack.deployments} == {"management"}


def test_recorders_of_others_are_a_prerequisite() -> None:
    found = stacks(landscape(NIST, more={"config": {"recorder": "existing"}}))
    assert "Config recorder" in found["nist"].prerequisites[0]


def test_pack_of_some_places_leaves_out_the_accounts_that_it_excludes() -> None:
    pack = {**NIST["packs"]["nist"], "exclude_accounts": ["management", "log_archive"]}
    (stack, *_) = stacks(landscape({"packs": {"nist": pack}})).values()
    places = [(item.account, item.ous) for item in stack.deployments]
    assert ("", ("/Workloads",)) in places or ("", ("Workloads",)) in places
    assert "management" not in {account for account, _ in places}
    assert "log_archive" not in {account for account, _ in places}
    assert ("security", ("Security",)) in places


def test_pack_leaves_out_places_in_which_nothing_is_recorded() -> None:
    off = {"overrides": [{"name": "off", "to": ["Workloads"], "recorder": "none"}]}
    found = stacks(landscape(NIST, more={"config": off}))["nist"]
    assert [item.ous for item in found.deployments if item.ous] == [("Security",)]
    settings = {"packs": {"a": {"framework": "hipaa", "to": ["Security", "Workloads"]}}}
    ((path, message, _),) = problems(settings, more={"config": off})
    assert (path, "nothing is recorded in Workloads" in message) == ("packs.a.to.1", True)


def test_pack_stays_in_its_places_where_others_are_recorded_otherwise() -> None:
    overrides = [
        {"name": "daily", "to": ["Workloads"], "recording": "DAILY"},
        {"name": "off", "to": ["log_archive"], "recorder": "none"},
    ]
    settings = {"packs": {"a": {"framework": "hipaa", "to": ["Security"]}}}
    found = stacks(landscape(settings, more={"config": {"overrides": overrides}}))["a"]
    assert [(item.account, item.ous) for item in found.deployments] == [("security", ("Security",))]


# ── which rules ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rules_that_config_has_are_not_repeated() -> None:
    here = landscape(NIST)
    deployed = {rule.name for rule in deployed_rules(here)}
    assert deployed & mapped_rules("nist-800-53-r5").keys()
    assert not rules_in(here) & deployed
    assert rules_in(here) == {
        name
        for name in mapped_rules("nist-800-53-r5").keys() - deployed
        if any(is_rule_available(catalog()[name].identifier, region) for region in here.regions)
    }


def test_rules_of_an_earlier_pack_are_repeated_only_where_it_is_not() -> None:
    here = landscape({"packs": {"a": {"framework": "hipaa", "to": ["Workloads"]}, "b": {"framework": "hipaa"}}})
    assert rules_in(here, "a") == rules_in(here, "b")
    here = landscape({"packs": {"b": {"framework": "hipaa"}, "a": {"framework": "hipaa", "to": ["Workloads"]}}})
    assert "a" not in stacks(here)
    apart = {"framework": "hipaa", "exclude_accounts": ["security"]}
    here = landscape({"packs": {"b": apart, "a": {"framework": "hipaa", "to": ["Security"]}}})
    assert rules_in(here, "a") == rules_in(here, "b")


def test_repeated_pack_has_every_rule_of_its_framework() -> None:
    here = landscape({"packs": {"hipaa": {"framework": "hipaa", "repeat": True}}}, regions=("us-east-1",))
    assert rules_in(here) >= {rule.name for rule in deployed_rules(here)} & mapped_rules("hipaa").keys()


def test_rule_with_other_parameters_than_those_of_config_is_another_rule() -> None:
    own = {"title": "x", "identifier": "ACCESS_KEYS_ROTATED", "parameters": {"maxAccessKeyAge": "90"}}
    same = {"packs": {"own": {"rules": ["keys"]}}, "rules": {"keys": own}}
    assert stacks(landscape(same)) == {}
    other = {**same, "rules": {"keys": {**own, "parameters": {"maxAccessKeyAge": "30"}}}}
    assert rules_in(landscape(other)) == {"keys"}


def test_rule_that_a_pack_leaves_out_is_not_in_it() -> None:
    pack = {"framework": "nist-800-53-r5", "without": ["backup-plans"]}
    assert "backup-plans" not in rules_in(landscape({"packs": {"nist": pack}}))


def test_table_names_the_pack_that_has_each_rule() -> None:
    text = CAPABILITY.documents(landscape(NIST))["report/conformance-rules.csv"]
    assert "\nnist,nist-800-53-r5,root-access-key,IAM_ROOT_ACCESS_KEY_CHECK,config,ia-2\n" in text
    assert "\nnist,nist-800-53-r5,backup-plans,BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK,nist,cp-6" in text


def test_rule_weighs_at_least_what_its_template_has() -> None:
    """A pack that is heavier than its rules were taken for would be over the limit of a template."""
    pack = {
        "rules": [*catalog(), *OWN],
        "repeat": True,
        "remediate": {name: {"mode": "automatic"} for name in runbooks()},
    }
    for stack in stacks(landscape({"packs": {"all": pack}, "rules": OWN}, regions=("us-east-1",))).values():
        if stack.template.endswith("/pack"):
            context: Any = stack.context
            assert len(render_stack(stack).text.encode()) <= 2_000 + sum(rule.weight for rule in context.rules)


# ── rules of the profile ─────────────────────────────────────────────────────────────────────────────────────────────


def test_policy_in_guard_reaches_aws_as_it_was_written() -> None:
    here = landscape({"packs": {"own": {"rules": ["owned", "tagged"]}}, "rules": OWN})
    found = bodies(here)["own"]
    source = found["Owned"]["Properties"]["Source"]
    assert source["CustomPolicyDetails"] == {"PolicyRuntime": "guard-2.x.x", "PolicyText": GUARD}
    assert source["Owner"] == "CUSTOM_POLICY"
    assert found["Owned"]["Properties"]["Scope"] == {"ComplianceResourceTypes": ["AWS::S3::Bucket"]}
    assert found["Owned"]["Properties"]["Description"] == 'Owned: "on" # x'
    assert found["Tagged"]["Properties"]["InputParameters"] == {"tag1Key": "007"}


# ── corrections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_correction_is_in_the_pack_of_its_rule_and_its_role_comes_first() -> None:
    here = landscape({"packs": {"pci": {"to": ["Workloads"], "remediate": FIX}}})
    found = stacks(here)
    assert found["pci"].depends_on[-1] == "nw-conformance-roles-pci"
    assert [item.ous for item in found["roles-pci"].deployments] == [("Workloads",)]
    assert found["roles-pci"].regions == ("eu-west-1",)
    properties = bodies(here)["pci"]["DefaultSecurityGroupRemediation"]["Properties"]
    assert properties["ConfigRuleName"] == "default-security-group"
    assert (properties["Automatic"], properties["MaximumAutomaticAttempts"]) == (True, 3)
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/nw-fix-pci-default-security-group"
    assert properties["Parameters"]["AutomationAssumeRole"] == {"StaticValue": {"Values": [role]}}
    assert properties["Parameters"]["GroupId"] == {"ResourceValue": {"Value": "RESOURCE_ID"}}


def test_manual_correction_is_started_by_nobody_else() -> None:
    here = landscape({"packs": {"pci": {"remediate": {"key-rotation": {}}}}})
    properties = bodies(here)["pci"]["KeyRotationRemediation"]["Properties"]
    assert properties["Automatic"] is False
    assert "MaximumAutomaticAttempts" not in properties


def test_role_may_change_only_what_the_runbook_corrects() -> None:
    here = landscape({"packs": {"pci": {"remediate": FIX}}})
    (role,) = rendered("conformance", here)["conformance-roles-pci"].of_type("AWS::IAM::Role")
    statements = {item["Sid"]: item for item in role.properties["Policies"][0]["PolicyDocument"]["Statement"]}
    assert statements["Correct"]["Action"] == ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"]
    assert statements["LeaveExemptAlone"]["Condition"] == {"Null": {"aws:ResourceTag/on: 007": "false"}}
    assert statements["RunRunbook"]["Resource"][0] == {
        "Fn::Sub": "arn:${AWS::Partition}:ssm:*::automation-definition/"
        "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules:*"
    }


def test_corrected_rule_stays_in_its_pack_although_config_has_it() -> None:
    here = landscape({"packs": {"pci": {"framework": "hipaa", "remediate": {"key-rotation": {}}}}})
    assert "key-rotation" in {rule.name for rule in deployed_rules(here)}
    assert "key-rotation" in rules_in(here)


# ── where AWS does not have it ───────────────────────────────────────────────────────────────────────────────────────


def test_region_without_a_rule_has_a_pack_without_it() -> None:
    here = landscape(NIST, regions=("eu-west-1", "us-east-1"))
    assert "distribution-web-acls" not in rules_in(here, "nist")
    assert "distribution-web-acls" in rules_in(here, *(name for name in bodies(here) if name.startswith("nist-2")))


def test_china_has_fewer_rules() -> None:
    china: dict[str, Any] = {"partition": "aws-cn", "home_region": "cn-north-1", "sign_in_region": "cn-north-1"}
    assert rules_in(landscape(NIST, **china, regions=("cn-north-1",))) < rules_in(landscape(NIST)) | {
        rule.name for rule in managed_rules().values()
    }


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        ({"packs": {"a": {"framework": "pci-dss-4.0.1"}}}, "packs.a.framework", "not a framework of the profile"),
        ({"packs": {"a": {}}}, "packs.a", "no rules"),
        ({"packs": {"a": {"rules": ["key-rotations"]}}}, "packs.a.rules.0", 'did you mean "key-rotation"'),
        ({"packs": {"a": {"framework": "hipaa", "without": ["x"]}}}, "packs.a.without.0", 'no rule "x"'),
        (
            {"packs": {"a": {"remediate": {"backup-plans": {}}}}},
            "packs.a.remediate.backup-plans",
            "no remediation runbook",
        ),
        (
            {"packs": {"a": {"remediate": {"buckets-tls-only": {"exempt_tag": "x"}}}}},
            "packs.a.remediate.buckets-tls-only.exempt_tag",
            "cannot exempt resources by a tag",
        ),
    ],
    ids=lambda value: str(value)[:50],
)
def test_pack_that_aws_or_the_catalog_lacks_is_a_problem(settings: dict[str, Any], path: str, words: str) -> None:
    found = [(place, message) for place, message, severity in problems(settings) if severity is None]
    assert [place for place, _ in found] == [path]
    assert words in found[0][1]


@pytest.mark.parametrize(
    ("rule", "path", "words"),
    [
        ({}, "rules.x", "either an identifier or guard"),
        ({"identifier": "REQUIRED_TAG"}, "rules.x.identifier", "did you mean"),
        ({"identifier": "IAM_POLICY_IN_USE"}, "rules.x", "requires policyARN"),
        (
            {"identifier": "ROOT_ACCOUNT_MFA_ENABLED", "parameters": {"a": "b"}},
            "rules.x.parameters.a",
            "no parameter a",
        ),
        ({"guard": "rules/a.guard"}, "rules.x", "when it is evaluated"),
        (
            {"guard": "rules/a.guard", "resource_types": ["AWS::S3::Buckets"]},
            "rules.x.resource_types.0",
            "did you mean",
        ),
        ({"guard": "long.guard", "resource_types": ["AWS::S3::Bucket"]}, "rules.x.guard", "10,001 characters"),
        ({"guard": "sub.guard", "resource_types": ["AWS::S3::Bucket"]}, "rules.x.guard", "contains ${"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_rule_that_aws_would_reject_is_a_problem(rule: dict[str, Any], path: str, words: str) -> None:
    settings = {"packs": {"a": {"rules": ["x"]}}, "rules": {"x": {"title": "x", **rule}}}
    texts = {"rules/a.guard": GUARD, "long.guard": "x" * 10_001, "sub.guard": "x == /${a}/"}
    documents = {"conformance/x": texts.get(rule.get("guard", ""))}
    found = [item for item in problems(settings, documents=documents) if item[2] is None]
    assert (found[0][0], len(found)) == (path, 1)
    assert words in found[0][1]


@pytest.mark.parametrize("key", ["baseline", "roles-pci", "pci-2", "pci-part2", "pci-account"])
def test_key_that_would_name_another_stack_is_a_problem(key: str) -> None:
    ((path, message, _),) = problems({"packs": {key: {"rules": ["backup-plans"]}}})
    assert path == f"packs.{key}"
    assert "cannot be the key" in message
    assert problems({"packs": {f"x-{key}-x": {"rules": ["backup-plans"]}}}) == []


def test_name_of_ours_cannot_be_used_for_a_rule() -> None:
    own = {"key-rotation": OWN["tagged"]}
    assert problems({"packs": {"a": {"rules": ["key-rotation"]}}, "rules": own})[0][:2] == (
        "rules.key-rotation",
        "the baseline has a rule of this name",
    )


def test_pack_and_rule_without_effect_are_warnings() -> None:
    found = problems({"packs": {"a": {"rules": ["key-rotation"]}}, "rules": {"tagged": OWN["tagged"]}})
    assert [(path, severity) for path, _, severity in found] == [
        ("rules.tagged.identifier", Severity.INFO),
        ("rules.tagged", Severity.WARNING),
        ("packs.a", Severity.WARNING),
    ]
    assert "by config: it deploys nothing" in found[-1][1]


def test_pack_without_recorders_is_a_problem_of_config() -> None:
    here = landscape(NIST)
    without = replace(here, capabilities={name: item for name, item in here.capabilities.items() if name != "config"})
    assert [item.fallback for item in CAPABILITY.problems(without)] == [(("capabilities", "config"),)]
    assert CAPABILITY.stacks(without) == ()


def test_more_packs_than_an_account_takes_are_a_problem() -> None:
    many = {f"p{number}": {"framework": "hipaa", "repeat": True} for number in range(40)}
    ((path, message, _), *_) = problems({"packs": many})
    assert path == "packs"
    assert "AWS Config allows 50" in message


def test_role_whose_name_is_too_long_is_a_problem() -> None:
    pack: dict[str, Any] = {"remediate": {"subnets-without-public-addresses": {}}}
    ((path, message, _),) = problems({"packs": {"a" * 20: pack}}, prefix="a-long-prefix")
    assert path.endswith("remediate.subnets-without-public-addresses")
    assert "IAM allows 64" in message


@pytest.mark.parametrize(
    "settings",
    [
        {"packs": {"A b": {}}},
        {"packs": {"a": {"to": []}}},
        {"packs": {"a": {"remediate": {"key-rotation": {"mode": "always"}}}}},
        {"packs": {"a": {"remediate": {"key-rotation": {"attempts": 26}}}}},
        {"packs": {"a": {"remediate": {"key-rotation": {"exempt_tag": "a$"}}}}},
        {"rules": {"a": {"title": "${x}"}}},
        {"rules": {"a": {"title": "x", "guard": "rules/a.txt"}}},
        {"rules": {"a": {"title": "x", "parameters": {"a": "${x}"}}}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_value_that_aws_would_reject_is_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(settings)


# ── the whole way ────────────────────────────────────────────────────────────────────────────────────────────────────

OWN_IN_YAML = 'rules: {owned: {title: Owned., guard: rules/owned.guard, resource_types: ["AWS::S3::Bucket"]}}'


def profile(directory: Path, conformance: str) -> Path:
    (directory / "rules").mkdir()
    (directory / "rules/owned.guard").write_text(GUARD, encoding="utf-8")
    path = directory / "profile.yaml"
    start = START.replace("capabilities:", "compliance: [nist-800-53-r5]\ncapabilities:")
    path.write_text(f"{start}  conformance: {conformance}\n", encoding="utf-8")
    return path


def test_checks_hold_and_the_controls_are_deployed(tmp_path: Path) -> None:
    """No guardrail denies a role what its runbook does."""
    every = ", ".join(f"{name}: {{}}" for name in runbooks())
    packs = f"packs: {{nist: {{framework: nist-800-53-r5, rules: [owned], remediate: {{{every}}}}}}}"
    options = Options(validation=ValidateOptions(lint=False), fail_on=None)
    found = prove(profile(tmp_path, f"{{{packs}, {OWN_IN_YAML}}}"), options)
    assert [item for item in found.findings if item.id.startswith("BL")] == []
    states = {item.control.id: str(item.state.value) for item in found.evidence.assessments}
    assert states["conformance-packs"] == states["conformance-remediation"] == "deployed"
    assert tmp_path / "rules/owned.guard" in found.sources


@pytest.mark.parametrize(
    ("name", "words"),
    [("none.guard", "cannot be read"), ("../a.guard", "leaves the profile's directory"), ("empty.guard", "is empty")],
)
def test_file_that_cannot_be_used_is_a_problem(tmp_path: Path, name: str, words: str) -> None:
    rule = f'{{title: x, guard: "{name}", resource_types: ["AWS::S3::Bucket"]}}'
    path = profile(tmp_path, f"{{packs: {{a: {{rules: [x]}}}}, rules: {{x: {rule}}}}}")
    (tmp_path / "empty.guard").write_text("\n", encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        prove(path, Options(validation=ValidateOptions(lint=False)))
    assert [item.id for item in caught.value.problems] == ["rule-file"]
    assert words in caught.value.problems[0].message


def test_pack_inside_the_template_can_be_read() -> None:
    for stack in stacks(landscape({"packs": {"own": {"rules": ["owned"]}}, "rules": OWN})).values():
        assert [pack.problem for pack in read_template(render_stack(stack)).packs] == [""]
