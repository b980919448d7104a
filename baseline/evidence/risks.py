"""Risks of a resource change: lock-out, data loss, gaps in logs, cost, or retention for years."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import Any

from baseline.aws.stateful import is_stateful
from baseline.deploy.template import Resource
from baseline.evidence.policy_changes import DENYING
from baseline.evidence.property_changes import PropertyChange

WEAKER_GUARDRAIL = "weaker guardrail"
KINDS = (
    *("irreversible", "lock-out", "data loss", "log gap", "outage"),
    *(WEAKER_GUARDRAIL, "weaker compliance", "cost"),
)
"""The classes, most severe first."""

_GONE = frozenset({"removed", "replaced", "moved", "renamed"})
_ACCESS = frozenset(
    {
        *("AWS::IAM::ManagedPolicy", "AWS::IAM::OIDCProvider", "AWS::IAM::Role", "AWS::IdentityStore::Group"),
        *("AWS::SSO::Assignment", "AWS::SSO::PermissionSet"),
    }
)
"""Resource types that give access to people and pipelines."""
_LOGGING = frozenset(
    {
        *("AWS::CloudTrail::Trail", "AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel"),
        *("AWS::EC2::FlowLog", "AWS::GuardDuty::Detector", "AWS::GuardDuty::PublishingDestination"),
        *("AWS::Logs::LogGroup", "AWS::Logs::SubscriptionFilter", "AWS::Route53Resolver::ResolverQueryLoggingConfig"),
    }
)
"""Resource types that record activity: while such a resource is missing, nothing is recorded."""
_DETECTING = frozenset(
    {
        *("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::Events::Rule", "AWS::Logs::MetricFilter"),
        *("AWS::SNS::Subscription", "AWS::SNS::Topic"),
    }
)
"""Resource types that report events: while such a resource is missing, nothing is reported."""
NO_POLICY = "log groups have the retention of their owners or of other policies again: older events are deleted"
_ORGANIZATION_POLICY = "AWS::Organizations::Policy"
UNDECIDED_POLICY = "the policy can deny more or less than before: calls of workloads and people can fail"
_POLICIES: Mapping[str, str] = {"AWS::KMS::Key": "KeyPolicy", "AWS::S3::BucketPolicy": "PolicyDocument"}
"""Resource type → property with a policy that can deny access to the resource's own administrators."""
_BILLED: Mapping[str, str] = {
    "AWS::AccessAnalyzer::Analyzer": "analyzers of unused access are billed per role and user",
    "AWS::CloudWatch::Alarm": "alarms are billed per metric",
    "AWS::Config::ConfigRule": "rule evaluations are billed",
    "AWS::Config::ConfigurationRecorder": "configuration items cost",
    "AWS::Config::ConformancePack": "rule evaluations are billed",
    "AWS::Config::OrganizationConformancePack": "rule evaluations are billed, in every account",
    "AWS::EC2::VPCEndpoint": "interface endpoints are billed per hour",
    "AWS::GuardDuty::Detector": "protection plans are billed by volume",
    "AWS::KMS::Key": "keys are billed per month",
    "AWS::SecurityHub::Hub": "Security Hub checks are billed",
}
_BILLED_PROPERTIES: Mapping[str, Sequence[str]] = {
    "AWS::CloudTrail::Trail": ("AdvancedEventSelectors", "EventSelectors", "InsightSelectors"),
    "AWS::Config::ConfigurationRecorder": ("RecordingGroup", "RecordingMode"),
    "AWS::GuardDuty::Detector": ("Features",),
    "AWS::Logs::LogGroup": ("RetentionInDays",),
    "AWS::S3::Bucket": ("LifecycleConfiguration", "ObjectLockConfiguration", "VersioningConfiguration"),
}
"""Resource type → properties that affect the cost."""


@dataclass(frozen=True, kw_only=True, order=True)
class Risk:
    """A class of `KINDS`, and the reason in one sentence."""

    kind: str
    why: str


def risks_of(
    change: str,
    before: Resource | None,
    after: Resource | None,
    properties: Sequence[PropertyChange],
    as_of: date | None = None,
) -> tuple[Risk, ...]:
    """The risks of one change, most severe first.

    Args:
        change: As `ResourceChange.change`.
        before: The resource before the change.
        after: The resource after the change.
        properties: Their differences.
        as_of: The start of retention periods.
    """
    resource = after or before
    assert resource is not None  # noqa: S101 - one side has it
    touched = tuple(item.path for item in properties)
    found = [
        *_irreversible(before, after, as_of),
        *_lock_out(change, resource, properties),
        *_losses(change, before),
        *_deleted_events(before, after),
        *_interruptions(change, resource.type, before, after),
        *_cost(change, resource.type, touched),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda item: KINDS.index(item.kind)))


def _irreversible(before: Resource | None, after: Resource | None, as_of: date | None) -> Iterator[Risk]:
    if after is None:
        return
    days, was = _compliance_days(after), _compliance_days(before)
    if days > was:
        day = as_of + timedelta(days=days) if as_of else None
        until = f": what is written on {as_of} stays until {day}" if as_of else ""
        why = f"Object Lock in compliance mode for {days:,} days{until}; not even the root user can delete it earlier"
        yield Risk(kind="irreversible", why=why)
    if before is None and after.type == "AWS::Organizations::Account":
        yield Risk(kind="irreversible", why="an account can be closed, but its address cannot be reused immediately")
    if after.type == "AWS::Backup::BackupVault":
        lock = _property(after, "LockConfiguration")
        if isinstance(lock, dict) and "ChangeableForDays" in lock and lock != _property(before, "LockConfiguration"):
            yield Risk(kind="irreversible", why="the vault's lock cannot be removed after its grace time")


