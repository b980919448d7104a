"""Security Hub: central configuration if possible, standards per account, and accepted findings."""

import json
import re
from typing import Any

import pytest

from baseline.aws.security_hub import control_ids, nearest_control, standards
from baseline.capabilities.detect.security_hub.problems import can_aggregate
from baseline.capabilities.detect.security_hub.security_hub import CAPABILITY
from baseline.capabilities.landscape import Landscape
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.render.render import render_stack
from baseline.validate.subject import Resource, Subject, read_template
from tests.emulator.cloudformation.resolve import schema
from tests.landscapes import make_landscape

ALONE: list[dict[str, Any]] = [
    {"standalone": True},
    {"regions": ("eu-west-1",)},
    {"home_region": "eu-south-1", "regions": ("eu-south-1", "eu-west-1"), "opt_in_regions": frozenset({"eu-south-1"})},
]


def landscape(settings: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape(changes.pop("tier", "standard"), {"security_hub": settings or {}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    plan = build_plan(here)
    return {s.name.removeprefix("nw-"): s for s in plan.stacks if s.capability == "security_hub"}


def subject(here: Landscape, name: str = "security-hub-configuration") -> Subject:
    return read_template(render_stack(stacks(here)[name]))


def policies(here: Landscape) -> dict[str, dict[str, Any]]:
    found = subject(here).of_type("AWS::SecurityHub::ConfigurationPolicy")
    return {r.properties["Name"]: r.properties["ConfigurationPolicy"]["SecurityHub"] for r in found}


def arns(policy: dict[str, Any]) -> list[str]:
    return [item["Fn::Sub"].rpartition("::")[2] for item in policy["EnabledStandardIdentifiers"]]


def rules(here: Landscape) -> list[Resource]:
    return list(subject(here, "security-hub-accepted-findings").of_type("AWS::SecurityHub::AutomationRule"))


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings, **changes))
    ]


# ── who configures which account ─────────────────────────────────────────────────────────────────────────────────────


def test_hub_then_administrator_then_configuration_each_in_its_account() -> None:
    found = stacks(landscape())
    assert [(name, s.deployments[0].account, s.regions) for name, s in found.items()] == [
        ("security-hub", "security", ("eu-west-1", "eu-central-1")),
        ("security-hub-administrator", "management", ("eu-west-1",)),
        ("security-hub-configuration", "security", ("eu-west-1",)),
        ("security-hub-accepted-findings", "security", ("eu-west-1", "eu-central-1")),
    ]
    waves = {s.name: n for n, wave in enumerate(build_plan(landscape()).waves) for s in wave}
    order = [waves[f"nw-{name}"] for name in ("config-recorder", *found)]
    assert order == sorted(set(order))


def test_central_configuration_comes_in_the_order_that_aws_asks_for() -> None:
    resources = {r.type: r for r in subject(landscape()).resources}
    central = resources["AWS::SecurityHub::OrganizationConfiguration"]
    assert central.body["DependsOn"] == "FindingAggregator"
    assert central.properties == {"AutoEnable": False, "AutoEnableStandards": "NONE", "ConfigurationType": "CENTRAL"}
    assert resources["AWS::SecurityHub::ConfigurationPolicy"].body["DependsOn"] == "OrganizationConfiguration"
    aggregator = resources["AWS::SecurityHub::FindingAggregator"].properties
    assert aggregator == {"RegionLinkingMode": "SPECIFIED_REGIONS", "Regions": ["eu-central-1"]}


def test_under_central_configuration_members_have_no_hubs_of_their_own() -> None:
    hub = stacks(landscape())["security-hub"]
    assert [d.account for d in hub.deployments] == ["security"]
    assert [r.type for r in subject(landscape(), "security-hub").resources] == ["AWS::SecurityHub::Hub"]


@pytest.mark.parametrize("changes", ALONE, ids=["standalone", "one Region", "opt-in home Region"])
def test_without_central_configuration_every_account_has_its_hub_and_standards(changes: dict[str, Any]) -> None:
    here = landscape(**changes)
    assert not list(subject(here).of_type("AWS::SecurityHub::OrganizationConfiguration"))
    hub = subject(here, "security-hub")
    chain = [(r.logical_id, r.body["DependsOn"]) for r in hub.of_type("AWS::SecurityHub::Standard")]
    assert chain == [("StandardFsbp", "Hub")]
    assert set(stacks(here)["security-hub"].regions) == set(here.regions)


