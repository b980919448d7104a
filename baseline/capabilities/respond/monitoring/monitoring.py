"""CloudWatch alarms: ready-made ones, and the profile's own on any metric in any place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from baseline.capabilities.capability import (
    ROOT,
    Capability,
    Regions,
    StackSpec,
    Target,
    every_account,
    one_account,
    target_places,
)
from baseline.capabilities.event_forwarding import WatchedEvent, forwarding_stack, missing_topics, notices_stack
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name, trail_stacks
from baseline.capabilities.respond.monitoring.settings import MetricAlarm, MonitoringSettings
from baseline.capabilities.respond.notifications.settings import SEVERITIES, AlertSeverity
from baseline.findings import Problem, Severity

_QUOTA_SEVERITY: AlertSeverity = "medium"
_COMPARISONS = {
    "above": "GreaterThanThreshold",
    "at-least": "GreaterThanOrEqualToThreshold",
    "below": "LessThanThreshold",
    "at-most": "LessThanOrEqualToThreshold",
}
_MISSING = {"ok": "notBreaching", "alarm": "breaching", "ignore": "ignore"}


@dataclass(frozen=True, kw_only=True)
class LaunchesContext:
    """Context of `launches`. `band` is the expression of the expected values."""

    prefix: str
    log_group_name: str
    band: str


@dataclass(frozen=True, kw_only=True)
class QuotasContext:
    """Context of `quotas`."""

    prefix: str
    severity: str
    quota_percent: int


@dataclass(frozen=True, kw_only=True)
class AlarmContext:
    """Context of `alarm`. `whole` is true if the alarm is in every account."""

    prefix: str
    name: str
    whole: bool
    description: str
    namespace: str
    metric: str
    dimensions: tuple[Mapping[str, str], ...]
    statistic: str
    comparison: str
    threshold: int
    period_seconds: int
    periods: int
    missing: str


_REQUIRED_DIMENSIONS = {"AWS/SQS": "QueueName"}
"""Namespace → the dimension that each of its metrics has. Source: SQS developer guide, Available CloudWatch metrics
(docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html)."""


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("monitoring", MonitoringSettings)
    if not landscape.is_on("notifications"):
        return ()
    return (
        *((_launches(landscape, settings),) if _watches_launches(landscape, settings) else ()),
        *((_quotas(landscape, settings),) if "vcpu-quota" in settings.ready_made else ()),
        *(_alarm(landscape, name, alarm) for name, alarm in settings.alarms.items()),
        *_messages(landscape, settings),
    )


def _watches_launches(landscape: Landscape, settings: MonitoringSettings) -> bool:
    return "ec2-launch-spike" in settings.ready_made and bool(log_group_name(landscape))


def _launches(landscape: Landscape, settings: MonitoringSettings) -> StackSpec:
    """The trail has the calls of every account, so that one alarm is enough."""
    return StackSpec(
        name="monitoring",
        template="respond/monitoring/launches",
        description="Alarm on more launches of EC2 instances in the organization than expected.",
        target=one_account("management"),
        context=LaunchesContext(
            prefix=landscape.prefix,
            log_group_name=log_group_name(landscape),
            band=f"ANOMALY_DETECTION_BAND(launches, {settings.launch_spike_width})",
        ),
        depends_on=(*trail_stacks(landscape), "notifications"),
    )


def _quotas(landscape: Landscape, settings: MonitoringSettings) -> StackSpec:
    return StackSpec(
        name="monitoring-quotas",
        template="respond/monitoring/quotas",
        description="Alarm on the use of the account's vCPU quota.",
        target=every_account(Regions.GOVERNED),
        context=QuotasContext(prefix=landscape.prefix, severity=_QUOTA_SEVERITY, quota_percent=settings.quota_percent),
    )


def _alarm(landscape: Landscape, name: str, alarm: MetricAlarm) -> StackSpec:
    return StackSpec(
        name=f"monitoring-alarm-{name}",
        template="respond/monitoring/alarm",
        description=f"Alarm {name} of the profile.",
        target=Target(accounts=(), regions=Regions.GOVERNED, places=target_places(alarm.to)),
        context=AlarmContext(
            prefix=landscape.prefix,
            name=f"{landscape.prefix}-monitor-{alarm.severity}-{name}",
            whole=ROOT in alarm.to,
            description=alarm.description,
            namespace=alarm.namespace,
            metric=alarm.metric,
            dimensions=tuple({"Name": key, "Value": value} for key, value in alarm.dimensions.items()),
            statistic=alarm.statistic,
            comparison=_COMPARISONS[alarm.comparison],
            threshold=alarm.threshold,
            period_seconds=alarm.period_seconds,
            periods=alarm.periods,
            missing=_MISSING[alarm.missing],
        ),
    )


def _messages(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """An alarm notifies topics of its account and Region only: its change of state is forwarded instead."""
    used = {alarm.severity for alarm in settings.alarms.values()}
    if "vcpu-quota" in settings.ready_made:
        used.add(_QUOTA_SEVERITY)
    events = tuple(_event(landscape, severity) for severity in SEVERITIES if severity in used)
    if events:
        where = every_account(Regions.GOVERNED)
        yield notices_stack(landscape, "monitoring-hub", "Rules that notify of alarms.", events)
        yield forwarding_stack(landscape, "monitoring-accounts", where, "Rules that forward alarms.", events)


def _event(landscape: Landscape, severity: AlertSeverity) -> WatchedEvent:
    """Alarms of one severity (CloudWatch user guide, Alarm events and EventBridge)."""
    return WatchedEvent(
        name=f"monitor-{severity}",
        control="monitoring-messages",
        severity=severity,
        title=f"alarms of severity {severity}",
        pattern={
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {
                "alarmName": [{"prefix": f"{landscape.prefix}-monitor-{severity}-"}],
                "state": {"value": ["ALARM"]},
            },
        },
        paths={
            "account": "$.account",
            "alarm": "$.detail.alarmName",
            "description": "$.detail.configuration.description",
            "region": "$.region",
            "time": "$.time",
        },
        message="Alarm <alarm> in account <account>, <region>, since <time>: <description>",
    )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("monitoring", MonitoringSettings)
    setting = "alarms" if settings.alarms else "ready_made"
    yield from missing_topics(landscape, settings, setting)
    if "ec2-launch-spike" in settings.ready_made and not log_group_name(landscape):
        yield Problem(
            path=("ready_made",),
            message="cloudtrail is off: ec2-launch-spike reads the log group of the trail",
            fix="turn cloudtrail on, or remove ec2-launch-spike",
            fallback=(("capabilities", "cloudtrail"),),
        )
    for name, alarm in settings.alarms.items():
        dimension = _REQUIRED_DIMENSIONS.get(alarm.namespace, "")
        if dimension and not alarm.dimensions:
            yield Problem(
                path=("alarms", name, "dimensions"),
                message=f"{alarm.namespace} has no metric without dimension {dimension}: the alarm never rings",
                fix=f"write dimensions: {{{dimension}: NAME}}",
                severity=Severity.WARNING,
            )


CAPABILITY = Capability(
    name="monitoring",
    title="Monitoring",
    summary="Alarms on launches of EC2 instances, on quotas, and on any metric of the profile in any place.",
    settings=MonitoringSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    since="2026.12",
)
