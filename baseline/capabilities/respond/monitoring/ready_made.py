"""Ready-made alarms: their metrics and thresholds, and the stacks that contain them."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Regions, StackSpec, Target, every_account, one_account
from baseline.capabilities.identity.identity_center.settings import region_of_instance
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name, trail_stacks
from baseline.capabilities.respond.monitoring.profile_alarms import AlarmContext
from baseline.capabilities.respond.monitoring.settings import FORWARDED, MonitoringSettings
from baseline.frozen import frozen

THRESHOLDS: Mapping[str, int] = {
    "lambda-errors": 20,
    "nat-traffic": 100,
    "data-transfer": 500,
    "api-throttling": 500,
    "s3-deletions": 100,
    "unused-regions": 1,
}
"""Alarm → its default threshold; `estimated-charges` has none."""
_GIGABYTE = 1_000_000_000
MOST_PATTERN_CHARACTERS = 1024
"""Source: AWS::Logs::MetricFilter, FilterPattern."""
ON_TRAIL = ("ec2-launch-spike", "api-throttling", "s3-deletions", "unused-regions")


@frozen
class LaunchesContext:
    """Context of `launches`. `band` is the expression of the expected values."""

    prefix: str
    log_group_name: str
    band: str


@frozen
class QuotasContext:
    """Context of `quotas`."""

    prefix: str
    severity: str
    quota_percent: int


@frozen
class TrailAlarm:
    """An alarm on events of the trail: its filter pattern, and the count in five minutes that triggers it."""

    logical_id: str
    name: str
    control: str
    title: str
    description: str
    pattern: str
    threshold: int
    severity: str


@frozen
class TrailContext:
    """Context of `trail`."""

    prefix: str
    log_group_name: str
    alarms: tuple[TrailAlarm, ...]


@frozen
class UsageAlarm:
    """An alarm on metrics that an account has in each Region, in CloudFormation's format."""

    logical_id: str
    name: str
    control: str
    title: str
    description: str
    metrics: tuple[Mapping[str, Any], ...]
    threshold: int


@frozen
class UsageContext:
    """Context of `usage`."""

    prefix: str
    alarms: tuple[UsageAlarm, ...]


