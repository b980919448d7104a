"""The emulator rejects what AWS rejects: each entry of `refusals.toml` is tested to reject, and to stop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.emulator.calls.security_hub import HubAdministrators
from tests.emulator.cloudformation.api import ApiError, checked_parameters
from tests.emulator.cloudformation.service import CloudFormation
from tests.emulator.cloudformation.stacks import Deployed, Stack
from tests.emulator.protocol import Operation, RefusedError
from tests.emulator.refusals import refusals
from tests.emulator.server import Emulator

ANALYZER, POLICY = "AWS::AccessAnalyzer::Analyzer", "AWS::Organizations::Policy"
KEY = "arn:aws:kms:eu-west-1:222222222222:key/k"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A resource that is rejected in an empty organization after `before`, and accepted after `after`."""

    type: str
    properties: dict[str, Any]
    said: str
    before: Callable[[Any], object] = lambda _: None
    after: Callable[[Any], object] = lambda _: None
    instead: dict[str, Any] = field(default_factory=dict)


def made(setting: str, **arguments: str) -> Callable[[Any], object]:
    return lambda engine: engine.earlier.append((setting, arguments))


def linked(service: str, *settings: tuple[str, str]) -> Callable[[Any], object]:
    def prepare(engine: Any) -> None:
        engine.linked_role_services.add(service)
        engine.earlier += [(kind, {"ServicePrincipal": principal}) for kind, principal in settings]

    return prepare


def key(service: str) -> Callable[[Any], object]:
    statement = {"Effect": "Allow", "Principal": {"Service": [service]}, "Action": "kms:*", "Resource": "*"}
    item = resource("AWS::KMS::Key", {"KeyPolicy": {"Statement": [statement]}})
    item.attributes = {"Arn": KEY}
    return lambda engine: engine.existing.update({("AWS::KMS::Key", "222222222222", "eu-west-1", "k"): item})


def attached(count: int, kind: str) -> Callable[[Any], object]:
    def prepare(engine: Any) -> None:
        for number in range(count):
            item = resource(POLICY, {"Type": kind, "TargetIds": ["r-ab12"]})
            engine.existing[POLICY, "111111111111", "eu-west-1", str(number)] = item
        made("policy-type", PolicyType=kind)(engine)

    return prepare


def resource(type_: str, properties: dict[str, Any]) -> Deployed:
    return Deployed(logical_id="It", type=type_, name="it", physical="it", properties=properties, body={}, arn="arn:it")


def configured(type_: str) -> Callable[[Any], object]:
    """A subscribed account that has what Shield Advanced allows once."""

    def prepare(engine: Any) -> None:
        engine.subscribed_accounts.add("111111111111")
        engine.existing[type_, "111111111111", "eu-west-1", "111111111111"] = resource(type_, {})

    return prepare


def existing(type_: str, **properties: object) -> Callable[[Any], object]:
    """The account has a resource of the type in the Region."""
    item = resource(type_, properties)
    return lambda engine: engine.existing.update({(type_, "111111111111", "eu-west-1", "theirs"): item})


