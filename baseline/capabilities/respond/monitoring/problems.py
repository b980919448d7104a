"""Rules across the settings of `monitoring`."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.capability import ROOT
from baseline.capabilities.event_forwarding import missing_topics
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name, records_object_writes
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.respond.monitoring.dashboard import dashboard_problems
from baseline.capabilities.respond.monitoring.log_copies import log_copies_problems, unsupported_log_copies
from baseline.capabilities.respond.monitoring.log_retention import log_retention_problems
from baseline.capabilities.respond.monitoring.log_subscription import log_subscription_problems
from baseline.capabilities.respond.monitoring.observability import observability_problems
from baseline.capabilities.respond.monitoring.ready_made import (
    MOST_PATTERN_CHARACTERS,
    ON_TRAIL,
    THRESHOLDS,
    unused_regions_pattern,
)
from baseline.capabilities.respond.monitoring.settings import (
    FORWARDED,
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
    MonitoringSettings,
)
from baseline.findings import Problem, Severity
from baseline.text.choice import one_of

_REQUIRED_DIMENSIONS = {"AWS/SQS": "QueueName"}
"""Namespace → the dimension that each of its metrics has. Source: SQS developer guide, Available CloudWatch metrics
(docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html)."""


def monitoring_problems(landscape: Landscape) -> Iterator[Problem]:
    """Every problem of the settings."""
    settings = landscape.settings("monitoring", MonitoringSettings)
    yield from missing_topics(landscape, settings, next(iter(_asking(settings)), "ready_made"))
    yield from _trail_problems(landscape, settings)
    yield from _threshold_problems(settings)
    yield from _name_problems(settings)
    yield from _metric_problems(settings)
    yield from _log_problems(landscape, settings)
    yield from observability_problems(landscape, settings)
    yield from dashboard_problems(landscape, settings)
    yield from log_subscription_problems(landscape, settings)
    yield from log_copies_problems(landscape, settings)
    yield from log_retention_problems(landscape, settings)
    for name, composite in settings.composites.items():
        yield from _composite_problems(landscape, settings, name, composite)


def unsupported_alarms(landscape: Landscape) -> Iterator[Problem]:
    """Ready-made alarms that AWS has no metric for in this partition, and rules that its home Region lacks."""
    settings = landscape.settings("monitoring", MonitoringSettings)
    yield from unsupported_log_copies(landscape, settings)
    if "estimated-charges" in settings.ready_made and landscape.partition != "aws":
        yield Problem(
            path=("ready_made",),
            message="estimated-charges: CloudWatch has the charges of a month in us-east-1 only",
            fix="remove estimated-charges, and use budgets where AWS has them",
        )


def _asking(settings: MonitoringSettings) -> Iterator[str]:
    yield from (name for name in ("alarms", "log_alarms", "composites") if getattr(settings, name))


def _trail_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    for name in settings.ready_made:
        if name in ON_TRAIL and not log_group_name(landscape):
            yield Problem(
                path=("ready_made",),
                message=f"cloudtrail is off: {name} reads the log group of the trail",
                fix=f"turn cloudtrail on, or remove {name}",
                fallback=(("capabilities", "cloudtrail"),),
            )
        elif name in ON_TRAIL and not landscape.is_on("notifications"):
            yield Problem(
                path=("ready_made",),
                message=f"notifications is off: {name} has no topic",
                fix=f"turn notifications on, or remove {name}",
                fallback=(("capabilities", "notifications"),),
            )
    yield from _deletion_problems(landscape, settings)
    if "unused-regions" in settings.ready_made and len(unused_regions_pattern(landscape)) > MOST_PATTERN_CHARACTERS:
        yield Problem(
            path=("ready_made",),
            message=f"unused-regions: the names of {len(landscape.regions)} governed Regions do not fit into a filter "
            f"pattern of {MOST_PATTERN_CHARACTERS} characters",
            fix="remove unused-regions; the guardrail regions denies calls in other Regions",
        )


def _deletion_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Deletions of objects are data events; deletions of buckets are management events.

    Source: docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html.
    """
    if "s3-deletions" not in settings.ready_made or not log_group_name(landscape) or records_object_writes(landscape):
        return
    own = landscape.is_on("cloudtrail")
    yield Problem(
        path=("ready_made",),
        message="s3-deletions detects only deleted buckets: cloudtrail.s3_data_events is none, so the trail does not "
        "record deletions of objects"
        if own
        else "s3-deletions may detect only deleted buckets: by default, a trail does not record data events of S3, and "
        "it is unknown whether the trail of AWS Control Tower does",
        fix="set cloudtrail.s3_data_events to write (billed per event), or remove s3-deletions"
        if own
        else "turn cloudtrail on (its second copy of management events is billed), or remove s3-deletions",
        severity=Severity.WARNING,
        about=(("capabilities", "cloudtrail"),),
        fallback=(("capabilities", "cloudtrail", "s3_data_events"),),
    )