def ready_made_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The stacks of the ready-made alarms that the profile enables."""
    asked = settings.ready_made
    if log_group_name(landscape):
        if "ec2-launch-spike" in asked:
            yield _launches(landscape, settings)
        alarms = tuple(trail_alarms(landscape, settings))
        if alarms:
            yield _trail(landscape, alarms)
    if "vcpu-quota" in asked:
        yield _quotas(landscape, settings)
    usage = tuple(_usage_alarms(landscape, settings))
    if usage:
        yield _usage(landscape, usage)
    if has_charges(landscape, settings):
        yield _charges(landscape, settings.thresholds["estimated-charges"])


def has_charges(landscape: Landscape, settings: MonitoringSettings) -> bool:
    """Whether there is an alarm on charges: AWS has the metric in the commercial partition only."""
    return (
        "estimated-charges" in settings.ready_made
        and "estimated-charges" in settings.thresholds
        and landscape.partition == "aws"
    )


def _threshold(settings: MonitoringSettings, name: str) -> int:
    given: Mapping[str, int] = {str(key): value for key, value in settings.thresholds.items()}
    return {**THRESHOLDS, **given}[name]


def _launches(landscape: Landscape, settings: MonitoringSettings) -> StackSpec:
    """The trail records the calls of every account, so one alarm is enough."""
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
        context=QuotasContext(
            prefix=landscape.prefix, severity=FORWARDED["vcpu-quota"], quota_percent=settings.quota_percent
        ),
    )


def _trail(landscape: Landscape, alarms: tuple[TrailAlarm, ...]) -> StackSpec:
    return StackSpec(
        name="monitoring-trail",
        template="respond/monitoring/trail",
        description="Alarms on calls of every account and Region: throttled calls, deletions in S3, unused Regions.",
        target=one_account("management"),
        context=TrailContext(prefix=landscape.prefix, log_group_name=log_group_name(landscape), alarms=alarms),
        depends_on=(*trail_stacks(landscape), "notifications"),
    )


def trail_alarms(landscape: Landscape, settings: MonitoringSettings) -> Iterator[TrailAlarm]:
    """The alarms that count events of the trail in five minutes."""
    if "api-throttling" in settings.ready_made:
        yield TrailAlarm(
            logical_id="ApiThrottling",
            name="api-throttling",
            control="api-throttling-alarm",
            title="many calls are throttled",
            description="AWS rejected many calls in the organization because they came too fast. Find the account and "
            "the caller in the trail (errorCode): a loop in a program, or a principal that lists everything.",
            pattern='{ ($.errorCode = "Throttl*") || ($.errorCode = "RequestThrottled*") || '
            '($.errorCode = "*RequestLimitExceeded") || ($.errorCode = "TooManyRequestsException") }',
            threshold=_threshold(settings, "api-throttling"),
            severity="medium",
        )
    if "s3-deletions" in settings.ready_made:
        yield TrailAlarm(
            logical_id="S3Deletions",
            name="s3-deletions",
            control="s3-deletions-alarm",
            title="many buckets or objects are deleted",
            description="Many buckets or objects were deleted in the organization within five minutes. Find the "
            "account and the caller in the trail, stop the caller, and restore from versions or backups.",
            pattern='{ ($.eventSource = "s3.amazonaws.com") && ($.errorCode NOT EXISTS) && '
            '(($.eventName = "DeleteBucket") || ($.eventName = "DeleteObject") || ($.eventName = "DeleteObjects")) }',
            threshold=_threshold(settings, "s3-deletions"),
            severity="high",
        )
    if "unused-regions" in settings.ready_made:
        yield TrailAlarm(
            logical_id="UnusedRegions",
            name="unused-regions",
            control="unused-regions-alarm",
            title="a change in a Region that is not governed",
            description="A call changed something in a Region that the baseline does not govern. Find the account, the "
            "Region and the caller in the trail: intruders use Regions that are rarely watched.",
            pattern=unused_regions_pattern(landscape),
            threshold=_threshold(settings, "unused-regions"),
            severity="high",
        )


def unused_regions_pattern(landscape: Landscape) -> str:
    """Calls that changed something outside the governed Regions.

    The sign-in Region records calls of global services, and us-west-2 records calls of Global Accelerator
    (docs.aws.amazon.com/global-accelerator/latest/dg/logging-using-cloudtrail.html).
    """
    known = dict.fromkeys((*landscape.regions, landscape.sign_in_region, region_of_instance(landscape)))
    conditions = [
        "($.readOnly IS FALSE)",
        '($.eventType = "AwsApiCall")',
        "($.errorCode NOT EXISTS)",
        '($.eventSource != "globalaccelerator.amazonaws.com")',
        *(f'($.awsRegion != "{region}")' for region in known),
    ]
    return f"{{ {' && '.join(conditions)} }}"


def _usage(landscape: Landscape, alarms: tuple[UsageAlarm, ...]) -> StackSpec:
    return StackSpec(
        name="monitoring-usage",
        template="respond/monitoring/usage",
        description="Alarms on functions and on outgoing traffic of the account.",
        target=every_account(Regions.GOVERNED),
        context=UsageContext(prefix=landscape.prefix, alarms=alarms),
    )


def _usage_alarms(landscape: Landscape, settings: MonitoringSettings) -> Iterator[UsageAlarm]:
    if "lambda-concurrency" in settings.ready_made:
        yield UsageAlarm(
            logical_id="LambdaConcurrency",
            name=_name(landscape, "lambda-concurrency"),
            control="lambda-concurrency-alarm",
            title="functions use most of the account's concurrency",
            description=f"Functions use {settings.quota_percent} percent or more of the account's concurrency in this "
            "Region; at the quota they are throttled. Find the function that uses the concurrency, or "
            "request a higher quota.",
            metrics=_concurrency(),
            threshold=settings.quota_percent,
        )
    if "lambda-errors" in settings.ready_made:
        percent = _threshold(settings, "lambda-errors")
        yield UsageAlarm(
            logical_id="LambdaErrors",
            name=_name(landscape, "lambda-errors"),
            control="lambda-errors-alarm",
            title="functions fail",
            description=f"{percent} percent or more of at least 100 calls of functions failed within an hour in this "
            "Region. Check the errors of each function, and the latest deployments.",
            metrics=_errors(),
            threshold=percent,
        )
    for name, control, title, query, source in _TRAFFIC:
        if name in settings.ready_made:
            gigabytes = _threshold(settings, name)
            yield UsageAlarm(
                logical_id="".join(map(str.title, name.split("-"))),
                name=_name(landscape, name),
                control=control,
                title=title,
                description=f"{source} sent {gigabytes} GB or more within an hour in this Region. Check the flow "
                "logs for the sender and the receiver: it may be data theft, or a costly mistake.",
                metrics=(_query(query),),
                threshold=gigabytes * _GIGABYTE,
            )


def _name(landscape: Landscape, name: str) -> str:
    return f"{landscape.prefix}-monitor-{FORWARDED[name]}-{name}"


_TRAFFIC = (
    (
        "nat-traffic",
        "nat-traffic-alarm",
        "heavy outgoing traffic through NAT gateways",
        'SELECT SUM(BytesOutToDestination) FROM SCHEMA("AWS/NATGateway", NatGatewayId)',
        "NAT gateways",
    ),
    (
        "data-transfer",
        "data-transfer-alarm",
        "heavy outgoing traffic of instances",
        'SELECT SUM(NetworkOut) FROM SCHEMA("AWS/EC2", InstanceId)',
        "EC2 instances",
    ),
)
"""Name, control, title, query, sender.

