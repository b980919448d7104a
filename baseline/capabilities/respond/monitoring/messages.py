"""Messages of alarms: rules that forward a state change, and rules that notify."""

from collections.abc import Iterator

from baseline.capabilities.capability import Regions, StackSpec, every_account
from baseline.capabilities.event_forwarding import forwarding_stack, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.monitoring.profile_alarms import composite_name
from baseline.capabilities.respond.monitoring.ready_made import has_charges
from baseline.capabilities.respond.monitoring.settings import FORWARDED, CompositeAlarm, MonitoringSettings
from baseline.capabilities.respond.notifications.settings import SEVERITIES, AlertSeverity


def message_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """An alarm can notify only topics of its account and Region, so its state change is forwarded."""
    used = {alarm.severity for alarm in settings.placed.values() if alarm.notifies}
    used |= {FORWARDED[name] for name in settings.ready_made if name in FORWARDED and name != "estimated-charges"}
    charges = has_charges(landscape, settings)
    if charges:
        used.add(FORWARDED["estimated-charges"])
    events = (
        *(_event(landscape, severity) for severity in SEVERITIES if severity in used),
        *(_composite_event(landscape, name, item) for name, item in settings.composites.items()),
    )
    if events:
        where = every_account(Regions.GOVERNED_AND_SIGN_IN if charges else Regions.GOVERNED)
        yield from with_routes(
            landscape, notices_stack(landscape, "monitoring-hub", "Rules that notify of alarms.", events)
        )
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


def _composite_event(landscape: Landscape, name: str, composite: CompositeAlarm) -> WatchedEvent:
    """One composite alarm: AWS's example of its event has a reason and no description."""
    return WatchedEvent(
        name=f"monitor-composite-{name}",
        control="composite-alarms",
        severity=composite.severity,
        title=f"the composite alarm {name}",
        pattern={
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {"alarmName": [composite_name(landscape, name)], "state": {"value": ["ALARM"]}},
        },
        paths={
            "account": "$.account",
            "alarm": "$.detail.alarmName",
            "reason": "$.detail.state.reason",
            "region": "$.region",
            "time": "$.time",
        },
        message=f"Alarm <alarm> in account <account>, <region>, since <time>: {composite.description} (<reason>)",
    )
