"""Network logs: which rules there are, what has to be made before them, and what a profile may not say."""

from typing import Any

import pytest

from baseline.capabilities.detect.network.network import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import Tier
from baseline.plan.build import build_plan
from tests.landscapes import make_landscape, properties, rendered
from tests.profile.test_places import load

RULE = "AWS::ObservabilityAdmin::OrganizationTelemetryRule"
VPC = {"account": "security", "region": "eu-west-1", "vpc": "vpc-0123456789abcdef0"}


def landscape(tier: Tier = "standard", *, others: dict[str, Any] | None = None, **settings: Any) -> Landscape:
    changes = settings.pop("changes", {})
    return make_landscape(tier, {"network": settings, **(others or {})}, **changes)


def problems(here: Landscape) -> list[tuple[str, str]]:
    return [(".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(here)]


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_records_what_is_billed(tier: Tier, *, standalone: bool) -> None:
    here = make_landscape(tier, standalone=standalone)
    assert CAPABILITY.stacks(here) == ()
    assert CAPABILITY.management_settings(here) == ()


def test_rules_come_after_the_administrator_and_the_start_of_the_evaluation() -> None:
    here = load("  network: {record: [flow]}\n").landscape
    settings = properties(rendered("organization", here)["organization-settings"], "Custom::Setting")
    assert settings["TelemetryEvaluation"]["Regions"] == list(here.regions)
    assert settings["TrustedAccessObservabilityadmin"]["Arguments"] == {
        "ServicePrincipal": "observabilityadmin.amazonaws.com"
    }
    assert settings["AdministratorObservabilityadmin"]["Arguments"]["AccountId"] == {"Fn::Sub": "${SecurityAccountId}"}
    waves = build_plan(here).waves
    wave = {stack.name.removeprefix("nw-"): number for number, found in enumerate(waves) for stack in found}
    assert wave["organization-settings"] < wave["network-telemetry"]


def test_each_source_is_a_rule_and_only_flow_logs_are_repaired() -> None:
    here = landscape(record=["flow", "queries", "eks_audit"], traffic="reject", retention_days=30)
    found = properties(rendered("network", here)["network-telemetry"], RULE)
    assert {name: item["Rule"]["TelemetrySourceTypes"] for name, item in found.items()} == {
        "Flow": ["VPC_FLOW_LOGS"],
        "Queries": ["ROUTE53_RESOLVER_QUERY_LOGS"],
        "EksAudit": ["EKS_AUDIT_LOGS", "EKS_AUTHENTICATOR_LOGS"],
    }
    assert found["Flow"]["Rule"]["DestinationConfiguration"] == {
        "DestinationType": "cloud-watch-logs",
        "RetentionInDays": 30,
        "VPCFlowLogParameters": {"TrafficType": "REJECT", "MaxAggregationInterval": 600},
    }
    assert [name for name, item in found.items() if "AllowFieldUpdates" in item["Rule"]] == ["Flow"]


def test_regions_without_telemetry_rules_are_left_out_and_named() -> None:
    here = landscape(record=["flow"], changes={"regions": ("eu-west-1", "me-central-1")})
    (stack,) = [item for item in build_plan(here).stacks if item.name == "nw-network-telemetry"]
    assert stack.regions == ("eu-west-1",)
    (found,) = CAPABILITY.unsupported(here)
    assert "me-central-1" in found.message


def test_standalone_account_has_rules_of_its_own_and_starts_the_evaluation_by_hand() -> None:
    here = landscape(record=["flow"], changes={"standalone": True})
    template = rendered("network", here)["network-telemetry"]
    assert list(properties(template, "AWS::ObservabilityAdmin::TelemetryRule")) == ["Flow"]
    (spec,) = CAPABILITY.stacks(here)
    assert "start-telemetry-evaluation " in spec.prerequisites[0]


@pytest.mark.parametrize(("standalone", "account"), [(False, "${LogArchiveAccountId}"), (True, "${AWS::AccountId}")])
def test_archived_flow_logs_go_to_the_bucket_of_the_log_archive(*, standalone: bool, account: str) -> None:
    vpc = {**VPC, "account": "management"} if standalone else VPC
    here = landscape(archive={"shop": vpc}, interval_seconds=60, changes={"standalone": standalone})
    (template,) = rendered("network", here).values()
    (found,) = properties(template, "AWS::EC2::FlowLog").values()
    assert found["LogDestination"]["Fn::Sub"] == f"arn:${{AWS::Partition}}:s3:::nw-vended-logs-{account}-eu-west-1"
    assert (found["ResourceId"], found["MaxAggregationInterval"]) == (VPC["vpc"], 60)
    assert CAPABILITY.management_settings(here) == ()


@pytest.mark.parametrize(
    ("vpc", "others", "path"),
    [
        ({"account": "nobody"}, {}, "archive.shop.account"),
        ({"region": "us-west-2"}, {}, "archive.shop.region"),
        ({}, {"log_archive": {"enabled": False}}, "archive"),
    ],
)
def test_mistakes_are_reported_at_their_key(vpc: dict[str, str], others: dict[str, Any], path: str) -> None:
    here = landscape(archive={"shop": {**VPC, **vpc}}, others=others)
    assert [where for where, _ in problems(here)] == [path]


# ── DNS Firewall, exclusions, scopes ─────────────────────────────────────────────────────────────────────────────────

FIREWALL: dict[str, Any] = {"account": "security", "region": "eu-west-1", "vpcs": ["vpc-01234567", "vpc-89abcdef"]}


def test_logs_without_a_kind_name_only_their_resource() -> None:
    found = properties(rendered("network", landscape(record=["waf", "load_balancers"]))["network-telemetry"], RULE)
    assert all("TelemetrySourceTypes" not in item["Rule"] for item in found.values())
    destination = found["Waf"]["Rule"]["DestinationConfiguration"]
    assert [item["SingleHeader"]["Name"] for item in destination["WAFLoggingParameters"]["RedactedFields"]] == [
        "authorization",
        "cookie",
    ]
    destination = found["LoadBalancers"]["Rule"]["DestinationConfiguration"]
    assert destination["LogDeliveryParameters"] == {"LogTypes": ["ALB_ACCESS_LOGS"]}


def test_dns_rules_follow_one_another_with_room_between() -> None:
    strict = {
        **FIREWALL,
        "vpcs": ["vpc-89abcdef"],
        "domains": ["a.example"],
        "managed_lists": {"malware": "rslvr-fdl-0123456789abcdef"},
        "threats": ["dga"],
        "stage": "block",
    }
    here = landscape(dns_firewalls={"a": FIREWALL, "b": strict})
    template = rendered("network", here)["network-dns-security-eu-west-1"]
    groups = properties(template, "AWS::Route53Resolver::FirewallRuleGroup")
    assert [item["Action"] for item in groups["RuleGroupA"]["FirewallRules"]] == ["ALERT", "ALERT"]
    block = {"Action": "BLOCK", "BlockResponse": "NODATA"}
    assert groups["RuleGroupB"]["FirewallRules"] == [
        {"Priority": 100, **block, "FirewallDomainListId": {"Ref": "DomainsB"}},
        {"Priority": 200, **block, "FirewallDomainListId": "rslvr-fdl-0123456789abcdef"},
        {"Priority": 300, **block, "DnsThreatProtection": "DGA", "ConfidenceThreshold": "HIGH"},
    ]


def ranks(entries: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Rule group and VPC → priority."""
    template = rendered("network", landscape(dns_firewalls=entries))["network-dns-security-eu-west-1"]
    found = properties(template, "AWS::Route53Resolver::FirewallRuleGroupAssociation").values()
    return {(item["FirewallRuleGroupId"]["Ref"], item["VpcId"]): item["Priority"] for item in found}


def test_priority_of_a_dns_firewall_depends_on_no_other_entry_and_on_no_order() -> None:
    block = {**FIREWALL, "stage": "block"}
    both = ranks({"a": FIREWALL, "b": block})
    assert both == ranks({"b": block, "a": FIREWALL})
    assert {name: rank for name, rank in both.items() if name[0] == "RuleGroupB"} == ranks({"b": block})
    assert len(both) == 4
    assert both["RuleGroupB", "vpc-01234567"] < 5000 <= both["RuleGroupA", "vpc-01234567"] < 9000
    assert set(ranks({"a": {**FIREWALL, "priority": 200}}).values()) == {200}


def test_two_dns_firewalls_of_a_vpc_with_one_priority_are_a_problem() -> None:
    ranked = {**FIREWALL, "priority": 200}
    ((path, message),) = problems(landscape(dns_firewalls={"a": ranked, "b": ranked}))
    assert (path, message) == ("dns_firewalls.b.priority", "a also has the priority 200 in a VPC")
    elsewhere = {**ranked, "vpcs": ["vpc-00000000"]}
    assert problems(landscape(dns_firewalls={"a": ranked, "b": elsewhere})) == []
    # keys whose numbers are the same, found by trying
    ((path, _),) = problems(landscape(dns_firewalls={"a14": FIREWALL, "a101": FIREWALL}))
    assert path == "dns_firewalls.a101"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"threats": []}, "no rule"),
        ({"account": "nobody"}, "no account"),
        ({"region": "us-west-2"}, "not a governed Region"),
    ],
)
def test_dns_firewall_that_cannot_be_made_is_a_problem(entry: dict[str, Any], message: str) -> None:
    (found,) = problems(landscape(dns_firewalls={"a": {**FIREWALL, **entry}}))
    assert message in found[1]


def test_exclusion_is_of_a_vpc_or_a_subnet_and_has_its_reason() -> None:
    entry = {"account": "security", "region": "eu-west-1", "reason": "The shop."}
    rules = {"rules": {"vpc-block-public-access": {"enabled": True}}}
    both = {"a": {**entry, "vpc": "vpc-01234567"}, "b": {**entry, "subnet": "subnet-01234567", "allow": "out"}}
    here = landscape(public_access_exclusions=both, others={"guardrails": rules})
    assert problems(here) == []
    template = rendered("network", here)["network-exclusions-security-eu-west-1"]
    found = properties(template, "AWS::EC2::VPCBlockPublicAccessExclusion")
    assert found["ExclusionA"] == {"InternetGatewayExclusionMode": "allow-bidirectional", "VpcId": "vpc-01234567"}
    assert found["ExclusionB"] == {"InternetGatewayExclusionMode": "allow-egress", "SubnetId": "subnet-01234567"}
    off = problems(landscape(public_access_exclusions={"a": {**entry, "vpc": "vpc-01234567"}}))
    assert "vpc-block-public-access is off" in off[0][1]
    neither = problems(landscape(public_access_exclusions={"a": entry}, others={"guardrails": rules}))
    assert neither == [("public_access_exclusions.a", "it names neither vpc nor subnet")]


def test_scope_finds_paths_in_the_accounts_of_its_places() -> None:
    scope = {"finds": ["admin_ports_in", "internet_out"], "expected": ["subnet-01234567"], "to": ["security"]}
    here = landscape(access_scopes={"admin": scope}, changes={"regions": ("eu-west-1", "eu-central-1")})
    (spec,) = CAPABILITY.stacks(here)
    assert spec.target.places == ("security",)
    template = rendered("network", here)["network-scope-admin"]
    found = properties(template, "AWS::EC2::NetworkInsightsAccessScope")["Scope"]
    ways = [
        (
            item["Source"]["ResourceStatement"]["ResourceTypes"],
            item["Destination"]["ResourceStatement"]["ResourceTypes"],
            item["Destination"].get("PacketHeaderStatement"),
        )
        for item in found["MatchPaths"]
    ]
    gateway, interface = ["AWS::EC2::InternetGateway"], ["AWS::EC2::NetworkInterface"]
    assert ways == [
        (gateway, interface, {"Protocols": ["tcp"], "DestinationPorts": ["22", "3389"]}),
        (interface, gateway, None),
    ]
    assert found["ExcludePaths"] == [{"Destination": {"ResourceStatement": {"Resources": ["subnet-01234567"]}}}]