Sources: docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html,
docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html, and for alarms on queries
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-alarms.html.
"""


def _query(text: str) -> Mapping[str, Any]:
    return {"Id": "sent", "Expression": text, "Period": 3600, "ReturnData": True}


def _metric(name: str, metric: str, statistic: str, period: int) -> Mapping[str, Any]:
    """A metric of all functions of the account and Region: without dimensions."""
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/Lambda", "MetricName": metric},
            "Period": period,
            "Stat": statistic,
        },
        "ReturnData": False,
    }


def _concurrency() -> tuple[Mapping[str, Any], ...]:
    """Source: docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html, ClaimedAccountConcurrency."""
    return (
        _metric("claimed", "ClaimedAccountConcurrency", "Maximum", 300),
        _metric("used", "ConcurrentExecutions", "Maximum", 300),
        {
            "Id": "percentage",
            "Expression": "claimed / SERVICE_QUOTA(used) * 100",
            "Label": "Used percentage of the quota",
            "ReturnData": True,
        },
    )


def _errors() -> tuple[Mapping[str, Any], ...]:
    """Fewer than 100 calls in an hour never trigger the alarm."""
    return (
        _metric("failed", "Errors", "Sum", 3600),
        _metric("calls", "Invocations", "Sum", 3600),
        {
            "Id": "percentage",
            "Expression": "IF(calls >= 100, failed / calls * 100, 0)",
            "Label": "Percentage of calls that failed",
            "ReturnData": True,
        },
    )


_BILLING_ALERTS = (
    "CloudWatch billing alerts are on: the management account turns them on once, in the preferences of the Billing "
    "console; no API does it."
)


def _charges(landscape: Landscape, dollars: int) -> StackSpec:
    """The metric is in us-east-1, in the account that pays.

    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html.
    """
    return StackSpec(
        name="monitoring-charges",
        template="respond/monitoring/alarm",
        description="Alarm on the charges of the month.",
        target=Target(accounts=("management",), regions=Regions.SIGN_IN),
        context=AlarmContext(
            prefix=landscape.prefix,
            control="estimated-charges-alarm",
            name=_name(landscape, "estimated-charges"),
            whole=False,
            description=f"The charges of this month are {dollars} US dollars or more. Use Cost Explorer to find the "
            "account and service that cost more than planned.",
            namespace="AWS/Billing",
            metric="EstimatedCharges",
            dimensions=({"Name": "Currency", "Value": "USD"},),
            statistic="Maximum",
            comparison="GreaterThanOrEqualToThreshold",
            threshold=dollars,
            period_seconds=21600,
            periods=1,
            missing="notBreaching",
        ),
        prerequisites=(_BILLING_ALERTS,),
    )
