"""A dashboard of the organization: the activity of this profile's alerts, trail and alarms."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from baseline.capabilities.account_names import adds_account_names
from baseline.capabilities.capability import ROOT, Regions, StackSpec, one_account
from baseline.capabilities.detect.alarms.alarms import AlarmsSettings
from baseline.capabilities.event_forwarding import forwards_events
from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape, Reference
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name
from baseline.capabilities.logs.kms.kms import notification_accounts
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.heartbeat.settings import HeartbeatSettings
from baseline.capabilities.respond.monitoring.observability import reading_account
from baseline.capabilities.respond.monitoring.settings import MonitoringSettings
from baseline.capabilities.respond.notifications.settings import SEVERITIES
from baseline.findings import Problem
from baseline.frozen import frozen

_WIDTH, _HEIGHT, _COLUMNS = 12, 6, 2
"""Columns and rows of a widget; a dashboard has 24 columns."""
_HOUR, _DAY = 3600, 86400

Metric = Sequence[Any]


@frozen
class DashboardContext:
    """Context of `dashboard`. `body` is JSON text, with references if it names other accounts."""

    prefix: str
    body: str


@frozen
class _Widget:
    """A graph of metrics, all in one account."""

    title: str
    account: str
    metrics: tuple[Metric, ...]
    stat: str = "Sum"
    period: int = _HOUR


def dashboard_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The stack with the dashboard, in the account that reads data of all other accounts."""
    if not settings.dashboard:
        return
    place = dashboard_account(landscape, settings)
    shown, hidden = _visible(landscape, settings)
    widgets = [_head(landscape, hidden), *_placed(landscape, place, shown)]
    body = json.dumps({"start": "-P7D", "widgets": widgets}, separators=(",", ":"))
    used = [name for name in ACCOUNT_PARAMETERS.values() if f"${{{name}}}" in body]
    yield StackSpec(
        name="monitoring-dashboard",
        template="respond/monitoring/dashboard",
        description="Dashboard of alerts, undelivered events, the trail and its alarms.",
        target=one_account(place, Regions.HOME),
        context=DashboardContext(prefix=landscape.prefix, body=Reference(body) if "${" in body else body),
        parameters=organization_only(landscape, *used),
    )


def dashboard_account(landscape: Landscape, settings: MonitoringSettings) -> str:
    """Key of the account with the dashboard: the account that reads data of other accounts, or the security account."""
    if settings.observability and not landscape.standalone:
        return reading_account(landscape, settings.observability)
    return landscape.role("security")


def _visible(landscape: Landscape, settings: MonitoringSettings) -> tuple[list[_Widget], list[str]]:
    """The widgets that the dashboard can read, and titles of the others, with the Regions if some are missing."""
    shown: list[_Widget] = []
    hidden: list[str] = []
    for widget in _widgets(landscape):
        if not _can_read(landscape, settings, widget.account):
            hidden.append(widget.title)
            continue
        apart = _unlinked(landscape, settings, widget)
        shown.append(replace(widget, metrics=tuple(item for item in widget.metrics if _region(item) not in apart)))
        if apart:
            hidden.append(f"{widget.title} ({', '.join(apart)})")
    return shown, hidden


def _can_read(landscape: Landscape, settings: MonitoringSettings, account: str) -> bool:
    """Whether an account is the dashboard's own, or shares metrics with it in the home Region."""
    if account == dashboard_account(landscape, settings):
        return True
    shared = settings.observability
    if shared is None or "metrics" not in shared.share or landscape.home_region not in shared.sinks:
        return False
    return ROOT in shared.to or not set(shared.to).isdisjoint(path_of(landscape, account))


def _unlinked(landscape: Landscape, settings: MonitoringSettings, widget: _Widget) -> list[str]:
    """Regions of a widget's metrics in which its account has no link to the dashboard's account.

    A link shares metrics of its own Region only: elsewhere an empty line would look like no events.
    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html.
    """
    if widget.account == dashboard_account(landscape, settings):
        return []
    linked = settings.observability.sinks if settings.observability else {}
    return [region for region in map(_region, widget.metrics) if region and region not in linked]


def _region(metric: Metric) -> str:
    """The Region of a metric that names one, otherwise ""."""
    return metric[-1].get("region", "") if isinstance(metric[-1], Mapping) else ""


def _widgets(landscape: Landscape) -> Iterator[_Widget]:
    security, management = landscape.role("security"), landscape.role("management")
    if landscape.is_on("notifications"):
        yield from _alert_widgets(landscape)
    if landscape.is_on("notifications") and forwards_events(landscape):
        yield from _event_widgets(landscape, security)
    group = log_group_name(landscape)
    if group:
        name = "Events of the trail that reach its log group"
        yield _Widget(
            title=name, account=management, metrics=(("AWS/Logs", "IncomingLogEvents", "LogGroupName", group),)
        )
    alarms = landscape.settings("alarms", AlarmsSettings) if landscape.is_on("alarms") else None
    if group and alarms and alarms.cis:
        counted = tuple(("LogMetrics", f"{landscape.prefix}-{item}") for item in alarms.cis)
        yield _Widget(title="Events that alarms on the trail count", account=management, metrics=counted)


