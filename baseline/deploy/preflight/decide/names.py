"""Decisions about names that exist outside of stacks, in the management account and in member accounts."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.handlers import identifier_of
from baseline.cloud.account import LOG_POLICY
from baseline.deploy.template import Resource
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

DETECTOR, _HUB = "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub"
_RECORDER = "AWS::Config::ConfigurationRecorder"
_ISSUER = "AWS::IAM::OIDCProvider"

_ARNS: Mapping[str, str] = {
    "AWS::AccessAnalyzer::Analyzer": "arn:{partition}:access-analyzer:{region}:{account}:analyzer/{AnalyzerName}",
    "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{Name}",
    "AWS::IAM::ManagedPolicy": "arn:{partition}:iam::{account}:policy/{ManagedPolicyName}",
    _ISSUER: "arn:{partition}:iam::{account}:oidc-provider/{Url}",
    "AWS::IAM::SAMLProvider": "arn:{partition}:iam::{account}:saml-provider/{Name}",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{TopicName}",
    _HUB: "arn:{partition}:securityhub:{region}:{account}:hub/default",
}
"""Type → the ARN by which Cloud Control knows a resource, with its properties; addresses are without `https://`."""

_SINK = "AWS::Oam::Sink"
_DATA_PROTECTION, _SUBSCRIPTION = f"{LOG_POLICY}/DATA_PROTECTION_POLICY", f"{LOG_POLICY}/SUBSCRIPTION_FILTER_POLICY"
_HUB_V2, _AGGREGATOR_V2 = "AWS::SecurityHub::HubV2", "AWS::SecurityHub::AggregatorV2"
_TRUSTED_IPS, _TRUSTED_ENTITIES = "AWS::GuardDuty::IPSet", "AWS::GuardDuty::TrustedEntitySet"
ONLY_NEW = frozenset({_SINK, _DATA_PROTECTION, _SUBSCRIPTION, _HUB_V2, _AGGREGATOR_V2, _TRUSTED_IPS, _TRUSTED_ENTITIES})
"""Kinds of which an existing one is a problem only where a stack creates another."""

_ONE_EACH = frozenset(
    {
        _RECORDER, DETECTOR, "AWS::Config::DeliveryChannel", _SINK, _DATA_PROTECTION, _SUBSCRIPTION,
        _TRUSTED_IPS, _TRUSTED_ENTITIES,
    }
)  # fmt: skip
"""Kinds of which an account has one per Region, regardless of its name.

Sources: docs.aws.amazon.com/OAM/latest/APIReference/API_CreateSink.html, and of policies of CloudWatch Logs
docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html, and of trusted lists
docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html. Whether AWS refuses a second hub
or aggregator of Security Hub is not documented.
"""

_ACCESS, _ENGAGEMENT = "AWS::Shield::DRTAccess", "AWS::Shield::ProactiveEngagement"
_BY_ACCOUNT = (_ACCESS, _ENGAGEMENT)
"""Types that an account has once: Cloud Control knows them by the account's id."""

_EXISTS = "delete it, or declare it in the profile (`baseline docs CAPABILITY` explains how)"
_TRAIL = "AWS::CloudTrail::Trail"
_SECOND_TRAIL = "both deliver, and the second copy of management events is billed: `baseline docs cloudtrail`"
_FIX_BY_TYPE: Mapping[str, str] = {
    DETECTOR: "say so in the profile: guardduty: {{existing_detectors: {{{region}: {name}}}}}",
    _HUB: "with central configuration say so in the profile: security_hub: {{existing_hub: true}}; without it turn it "
    "off first, which loses its findings: aws securityhub disable-security-hub --region {region}",
    _ISSUER: "name the account in iam_roles.oidc_provider_exists_in for a provider of pipelines; leave it out of "
    "identity_hygiene.oidc_providers for another one, or delete the provider, after a look at the roles that trust it: "
    "aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {name}",
    _ACCESS: "leave the account out of shield.response_team.to, or take the access away there first: aws shield "
    "disassociate-drt-role --region us-east-1, and disassociate-drt-log-bucket for each bucket that aws shield "
    "describe-drt-access names",
    _ENGAGEMENT: "leave the account out of shield.response_team.to, or clear it there first: aws shield "
    "disable-proactive-engagement --region us-east-1, then aws shield update-emergency-contact-settings "
    "--emergency-contact-list '[]' --region us-east-1",
    _SINK: "choose another account with monitoring: {{observability: {{account: KEY}}}}, or delete the sink, after a "
    "look at the accounts that are linked to it: aws oam delete-sink --identifier {name} --region {region}",
    _DATA_PROTECTION: "leave the account out of monitoring.log_protection.to, or delete the policy: aws logs "
    "delete-account-policy --policy-type DATA_PROTECTION_POLICY --policy-name {name} --region {region}",
    _SUBSCRIPTION: "leave the account out of monitoring.log_subscription.to, or delete the policy, which ends its "
    "delivery: aws logs delete-account-policy --policy-type SUBSCRIPTION_FILTER_POLICY --policy-name {name} "
    "--region {region}",
    _HUB_V2: "if AWS refuses a second one, turn it off first, which loses what the hub has found: aws securityhub "
    "disable-security-hub-v2 --region {region}",
    _TRUSTED_IPS: "add its addresses to the list in guardduty.lists, then delete it: aws guardduty delete-ip-set "
    "--ip-set-id {name} --detector-id DETECTOR --region {region}",
    _TRUSTED_ENTITIES: "add its entries to the list in guardduty.lists, then delete it: aws guardduty "
    "delete-trusted-entity-set --trusted-entity-set-id {name} --detector-id DETECTOR --region {region}",
    _AGGREGATOR_V2: "if AWS refuses a second one, delete it first: aws securityhub delete-aggregator-v2 "
    "--aggregator-v2-arn {name} --region {region}",
}
"""Type that `deploy` does not import → fix for an existing resource of it, with `region` and `name` to fill in."""
_FIX = "import it into the stack with --import-existing, or delete or rename it"
_MEMBER_FIX = "delete or rename it in that account, or import it: deploy --import-existing --member-role NAME"


