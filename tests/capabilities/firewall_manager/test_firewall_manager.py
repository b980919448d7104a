"""AWS Firewall Manager: where its policies are, which accounts they change and how, and what a profile may not say."""

import json
from typing import Any

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.capabilities.organization.guardrails.statements import statements_of, words_of
from baseline.capabilities.protect.firewall_manager.firewall_manager import CAPABILITY
from baseline.capabilities.settings import Tier
from baseline.controls.assertion import assertions
from baseline.controls.guardrail import guardrails
from baseline.evidence.assess import by_type
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from tests.landscapes import make_landscape, properties, rendered

POLICY, RULES = "AWS::FMS::Policy", "AWS::Route53Resolver::FirewallRuleGroup"
LIMITS = "AWS::WAFv2::RuleGroup"
GROUP = {"eu-west-1": "sg-0123456789abcdef0"}
LIMIT: dict[str, Any] = {"name": "a", "limit": 10}
SHARED: dict[str, Any] = {"organization": {"resource_sharing": True}}


def landscape(tier: Tier = "standard", *, others: dict[str, Any] | None = None, **settings: Any) -> Landscape:
    changes = settings.pop("changes", {})
    return make_landscape(tier, {"firewall_manager": settings, **(others or {})}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    found = (stack for stack in build_plan(here).stacks if stack.capability == "firewall_manager")
    return {stack.name.removeprefix("nw-firewall-manager-"): stack for stack in found}


def policy(**settings: Any) -> dict[str, Any]:
    ((_, template),) = rendered("firewall_manager", landscape(**settings)).items()
    found: dict[str, Any] = properties(template, POLICY)["Policy"]
    return found


def data(found: dict[str, Any]) -> dict[str, Any]:
    text = found["SecurityServicePolicyData"]["ManagedServiceData"]
    read: dict[str, Any] = json.loads(text["Fn::Sub"] if isinstance(text, dict) else text)
    return read


def problems(here: Landscape, least: Severity = Severity.WARNING) -> list[tuple[str, str]]:
    found = CAPABILITY.problems(here)
    return [(".".join(map(str, it.path)), it.message) for it in found if (it.severity or Severity.ERROR) >= least]


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
def test_no_tier_has_a_policy_or_an_administrator_that_is_billed(tier: Tier) -> None:
    here = make_landscape(tier)
    assert CAPABILITY.stacks(here) == ()
    assert "fms.amazonaws.com" not in here.delegated_administration


def test_policies_are_in_the_account_of_the_administrator_and_in_their_regions() -> None:
    here = landscape(
        web_acls={"apps": {"to": ["root"]}, "sites": {"to": ["root"], "scope": "cloudfront"}},
        usage_audits={"unused": {"to": ["root"], "regions": ["eu-central-1"]}},
        content_audits={"allowed": {"to": ["root"], "security_groups": GROUP}},
    )
    found = stacks(here)
    assert {name: stack.regions for name, stack in found.items()} == {
        "web-acl-apps": ("eu-west-1", "eu-central-1"),
        "web-acl-sites": ("us-east-1",),
        "usage-unused": ("eu-central-1",),
        "content-allowed-eu-west-1": ("eu-west-1",),
    }
    assert {item.account for stack in found.values() for item in stack.deployments} == {"security"}
    assert all("nw-config-recorder" in stack.depends_on for stack in found.values())


def test_scope_names_units_and_accounts_or_leaves_accounts_out_of_everything() -> None:
    found = policy(usage_audits={"a": {"to": ["Workloads", "log_archive"]}})
    assert found["IncludeMap"] == {
        "ORGUNIT": [{"Ref": "WorkloadsOuId"}],
        "ACCOUNT": [{"Ref": "LogArchiveAccountId"}],
    }
    found = policy(usage_audits={"a": {"to": ["root"], "excluded_accounts": ["log_archive"]}})
    assert found["ExcludeMap"] == {"ACCOUNT": [{"Ref": "LogArchiveAccountId"}]}
    assert "IncludeMap" not in found


@pytest.mark.parametrize(
    "settings",
    [
        {"web_acls": {"a": {"to": ["root"]}}},
        {"usage_audits": {"a": {"to": ["root"]}}},
        {"content_audits": {"a": {"to": ["root"], "security_groups": GROUP}}},
        {"common_groups": {"a": {"to": ["root"], "security_groups": GROUP}}},
        {"dns_firewalls": {"a": {"to": ["root"]}}},
        {"shield": {"a": {"to": ["root"]}}, "shield_subscribed": True},
    ],
    ids=lambda item: next(iter(item)),
)
def test_every_kind_reports_until_it_is_asked_to_change_something(settings: dict[str, Any]) -> None:
    found = policy(**settings)
    assert found["RemediationEnabled"] is found["DeleteAllPolicyResources"] is found["ResourcesCleanUp"] is False
    assert data(found)["type"] == found["SecurityServicePolicyData"]["Type"]
    (kind, policies), *others = settings.items()
    here = landscape(**{kind: {"a": {**policies["a"], "remediate": True}}, **dict(others)}, others=SHARED)
    assert [path for path, _ in problems(here, Severity.INFO)] == [f"{kind}.a.remediate"]


@pytest.mark.parametrize(("stage", "severity"), [("count", Severity.WARNING), ("block", Severity.INFO)])
def test_counting_in_place_of_web_acls_that_may_block_is_a_warning(stage: str, severity: Severity) -> None:
    asked = {"to": ["root"], "remediate": True, "replace_web_acls": True, "stage": stage}
    here = landscape(web_acls={"a": asked}, others=SHARED)
    (found,) = [item for item in CAPABILITY.problems(here) if "in place of the one that it has" in item.message]
    assert found.severity is severity
    assert found.path == ("web_acls", "a", "replace_web_acls" if stage == "count" else "remediate")


def test_web_acls_count_first_and_pinned_versions_are_enabled() -> None:
    groups = [{"group": "core", "version": "Version_1.0"}, {"group": "sql"}]
    counting = data(policy(web_acls={"a": {"to": ["root"], "groups": groups}}))
    core, sql = counting["preProcessRuleGroups"]
    assert core["overrideAction"] == {"type": "COUNT"}
    assert core["managedRuleGroupIdentifier"] == {
        "versionEnabled": True,
        "version": "Version_1.0",
        "vendorName": "AWS",
        "managedRuleGroupName": "AWSManagedRulesCommonRuleSet",
    }
    assert sql["managedRuleGroupIdentifier"]["versionEnabled"] is None
    assert (counting["optimizeUnassociatedWebACL"], counting["overrideCustomerWebACLAssociation"]) == (True, False)
    acting = data(policy(web_acls={"a": {"to": ["root"], "stage": "block"}}))
    assert {item["overrideAction"]["type"] for item in acting["preProcessRuleGroups"]} == {"NONE"}


def test_policies_without_rate_limits_have_no_rule_group_of_their_own() -> None:
    template = rendered("firewall_manager", landscape(web_acls={"a": {"to": ["root"]}}))["firewall-manager-web-acl-a"]
    assert properties(template, LIMITS) == {}
    groups = data(properties(template, POLICY)["Policy"])["preProcessRuleGroups"]
    assert [item["ruleGroupType"] for item in groups] == ["ManagedRuleGroup"] * 3


@pytest.mark.parametrize(
    ("asked", "scope", "actions"),
    [
        ({"stage": "count"}, "REGIONAL", [{"Count": {}}, {"Count": {}}]),
        ({"stage": "block", "scope": "cloudfront"}, "CLOUDFRONT", [{"Block": {}}, {"Captcha": {}}]),
    ],
    ids=["count", "cloudfront"],
)
def test_rate_limits_are_a_rule_group_before_those_of_aws(
    asked: dict[str, Any], scope: str, actions: list[dict[str, Any]]
) -> None:
    limits = [
        {"name": "all", "limit": 2000, "window": 60},
        {"name": "login", "limit": 10, "path": "/007'\"#\\", "action": "captcha"},
    ]
    policies = {"a": {"to": ["root"], "rate_limits": limits, **asked}}
    template = rendered("firewall_manager", landscape(web_acls=policies))["firewall-manager-web-acl-a"]
    group = properties(template, LIMITS)["RateLimits"]
    assert group["Scope"] == scope
    everything, login = (item["Statement"]["RateBasedStatement"] for item in group["Rules"])
    assert everything == {"AggregateKeyType": "IP", "EvaluationWindowSec": 60, "Limit": 2000}
    assert login["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"] == "/007'\"#\\"
    assert [item["Action"] for item in group["Rules"]] == actions
    ours, *managed = data(properties(template, POLICY)["Policy"])["preProcessRuleGroups"]
    assert (ours["ruleGroupArn"], ours["ruleGroupType"]) == ("${RateLimits.Arn}", "RuleGroup")
    assert ours["managedRuleGroupIdentifier"] is None
    assert [item["overrideAction"] for item in managed] == [ours["overrideAction"]] * 3


def test_more_rate_limits_never_change_the_capacity_that_aws_fixes() -> None:
    one, ten = (
        properties(
            rendered("firewall_manager", landscape(web_acls={"a": {"to": ["root"], "rate_limits": limits}}))[
                "firewall-manager-web-acl-a"
            ],
            LIMITS,
        )["RateLimits"]
        for limits in (
            [LIMIT],
            [{"name": f"a{number}", "limit": 10, "path": "/a"} for number in range(10)],
        )
    )
    assert one["Capacity"] == ten["Capacity"] == 10 * (2 + 22)
    assert "Name" not in one  # a second group with the name of a kept one would fail


@pytest.mark.parametrize(
    ("changes", "earned"),
    [({}, True), ({"stage": "count"}, False), ({"remediate": False}, False), ({"to": ["Workloads"]}, False)],
)
def test_only_limits_that_act_everywhere_earn_the_control(changes: dict[str, Any], *, earned: bool) -> None:
    asked = {"to": ["root"], "stage": "block", "remediate": True, "rate_limits": [LIMIT], **changes}
    template = rendered("firewall_manager", landscape(web_acls={"a": asked}))["firewall-manager-web-acl-a"]
    (found,) = template.of_type(POLICY)
    assert ("firewall-manager-rate-limits" in found.body["Metadata"].get("Controls", [])) is earned
    (assertion,) = assertions()["firewall-manager-rate-limits"]
    assert bool(by_type([template]).meant(assertion)) is earned


def test_dns_policy_names_the_rule_group_of_its_own_template() -> None:
    here = landscape(dns_firewalls={"a": {"to": ["root"], "domains": ["*.evil.example"], "threats": ["dga"]}})
    template = rendered("firewall_manager", here)["firewall-manager-dns-a"]
    found = properties(template, POLICY)["Policy"]
    assert data(found)["preProcessRuleGroups"] == [{"ruleGroupId": "${RuleGroup}", "priority": 10}]
    names, threat = properties(template, RULES)["RuleGroup"]["FirewallRules"]
    assert (names["FirewallDomainListId"], names["Action"]) == ({"Ref": "Domains"}, "ALERT")
    assert (threat["DnsThreatProtection"], threat["ConfidenceThreshold"]) == ("DGA", "HIGH")


def test_shield_policy_needs_the_statement_since_it_subscribes_accounts() -> None:
    here = landscape(shield={"a": {"to": ["root"]}})
    assert stacks(here) == {}
    ((path, message),) = problems(here)
    assert path == "shield.a"
    assert "subscribes every account in its scope" in message
    assert list(stacks(landscape(shield={"a": {"to": ["root"]}}, shield_subscribed=True))) == ["shield-a"]


@pytest.mark.parametrize(
    ("settings", "path", "words"),
    [
        (
            {"usage_audits": {"a": {"to": ["Workloads"], "excluded_accounts": ["log_archive"]}}},
            "usage_audits.a.excluded_accounts",
            "ignores exclusions",
        ),
        ({"usage_audits": {"a": {"to": ["root"], "unused": False}}}, "usage_audits.a", "checks nothing"),
        ({"usage_audits": {"a": {"to": ["root"], "regions": ["us-west-2"]}}}, "usage_audits.a.regions.0", "us-west-2"),
        (
            {"content_audits": {"a": {"to": ["root"], "security_groups": {"us-west-2": GROUP["eu-west-1"]}}}},
            "content_audits.a.security_groups.us-west-2",
            "not a governed Region",
        ),
        (
            {
                "web_acls": {"a": {"to": ["root"], "scope": "cloudfront", "regions": ["eu-west-1"]}},
                "changes": {"regions": ("eu-west-1", "us-east-1")},
            },
            "web_acls.a.regions",
            "us-east-1 only",
        ),
        ({"web_acls": {"a": {"to": ["root"], "scope": "cloudfront"}}}, "web_acls.a", "the policy finds none"),
        (
            {"web_acls": {"a": {"to": ["root"], "groups": [{"group": "core"}] * 2, "rate_limits": [LIMIT]}}},
            "web_acls.a",
            "1,640 capacity units",
        ),
        ({"dns_firewalls": {"a": {"to": ["root"]}}}, "dns_firewalls.a", "AWS RAM"),
        (
            {"shield": {"a": {"to": ["root"], "application_layer": "count"}}, "shield_subscribed": True},
            "shield.a.application_layer",
            "distributions only",
        ),
        (
            {
                "usage_audits": {"a": {"to": ["root"]}},
                "others": {"config": {"daily_types": ["AWS::EC2::SecurityGroup"]}},
            },
            "usage_audits.a",
            "does not record each change",
        ),
    ],
)
def test_what_has_no_effect_or_would_fail_is_reported_at_its_key(
    settings: dict[str, Any], path: str, words: str
) -> None:
    ((where, message),) = problems(landscape(**settings))
    assert where == path
    assert words in message


def test_rate_limits_of_one_name_are_reported_since_rules_have_that_name() -> None:
    found = problems(landscape(web_acls={"a": {"to": ["root"], "rate_limits": [LIMIT, LIMIT]}}))
    assert found == [(f"web_acls.a.rate_limits.{index}.name", "two rate limits are called a") for index in (0, 1)]


def test_policies_need_an_organization_and_aws_config() -> None:
    audits = {"a": {"to": ["root"]}}
    alone = landscape(usage_audits=audits, changes={"standalone": True})
    assert CAPABILITY.stacks(alone) == ()
    assert ("usage_audits.a", "AWS Firewall Manager needs an organization") in problems(alone)
    ((path, message),) = problems(landscape(usage_audits=audits, others={"config": {"enabled": False}}))
    assert (path, message.split(":")[0]) == ("usage_audits.a", "config is off")


def test_partitions_without_distributions_leave_these_policies_out() -> None:
    changes = {"partition": "aws-us-gov", "home_region": "us-gov-west-1", "regions": ("us-gov-west-1",)}
    here = landscape(
        web_acls={"a": {"to": ["root"], "scope": "cloudfront"}, "b": {"to": ["root"]}},
        shield={"c": {"to": ["root"]}},
        shield_subscribed=True,
        changes=changes,
    )
    assert list(stacks(here)) == ["web-acl-b"]
    assert [item.path for item in CAPABILITY.unsupported(here)] == [("web_acls", "a"), ("shield", "c")]


@pytest.mark.parametrize(
    ("settings", "denied"),
    [
        ({"web_acls": {"a": {"to": ["root"], "rate_limits": [LIMIT]}}}, "wafv2:UpdateRuleGroup"),
        (
            {"dns_firewalls": {"a": {"to": ["root"], "domains": ["evil.example"]}}},
            "route53resolver:UpdateFirewallDomains",
        ),
        ({"web_acls": {"a": {"to": ["root"]}}}, ""),
    ],
)
def test_guardrail_holds_the_rule_groups_of_the_security_account(settings: dict[str, Any], denied: str) -> None:
    """Their names come from AWS: a group of another account is not denied, and no group of an account with a role."""

    def changes(here: Landscape) -> list[Any]:
        made = statements_of(guardrails()["firewall-manager"], words_of(here, settings_of(here)), ())
        found = [item.statement for item in made if item.statement.get("Condition")]
        assert all("${SecurityAccountId}" in str(item["Condition"]) for item in found)
        return [action for item in found for action in item["Action"]]

    assert (denied in changes(landscape(**settings))) is bool(denied)
    assert bool(changes(landscape(**settings))) is bool(denied)
    moved = landscape(**settings, changes={"roles": {"firewall_manager": "web"}})
    assert changes(moved) == []
