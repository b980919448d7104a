"""Decisions of preflight checks, case by case: facts in, issues out, without AWS."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from baseline.aws.quotas import quota
from baseline.cloud.organizations import Account, Organization
from baseline.cloud.public_access import PublicAccessBlock
from baseline.cloud.stack_sets import StackInstance
from baseline.cloud.stacks import DeployedStack
from baseline.deploy.preflight.decide import (
    audit_manager,
    caller,
    guardrails,
    identity_center,
    keys,
    log_destinations,
    moved,
    names,
    organization,
    policies,
    public_access,
    regions,
    roles,
    stacks,
)
from baseline.deploy.preflight.read import identity_center as read_identity_center
from baseline.deploy.template import Resource
from baseline.findings import Problem, Severity
from baseline.plan.model import Method
from baseline.policy.kinds import KINDS

DETECTOR, HUB = "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub"
RECORDER, TRAIL = "AWS::Config::ConfigurationRecorder", "AWS::CloudTrail::Trail"
SINK, HUB_V2 = "AWS::Oam::Sink", "AWS::SecurityHub::HubV2"
MASKING, SENDING = (f"AWS::Logs::AccountPolicy/{it}_POLICY" for it in ("DATA_PROTECTION", "SUBSCRIPTION_FILTER"))
SCP = "SERVICE_CONTROL_POLICY"
MANAGEMENT, MEMBER, OTHER = "111111111111", "222222222222", "333333333333"

AUDIT = audit_manager.AuditManagerStatus(stack="nw-audit-manager", account=MEMBER, region="eu-west-1", status="")
EXCLUDED = public_access.NewExclusions(
    account=MEMBER,
    region="eu-west-1",
    exclusions=(public_access.Exclusion(stack="nw-exclusions", network="vpc-1", mode="allow-egress"),),
    missing=frozenset(),
    block=PublicAccessBlock(mode="block-bidirectional", allows_exclusions=True, excluded={}),
)
ORGANIZATION = Organization(id="o-a1b2c3d4e5", management=MANAGEMENT, has_all_features=True)
WEB = Account(id=MEMBER, name="web", email="Web@northwind.example", state="ACTIVE")
OLD = Account(id=OTHER, name="old", email="old@northwind.example", state="SUSPENDED")

CALLER = caller.CallerOfManagement(account=MANAGEMENT, planned=MANAGEMENT, management=MANAGEMENT)
DELEGATE = caller.Delegate(account=MEMBER, is_member=True, administers=True)
BOTH, STACK, SET = frozenset(Method), frozenset({Method.STACK}), frozenset({Method.STACK_SET})


def denies_except(*arns: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Deny", "Condition": {"ArnNotLike": {"aws:PrincipalArn": list(arns)}}}]}


KEY = caller.NewKey(
    stack="nw-kms",
    policy=denies_except("arn:aws:iam::*:role/Admin*", {"Fn::Sub": "arn:aws:iam::1:role/Key"}),
    principal="arn:aws:iam::1:role/Administrator",
)
DENIES = {"Effect": "Deny", "Action": ["logs:PutAccount*"], "Resource": "*"}
DENIES_OTHERS = {"Effect": "Deny", "NotAction": "logs:*", "Resource": "*"}
EXEMPTS = {
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": [{"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/nw-set*"}]}}
}
OTHERS = {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/nw-set*"}}}
FUNCTION = guardrails.FunctionRole(
    stack="nw-function",
    role="nw-settings",
    actions=("logs:PutAccountPolicy", "macie2:EnableMacie"),
    deployed=({"Statement": [DENIES]},),
    planned=({"Statement": [{**DENIES, **EXEMPTS}]},),
    command="baseline deploy DIR",
)
FOUND = organization.OrganizationFound(found=ORGANIZATION, is_created=False, planned=ORGANIZATION.id)
COVERAGE = organization.Coverage(
    accounts=(WEB, OLD), reached=frozenset({MEMBER, OTHER}), excluded=frozenset(), has_packs=True
)
DELEGATION = organization.Delegation(service="sso.amazonaws.com", wanted=MEMBER, administrators=frozenset({MEMBER}))
POLICY = policies.NewPolicy(stack="nw-guardrails", type=SCP, name="nw-scp", taken={"other": "p-1"})
SLOTS = policies.Slots(target="r-1", type=SCP, attached=KINDS[SCP].most_per_target() - 1, wanted=1)
GUARDRAILS = policies.NewGuardrails(
    attachments=(policies.Attachment(stack="nw-guardrails", type=SCP, targets=("r-1",)),),
    root="r-1",
    accounts=(WEB, OLD),
    own=frozenset(),
)
UNIT = policies.NewUnit(stack="nw-organization", parent="r-1", name="Security", taken={"Workloads": "ou-1"})
NAMED = names.NamedResource(
    stack="nw-x", account=MEMBER, region="eu-west-1", type="AWS::SNS::Topic", identifier="nw-topic", exists=True
)
SECOND = names.SecondOne(
    stack="nw-x", account=MEMBER, region="eu-west-1", type=RECORDER, name="default", is_named=False
)
DESTINATION = log_destinations.LogDestination(
    stack="nw-x", account=MEMBER, region="eu-west-1", name="siem", exists=False
)
ONE_EACH = names.Singletons(region="eu-west-1", type=RECORDER, existing=("default",))
INSTANCE = StackInstance(unit="ou-old", stack_id="arn:stack")
DEPLOYED = moved.Deployed(
    stack_set="nw-x",
    home_region="eu-west-1",
    root="r-1",
    instances={(MEMBER, "eu-west-1"): INSTANCE},
    targets=frozenset({"ou-new", "ou-old"}),
    members={"ou-old": frozenset({MEMBER}), "ou-new": frozenset()},
)
AFTER_MOVE = replace(DEPLOYED, members={"ou-old": frozenset(), "ou-new": frozenset({MEMBER})})
SET_OURS = stacks.ExistingStack(
    kind="StackSet", name="nw-x", where="root", text="Metadata: {Baseline: {Generator: baseline}}"
)
FOREIGN = "Resources: {}"

Case = tuple[Callable[[Any], Iterator[Problem]], Any, str]

ERRORS: list[Case] = [
    (caller.account, replace(CALLER, account=OTHER), f"of account {OTHER}; this plan is for {MANAGEMENT}"),
    (caller.account, replace(CALLER, planned="", account=MEMBER), f"account {MEMBER} is a member of its organization"),
    (caller.account, replace(DELEGATE, is_member=False, administers=False), "is not a member of an organization"),
    (caller.account, replace(DELEGATE, administers=False), "is not a delegated administrator for CloudFormation"),
    (caller.delegation, {"nw-a": STACK, "nw-b": SET}, "cannot deploy, are chosen: nw-a"),
    (caller.key_administrators, replace(KEY, principal="arn:aws:iam::1:user/x"), "does not allow administration by"),
    (organization.features, replace(FOUND, found=None), "the account has no organization"),
    (
        organization.features,
        replace(FOUND, found=replace(ORGANIZATION, has_all_features=False)),
        "consolidated billing only",
    ),
    (organization.features, replace(FOUND, planned="o-other"), "this plan is for o-other"),
    (organization.stack_sets_access, False, "no trusted access"),
    (
        organization.delegated_administrators,
        replace(DELEGATION, administrators=frozenset({MEMBER, OTHER})),
        f"{OTHER} is the delegated administrator of sso.amazonaws.com",
    ),
    (
        guardrails.exemptions,
        FUNCTION,
        "nw-function: the deployed guardrails deny logs:PutAccountPolicy to the role nw-",
    ),
    (
        guardrails.exemptions,
        replace(FUNCTION, deployed=({"Statement": {**DENIES, **OTHERS}},)),
        "logs:PutAccountPolicy",
    ),
    (
        guardrails.exemptions,
        replace(
            FUNCTION,
            deployed=({"Statement": [DENIES_OTHERS, DENIES]},),
            planned=({"Statement": [{**DENIES_OTHERS, **EXEMPTS}]}, {"Statement": DENIES}),
        ),
        "deny macie2:EnableMacie to",
    ),
    (
        guardrails.exemptions,
        replace(FUNCTION, actions=("logs:PutAccountPolicy", *(f"logs:PutAccountX{n}" for n in range(4)))),
        "logs:PutAccountX0, logs:PutAccountX1 and 2 more to",
    ),
    (
        guardrails.lost_exemptions,
        replace(FUNCTION, deployed=FUNCTION.planned, planned=FUNCTION.deployed),
        "its settings when it is deleted: the plan's guardrails deny logs:PutAccountPolicy to its role nw-settings",
    ),
    (policies.names, replace(POLICY, taken={"nw-scp": "p-7"}), "nw-scp (p-7) exists already"),
    (
        policies.delegation_policy,
        policies.NewDelegationPolicy(stack="nw-organization", exists=True),
        "already has a delegation policy",
    ),
    (
        policies.new_accounts,
        policies.NewAccounts(created=(("nw-organization", "web@northwind.example"),), existing=(WEB,)),
        f"the account {MEMBER} has the address web@northwind.example already",
    ),
    (policies.slots, replace(SLOTS, wanted=2), "the plan needs 2"),
    (policies.units, replace(UNIT, name="Workloads"), "the unit Workloads (ou-1) exists already under r-1"),
    (regions.enabled, regions.RegionStatus(region="af-south-1", status="DISABLED", is_opened=False), "is DISABLED"),
    (regions.stacks, regions.StackCount(region="eu-west-1", existing=8, added=3, limit=10), "the plan adds 3"),
    (
        identity_center.instance,
        identity_center.InstancePlace(wanted="eu-west-1", is_there=False),
        "has no instance in eu-west-1",
    ),
    (
        identity_center.instance,
        identity_center.InstancePlace(wanted="eu-west-1", is_there=False, elsewhere="us-east-1"),
        "in eu-west-1: it is in us-east-1",
    ),
    (
        identity_center.names,
        identity_center.NewPermissionSet(stack="nw-x", name="Reader", exists=True),
        "a permission set Reader exists already",
    ),
    (
        identity_center.names,
        identity_center.NewGroup(stack="nw-x", name="managers", existing="g-1"),
        "a group managers (g-1) exists already",
    ),
    (
        keys.known_keys,
        keys.KnownKey(name="KeyArn", known="arn:1", alias="alias/nw", current="arn:2"),
        "refers to arn:2",
    ),
    (keys.known_keys, keys.KnownKey(name="KeyArn", known="arn:1", alias="alias/nw", current=""), "refers to no key"),
    (roles.service_linked, roles.NeededRole(service="access-analyzer.amazonaws.com", exists=False), "has no role"),
    (stacks.owners, replace(SET_OURS, text=FOREIGN), "a StackSet nw-x (root) exists and is not baseline's"),
    (
        stacks.owners,
        replace(SET_OURS, kind="stack", region="eu-west-1", status="DELETE_FAILED"),
        "nw-x in eu-west-1 is DELETE_FAILED",
    ),
    (names.existing_resources, NAMED, "AWS::SNS::Topic nw-topic exists in 222222222222 (eu-west-1) already"),
    (names.existing_resources, replace(NAMED, type=HUB, is_adopted=True), f"{HUB} nw-topic exists in"),
    (
        names.member_resources,
        replace(NAMED, type="AWS::IAM::OIDCProvider", is_adopted=True),
        "AWS::IAM::OIDCProvider nw-topic exists in 222222222222 (eu-west-1) already",
    ),
    (
        names.existing_resources,
        replace(NAMED, type="AWS::Shield::DRTAccess", identifier=MEMBER, is_adopted=True),
        f"nw-x: AWS::Shield::DRTAccess {MEMBER} exists in {MEMBER} (eu-west-1) already",
    ),
    (audit_manager.account_status, AUDIT, "nw-audit-manager: Audit Manager is not set up in 222222222222 (eu-west-1)"),
    (audit_manager.account_status, replace(AUDIT, status="INACTIVE"), "Audit Manager is INACTIVE in 222222222222"),
    (
        public_access.exclusions,
        replace(EXCLUDED, missing=frozenset({"vpc-1"})),
        "vpc-1 of 222222222222 (eu-west-1) does",
    ),
    (
        public_access.exclusions,
        replace(EXCLUDED, block=replace(EXCLUDED.block, allows_exclusions=False)),
        "allows no exclusions in 222222222222 (eu-west-1)",
    ),
    (names.member_resources, SECOND, "222222222222 in eu-west-1 has AWS::Config::ConfigurationRecorder default"),
    (names.singletons, ONE_EACH, "eu-west-1 has ConfigurationRecorder default already"),
    (names.singletons, replace(ONE_EACH, type=DETECTOR, is_created=True), "eu-west-1 has Detector default already"),
    (names.member_resources, replace(SECOND, type=SINK), "eu-west-1 has AWS::Oam::Sink default already"),
    (names.singletons, replace(ONE_EACH, type=MASKING, is_created=True), "eu-west-1 has AccountPolicy/DATA_PROTECTION"),
    (names.singletons, replace(ONE_EACH, type=SENDING, is_created=True), "eu-west-1 has AccountPolicy/SUBSCRIPTION"),
    (names.member_resources, replace(SECOND, type=SENDING), "has AWS::Logs::AccountPolicy/SUBSCRIPTION_FILTER_POLICY"),
    (log_destinations.destinations, DESTINATION, "222222222222 has no CloudWatch Logs destination siem in eu-west-1"),
    (log_destinations.destinations, replace(DESTINATION, sends=True), "log events of 222222222222 in eu-west-1 to a"),
]

WARNINGS: list[Case] = [
    (caller.delegation, {"nw-a": BOTH}, "only the part in member accounts is checked and deployed of: nw-a"),
    (caller.stack_set_administrators, frozenset({MEMBER}), f"account {MEMBER} is a delegated administrator"),
    (organization.control_tower, organization.Governed(governs=True, second=("nw-trail",)), "create: nw-trail"),
    (
        organization.accounts,
        replace(COVERAGE, reached=frozenset({OTHER})),
        f"not in the baseline: web ({MEMBER}, ACTIVE); an active one without a Config recorder",
    ),
    (
        organization.delegated_administrators,
        replace(DELEGATION, service="guardduty.amazonaws.com", wanted=OTHER),
        f"{MEMBER} is the delegated administrator of guardduty",
    ),
    (
        organization.delegated_administrators,
        replace(
            DELEGATION, service="guardduty.amazonaws.com", administrators=frozenset({"777777777777", "888888888888"})
        ),
        "777777777777, 888888888888 are delegated administrators of guardduty",
    ),
    (policies.brownfield, GUARDRAILS, "nw-guardrails attach guardrails to the organization's root, and 1 active"),
    (regions.stack_sets, quota("cloudformation.stack_sets") + 1, "StackSets; an account may have"),
    (regions.accounts, quota("organizations.default_accounts") + 1, "accounts; a new organization may have"),
    (roles.service_linked, roles.NeededRole(service="cloudtrail.amazonaws.com", exists=False), "has no role"),
    (moved.accounts, AFTER_MOVE, f"account {MEMBER} (eu-west-1) through ou-old; the account is in ou-new now"),
    (
        public_access.exclusions,
        replace(
            EXCLUDED, block=replace(EXCLUDED.block, excluded={"arn:aws:ec2:eu-west-1:222222222222:vpc/vpc-1": "x"})
        ),
        "vpc-1 of 222222222222 (eu-west-1) has the exclusion x already",
    ),
    (public_access.exclusions, replace(EXCLUDED, block=replace(EXCLUDED.block, mode="block-ingress")), "has no effect"),
    (
        public_access.exclusions,
        replace(EXCLUDED, block=replace(EXCLUDED.block, excluded={f"vpc/vpc-0{n}": "x" for n in range(50)})),
        "would have 51 exclusions",
    ),
    (names.existing_resources, replace(NAMED, is_adopted=True), "already and is imported"),
    (names.member_resources, replace(SECOND, type=TRAIL), "has AWS::CloudTrail::Trail default already"),
    (names.singletons, replace(ONE_EACH, type=TRAIL), "eu-west-1 has Trail default already"),
    (names.member_resources, replace(SECOND, type=HUB_V2), "eu-west-1 has AWS::SecurityHub::HubV2 default already"),
    (names.singletons, replace(ONE_EACH, type=HUB_V2, is_created=True), "eu-west-1 has HubV2 default already"),
    (names.singletons, replace(ONE_EACH, type=DETECTOR), "eu-west-1 has Detector default already"),
]

QUIET: list[tuple[Callable[[Any], Iterator[Problem]], Any]] = [
    (audit_manager.account_status, replace(AUDIT, status="ACTIVE")),
    (public_access.exclusions, EXCLUDED),
    (caller.account, CALLER),
    (caller.account, replace(CALLER, planned="", management="")),
    (caller.account, DELEGATE),
    (caller.delegation, {"nw-b": SET}),
    (caller.stack_set_administrators, frozenset()),
    (caller.key_administrators, KEY),
    (caller.key_administrators, replace(KEY, policy={})),
    (caller.key_administrators, replace(KEY, principal="arn:aws:iam::1:role/Key")),
    (organization.features, FOUND),
    (organization.features, replace(FOUND, found=None, is_created=True, planned="")),
    (organization.features, replace(FOUND, planned="")),
    (organization.stack_sets_access, True),
    (organization.control_tower, organization.Governed(governs=False, second=("nw-trail",))),
    (organization.control_tower, organization.Governed(governs=True, second=())),
    (organization.accounts, COVERAGE),
    (organization.accounts, replace(COVERAGE, reached=frozenset())),
    (organization.delegated_administrators, DELEGATION),
    (guardrails.exemptions, replace(FUNCTION, deployed=FUNCTION.planned)),
    (guardrails.exemptions, replace(FUNCTION, planned=FUNCTION.deployed)),  # the plan's check of guardrails reports it
    (guardrails.exemptions, replace(FUNCTION, actions=("logs:PutRetentionPolicy",))),
    (guardrails.exemptions, replace(FUNCTION, planned=({"Statement": []},))),
    (guardrails.exemptions, replace(FUNCTION, deployed=({"Statement": []},))),
    (guardrails.lost_exemptions, FUNCTION),
    (guardrails.lost_exemptions, replace(FUNCTION, deployed=FUNCTION.planned)),
    (policies.names, POLICY),
    (policies.delegation_policy, policies.NewDelegationPolicy(stack="nw-organization", exists=False)),
    (policies.new_accounts, policies.NewAccounts(created=(("nw-x", "new@northwind.example"),), existing=(WEB,))),
    (policies.slots, SLOTS),
    (policies.brownfield, replace(GUARDRAILS, accounts=(OLD,))),
    (policies.brownfield, replace(GUARDRAILS, own=frozenset({MEMBER}))),
    (policies.brownfield, replace(GUARDRAILS, root="r-2")),
    (
        policies.brownfield,
        replace(GUARDRAILS, attachments=(replace(GUARDRAILS.attachments[0], type="TAG_POLICY"),)),
    ),
    (policies.units, UNIT),
    (regions.enabled, regions.RegionStatus(region="eu-west-1", status="ENABLED_BY_DEFAULT", is_opened=False)),
    (regions.enabled, regions.RegionStatus(region="af-south-1", status="DISABLED", is_opened=True)),
    (regions.stacks, regions.StackCount(region="eu-west-1", existing=7, added=3, limit=10)),
    (regions.stacks, regions.StackCount(region="eu-west-1", existing=7, added=3, limit=None)),
    (regions.stack_sets, quota("cloudformation.stack_sets")),
    (regions.accounts, quota("organizations.default_accounts")),
    (identity_center.instance, identity_center.InstancePlace(wanted="eu-west-1", is_there=True)),
    (identity_center.names, identity_center.NewPermissionSet(stack="nw-x", name="Reader", exists=False)),
    (identity_center.names, identity_center.NewGroup(stack="nw-x", name="managers", existing="")),
    (keys.known_keys, keys.KnownKey(name="KeyArn", known="arn:1", alias="alias/nw", current="arn:1")),
    (roles.service_linked, roles.NeededRole(service="guardduty.amazonaws.com", exists=True)),
    (stacks.owners, SET_OURS),
    (stacks.owners, replace(SET_OURS, text="")),
    (moved.accounts, DEPLOYED),
    (moved.accounts, replace(AFTER_MOVE, targets=frozenset({"ou-old"}))),
    (moved.accounts, replace(AFTER_MOVE, instances={(MEMBER, "eu-west-1"): replace(INSTANCE, unit="")})),
    (names.existing_resources, replace(NAMED, exists=False)),
    (names.member_resources, replace(NAMED, exists=False)),
    (names.member_resources, replace(SECOND, type=DETECTOR, is_named=True)),
    (names.singletons, replace(ONE_EACH, own=frozenset({"default"}))),
    (names.singletons, replace(ONE_EACH, named=frozenset({"default"}))),
    (log_destinations.destinations, replace(DESTINATION, exists=True)),
]


def named(value: object) -> str | None:
    return (
        f"{value.__module__.rpartition('.')[2]}.{value.__name__}"
        if callable(value) and hasattr(value, "__name__")
        else None
    )


@pytest.mark.parametrize(("decide", "fact", "message"), ERRORS, ids=named)
def test_an_error_is_reported_with_a_fix(
    decide: Callable[[Any], Iterator[Problem]], fact: object, message: str
) -> None:
    (issue,) = decide(fact)
    assert message in issue.message
    assert issue.fix
    assert issue.severity is None


@pytest.mark.parametrize(("decide", "fact", "message"), WARNINGS, ids=named)
def test_a_warning_is_reported_with_a_fix(
    decide: Callable[[Any], Iterator[Problem]], fact: object, message: str
) -> None:
    (issue,) = decide(fact)
    assert message in issue.message
    assert issue.fix
    assert issue.severity is Severity.WARNING


@pytest.mark.parametrize(("decide", "fact"), QUIET, ids=named)
def test_nothing_is_reported(decide: Callable[[Any], Iterator[Problem]], fact: object) -> None:
    assert list(decide(fact)) == []


def test_an_excluded_network_counts_once_for_the_quota() -> None:
    there = {f"arn:aws:ec2:eu-west-1:{MEMBER}:vpc/vpc-{number}": "x" for number in range(50)}
    (issue,) = public_access.exclusions(replace(EXCLUDED, block=replace(EXCLUDED.block, excluded=there)))
    assert "has the exclusion x already" in issue.message


def test_packs_matter_only_for_active_accounts_that_they_do_not_exclude() -> None:
    fact = replace(COVERAGE, reached=frozenset({OTHER}))
    for quiet in (replace(fact, has_packs=False), replace(fact, excluded=frozenset({MEMBER}))):
        (issue,) = organization.accounts(quiet)
        assert "Config recorder" not in issue.message


def test_twenty_accounts_are_named_and_the_rest_counted() -> None:
    many = tuple(replace(WEB, id=f"{number:012}") for number in range(25))
    (issue,) = organization.accounts(replace(COVERAGE, accounts=many))
    assert issue.message.count("web (") == 20
    assert " and 5 more" in issue.message


def test_a_detector_that_exists_can_be_named_in_the_profile() -> None:
    (issue,) = names.singletons(replace(ONE_EACH, type=DETECTOR, is_created=True))
    assert issue.fix == "say so in the profile: guardduty: {existing_detectors: {eu-west-1: default}}"


@pytest.mark.parametrize(
    ("type_", "properties", "services"),
    [
        ("AWS::AccessAnalyzer::Analyzer", {"Type": "ORGANIZATION_UNUSED_ACCESS"}, ["access-analyzer.amazonaws.com"]),
        ("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT"}, []),
        (TRAIL, {"IsOrganizationTrail": True}, ["cloudtrail.amazonaws.com"]),
        (TRAIL, {}, []),
        (TRAIL, {"IsOrganizationTrail": False}, []),
        ("AWS::Organizations::Policy", {"Type": "GUARDDUTY_POLICY"}, ["guardduty.amazonaws.com"]),
        ("AWS::Organizations::Policy", {"Type": SCP}, []),
    ],
)
def test_services_need_their_role_for_these_resources(
    type_: str, properties: dict[str, Any], services: list[str]
) -> None:
    item = Resource(logical_id="A", type=type_, body={"Properties": properties}, retained=False, stateful=False)
    assert list(roles.services_with_roles(item)) == services


@pytest.mark.parametrize(
    ("type_", "properties", "identifier"),
    [
        ("AWS::SNS::Topic", {"TopicName": "x"}, ["arn:aws:sns:eu-west-1:1:x"]),
        ("AWS::SNS::Topic", {"TopicName": {"Ref": "Name"}}, []),
        ("AWS::Events::Rule", {"Name": "x"}, ["arn:aws:events:eu-west-1:1:rule/x"]),
        ("AWS::Events::Rule", {"Name": "x", "EventBusName": "bus"}, []),
        ("AWS::IAM::Role", {"RoleName": "x"}, ["x"]),
        ("AWS::IAM::Role", {}, []),
        ("AWS::IAM::OIDCProvider", {"Url": "https://x.example/id"}, ["arn:aws:iam::1:oidc-provider/x.example/id"]),
        ("AWS::IAM::SAMLProvider", {"Name": "x"}, ["arn:aws:iam::1:saml-provider/x"]),
        (RECORDER, {"Name": "x"}, []),
        ("AWS::Shield::DRTAccess", {"RoleArn": "x"}, ["1"]),
        ("AWS::Shield::ProactiveEngagement", {"EmergencyContactList": []}, ["1"]),
        ("Custom::Setting", {"Name": "x"}, []),
    ],
)
def test_identifiers_are_those_of_cloud_control(type_: str, properties: dict[str, Any], identifier: list[str]) -> None:
    item = Resource(logical_id="A", type=type_, body={"Properties": properties}, retained=False, stateful=False)
    assert list(names.identifiers_of(item, "aws", "1", "eu-west-1")) == identifier


@pytest.mark.parametrize(
    ("status", "is_deployed"),
    [
        ("CREATE_COMPLETE", True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("ROLLBACK_COMPLETE", False),
        ("REVIEW_IN_PROGRESS", False),
        ("", False),
    ],
)
def test_names_in_identity_center_are_looked_for_after_a_failed_creation(
    monkeypatch: pytest.MonkeyPatch, status: str, *, is_deployed: bool
) -> None:
    task = SimpleNamespace(name="nw-center")
    survey: Any = SimpleNamespace(
        stacks=(SimpleNamespace(name="nw-center", parameters=[SimpleNamespace(name="IdentityCenterInstanceArn")]),),
        stack_targets=lambda: (task,),
        stack_set_targets=lambda: (),
        current=lambda _: DeployedStack(name="nw-center", status=status) if status else None,
    )
    looks: list[object] = []
    monkeypatch.setattr(read_identity_center, "_instance", lambda *given: looks.append(given))
    assert list(read_identity_center.new_names(survey)) == []
    assert bool(looks) is not is_deployed