@frozen
class NamedResource:
    """A resource to create, whose template gives it a name.

    Attributes:
        stack: Name of its stack or StackSet.
        account: Id of its account.
        region: Its Region.
        type: Its resource type.
        identifier: Its identifier in Cloud Control.
        is_member: Whether it is in a member account.
        is_adopted: Whether `deploy` imports existing resources into the stack.
        exists: Whether there is one.
    """

    stack: str
    account: str
    region: str
    type: str
    identifier: str
    is_member: bool = False
    is_adopted: bool = False
    exists: bool = False


def existing_resources(item: NamedResource) -> Iterator[Problem]:
    """Check that resources with names in new stacks do not exist: CloudFormation rejects duplicates."""
    if not item.exists:
        return
    imported = item.is_adopted and item.type not in _FIX_BY_TYPE
    fix = _FIX_BY_TYPE.get(item.type, _MEMBER_FIX if item.is_member else _FIX)
    yield Problem(
        message=f"{item.stack}: {item.type} {item.identifier} exists in {item.account} ({item.region}) already"
        + (" and is imported" if imported else ""),
        fix="no action is needed: deploy imports it"
        if imported
        else fix.format(region=item.region, name=item.identifier),
        severity=Severity.WARNING if imported else None,
    )


@frozen
class SecondOne:
    """An existing resource of a member account that a StackSet would create, although an account can have only one.

    `is_named`: whether the template uses its name, because the profile sets it.
    """

    stack: str
    account: str
    region: str
    type: str
    name: str
    is_named: bool


def member_resources(fact: NamedResource | SecondOne) -> Iterator[Problem]:
    """Check that resources with names in new stack instances do not exist, and no recorder or detector blocks them."""
    if isinstance(fact, NamedResource):
        yield from existing_resources(fact)
    elif not (fact.type == DETECTOR and fact.is_named):
        yield Problem(
            message=f"{fact.account} in {fact.region} has {fact.type} {fact.name} already; {fact.stack} would create "
            "another",
            fix=_FIX_BY_TYPE.get(fact.type, _EXISTS).format(region=fact.region, name=fact.name),
            severity=None if fact.type in _ONE_EACH else Severity.WARNING,
        )


@frozen
class Singletons:
    """The resources of a type that an account can have only once per Region.

    Attributes:
        region: The Region.
        type: The type.
        existing: The names of existing resources.
        own: The names of resources that stacks of the plan have created.
        named: The names in templates, which the profile sets.
        is_created: Whether a new stack creates one.
    """

    region: str
    type: str
    existing: tuple[str, ...]
    own: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    is_created: bool = False


def singletons(fact: Singletons) -> Iterator[Problem]:
    """Check that no foreign recorder, sink or policy blocks a stack; report existing detectors, trails and hubs."""
    strangers = sorted(set(fact.existing) - fact.own - fact.named)
    second = fact.is_created and fact.type in (DETECTOR, *ONLY_NEW)
    fix = _SECOND_TRAIL if fact.type == _TRAIL else _EXISTS
    if strangers:
        yield Problem(
            message=f"{fact.region} has {fact.type.rpartition('::')[2]} {', '.join(strangers)} already",
            fix=_FIX_BY_TYPE[fact.type].format(region=fact.region, name=strangers[0]) if second else fix,
            severity=None if fact.type == _RECORDER or (second and fact.type in _ONE_EACH) else Severity.WARNING,
        )


def identifiers_of(item: Resource, partition: str, account: str, region: str) -> Iterator[str]:
    """The Cloud Control identifier of a resource that the template names; empty for any other resource."""
    properties: Mapping[str, Any] = item.body.get("Properties") or {}
    if kind_of(item.type, properties) in _ONE_EACH or item.type.startswith(
        ("Custom::", "AWS::Organizations::", "AWS::SSO::")
    ):
        return
    if item.type in _BY_ACCOUNT:
        yield account
        return
    if item.type in _ARNS:
        if "EventBusName" in properties or "Path" in properties:  # another ARN
            return
        texts = {key: value.removeprefix("https://") for key, value in properties.items() if isinstance(value, str)}
        try:
            yield _ARNS[item.type].format(partition=partition, account=account, region=region, **texts)
        except KeyError:
            return
        return
    parts = [properties.get(name) for name in identifier_of(item.type)]
    if parts and all(isinstance(part, str) and part for part in parts):
        yield "|".join(str(part) for part in parts)


def kind_of(type_: str, properties: Mapping[str, Any]) -> str:
    """The type of a resource, with `/` and the policy type for account policies of CloudWatch Logs.

    An account has one policy of each of these types, independent of the others.
    Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html.
    """
    return f"{type_}/{properties.get('PolicyType')}" if type_ == LOG_POLICY else type_
