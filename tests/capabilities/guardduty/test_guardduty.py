"""GuardDuty: administrator, plans per account and Region, and exports of findings."""

from datetime import UTC, datetime
from typing import Any

import pytest

from baseline.capabilities.detect.guardduty.guardduty import CAPABILITY
from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.settings import Tier
from baseline.evidence.unwatched_accounts import unwatched_places
from baseline.plan.build import build_plan
from baseline.plan.model import Plan, Stack
from baseline.policy.document import read_statements
from baseline.render.render import render_stack
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject, read_template
from tests.landscapes import MANAGEMENT, SECURITY, make_landscape

KEY = "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"
PLAN = {"account": "management", "region": "eu-west-1", "bucket": "uploads"}


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"guardduty": settings or {}}, **changes)


def stack_of(plan: Plan, name: str) -> Stack:
    return next(stack for stack in plan.stacks if stack.name == f"nw-{name}")


def subject(here: Landscape, name: str = "guardduty") -> Subject:
    return read_template(render_stack(stack_of(build_plan(here), name)))


def names(here: Landscape) -> list[str]:
    return [s.name.removeprefix("nw-") for s in build_plan(here).stacks if s.capability == "guardduty"]


def properties(found: Subject, kind: str) -> dict[str, Any]:
    (resource,) = found.of_type(kind)
    return dict(resource.properties)


def problems(settings: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, item.path)), item.message) for item in CAPABILITY.problems(landscape(settings, **changes))
    ]


# ── who administers it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_detector_is_there_before_its_account_becomes_the_administrator() -> None:
    plan = build_plan(landscape())
    waves = {stack.name: number for number, wave in enumerate(plan.waves) for stack in wave}
    assert waves["nw-guardduty"] < waves["nw-guardduty-administrator-function"] < waves["nw-guardduty-administrator"]
    (detector,) = stack_of(plan, "guardduty").deployments
    assert (detector.account, detector.regions) == ("security", ("eu-west-1", "eu-central-1"))


def test_the_administrator_is_named_in_every_governed_region() -> None:
    setting = next(subject(landscape(), "guardduty-administrator").of_type("Custom::Setting")).properties
    assert setting["Regions"] == ["eu-west-1", "eu-central-1"]
    assert setting["Arguments"] == {"AccountId": {"Fn::Sub": "${SecurityAccountId}"}}


def test_the_function_may_do_nothing_but_name_the_administrator() -> None:
    (role,) = subject(landscape(), "guardduty-administrator-function").of_type("AWS::IAM::Role")
    actions = {
        action
        for policy in role.properties["Policies"]
        for statement in read_statements(policy["PolicyDocument"])
        for action in statement.actions
    }
    assert {action.partition(":")[0] for action in actions} == {"logs", "guardduty", "organizations", "iam"}
    assert "guardduty:DisableOrganizationAdminAccount" not in actions


def test_the_policy_type_is_enabled_between_the_administrator_and_the_policy() -> None:
    resources = {item.logical_id: item for item in subject(landscape(), "guardduty-administrator").resources}
    assert resources["PolicyType"].body["DependsOn"] == ["Administrator"]
    assert resources["Policy"].body["DependsOn"] == "PolicyType"
    assert resources["PolicyType"].properties["Arguments"]["PolicyType"] == "GUARDDUTY_POLICY"


def test_the_organization_leaves_the_policy_type_to_guardduty() -> None:
    plan = build_plan(make_landscape(settings={"organization": {"policy_types": ["TAG_POLICY", "GUARDDUTY_POLICY"]}}))
    settings = read_template(render_stack(stack_of(plan, "organization-settings")))
    arguments = [resource.properties.get("Arguments", {}) for resource in settings.of_type("Custom::Setting")]
    types = [item["PolicyType"] for item in arguments if "PolicyType" in item]
    assert "TAG_POLICY" in types
    assert "GUARDDUTY_POLICY" not in types


# ── what is on ───────────────────────────────────────────────────────────────────────────────────────────────────────


def policy(settings: dict[str, Any], tier: Tier = "standard") -> dict[str, Any]:
    found = properties(subject(landscape(settings, tier), "guardduty-administrator"), "AWS::Organizations::Policy")
    assert found["TargetIds"] == [{"Ref": "OrganizationRootId"}]
    enablement: dict[str, Any] = found["Content"]["guardduty"]["enablement"]
    assert list(enablement) == ["default"]
    return dict(enablement["default"])


