"""IAM Access Analyzer: one analyzer per kind and Region, and effective archive rules."""

from typing import Any

import pytest

from baseline.capabilities.detect.access_analyzer.access_analyzer import CAPABILITY, AccessAnalyzerContext
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"access_analyzer": settings or {}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    plan = build_plan(here)
    return {stack.name.removeprefix("nw-"): stack for stack in plan.stacks if stack.capability == "access_analyzer"}


def properties(stack: Stack) -> dict[str, Any]:
    (analyzer,) = read_template(render_stack(stack)).of_type("AWS::AccessAnalyzer::Analyzer")
    return dict(analyzer.properties)


def problems(settings: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings))]


def rule(**changes: Any) -> dict[str, Any]:
    base = {"name": "partner", "reason": "Agreed.", "criteria": [{"key": "isPublic", "eq": ["false"]}]}
    return {**base, **changes}


def test_external_access_is_looked_for_in_every_governed_region_from_the_security_account() -> None:
    stack = stacks(landscape())["access-analyzer"]
    assert [(d.account, d.regions) for d in stack.deployments] == [("security", ("eu-west-1", "eu-central-1"))]
    assert properties(stack)["Type"] == "ORGANIZATION"


def test_unused_access_is_billed_once_in_the_home_region() -> None:
    assert "access-analyzer-unused" not in stacks(landscape())
    stack = stacks(landscape(tier="regulated"))["access-analyzer-unused"]
    assert stack.regions == ("eu-west-1",)
    assert properties(stack)["Type"] == "ORGANIZATION_UNUSED_ACCESS"
    assert properties(stack)["AnalyzerConfiguration"] == {"UnusedAccessConfiguration": {"UnusedAccessAge": 90}}


def test_a_standalone_account_is_its_own_zone_of_trust() -> None:
    internal = [{"region": "eu-west-1", "resource_types": ["AWS::S3::Bucket"], "accounts": ["management"]}]
    found = stacks(landscape({"unused_access": True, "internal_access": internal}, standalone=True))
    assert {name: properties(stack)["Type"] for name, stack in found.items()} == {
        "access-analyzer": "ACCOUNT",
        "access-analyzer-unused": "ACCOUNT_UNUSED_ACCESS",
        "access-analyzer-internal-eu-west-1": "ACCOUNT_INTERNAL_ACCESS",
    }
    assert not any(stack.parameters for stack in found.values())


def test_internal_access_names_the_accounts_by_parameters() -> None:
    item = {"region": "eu-central-1", "resource_types": ["AWS::S3::Bucket"], "accounts": ["security", "security"]}
    stack = stacks(landscape({"internal_access": [item]}))["access-analyzer-internal-eu-central-1"]
    assert stack.regions == ("eu-central-1",)
    (inclusion,) = properties(stack)["AnalyzerConfiguration"]["InternalAccessConfiguration"][
        "InternalAccessAnalysisRule"
    ]["Inclusions"]
    assert inclusion == {"ResourceTypes": ["AWS::S3::Bucket"], "AccountIds": [{"Ref": "SecurityAccountId"}]}


def test_an_archive_rule_goes_to_its_analyzer_only_with_every_comparison() -> None:
    criteria = [
        {"key": "principal.AWS", "eq": ["012345678901"]},
        {"key": "resource", "contains": ["on"]},
        {"key": "condition.aws:PrincipalOrgID", "exists": True},
        {"key": "resourceType", "neq": ["AWS::S3::Bucket"]},
    ]
    found = stacks(landscape({"unused_access": True, "archive_rules": [rule(criteria=criteria)]}))
    assert properties(found["access-analyzer"])["ArchiveRules"] == [
        {
            "RuleName": "partner",
            "Filter": [
                {"Property": "principal.AWS", "Eq": ["012345678901"]},
                {"Property": "resource", "Contains": ["on"]},
                {"Property": "condition.aws:PrincipalOrgID", "Exists": True},
                {"Property": "resourceType", "Neq": ["AWS::S3::Bucket"]},
            ],
        }
    ]
    assert "ArchiveRules" not in properties(found["access-analyzer-unused"])


def test_the_reason_stands_beside_the_rule() -> None:
    text = render_stack(stacks(landscape({"archive_rules": [rule(reason="Contract 7\nof 2026")]}))["access-analyzer"])
    assert '# "Contract 7\\nof 2026"' in text.text


@pytest.mark.parametrize(
    ("settings", "setting", "said"),
    [
        ({"archive_rules": [rule(criteria=[{"key": "isPublc", "exists": True}])]}, "criteria.0.key", "a filter key"),
        ({"archive_rules": [rule(criteria=[{"key": "isPublic"}])]}, "criteria.0", "has no comparison"),
        (
            {"archive_rules": [rule(criteria=[{"key": "isPublic", "eq": ["true"], "neq": ["x"]}])]},
            "criteria.0",
            "eq and neq",
        ),
        ({"archive_rules": [rule(criteria=[{"key": "id", "eq": ["1"] * 21}])]}, "criteria.0.eq", "accepts 20"),
        ({"archive_rules": [rule(), rule()]}, "archive_rules.0.name", "two rules"),
        ({"archive_rules": [rule(name=f"r{n}") for n in range(101)]}, "archive_rules", "allows 100"),
        (
            {"internal_access": [{"region": "us-west-2", "resource_types": ["AWS::S3::Bucket"]}]},
            "internal_access.0.region",
            "not governed",
        ),
        (
            {"internal_access": [{"region": "eu-west-1", "resource_types": ["AWS::S3::Bucket"]}] * 2},
            "internal_access.1.region",
            "named twice",
        ),
    ],
)
def test_what_cannot_work_is_reported(settings: dict[str, Any], setting: str, said: str) -> None:
    assert any(place.endswith(setting) and said in message for place, message in problems(settings))


def test_the_same_name_may_be_given_once_per_analyzer() -> None:
    assert problems({"archive_rules": [rule(), rule(analysis="unused")]}) == []


def test_without_the_organization_capability_the_run_book_says_how_to_delegate() -> None:
    here = make_landscape(settings={"organization": {"enabled": False}})
    (first, second, third) = stacks(here)["access-analyzer"].prerequisites
    assert "enable-aws-service-access --service-principal access-analyzer.amazonaws.com" in first
    assert "register-delegated-administrator --account-id 333333333333" in second
    assert "create-service-linked-role --aws-service-name access-analyzer.amazonaws.com" in third
    assert isinstance(stacks(here)["access-analyzer"].context, AccessAnalyzerContext)
