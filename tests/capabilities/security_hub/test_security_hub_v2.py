"""Security Hub beside Security Hub CSPM: a switch with a price, policies by place, and notices from one of the two."""

from typing import Any

import pytest

from baseline.capabilities.detect.security_hub.security_hub import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered
from tests.profile.test_places import load

ON: dict[str, Any] = {"accepts_billing": True}
STACKS = ("security-hub-v2", "security-hub-v2-policies", "security-hub-v2-configuration")


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    wanted = {"v2": {**ON, **(settings or {})}}
    others = changes.pop("others", {})
    return make_landscape("standard", {"security_hub": wanted, **others}, **changes)


def problems(here: Landscape) -> list[tuple[str, str]]:
    return [(".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(here)]


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_turns_on_what_moves_the_bill(tier: Tier, *, standalone: bool) -> None:
    here = make_landscape(tier, standalone=standalone)
    assert not any("v2" in spec.name for spec in CAPABILITY.stacks(here))
    assert CAPABILITY.policy_types(here) == ()


def test_price_has_to_be_accepted() -> None:
    here = landscape({"accepts_billing": False})
    ((path, message),) = problems(here)
    assert path == "v2.accepts_billing"
    assert "bills by resource" in message
    assert not any("v2" in spec.name for spec in CAPABILITY.stacks(here))


def test_hub_comes_before_policy_and_aggregation_and_after_the_administrator() -> None:
    here = load("  security_hub: {v2: {accepts_billing: true}}\n").landscape
    made = properties(rendered("organization", here)["organization-settings"], "Custom::Setting")
    assert made["AdministratorSecurityHubV2"]["Regions"] == list(here.regions)
    assert "LinkedRoleSecurityhubv2" in made
    assert "PolicyTypeSecurityhubPolicy" in made
    waves = build_plan(here).waves
    wave = {stack.name.removeprefix("nw-"): number for number, found in enumerate(waves) for stack in found}
    assert wave["organization-settings"] < wave["security-hub-v2"] < wave["security-hub-v2-policies"]
    assert wave["security-hub-v2"] < wave["security-hub-v2-configuration"]


def test_policies_turn_it_on_and_off_by_place() -> None:
    template = rendered("security_hub", landscape({"off_in": ["security"], "network_scanning": True}))[STACKS[1]]
    found = properties(template, "AWS::Organizations::Policy")
    regions = ["eu-west-1", "eu-central-1"]
    on = {"enable_in_regions": {"@@assign": regions}, "disable_in_regions": {"@@assign": []}}
    off = {"enable_in_regions": {"@@assign": []}, "disable_in_regions": {"@@assign": regions}}
    assert found["OnPolicy"]["Content"] == {"securityhub": {**on, "features": {"network_scanning": on}}}
    assert found["OffPolicy"]["Content"] == {"securityhub": off}
    assert found["OffPolicy"]["TargetIds"] == [{"Ref": "SecurityAccountId"}]
    (weak,) = CAPABILITY.weakened(landscape({"off_in": ["security"]}))
    assert weak.control == "security-hub-v2"


def test_notices_come_from_one_of_the_two() -> None:
    both = rendered("security_hub", landscape({"notify": True}))
    assert properties(both["security-hub-configuration"], "AWS::Events::Rule") == {}
    rules = properties(both[STACKS[2]], "AWS::Events::Rule")
    assert {item["EventPattern"]["detail"]["findings"]["severity_id"][0] for item in rules.values()} == {4, 5}
    quiet = rendered("security_hub", landscape())
    assert len(properties(quiet["security-hub-configuration"], "AWS::Events::Rule")) == 2
    assert properties(quiet[STACKS[2]], "AWS::Events::Rule") == {}


def test_notices_say_that_a_finding_may_not_be_new_and_leave_out_closed_ones() -> None:
    rules = properties(rendered("security_hub", landscape({"notify": True}))[STACKS[2]], "AWS::Events::Rule")
    assert rules
    for item in rules.values():
        findings = item["EventPattern"]["detail"]["findings"]
        assert (findings["status_id"], findings["activity_id"]) == ([1], [{"anything-but": [3]}])
        assert "New or updated" in item["Targets"][0]["InputTransformer"]["InputTemplate"]


ACCEPTED = {"reason": "The site.", "conditions": [{"field": "cloud.region", "equals": ["eu-west-1"]}]}
RULES_AND_CONNECTORS = {"accepted_findings": {"site": ACCEPTED}, "connectors": {"sec": {"jira_project": "SEC"}}}


def test_rules_and_connectors_come_after_the_aggregator() -> None:
    resources = rendered("security_hub", landscape(RULES_AND_CONNECTORS))[STACKS[2]].resources
    after = {item.logical_id: item.body.get("DependsOn") for item in resources}
    assert after == {"Aggregator": None, "SecConnector": "Aggregator", "AcceptSite": "Aggregator"}


@pytest.mark.parametrize("standalone", [False, True])
def test_one_region_has_no_aggregator_and_so_neither_rules_nor_connectors(*, standalone: bool) -> None:
    here = landscape(RULES_AND_CONNECTORS, regions=("eu-west-1",), standalone=standalone)
    found = problems(here)
    assert [path for path, _ in found] == ["v2.accepted_findings", "v2.connectors"]
    assert all("second governed Region" in message for _, message in found)
    assert STACKS[2] not in {spec.name for spec in CAPABILITY.stacks(here)}
    assert problems(landscape(regions=("eu-west-1",), standalone=standalone)) == []


def test_rules_suppress_first_and_make_tickets_afterwards() -> None:
    controls = {"field": "compliance.control", "equals": ["S3.2", "S3.8"]}
    conditions = [controls, {"field": "cloud.region", "prefix": ["eu"]}]
    entry = {"reason": "The site.", "conditions": conditions, "expires": "2027-06-30"}
    jira = {"jira_project": "SEC", "tickets_for": ["high"]}
    settings = {"accepted_findings": {"site": entry}, "connectors": {"sec": jira}}
    template = rendered("security_hub", landscape(settings))[STACKS[2]]
    rules = properties(template, "AWS::SecurityHub::AutomationRuleV2")
    accepted, tickets = rules["AcceptSite"], rules["SecHighTickets"]
    assert (accepted["RuleOrder"], tickets["RuleOrder"]) == (1, 2)
    assert accepted["Actions"][0]["FindingFieldsUpdate"] == {"StatusId": 3, "Comment": "The site."}
    filters = accepted["Criteria"]["OcsfFindingCriteria"]
    assert filters["CompositeOperator"] == "AND"
    assert [item["Operator"] for item in filters["CompositeFilters"]] == ["OR", "OR", "AND"]
    (day,) = filters["CompositeFilters"][2]["DateFilters"]
    assert day["Filter"]["End"] == "2027-06-30T23:59:59.999Z"
    external = tickets["Actions"][0]["ExternalIntegrationConfiguration"]
    assert external == {"ConnectorArn": {"Fn::GetAtt": ["SecConnector", "ConnectorArn"]}}


def test_connectors_have_the_provider_that_the_profile_names() -> None:
    desk = {"servicenow_instance": "desk", "secret": "arn:aws:secretsmanager:eu-west-1:333333333333:secret:desk-AbCdEf"}
    settings = {"connectors": {"sec": {"jira_project": "SEC"}, "desk": desk}}
    template = rendered("security_hub", landscape(settings))[STACKS[2]]
    connectors = properties(template, "AWS::SecurityHub::ConnectorV2")
    assert connectors["SecConnector"]["Provider"] == {"JiraCloud": {"ProjectKey": "SEC"}}
    assert connectors["DeskConnector"]["Provider"]["ServiceNow"]["InstanceName"] == "desk"


def test_standalone_account_has_a_hub_and_no_policy() -> None:
    here = landscape(standalone=True)
    assert CAPABILITY.policy_types(here) == ()
    names = {spec.name for spec in CAPABILITY.stacks(here)}
    assert STACKS[0] in names
    assert STACKS[1] not in names
    assert not any(item.logical_id == "AdministratorSecurityHubV2" for item in CAPABILITY.management_settings(here))


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"connectors": {"a": {}}}, "v2.connectors.a"),
        ({"connectors": {"a": {"jira_project": "SEC", "servicenow_instance": "x"}}}, "v2.connectors.a"),
        ({"connectors": {"a": {"servicenow_instance": "x"}}}, "v2.connectors.a"),
        (
            {"accepted_findings": {"a": {"reason": "Ours.", "conditions": [{"field": "cloud.region"}]}}},
            "v2.accepted_findings.a.conditions.0",
        ),
    ],
)
def test_mistakes_are_reported_at_their_key(settings: dict[str, Any], path: str) -> None:
    assert [where for where, _ in problems(landscape(settings))] == [path]


def test_guardrail_with_the_same_policy_is_a_problem() -> None:
    rules = {"rules": {"security-hub-everywhere": {"enabled": True}}}
    found = problems(landscape(others={"guardrails": rules}))
    assert [path for path, message in found if "security-hub-everywhere is on" in message] == ["v2"]