def test_foundational_detection_is_on_whatever_else_is_not() -> None:
    assert policy({"features": []}) == {"foundational": {"status": {"@@assign": "enabled"}}}


def test_each_tier_has_the_plans_of_the_one_below_and_more() -> None:
    starter, standard, regulated = (set(policy({}, tier)) for tier in ("starter", "standard", "regulated"))
    assert starter < standard < regulated


def test_agents_are_managed_only_where_the_profile_says_so() -> None:
    found = policy({"features": ["runtime_monitoring"], "runtime_agents": ["ec2"]})["runtime_monitoring"]
    assert list(found["additional_configuration"]) == ["ec2_agent_management"]
    assert (
        "additional_configuration"
        not in policy({"features": ["runtime_monitoring"], "runtime_agents": []})["runtime_monitoring"]
    )


def test_in_an_organization_the_policy_alone_says_what_is_on() -> None:
    assert "Features" not in properties(subject(landscape()), "AWS::GuardDuty::Detector")


def test_alone_every_plan_is_stated_on_or_off() -> None:
    here = landscape({"features": ["s3_data_events"]}, standalone=True)
    assert names(here) == ["guardduty", "guardduty-export"]
    features = {f["Name"]: f for f in properties(subject(here), "AWS::GuardDuty::Detector")["Features"]}
    assert len(features) == 7
    assert {name for name, f in features.items() if f["Status"] == "ENABLED"} == {"S3_DATA_EVENTS"}
    agents = features["RUNTIME_MONITORING"]["AdditionalConfiguration"]
    assert {agent["Status"] for agent in agents} == {"DISABLED"}


# ── a detector that is there already ─────────────────────────────────────────────────────────────────────────────────


def test_an_existing_detector_is_used_where_it_is_and_one_created_elsewhere() -> None:
    list_ = {"name": "office", "kind": "trusted_entities", "location": "s3://lists/office.txt"}
    found = subject(landscape({"existing_detectors": {"eu-central-1": DETECTOR}, "lists": [list_]}))
    assert found.document["Mappings"]["Detectors"] == {"eu-west-1": {"Id": ""}, "eu-central-1": {"Id": DETECTOR}}
    (detector,) = found.of_type("AWS::GuardDuty::Detector")
    assert detector.body["Condition"] == "CreatesDetector"
    known = {"Fn::FindInMap": ["Detectors", {"Ref": "AWS::Region"}, "Id"]}
    either = {"Fn::If": ["CreatesDetector", {"Ref": "Detector"}, known]}
    assert properties(found, "AWS::GuardDuty::TrustedEntitySet")["DetectorId"] == either
    assert found.document["Outputs"]["DetectorId"]["Value"] == either