def _alert_widgets(landscape: Landscape) -> Iterator[_Widget]:
    topics = [f"{landscape.prefix}-alerts-{severity}" for severity in SEVERITIES]
    for account in notification_accounts(landscape):
        where = "" if landscape.standalone else f", {account} account"
        for title, metric in (
            ("Alerts by severity", "NumberOfMessagesPublished"),
            ("Alerts that a subscriber did not receive", "NumberOfNotificationsFailed"),
        ):
            metrics = tuple(("AWS/SNS", metric, "TopicName", name) for name in topics)
            yield _Widget(title=f"{title}{where}", account=account, metrics=metrics)


def _event_widgets(landscape: Landscape, security: str) -> Iterator[_Widget]:
    """Source of the dimensions of rules: docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html."""
    prefix, bus = landscape.prefix, f"{landscape.prefix}-events"
    queue = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{prefix}-undelivered-events")
    regions = dict.fromkeys((*landscape.regions, landscape.sign_in_region))
    yield _Widget(
        title="Events that were not delivered, by Region",
        account=security,
        metrics=tuple((*queue, {"region": region, "label": region}) for region in regions),
        stat="Maximum",
    )
    search = f'{{AWS/Events,EventBusName,RuleName}} EventBusName="{bus}" MetricName="MatchedEvents"'
    yield _Widget(title="Events by rule, findings among them", account=security, metrics=((search,),), period=_DAY)
    heartbeat = landscape.settings("heartbeat", HeartbeatSettings) if landscape.is_on("heartbeat") else None
    if heartbeat and heartbeat.sign_of_life != "none":
        rule = ("RuleName", f"{prefix}-heartbeat-sign-of-life-notice")
        metrics = (("AWS/Events", "MatchedEvents", "EventBusName", bus, *rule),)
        yield _Widget(title="Signs of life that arrived", account=security, metrics=metrics, period=_DAY)
    if adds_account_names(landscape):
        machine = (
            f"arn:${{AWS::Partition}}:states:{landscape.home_region}:{{account}}:stateMachine:{prefix}-account-names"
        )
        found = tuple(
            ("AWS/States", name, "StateMachineArn", machine) for name in ("ExecutionsStarted", "ExecutionsFailed")
        )
        yield _Widget(title="Events that get the name of their account", account=security, metrics=found)


def _head(landscape: Landscape, hidden: Sequence[str]) -> Mapping[str, Any]:
    lines = [f"# {landscape.prefix}: alerts, events and the trail", "The last seven days, by hour or by day."]
    if hidden:
        lines.append(f"Not shared with this account: {', '.join(title.lower() for title in hidden)}.")
    text = {"markdown": "\n".join(lines)}
    return {"type": "text", "x": 0, "y": 0, "width": 24, "height": 3, "properties": text}


def _placed(landscape: Landscape, place: str, widgets: Sequence[_Widget]) -> Iterator[Mapping[str, Any]]:
    for number, widget in enumerate(widgets):
        account = None if widget.account == place else landscape.account_reference(widget.account)
        yield {
            "type": "metric",
            "x": number % _COLUMNS * _WIDTH,
            "y": 3 + number // _COLUMNS * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": {
                "title": widget.title,
                "region": landscape.home_region,
                "stat": widget.stat,
                "period": widget.period,
                "view": "timeSeries",
                "metrics": [_metric(landscape, widget, item, account) for item in widget.metrics],
            },
        }


def _metric(landscape: Landscape, widget: _Widget, metric: Metric, account: Reference | None) -> list[Any]:
    """A metric as the body of a dashboard has it.

    Sources: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html;
    docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html.
    """
    if len(metric) == 1:
        other = f' :aws.AccountId="{account}"' if account else ""
        return [{"expression": f"SEARCH('{metric[0]}{other}', '{widget.stat}', {widget.period})"}]
    owner = str(landscape.account_reference(widget.account))
    parts: list[Any] = [item.replace("{account}", owner) if isinstance(item, str) else item for item in metric]
    own = parts.pop() if isinstance(parts[-1], Mapping) else {}
    options = {**own, "accountId": account} if account else own
    return [*parts, options] if options else parts


def dashboard_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Report a dashboard that would be empty."""
    if settings.dashboard and not _visible(landscape, settings)[0]:
        yield Problem(
            path=("dashboard",),
            message="the account of the dashboard shows nothing: it neither has topics nor reads accounts that do",
            fix="write ids of sinks under observability, remove observability.account, or remove dashboard",
        )