ACCESS = ("delegated-administrator", "access-analyzer.amazonaws.com")
ASSOCIATION = "AWS::Route53Resolver::FirewallRuleGroupAssociation"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
CASES = {
    "organization-analyzer-without-role": Case(
        type=ANALYZER,
        properties={"Type": "ORGANIZATION"},
        said="Service Linked Role is not in the organizational management account",
        after=linked("access-analyzer.amazonaws.com", ACCESS),
    ),
    "organization-analyzer-without-delegation": Case(
        type=ANALYZER,
        properties={"Type": "ORGANIZATION"},
        said="delegated administrator to create an organization analyzer",
        before=linked("access-analyzer.amazonaws.com"),
        after=made("delegated-administrator", ServicePrincipal="access-analyzer.amazonaws.com"),
    ),
    "organization-trail-without-role": Case(
        type="AWS::CloudTrail::Trail",
        properties={"IsOrganizationTrail": True},
        said="InsufficientDependencyServiceAccessPermissionException",
        after=linked("cloudtrail.amazonaws.com"),
    ),
    "guardduty-policy-without-role": Case(
        type=POLICY,
        properties={"Type": "GUARDDUTY_POLICY"},
        said="GuardDuty has no service-linked role",
        before=made("policy-type", PolicyType="GUARDDUTY_POLICY"),
        after=linked("guardduty.amazonaws.com"),
    ),
    "policy-without-its-type": Case(
        type=POLICY,
        properties={"Type": "TAG_POLICY"},
        said="PolicyTypeNotEnabledException",
        before=made("policy-type", PolicyType="BACKUP_POLICY"),
        after=made("policy-type", PolicyType="TAG_POLICY"),
    ),
    "administrator-without-trusted-access": Case(
        type="Custom::Setting",
        properties={"Setting": "delegated-administrator", "Arguments": {"ServicePrincipal": "config.amazonaws.com"}},
        said="SERVICE_ACCESS_NOT_ENABLED",
        before=made("trusted-access", ServicePrincipal="ram.amazonaws.com"),
        after=made("trusted-access", ServicePrincipal="config.amazonaws.com"),
    ),
    "root-sessions-without-trusted-access": Case(
        type="Custom::Setting",
        properties={"Setting": "root-sessions"},
        said="ServiceAccessNotEnabledException",
        after=made("trusted-access", ServicePrincipal="iam.amazonaws.com"),
    ),
    "root-credentials-without-trusted-access": Case(
        type="Custom::Setting",
        properties={"Setting": "root-credentials"},
        said="ServiceAccessNotEnabledException",
        after=made("trusted-access", ServicePrincipal="iam.amazonaws.com"),
    ),
    "conformance-pack-without-delegation": Case(
        type="AWS::Config::OrganizationConformancePack",
        properties={"ExcludedAccounts": ["111111111111"]},
        said="OrganizationAccessDeniedException",
        after=made("delegated-administrator", ServicePrincipal="config-multiaccountsetup.amazonaws.com"),
    ),
    "conformance-pack-beside-an-account-without-recorder": Case(
        type="AWS::Config::OrganizationConformancePack",
        properties={},
        said="NoAvailableConfigurationRecorderException",
        before=made("delegated-administrator", ServicePrincipal="config-multiaccountsetup.amazonaws.com"),
        after=lambda engine: engine.recording_accounts.add("111111111111"),
    ),
    "export-with-a-key-that-guardduty-may-not-use": Case(
        type="AWS::GuardDuty::PublishingDestination",
        properties={"DestinationProperties": {"KmsKeyArn": KEY}},
        said="does not have permission to the KMS key",
        before=key("cloudtrail.amazonaws.com"),
        after=key("guardduty.amazonaws.com"),
    ),
    "service-control-policy-too-long": Case(
        type=POLICY,
        properties={"Type": SCP, "Content": {"Sid": "x" * 10_240}},
        said="POLICY_CONTENT_LIMIT_EXCEEDED",
        before=made("policy-type", PolicyType=SCP),
        instead={"Type": SCP, "Content": {"Sid": "x" * 10_000}},
    ),
    "resource-control-policy-too-long": Case(
        type=POLICY,
        properties={"Type": RCP, "Content": "x" * 5_121},
        said="POLICY_CONTENT_LIMIT_EXCEEDED",
        before=made("policy-type", PolicyType=RCP),
        instead={"Type": RCP, "Content": "x" * 5_120},
    ),
    "too-many-service-control-policies": Case(
        type=POLICY,
        properties={"Type": SCP, "TargetIds": ["r-ab12"]},
        said="MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        before=attached(9, SCP),
        instead={"Type": SCP, "TargetIds": ["ou-ab12-11111111"]},
    ),
    "too-many-resource-control-policies": Case(
        type=POLICY,
        properties={"Type": RCP, "TargetIds": ["r-ab12"]},
        said="MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        before=attached(4, RCP),
        instead={"Type": RCP, "TargetIds": ["ou-ab12-11111111"]},
    ),
    "telemetry-rule-without-evaluation": Case(
        type="AWS::ObservabilityAdmin::OrganizationTelemetryRule",
        properties={},
        said="evaluation is not started",
        after=made("telemetry-evaluation"),
    ),
    "firewall-manager-policy-without-administrator": Case(
        type="AWS::FMS::Policy",
        properties={},
        said="not currently delegated by AWS FM",
        after=made("firewall-manager-administrator", AccountId="222222222222"),
    ),
    "assessment-of-a-new-customer": Case(
        type="AWS::AuditManager::Assessment",
        properties={"Name": "nw-pci"},
        said="Please complete AWS Audit Manager setup",
        after=lambda engine: engine.audited_accounts.add("111111111111"),
    ),
    **{
        f"{name}-without-subscription": Case(
            type=f"AWS::Shield::{kind}",
            properties={},
            said="The subscription does not exist",
            after=lambda engine: engine.subscribed_accounts.add("111111111111"),
        )
        for name, kind in (
            ("protection", "Protection"),
            ("protection-group", "ProtectionGroup"),
            ("response-team", "DRTAccess"),
            ("proactive-engagement", "ProactiveEngagement"),
        )
    },
    **{
        f"second-{name}": Case(
            type=f"AWS::Shield::{kind}",
            properties={},
            said="ResourceConflict",
            before=configured(f"AWS::Shield::{kind}"),
            after=lambda engine: engine.existing.clear(),
        )
        for name, kind in (("response-team", "DRTAccess"), ("proactive-engagement", "ProactiveEngagement"))
    },
    **{
        f"second-{name}-list": Case(
            type=f"AWS::GuardDuty::{kind}",
            properties={},
            said="already has a trusted",
            before=existing(f"AWS::GuardDuty::{kind}"),
            after=lambda engine: engine.existing.clear(),
        )
        for name, kind in (("trusted-entity", "TrustedEntitySet"), ("trusted-address", "IPSet"))
    },
    **{
        f"dns-firewall-{name}-twice": Case(
            type=ASSOCIATION,
            properties={"VpcId": "vpc-1", "Priority": 101, "FirewallRuleGroupId": "theirs"} | mine,
            said=said,
            before=existing(ASSOCIATION, VpcId="vpc-1", Priority=101, FirewallRuleGroupId="theirs"),
            after=existing(ASSOCIATION, VpcId="vpc-2", Priority=101, FirewallRuleGroupId="theirs"),
        )
        for name, said, mine in (
            ("rule-group", "already associated", {"Priority": 102}),
            ("priority", "not unique", {"FirewallRuleGroupId": "mine"}),
        )
    },
    "second-sink": Case(
        type="AWS::Oam::Sink",
        properties={},
        said="already has a sink",
        before=existing("AWS::Oam::Sink"),
        after=lambda engine: engine.existing.clear(),
    ),
    "second-data-protection-policy": Case(
        type="AWS::Logs::AccountPolicy",
        properties={"PolicyType": "DATA_PROTECTION_POLICY"},
        said="already has a data protection policy",
        before=existing("AWS::Logs::AccountPolicy", PolicyType="DATA_PROTECTION_POLICY"),
        after=existing("AWS::Logs::AccountPolicy", PolicyType="SUBSCRIPTION_FILTER_POLICY"),
    ),
    "second-subscription-filter-policy": Case(
        type="AWS::Logs::AccountPolicy",
        properties={"PolicyType": "SUBSCRIPTION_FILTER_POLICY"},
        said="already has a subscription filter policy",
        before=existing("AWS::Logs::AccountPolicy", PolicyType="SUBSCRIPTION_FILTER_POLICY"),
        after=existing("AWS::Logs::AccountPolicy", PolicyType="DATA_PROTECTION_POLICY"),
    ),
    **{
        f"{name}-without-aggregator": Case(
            type=f"AWS::SecurityHub::{kind}",
            properties={},
            said="No aggregator of Security Hub",
            after=existing("AWS::SecurityHub::AggregatorV2"),
        )
        for name, kind in (("automation-rule", "AutomationRuleV2"), ("connector", "ConnectorV2"))
    },
    "destination-without-connection": Case(
        type="AWS::Events::ApiDestination",
        properties={},
        said="Connection does not exist",
        after=existing("AWS::Events::Connection"),
    ),
}


