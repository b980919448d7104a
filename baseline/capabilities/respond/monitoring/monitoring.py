"""CloudWatch alarms: ready-made ones, and the profile's own on any metric or log group in any place."""

from baseline.capabilities.capability import Capability, StackSpec
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.monitoring.dashboard import dashboard_stacks
from baseline.capabilities.respond.monitoring.log_copies import (
    log_copies_services,
    log_copies_settings,
    log_copies_stacks,
)
from baseline.capabilities.respond.monitoring.log_protection import log_protection_stacks
from baseline.capabilities.respond.monitoring.log_retention import log_retention_stacks, retroactive_entries
from baseline.capabilities.respond.monitoring.log_subscription import log_subscription_stacks
from baseline.capabilities.respond.monitoring.messages import message_stacks
from baseline.capabilities.respond.monitoring.observability import observability_stacks
from baseline.capabilities.respond.monitoring.problems import monitoring_problems, unsupported_alarms
from baseline.capabilities.respond.monitoring.profile_alarms import profile_alarm_stacks
from baseline.capabilities.respond.monitoring.ready_made import ready_made_stacks
from baseline.capabilities.respond.monitoring.settings import MonitoringSettings


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("monitoring", MonitoringSettings)
    quiet = (
        *observability_stacks(landscape, settings),
        *log_protection_stacks(landscape, settings),
        *log_subscription_stacks(landscape, settings),
        *log_copies_stacks(landscape, settings),
        *log_retention_stacks(landscape, settings),
        *dashboard_stacks(landscape, settings),
    )
    if not landscape.is_on("notifications"):
        return quiet
    return (
        *ready_made_stacks(landscape, settings),
        *profile_alarm_stacks(landscape, settings),
        *message_stacks(landscape, settings),
        *quiet,
    )


CAPABILITY = Capability(
    name="monitoring",
    title="Monitoring",
    summary="Alarms on quotas, functions, traffic, calls, any metric or log group; one account that reads them all.",
    settings=MonitoringSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(monitoring_problems(landscape)),
    weakened=lambda landscape: tuple(retroactive_entries(landscape.settings("monitoring", MonitoringSettings))),
    unsupported=lambda landscape: tuple(unsupported_alarms(landscape)),
    is_asked=lambda settings: (
        isinstance(settings, MonitoringSettings)
        and (
            bool(settings.ready_made or settings.alarms or settings.log_alarms or settings.composites)
            or settings.observability is not None
            or settings.log_protection is not None
            or settings.log_subscription is not None
            or settings.log_copies is not None
            or bool(settings.log_retention)
            or settings.dashboard
        )
    ),
    asked_administration=lambda settings: (
        log_copies_services(settings) if isinstance(settings, MonitoringSettings) else ()
    ),
    management_settings=log_copies_settings,
    since="2026.12",
)
