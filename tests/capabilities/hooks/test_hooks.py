"""Hooks: where they are, what they apply, who is exempt, and what a profile may not say."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from baseline.capabilities.capability import StackSpec
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.capabilities.organization.guardrails.statements import deployers, words_of
from baseline.capabilities.protect.hooks.hooks import CAPABILITY, HookContext
from baseline.capabilities.protect.hooks.rules import file_name, hook_rules
from baseline.capabilities.protect.hooks.settings import HooksSettings, Rule
from baseline.capabilities.settings import Tier
from baseline.findings import Severity
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered

HOOKS: dict[str, Any] = {"hooks": {"work": {"to": ["Workloads"], "mode": "fail", "rules": ["volumes-encrypted"]}}}
EVERYWHERE: dict[str, Any] = {"hooks": {"all": {"to": ["root"]}}, "exempt_roles": ["platform-*"]}

GUARDED: dict[str, Any] = {"others": {"guardrails": {"rules": {"extension-types": {"enabled": True}}}}}


def landscape(settings: dict[str, Any], tier: Tier = "standard", **changes: Any) -> Landscape:
    others = changes.pop("others", {})
    return make_landscape(tier, {"hooks": settings, **others}, **changes)


def stacks(here: Landscape) -> dict[str, StackSpec]:
    return {spec.name: spec for spec in CAPABILITY.stacks(here)}


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
def test_no_tier_has_a_hook(tier: Tier) -> None:
    here = landscape({}, tier)
    assert CAPABILITY.stacks(here) == ()
    assert not any("hooks" in arn for arn in deployers(here))


def test_each_rule_of_the_file_can_be_named_and_says_what_it_looks_at() -> None:
    assert set(hook_rules()) == set(get_args(Rule))
    for name, rule in hook_rules().items():
        assert rule.guard.startswith(f"rule {name.replace('-', '_')} {{")
        assert all(f'"{kind}"' in rule.guard for kind in rule.types)
        assert rule.guard.count("{") == rule.guard.count("}")
        assert "<<" in rule.guard


def test_rules_are_stored_before_the_hook_that_reads_them() -> None:
    here = landscape(HOOKS)
    waves = build_plan(here).waves
    wave = {stack.name.removeprefix("nw-hooks-"): number for number, found in enumerate(waves) for stack in found}
    assert wave["rules"] < wave["settings"] < wave["work"]
    assert wave["role"] < wave["work"]
    (stored,) = properties(rendered("hooks", here)["hooks-settings"], "Custom::Setting").values()
    (hook,) = properties(rendered("hooks", here)["hooks-work"], "AWS::CloudFormation::GuardHook").values()
    assert hook["RuleLocation"]["Uri"]["Fn::Sub"].endswith(f"/{stored['Arguments']['Key']}")
    assert "rule volumes_encrypted" in stored["Arguments"]["Body"]
    assert (hook["FailureMode"], hook["Alias"]) == ("FAIL", "Baseline::Nw::Work")
    assert hook["TargetFilters"]["TargetNames"] == ["AWS::EC2::Volume"]


def test_changed_rules_have_another_name() -> None:
    assert file_name("work", "a") != file_name("work", "b")


def test_hook_without_rules_applies_all_and_exempts_deployers() -> None:
    context = stacks(landscape(EVERYWHERE))["hooks-all"].context
    assert isinstance(context, HookContext)
    assert set(context.types) == {kind for rule in hook_rules().values() for kind in rule.types}
    assert not context.refuses
    assert [arn.rpartition("/")[2] for arn in context.exempt] == [
        "AWSControlTowerExecution",
        "stacksets-exec-*",
        "platform-*",
    ]


def test_exempt_roles_are_protected_like_those_of_guardrails() -> None:
    here = landscape(EVERYWHERE)
    roles = words_of(here, settings_of(here))["<exempt_roles>"]
    assert "arn:aws:iam::*:role/platform-*" in roles
    assert not any("platform" in arn for arn in deployers(here))


def test_name_of_a_hook_fits_into_its_alias() -> None:
    with pytest.raises(ValidationError, match="at least 2"):
        HooksSettings.model_validate({"hooks": {"a": {"to": ["root"]}}})


def test_role_is_where_any_hook_is() -> None:
    assert stacks(landscape(HOOKS))["hooks-role"].target.places == ("Workloads",)
    both = {"hooks": {**HOOKS["hooks"], **EVERYWHERE["hooks"]}}
    assert stacks(landscape(both))["hooks-role"].target.places == ()


def test_function_writes_rules_and_nothing_else() -> None:
    (role,) = properties(rendered("hooks", landscape(HOOKS))["hooks-settings-function"], "AWS::IAM::Role").values()
    statements = {item["Sid"]: item for item in role["Policies"][0]["PolicyDocument"]["Statement"]}
    assert set(statements) == {"WriteLog", "StoreFiles"}
    assert statements["StoreFiles"]["Action"] == ["s3:PutObject"]
    assert statements["StoreFiles"]["Resource"][0]["Fn::Sub"].endswith("-hook-rules-${AWS::AccountId}-eu-west-1/*")


def test_standalone_account_reads_its_own_rules() -> None:
    found = rendered("hooks", landscape({"hooks": {"all": {"to": ["root"]}}}, standalone=True))
    (policy,) = properties(found["hooks-rules"], "AWS::S3::BucketPolicy").values()
    assert "ReadByHooks" not in {item["Sid"] for item in policy["PolicyDocument"]["Statement"]}


def test_partition_without_hooks_is_named() -> None:
    here = landscape(HOOKS, partition="aws-cn", home_region="cn-north-1", regions=("cn-north-1",))
    assert CAPABILITY.stacks(here) == ()
    (found,) = CAPABILITY.unsupported(here)
    assert "cn-north-1" in found.message


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        (EVERYWHERE, GUARDED, []),
        (EVERYWHERE, {}, [("hooks", Severity.WARNING)]),
        (HOOKS, GUARDED, [("hooks.work.mode", Severity.INFO)]),
        ({"exempt_roles": ["deployer"]}, {}, [("exempt_roles", None)]),
        ({**EVERYWHERE, "exempt_roles": ["*"]}, GUARDED, [("exempt_roles.0", None)]),
        ({**EVERYWHERE, "exempt_roles": [f"r{n}" for n in range(41)]}, GUARDED, [("exempt_roles", None)]),
        (EVERYWHERE, {"others": {"kms": {"enabled": False}}}, [("hooks", None)]),
    ],
    ids=["fine", "can be turned off", "refuses", "no hook", "everybody", "many", "no kms"],
)
def test_values_that_do_not_fit_are_problems(
    settings: dict[str, Any], changes: dict[str, Any], expected: list[tuple[str, Severity | None]]
) -> None:
    found = CAPABILITY.problems(landscape(settings, **changes))
    assert [(".".join(map(str, item.path)), item.severity) for item in found] == expected
