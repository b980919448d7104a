"""Alarms of the profile: on metrics, on events of log groups, and composite alarms."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.capability import ROOT, Regions, StackSpec, Target, target_places
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.respond.monitoring.settings import CompositeAlarm, LogAlarm, MetricAlarm, MonitoringSettings
from baseline.frozen import frozen

_COMPARISONS = {
    "above": "GreaterThanThreshold",
    "at-least": "GreaterThanOrEqualToThreshold",
    "below": "LessThanThreshold",
    "at-most": "LessThanOrEqualToThreshold",
}
_MISSING = {"ok": "notBreaching", "alarm": "breaching", "ignore": "ignore"}


@frozen
class AlarmContext:
    """Context of `alarm`. `whole` is true if the alarm is in every account."""

    prefix: str
    control: str
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


@frozen
class LogAlarmContext:
    """Context of `log_alarm`. `metric` is the name of the metric and of its filter."""

    prefix: str
    name: str
    whole: bool
    description: str
    log_group: str
    pattern: str
    metric: str
    threshold: int
    period_seconds: int


@frozen
class CompositeContext:
    """Context of `composite`."""

    prefix: str
    name: str
    whole: bool
    description: str
    rule: str


def profile_alarm_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """One stack for each alarm of the profile."""
    yield from (_alarm(landscape, name, alarm) for name, alarm in settings.alarms.items())
    yield from (_log_alarm(landscape, name, alarm) for name, alarm in settings.log_alarms.items())
    for name, composite in settings.composites.items():
        yield _composite(landscape, settings, name, composite)


def alarm_name(landscape: Landscape, name: str, alarm: MetricAlarm | LogAlarm) -> str:
    """The alarm's name, which contains its severity: rules forward alarms by this part of the name."""
    return f"{landscape.prefix}-monitor-{alarm.severity if alarm.notifies else 'part'}-{name}"


def composite_name(landscape: Landscape, name: str) -> str:
    """The composite alarm's name, which its own rule forwards."""
    return f"{landscape.prefix}-monitor-composite-{name}"


def _alarm(landscape: Landscape, name: str, alarm: MetricAlarm) -> StackSpec:
    return StackSpec(
        name=f"monitoring-alarm-{name}",
        template="respond/monitoring/alarm",
        description=f"Alarm {name} of the profile.",
        target=Target(accounts=(), regions=Regions.GOVERNED, places=target_places(alarm.to)),
        context=AlarmContext(
            prefix=landscape.prefix,
            control="metric-alarms",
            name=alarm_name(landscape, name, alarm),
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


def _log_alarm(landscape: Landscape, name: str, alarm: LogAlarm) -> StackSpec:
    where = " and ".join(alarm.regions) if alarm.regions else "every governed Region"
    return StackSpec(
        name=f"monitoring-log-alarm-{name}",
        template="respond/monitoring/log_alarm",
        description=f"Alarm {name} of the profile, on events of a log group.",
        target=Target(accounts=(), regions=Regions.GOVERNED, only=tuple(alarm.regions), places=target_places(alarm.to)),
        context=LogAlarmContext(
            prefix=landscape.prefix,
            name=alarm_name(landscape, name, alarm),
            whole=ROOT in alarm.to and not alarm.regions,
            description=alarm.description,
            log_group=alarm.log_group,
            pattern=portable_text(alarm.pattern),
            metric=f"{landscape.prefix}-monitor-{name}",
            threshold=alarm.threshold,
            period_seconds=alarm.period_seconds,
        ),
        prerequisites=(
            f"The log group {alarm.log_group} exists in each account of {', '.join(alarm.to)}, in {where}.",
        ),
    )


def _composite(landscape: Landscape, settings: MonitoringSettings, name: str, composite: CompositeAlarm) -> StackSpec:
    placed = settings.placed
    members = [item for item in dict.fromkeys((*composite.all_of, *composite.any_of)) if item in placed]
    return StackSpec(
        name=f"monitoring-composite-{name}",
        template="respond/monitoring/composite",
        description=f"Composite alarm {name} of the profile.",
        target=Target(accounts=(), regions=Regions.GOVERNED, places=target_places(composite.to)),
        context=CompositeContext(
            prefix=landscape.prefix,
            name=composite_name(landscape, name),
            whole=ROOT in composite.to,
            description=composite.description,
            rule=_rule(landscape, settings, composite),
        ),
        depends_on=tuple(f"monitoring-{'log-' if item in settings.log_alarms else ''}alarm-{item}" for item in members),
    )


def _rule(landscape: Landscape, settings: MonitoringSettings, composite: CompositeAlarm) -> str:
    """Source: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html, AlarmRule."""
    placed = settings.placed

    def states(names: list[str]) -> list[str]:
        return [f'ALARM("{alarm_name(landscape, item, placed[item])}")' for item in names if item in placed]

    every, some = states(composite.all_of), states(composite.any_of)
    return " AND ".join([*every, *([f"({' OR '.join(some)})"] if some else [])])