@pytest.fixture
def cloud(_emulator: Emulator) -> CloudFormation:
    _emulator.reset()
    _emulator.cloudformation.organization.found("o-a1b2c3d4e5", "r-ab12")
    return _emulator.cloudformation


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_resource_is_refused_until_aws_would_accept_it(cloud: CloudFormation, case: Case) -> None:
    stack = Stack(name="nw-it", account="111111111111", region="eu-west-1", partition="aws", id="it")
    case.before(cloud.engine)
    assert case.said in cloud.engine.refusal(stack, resource(case.type, case.properties))
    case.after(cloud.engine)
    assert cloud.engine.refusal(stack, resource(case.type, case.instead or case.properties)) == ""


def hub_call(name: str, feature: str = "", account: str = "222222222222") -> Operation:
    parameters = {"AdminAccountId": account, **({"Feature": feature} if feature else {})}
    return Operation(
        service="securityhub",
        name=name,
        account="111111111111",
        region="eu-west-1",
        protocol="rest-json",
        parameters=parameters,
    )


def test_each_feature_of_security_hub_has_one_administrator() -> None:
    hub = HubAdministrators(management="111111111111", administrators={})
    assert hub.answer(hub_call("EnableOrganizationAdminAccount", "SecurityHubV2"))
    assert (hub.answer(hub_call("ListOrganizationAdminAccounts")) or {})["AdminAccounts"] == []
    with pytest.raises(RefusedError, match="already has the administrator 222222222222"):
        hub.answer(hub_call("EnableOrganizationAdminAccount", "SecurityHubV2", "333333333333"))
    assert hub.answer(hub_call("EnableOrganizationAdminAccount", account="333333333333")) is None
    hub.answer(hub_call("DisableOrganizationAdminAccount", account="333333333333"))
    found = hub.answer(hub_call("ListOrganizationAdminAccounts", "SecurityHubV2")) or {}
    assert found["AdminAccounts"] == [{"AccountId": "222222222222", "Status": "ENABLED"}]


def test_every_refusal_names_its_source() -> None:
    assert all(item.source.startswith("https://") and item.message for item in refusals())


@pytest.mark.parametrize(
    ("properties", "place"),
    [("{Definition: {States: [{ResultPath: null}]}}", "/Definition/States/0/ResultPath"), ("", "")],
    ids=["in-json", "no-value"],
)
def test_template_with_a_null_is_refused(properties: str, place: str) -> None:
    text = f"Resources: {{It: {{Type: Custom::It, Properties: {properties}}}}}"
    with pytest.raises(ApiError, match="'null' values are not allowed in templates") as caught:
        checked_parameters(text, {})
    assert f"/Resources/It/Properties{place}]" in str(caught.value)