def test_standards_of_one_account_are_changed_one_at_a_time() -> None:
    here = landscape({"standards": ["fsbp", "cis-5.0", "nist-800-53-r5"]}, standalone=True)
    found = [r.body["DependsOn"] for r in subject(here, "security-hub").of_type("AWS::SecurityHub::Standard")]
    assert found == ["Hub", "StandardFsbp", "StandardCis50"]


def test_an_existing_hub_is_left_alone() -> None:
    assert list(stacks(landscape({"existing_hub": True}))) == [
        "security-hub-administrator",
        "security-hub-configuration",
        "security-hub-accepted-findings",
    ]


# ── what accounts are judged by ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("compliance", "expected"),
    [
        (set(), ["fsbp"]),
        ({"cis-7.0"}, ["fsbp", "cis-5.0"]),
        ({"cis-3.0", "pci-dss-4.0.1"}, ["fsbp", "cis-3.0", "pci-dss-4.0.1"]),
        ({"fedramp-moderate-r5", "nist-800-53-r5"}, ["fsbp", "nist-800-53-r5"]),
        ({"cmmc-2.0-level-2", "nist-800-171-r3", "dora"}, ["fsbp", "nist-800-171-r2"]),
        ({"gdpr", "hipaa", "iso-27001-2022"}, ["fsbp"]),
    ],
)
def test_frameworks_bring_their_standards(compliance: set[str], expected: list[str]) -> None:
    found = policies(landscape(compliance=frozenset(compliance)))["nw-organization"]
    assert arns(found) == [standards()[name].arn for name in expected]


def test_the_organizations_policy_is_at_the_root() -> None:
    (association,) = subject(landscape()).of_type("AWS::SecurityHub::PolicyAssociation")
    assert association.properties == {
        "ConfigurationPolicyId": {"Fn::GetAtt": ["OrganizationPolicy", "Id"]},
        "TargetType": "ROOT",
        "TargetId": {"Ref": "OrganizationRootId"},
    }


def test_units_and_accounts_may_have_a_policy_of_their_own() -> None:
    own = {
        "name": "lab",
        "to": ["Workloads", "log_archive"],
        "standards": ["fsbp"],
        "disabled_controls": [{"control": "EC2.10", "reason": "No endpoints there."}],
    }
    here = landscape({"standards": ["fsbp", "cis-5.0"], "policies": [own]})
    assert arns(policies(here)["nw-lab"]) == [standards()["fsbp"].arn]
    assert policies(here)["nw-lab"]["SecurityControlsConfiguration"]["DisabledSecurityControlIdentifiers"] == ["EC2.10"]
    targets = [
        (r.properties["TargetType"], r.properties["TargetId"]["Ref"])
        for r in subject(here).of_type("AWS::SecurityHub::PolicyAssociation")
    ]
    assert targets == [
        ("ROOT", "OrganizationRootId"),
        ("ORGANIZATIONAL_UNIT", "WorkloadsOuId"),
        ("ACCOUNT", "LogArchiveAccountId"),
    ]


def test_a_control_is_off_with_its_reason_beside_it() -> None:
    here = landscape({"disabled_controls": [{"control": "EC2.10", "reason": "NAT, see ARC-17."}]})
    lines = render_stack(stacks(here)["security-hub-configuration"]).text.splitlines()
    place = next(n for n, line in enumerate(lines) if line.strip() == '- "EC2.10"')
    assert lines[place - 1].strip() == '# "NAT, see ARC-17."'


def test_config_1_accepts_our_recorders_role_unless_the_profile_says_otherwise() -> None:
    def parameters(here: Landscape) -> list[Any]:
        found = policies(here)["nw-organization"]["SecurityControlsConfiguration"]
        return list(found.get("SecurityControlCustomParameters", []))

    name = "includeConfigServiceLinkedRoleCheck"
    (ours,) = parameters(landscape())
    assert ours == {
        "SecurityControlId": "Config.1",
        "Parameters": {name: {"ValueType": "CUSTOM", "Value": {"Boolean": False}}},
    }
    stated = {"control": "Config.1", "parameters": {name: {"Boolean": True}}}
    (theirs,) = parameters(landscape({"parameters": [stated]}))
    assert theirs["Parameters"][name]["Value"] == {"Boolean": True}
    existing = make_landscape(settings={"config": {"recorder": "existing"}})
    assert parameters(existing) == []


# ── what is accepted, and what is told ───────────────────────────────────────────────────────────────────────────────