def test_the_detector_is_kept_when_its_stack_goes() -> None:
    (detector,) = subject(landscape()).of_type("AWS::GuardDuty::Detector")
    assert (detector.body["DeletionPolicy"], detector.body["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


# ── where findings go ────────────────────────────────────────────────────────────────────────────────────────────────


def test_findings_are_exported_with_the_key_that_the_deployment_finds() -> None:
    stack = stack_of(build_plan(landscape()), "guardduty-export")
    (key,) = [item for item in stack.parameters if item.name == "LogArchiveKeyArn"]
    assert (key.value, key.output_of) == (None, "")
    assert key.key_alias == "arn:aws:kms:eu-west-1:${LogArchiveAccountId}:alias/nw-log-archive"
    assert stack.regions == ("eu-west-1", "eu-central-1")


def test_stated_export_key_wins() -> None:
    stack = stack_of(build_plan(landscape({"export_key_arn": KEY})), "guardduty-export")
    (key,) = [item for item in stack.parameters if item.name == "LogArchiveKeyArn"]
    assert (key.value, key.key_alias) == (KEY, "")


def test_standalone_account_has_the_export_key_from_its_own_stack() -> None:
    stack = stack_of(build_plan(landscape(standalone=True)), "guardduty-export")
    (key,) = stack.parameters
    assert (key.output_of, key.key_alias) == ("nw-kms-log-archive", "")


def test_nothing_is_exported_unless_asked_for() -> None:
    assert "guardduty-export" not in names(landscape({"export_findings": False}))


def test_a_home_region_to_opt_in_to_takes_no_findings_of_others() -> None:
    here = landscape(
        {"export_key_arn": KEY},
        home_region="eu-south-1",
        regions=("eu-south-1", "eu-west-1"),
        opt_in_regions=frozenset({"eu-south-1"}),
    )
    assert stack_of(build_plan(here), "guardduty-export").regions == ("eu-south-1",)
    assert services(here, "log-archive") == {"guardduty.eu-south-1.amazonaws.com"}
    (note,) = CAPABILITY.unsupported(here)
    assert (".".join(map(str, note.path)), "eu-west-1" in note.message) == ("export_findings", True)


def test_regions_to_opt_in_to_deliver_under_a_name_of_their_own() -> None:
    here = landscape(regions=("eu-west-1", "eu-south-1"), opt_in_regions=frozenset({"eu-south-1"}))
    both = {"guardduty.amazonaws.com", "guardduty.eu-south-1.amazonaws.com"}
    assert services(here, "log-archive") == services(here, "kms-log-archive") == both


def services(here: Landscape, stack: str) -> set[str]:
    return {
        service
        for policy in subject(here, stack).policies
        for statement in read_statements(policy.document)
        if statement.effect == "Allow"
        for service in statement.services
        if service.startswith("guardduty")
    }


def test_only_detectors_of_the_security_account_may_deliver() -> None:
    seen = 0
    for stack in ("log-archive", "kms-log-archive"):
        for document in subject(landscape(), stack).policies:
            for statement in read_statements(document.document):
                if statement.effect == "Allow" and "guardduty.amazonaws.com" in statement.services:
                    seen += 1
                    keys = {(c.operator, c.key): c.values for c in statement.conditions}
                    assert keys["StringEquals", "aws:SourceAccount"] == ("${SecurityAccountId}",)
                    (arn,) = keys["ArnLike", "aws:SourceArn"]
                    assert arn == "arn:${AWS::Partition}:guardduty:*:${SecurityAccountId}:detector/*"
    assert seen == 3


def test_without_export_the_log_archive_has_no_bucket_and_no_permission_for_it() -> None:
    here = landscape({"export_findings": False})
    assert services(here, "log-archive") == services(here, "kms-log-archive") == set()
    buckets = [b.logical_id for b in subject(here, "log-archive").of_type("AWS::S3::Bucket")]
    assert "GuardDutyFindingsBucket" not in buckets


# ── filters, lists, malware ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_suppression_archives_with_its_reason() -> None:
    criteria = [
        {"field": "type", "equals": ["Recon:EC2/Portscan"]},
        {"field": "severity", "at_least": 1, "at_most": 4},
        {"field": "accountId", "not_equals": ["012345678901"]},
    ]
    found = subject(landscape({"suppressions": [{"name": "a-b", "reason": "Our scanner.", "criteria": criteria}]}))
    rule = properties(found, "AWS::GuardDuty::Filter")
    assert (rule["Action"], rule["Rank"], rule["Description"]) == ("ARCHIVE", 1, "Our scanner.")
    assert rule["FindingCriteria"]["Criterion"] == {
        "type": {"Equals": ["Recon:EC2/Portscan"]},
        "severity": {"GreaterThanOrEqual": 1, "LessThanOrEqual": 4},
        "accountId": {"NotEquals": ["012345678901"]},
    }


def test_suppression_with_a_last_day_archives_nothing_later() -> None:
    item: dict[str, Any] = {"name": "a-b", "reason": "Ours.", "expires": "2027-06-30"}
    item["criteria"] = [{"field": "type", "equals": ["x"]}]
    rule = properties(subject(landscape({"suppressions": [item]})), "AWS::GuardDuty::Filter")
    last = int(datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC).timestamp()) * 1000
    assert rule["FindingCriteria"]["Criterion"] == {"type": {"Equals": ["x"]}, "updatedAt": {"LessThanOrEqual": last}}
    item["criteria"].append({"field": "updatedAt", "at_least": 1})
    (problem,) = CAPABILITY.problems(landscape({"suppressions": [item]}))
    assert problem.path == ("suppressions", 0, "expires")


def test_a_reason_is_given_whole_and_described_in_the_characters_that_guardduty_takes() -> None:
    item = {"name": "a-b", "reason": "It's ours, 100 %.", "criteria": [{"field": "type", "equals": ["x"]}]}
    template = render_stack(stack_of(build_plan(landscape({"suppressions": [item]})), "guardduty"))
    assert '# "It\'s ours, 100 %."' in template.text
    assert properties(read_template(template), "AWS::GuardDuty::Filter")["Description"] == "It s ours  100  ."


@pytest.mark.parametrize(
    "field", ["createdAt", "service.count", "service.action.networkConnectionAction.localPortDetails.port", "severity"]
)
def test_numbers_and_times_are_compared_by_size(field: str) -> None:
    item = {"name": "a-b", "reason": "Ours.", "criteria": [{"field": field, "at_least": 1}]}
    assert not CAPABILITY.problems(landscape({"suppressions": [item]}))


def test_a_malware_plan_reaches_its_bucket_and_no_other() -> None:
    accounts = {
        "management": MANAGEMENT,
        "security": SECURITY,
        "log_archive": Account(key="log_archive", name="l", email="l@x.example"),
    }
    here = landscape({"malware_protection": [{**PLAN, "tag_objects": False}]}, accounts=accounts)
    found = subject(here, "guardduty-malware-management-eu-west-1")
    (role,) = found.of_type("AWS::IAM::Role")
    statements = read_statements(role.properties["Policies"][0]["PolicyDocument"])
    resources = {resource for statement in statements for resource in statement.resources}
    assert {r for r in resources if ":s3:" in r} == {
        "arn:${AWS::Partition}:s3:::uploads",
        "arn:${AWS::Partition}:s3:::uploads/*",
        "arn:${AWS::Partition}:s3:::uploads/malware-protection-resource-validation-object",
    }
    assert not any("Tagging" in action for statement in statements for action in statement.actions)
    assert not any(action.startswith("kms:") for statement in statements for action in statement.actions)


@pytest.mark.parametrize(
    ("settings", "setting", "said"),
    [
        ({"existing_detectors": {"us-west-2": DETECTOR}}, "existing_detectors.us-west-2", "not governed"),
        ({"malware_protection": [{**PLAN, "account": "x"}]}, "malware_protection.0.account", "no account"),
        ({"malware_protection": [{**PLAN, "region": "us-west-2"}]}, "malware_protection.0.region", "not governed"),
        ({"malware_protection": [PLAN, PLAN]}, "malware_protection.1.bucket", "named twice"),
        (
            {"suppressions": [{"name": "abc", "reason": "Ours.", "criteria": [{"field": "region", "at_least": 1}]}]},
            "suppressions.0.criteria.0",
            "region is text",
        ),
        (
            {
                "suppressions": [
                    {"name": f"abc-{n}", "reason": "Ours.", "criteria": [{"field": "type", "equals": ["a"]}]}
                    for n in range(101)
                ]
            },
            "suppressions",
            "allows 100",
        ),
        (
            {"lists": [{"name": n, "kind": "trusted_ips", "location": "s3://a/b.txt"} for n in "ab"]},
            "lists",
            "allows 1",
        ),
        (
            {"lists": [{"name": "a", "kind": k, "location": "s3://a/b.txt"} for k in ("trusted_ips", "threat_ips")]},
            "lists.0.name",
            "two lists",
        ),
        (
            {
                "suppressions": [
                    {"name": "abc", "reason": "Ours.", "criteria": [{"field": "resource.type", "equals": ["a"]}]}
                ]
            },
            "suppressions.0.criteria.0.field",
            "resource.type",
        ),
        (
            {
                "suppressions": [
                    {
                        "name": "abc",
                        "reason": "Ours.",
                        "criteria": [
                            {
                                "field": "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
                                "equals": [f"203.0.113.{n}" for n in range(51)],
                            }
                        ],
                    }
                ]
            },
            "suppressions.0.criteria.0.equals",
            "allows 50",
        ),
        (
            {"suppressions": [{"name": "abc", "reason": "Ours.", "criteria": [{"field": "type"}]}]},
            "suppressions.0.criteria.0",
            "has no comparison",
        ),
        (
            {
                "suppressions": [
                    {"name": "abc", "reason": "Ours.", "criteria": [{"field": "type", "equals": ["a"], "at_most": 1}]}
                ]
            },
            "suppressions.0.criteria.0",
            "equals and at_most",
        ),
        (
            {
                "suppressions": [
                    {"name": "abc", "reason": "Ours.", "criteria": [{"field": "type", "equals": ["a"]}] * 2}
                ]
            },
            "suppressions.0.criteria.1.field",
            "twice",
        ),
        (
            {
                "suppressions": [{"name": "abc", "reason": "Ours.", "criteria": [{"field": "type", "equals": ["a"]}]}]
                * 2
            },
            "suppressions.0.name",
            "two rules",
        ),
    ],
)
def test_what_cannot_work_is_reported(settings: dict[str, Any], setting: str, said: str) -> None:
    assert any(place == setting and said in message for place, message in problems(settings))


def test_export_without_a_log_archive_is_a_problem() -> None:
    here = make_landscape(settings={"log_archive": {"enabled": False}})
    assert [".".join(map(str, item.path)) for item in CAPABILITY.problems(here)] == ["export_findings"]


@pytest.mark.parametrize(
    ("features", "agents", "missing"),
    [
        (["runtime_monitoring"], ["eks"], "ecs_fargate, ec2"),
        (["runtime_monitoring"], [], "eks, ecs_fargate, ec2"),
        (["runtime_monitoring"], ["ec2", "eks", "ecs_fargate"], ""),
        (["s3_data_events"], ["eks"], ""),
        ([], [], ""),
    ],
)
def test_missing_agent_weakens_runtime_monitoring_only_where_it_is_on(
    features: list[str], agents: list[str], missing: str
) -> None:
    here = make_landscape(settings={"guardduty": {"features": features, "runtime_agents": agents}})
    found = CAPABILITY.weakened(here)
    assert [item.control for item in found] == (["guardduty-features"] if missing else [])
    assert all(item.message.endswith(f"no agent for {missing}") for item in found)


# ── other plans in some places ───────────────────────────────────────────────────────────────────────────────────────

PLACES = {
    "features": ["s3_data_events", "rds_login_events"],
    "runtime_agents": ["eks", "ec2"],
    "overrides": [
        {"name": "sandbox", "to": ["Workloads"], "features": ["s3_data_events"], "reason": "Nothing of value."},
        {
            "name": "payments",
            "to": ["Workloads/Payments", "security"],
            "features": ["s3_data_events", "rds_login_events", "runtime_monitoring"],
            "runtime_agents": ["eks"],
        },
    ],
}
UNITS = {"Security": "ou-ab12-11111111", "Workloads": "ou-ab12-22222222", "Workloads/Payments": "ou-ab12-33333333"}


def test_override_sets_every_plan_that_is_on_anywhere() -> None:
    found = {
        item.logical_id: item
        for item in subject(landscape(PLACES, ous=UNITS), "guardduty-administrator").of_type(
            "AWS::Organizations::Policy"
        )
    }

    def plans(name: str) -> dict[str, str]:
        default = found[name].properties["Content"]["guardduty"]["enablement"]["default"]
        return {plan: item["status"]["@@assign"] for plan, item in default.items()}

    assert plans("Policy") == {
        "foundational": "enabled",
        "s3_data_events": "enabled",
        "rds_login_events": "enabled",
    }
    assert plans("SandboxPolicy") == {
        **plans("Policy"),
        "rds_login_events": "disabled",
        "runtime_monitoring": "disabled",
    }
    assert plans("PaymentsPolicy") == {**plans("Policy"), "runtime_monitoring": "enabled"}
    runtime = found["PaymentsPolicy"].properties["Content"]["guardduty"]["enablement"]["default"]["runtime_monitoring"]
    agents = {name: item["status"]["@@assign"] for name, item in runtime["additional_configuration"].items()}
    assert agents == {"eks_addon_management": "enabled", "ec2_agent_management": "disabled"}
    assert [item.body.get("DependsOn") for item in found.values()] == ["PolicyType", "Policy", "SandboxPolicy"]
    assert found["PaymentsPolicy"].properties["TargetIds"] == [
        {"Ref": "WorkloadsPaymentsOuId"},
        {"Ref": "SecurityAccountId"},
    ]


def test_plan_that_is_off_in_some_places_weakens_its_own_control() -> None:
    settings = landscape(PLACES).settings("guardduty", GuardDutySettings)
    sandbox, payments = settings.overrides
    assert [item.control for item in sandbox.weaker(settings)] == ["guardduty-rds"]
    assert payments.weaker(settings) == ()


def test_plan_that_is_off_in_some_places_is_partial_evidence() -> None:
    here = landscape(PLACES, ous=UNITS)
    (spread,) = unwatched_places(Planned(landscape=here, plan=build_plan(here))).items()
    assert spread[0] == "guardduty-rds"
    assert {str(item) for item in spread[1].destinations} == {"new accounts in Workloads"}