def _threshold_problems(settings: MonitoringSettings) -> Iterator[Problem]:
    for name in settings.thresholds:
        if name not in settings.ready_made:
            yield Problem(
                path=("thresholds", name),
                message=f"{name} is not in ready_made: its threshold has no effect",
                fix=f"add {name} to ready_made, or remove the threshold",
            )
    if "estimated-charges" in settings.ready_made and "estimated-charges" not in settings.thresholds:
        yield Problem(
            path=("ready_made",),
            message="estimated-charges has no threshold: only you know the expected monthly charges",
            fix="write thresholds: {estimated-charges: DOLLARS}",
        )


def _name_problems(settings: MonitoringSettings) -> Iterator[Problem]:
    reserved = {*THRESHOLDS, *FORWARDED}
    groups: Mapping[str, Mapping[str, MetricAlarm | LogAlarm]] = {
        "alarms": dict(settings.alarms),
        "log_alarms": dict(settings.log_alarms),
    }
    for group, alarms in groups.items():
        for name in alarms:
            twice = group == "log_alarms" and name in settings.alarms
            if name in reserved or twice:
                yield Problem(
                    path=(group, name),
                    message=f"{name} is also the name of {'one of alarms' if twice else 'a ready-made alarm'}",
                    fix="choose another name",
                )


def _metric_problems(settings: MonitoringSettings) -> Iterator[Problem]:
    for name, alarm in settings.alarms.items():
        dimension = _REQUIRED_DIMENSIONS.get(alarm.namespace, "")
        if dimension and not alarm.dimensions:
            yield Problem(
                path=("alarms", name, "dimensions"),
                message=f"{alarm.namespace} has no metric without the dimension {dimension}: the alarm never goes off",
                fix=f"write dimensions: {{{dimension}: NAME}}",
                severity=Severity.WARNING,
            )


def _log_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    for name, log_alarm in settings.log_alarms.items():
        for index, region in enumerate(log_alarm.regions):
            if region not in landscape.regions:
                yield Problem(
                    path=("log_alarms", name, "regions", index),
                    message=f"{region} is not governed",
                    fix=f"write {one_of(landscape.regions)}",
                )


def _composite_problems(
    landscape: Landscape, settings: MonitoringSettings, name: str, composite: CompositeAlarm
) -> Iterator[Problem]:
    placed = settings.placed
    place = ("composites", name)
    if len({*composite.all_of, *composite.any_of}) < 2:
        yield Problem(
            path=place,
            message="a composite alarm needs two alarms in all_of and any_of together",
            fix="name the alarms that have to agree",
        )
    for key in ("all_of", "any_of"):
        for index, member in enumerate(getattr(composite, key)):
            about = tuple(("capabilities", "monitoring", group, member) for group in ("alarms", "log_alarms"))
            if member not in placed:
                yield Problem(
                    path=(*place, key, index),
                    message=f"{member} is neither in alarms nor in log_alarms",
                    fix=f"write {one_of(placed)}" if placed else "define the alarm first",
                    about=about,
                )
            else:
                missing = _missing_places(landscape, composite.to, placed[member])
                if missing:
                    yield Problem(
                        path=(*place, key, index),
                        message=f"{member} is not in {', '.join(missing)}: the composite alarm cannot read it there",
                        fix=f"add {', '.join(missing)} to the alarm's to and regions",
                        about=about,
                    )


def _missing_places(landscape: Landscape, places: list[str], member: MetricAlarm | LogAlarm) -> list[str]:
    """Places and governed Regions of a composite alarm that one of its alarms does not cover."""
    regions = member.regions if isinstance(member, LogAlarm) else []
    lacking = [region for region in landscape.regions if regions and region not in regions]
    if ROOT in member.to:
        return lacking
    return [*(place for place in places if not set(path_of(landscape, place)) & set(member.to)), *lacking]