def test_findings_about_the_log_archive_are_accepted_with_a_reason_and_no_others() -> None:
    (rule,) = rules(landscape())
    assert rule.properties["Criteria"]["ResourceId"] == [
        {"Comparison": "PREFIX", "Value": {"Fn::Sub": "arn:${AWS::Partition}:s3:::nw-"}}
    ]
    assert rule.properties["Criteria"]["AwsAccountId"] == [
        {"Comparison": "EQUALS", "Value": {"Fn::Sub": "${LogArchiveAccountId}"}}
    ]
    controls = {item["Value"] for item in rule.properties["Criteria"]["ComplianceSecurityControlId"]}
    assert controls == {"S3.7", "S3.11", "S3.15", "S3.20"}
    assert controls <= control_ids()
    update = rule.properties["Actions"][0]["FindingFieldsUpdate"]
    assert update["Workflow"] == {"Status": "SUPPRESSED"}
    assert 20 < len(update["Note"]["Text"]) <= 512


def test_the_profiles_own_rules_follow() -> None:
    item = {"name": "site", "reason": "Our website.", "controls": ["S3.2"], "accounts": ["012345678901"]}
    _, rule = rules(landscape({"accepted_findings": [item]}))
    assert (rule.properties["RuleOrder"], rule.properties["RuleName"]) == (2, "nw-site")
    assert rule.properties["Criteria"]["AwsAccountId"] == [{"Comparison": "EQUALS", "Value": "012345678901"}]
    assert "ResourceId" not in rule.properties["Criteria"]


def test_accepted_finding_with_a_last_day_suppresses_nothing_later() -> None:
    item = {"name": "a", "reason": "Ours.", "controls": ["S3.2"], "expires": "2027-06-30"}
    _, rule = rules(landscape({"accepted_findings": [item]}))
    assert rule.properties["Criteria"]["UpdatedAt"] == [
        {"Start": "2018-01-01T00:00:00.000Z", "End": "2027-06-30T23:59:59.999Z"}
    ]


def test_new_critical_and_high_findings_are_reported_and_suppressed_ones_are_not() -> None:
    rules = list(subject(landscape()).of_type("AWS::Events::Rule"))
    told = {}
    for rule in rules:
        findings = rule.properties["EventPattern"]["detail"]["findings"]
        assert findings["Workflow"] == {"Status": ["NEW"]}
        (label,) = findings["Severity"]["Label"]
        told[label] = rule.properties["Targets"][0]["Arn"]
    assert told == {
        "CRITICAL": {"Fn::ImportValue": "nw-alerts-critical-arn"},
        "HIGH": {"Fn::ImportValue": "nw-alerts-high-arn"},
    }


@pytest.mark.parametrize(
    "settings",
    [{"security_hub": {"notify": False}}, {"notifications": {"enabled": False}, "alarms": {"enabled": False}}],
)
def test_nothing_is_sent_without_listeners(settings: dict[str, Any]) -> None:
    assert not list(subject(make_landscape(settings=settings)).of_type("AWS::Events::Rule"))


@pytest.mark.parametrize(
    ("changes", "linked", "told"),
    [
        ({"standalone": True}, ["eu-central-1"], True),
        ({"regions": ("eu-west-1",)}, None, True),
        (ALONE[2], None, True),
        ({"standalone": True, "settings": {"notify": False}}, ["eu-central-1"], False),
    ],
    ids=["standalone", "one Region", "opt-in home Region", "standalone, nobody told"],
)
def test_without_central_configuration_findings_still_come_together_and_are_reported(
    changes: dict[str, Any], linked: list[str] | None, told: bool
) -> None:
    found = subject(landscape(**changes))
    aggregators = [r.properties["Regions"] for r in found.of_type("AWS::SecurityHub::FindingAggregator")]
    assert aggregators == ([linked] if linked else [])
    assert len(list(found.of_type("AWS::Events::Rule"))) == (2 if told else 0)


def test_a_region_without_notified_findings_is_reported() -> None:
    (note,) = CAPABILITY.unsupported(landscape(**ALONE[2]))
    assert ".".join(map(str, note.path)) == "notify"
    assert "eu-south-1" in note.message
    assert not CAPABILITY.unsupported(landscape({"notify": False}, **ALONE[2]))


@pytest.mark.parametrize("changes", ALONE, ids=["standalone", "one Region", "opt-in home Region"])
def test_without_central_configuration_disabled_controls_are_suppressed_in_every_region(
    changes: dict[str, Any],
) -> None:
    here = landscape({"disabled_controls": [{"control": "EC2.10", "reason": "NAT, see ARC-17."}]}, **changes)
    rule = rules(here)[-1].properties
    assert rule["Criteria"] == {"ComplianceSecurityControlId": [{"Comparison": "EQUALS", "Value": "EC2.10"}]}
    assert rule["Actions"][0]["FindingFieldsUpdate"]["Note"]["Text"] == "NAT, see ARC-17."
    assert set(stacks(here)["security-hub-accepted-findings"].regions) == set(here.regions)


