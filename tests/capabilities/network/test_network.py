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