def _compliance_days(resource: Resource | None) -> int:
    if resource is None or resource.type != "AWS::S3::Bucket":
        return 0
    lock: Any = _property(resource, "ObjectLockConfiguration")
    rule: Any = lock.get("Rule") if isinstance(lock, dict) else None
    kept: Any = rule.get("DefaultRetention") if isinstance(rule, dict) else None
    if not isinstance(kept, dict) or kept.get("Mode") != "COMPLIANCE":
        return 0
    days, years = kept.get("Days"), kept.get("Years")
    return int(days) if isinstance(days, int) else int(years) * 365 if isinstance(years, int) else 0


def _lock_out(change: str, resource: Resource, properties: Sequence[PropertyChange]) -> Iterator[Risk]:
    touched = [item.path for item in properties]
    denies = resource.type == _ORGANIZATION_POLICY and _property(resource, "Type") in DENYING
    more = change not in ("changed", "removed") or any(item.after is not None for item in properties)
    if denies and more:  # unless `with_policy_risks` knows better
        yield Risk(kind="lock-out", why=UNDECIDED_POLICY)
    name = _POLICIES.get(resource.type)
    if name and any(path.split(".")[0].split("[")[0] == name for path in touched):
        yield Risk(kind="lock-out", why=f"{name} decides who can administer and use it")
    if resource.type in _ACCESS and change in _GONE:
        yield Risk(kind="lock-out", why="people or pipelines that use it lose access")


def _losses(change: str, before: Resource | None) -> Iterator[Risk]:
    if before is None or change not in _GONE or not is_stateful(before.type):
        return
    if before.retained:
        yield Risk(kind="data loss", why="it holds data: it stays in the account, and no stack manages it any more")
    else:
        yield Risk(kind="data loss", why="it holds data, and is deleted")


def _deleted_events(before: Resource | None, after: Resource | None) -> Iterator[Risk]:
    """Policies by which CloudWatch Logs deletes older events.

    Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html, Retention policy.
    """
    was, now = retention_of(before), retention_of(after)
    days = now.get("days", 0)
    older = f"events older than {days} days are deleted, a day after the deployment"
    if now and days != inf and now["retroactive"] and (not was or _reaches_more(was, now)):
        yield Risk(kind="data loss", why=f"{older}, also in log groups that exist")
    elif was and now and days < was["days"]:
        yield Risk(kind="data loss", why=older)
    if was and (not now or _reaches_less(was, now)):
        yield Risk(kind="data loss", why=NO_POLICY)
    elif was and now and was["name"] != now["name"]:
        why = "a policy of another name takes effect after 24 hours: with --prune before that, log groups have none"
        yield Risk(kind="data loss", why=why if now["retroactive"] else f"{why}; those that exist stay without one")


def _reaches_more(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    wider = now["prefixes"] - was["prefixes"] or now["regions"] - was["regions"]
    return bool(now["days"] < was["days"] or wider or not was["retroactive"])


def _reaches_less(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether log groups lose their retention policy. Removed Regions are ignored: they keep the policy."""
    return bool(was["prefixes"] - now["prefixes"] or was["retroactive"] > now["retroactive"])


def retention_of(resource: Resource | None) -> Mapping[str, Any]:
    """Name, days, mode, prefixes and Regions of a retention policy; empty for another resource."""
    arguments: Any = _property(resource, "Arguments")
    if _property(resource, "Setting") != "log-retention" or not isinstance(arguments, Mapping):
        return {}
    days = str(arguments.get("RetentionInDays"))
    return {
        "name": arguments.get("PolicyName"),
        "days": int(days) if days.isdigit() else inf,
        "retroactive": arguments.get("EnforcementMode") == "RETROACTIVE",
        "prefixes": set(arguments.get("Prefixes") or ()),
        "regions": set(_property(resource, "Regions") or ()),
    }


def _interruptions(change: str, type_: str, before: Resource | None, after: Resource | None) -> Iterator[Risk]:
    if change in _GONE and type_ in _LOGGING:
        why = "nothing is recorded from then on" if change == "removed" else "nothing is recorded until it is recreated"
        yield Risk(kind="log gap", why=why)
    if change in _GONE and type_ in _DETECTING:
        why = "it no longer reports" if change == "removed" else "it reports nothing until it is recreated"
        yield Risk(kind="log gap", why=why)
    logged = type_ == "AWS::CloudTrail::Trail" and _property(before, "IsLogging") is True
    if logged and after and _property(after, "IsLogging") is not True:
        yield Risk(kind="log gap", why="the trail stops logging")
    apart = type_ in _LOGGING | _DETECTING or retention_of(before)
    if change in ("replaced", "moved", "renamed") and not apart:
        yield Risk(kind="outage", why="references to its name or ARN fail until the new one exists")


def _cost(change: str, type_: str, touched: Sequence[str]) -> Iterator[Risk]:
    if change in ("added", "removed") and type_ in _BILLED:
        yield Risk(kind="cost", why=f"{_BILLED[type_]}: {'more' if change == 'added' else 'less'}")
    names = {path.split(".")[0].split("[")[0] for path in touched}
    billed = [name for name in _BILLED_PROPERTIES.get(type_, ()) if name in names]
    if billed:
        yield Risk(kind="cost", why=f"{', '.join(billed)} changes what is billed")


def _property(resource: Resource | None, name: str) -> Any:  # noqa: ANN401 - any part of a template
    found = resource.body.get("Properties") if resource else None
    return found.get(name) if isinstance(found, Mapping) else None