def test_names_that_differ_in_punctuation_have_resources_of_their_own() -> None:
    items = [{"name": name, "reason": "Ours.", "controls": ["S3.2"]} for name in ("a-b", "a_b")]
    assert [r.logical_id for r in rules(landscape({"accepted_findings": items}))][1:] == ["AcceptAB", "AcceptAB2"]


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_controls_is_that_of_aws() -> None:
    assert len(control_ids()) > 550
    assert {"IAM.28", "S3.1", "Config.1", "EC2.182", "WorkSpaces.2", "CloudWatch.14"} <= control_ids()
    assert not {"S3.4", "EC2.11", "IAM.20", "Lambda.4"} & control_ids()


def test_a_misspelt_control_has_a_nearest_one() -> None:
    assert nearest_control("IAM28") == "IAM.28"
    assert nearest_control("???") is None


@pytest.mark.parametrize(
    ("settings", "setting", "said"),
    [
        ({"disabled_controls": [{"control": "EC2.999", "reason": "None."}]}, "disabled_controls.0.control", "EC2.999"),
        (
            {"parameters": [{"control": "ACM.1", "parameters": {"daysToExpiration": {"Number": 1}}}]},
            "parameters.0.parameters.daysToExpiration",
            "Number",
        ),
        (
            {"accepted_findings": [{"name": "a", "reason": "None.", "controls": ["S3.99"]}]},
            "accepted_findings.0.controls.0",
            "S3.99",
        ),
        (
            {"accepted_findings": [{"name": "a", "reason": "None.", "controls": ["S3.1"]}] * 2},
            "accepted_findings.0.name",
            "twice",
        ),
        (
            {"accepted_findings": [{"name": "log-archive", "reason": "None.", "controls": ["S3.1"]}]},
            "accepted_findings.0.name",
            "the baseline's own",
        ),
        (
            {"policies": [{"name": "organization", "to": ["Security"], "standards": ["fsbp"]}]},
            "policies.0.name",
            "the baseline's own",
        ),
        (
            {"policies": [{"name": n, "to": ["Security"], "standards": ["fsbp"]} for n in "ab"]},
            "policies.1.to.0",
            "two policies",
        ),
        (
            {"policies": [{"name": f"p{n}", "to": ["Security"], "standards": ["fsbp"]} for n in range(20)]},
            "policies",
            "allows 20",
        ),
    ],
)
def test_what_cannot_work_is_reported(settings: dict[str, Any], setting: str, said: str) -> None:
    assert any(place == setting and said in message for place, message in problems(settings))


@pytest.mark.parametrize("changes", ALONE, ids=["standalone", "one Region", "opt-in home Region"])
def test_policies_need_central_configuration(changes: dict[str, Any]) -> None:
    own = {"name": "a", "to": ["management"], "standards": ["fsbp"]}
    assert any("no central configuration" in message for _, message in problems({"policies": [own]}, **changes))


def test_a_region_without_a_standard_is_reported() -> None:
    here = landscape({"standards": ["fsbp", "resource-tagging"]}, regions=("eu-west-1", "ap-east-2"))
    (note,) = CAPABILITY.unsupported(here)
    assert "ap-east-2" in note.message


# ── messages, and what CloudFormation lacks ──────────────────────────────────────────────────────────────────────────


def test_alert_survives_quotation_marks_in_a_title() -> None:
    """A value outside quotation marks is inserted as JSON; inside, its own mark would end the text."""
    title = 'Bucket "logs" is open'
    found = list(subject(landscape()).of_type("AWS::Events::Rule"))
    assert len(found) == 2
    for rule in found:
        template = rule.properties["Targets"][0]["InputTransformer"]["InputTemplate"]
        message = json.loads(re.sub(r"<\w+>", lambda _: json.dumps(title), template))
        assert message["title"] == title


def test_aggregator_without_linked_regions_has_no_mode_in_cloudformation() -> None:
    """AWS's API has NO_REGIONS; when CloudFormation has it too, one Region suffices for central configuration."""
    modes = schema("eu-west-1", "AWS::SecurityHub::FindingAggregator")["properties"]["RegionLinkingMode"]["enum"]
    assert "NO_REGIONS" not in modes
    assert not can_aggregate(landscape(regions=("eu-west-1",)))
