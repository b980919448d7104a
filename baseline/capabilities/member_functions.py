"""Functions for settings of single services, not of accounts or the organization, and the services' Regions."""

from baseline.aws.availability import regions_with
from baseline.capabilities.detect.detective.settings import DetectiveSettings
from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.capabilities.detect.inspector.settings import InspectorSettings
from baseline.capabilities.detect.security_lake.settings import SecurityLakeSettings
from baseline.capabilities.function_permissions import (
    DETECTIVE_FUNCTION,
    HOOKS_FUNCTION,
    INSPECTOR_FUNCTION,
    LISTS_FUNCTION,
    MACIE_FUNCTION,
    RETENTION_FUNCTION,
    SECURITY_LAKE_FUNCTION,
)
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.macie_results import uses_macie
from baseline.capabilities.protect.hooks.problems import uses_hooks
from baseline.capabilities.respond.monitoring.settings import MonitoringSettings


def detective_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation supports Amazon Detective, or may support it."""
    return regions_with(landscape.regions, "AWS::Detective::Graph")


def uses_detective(landscape: Landscape) -> bool:
    """Whether the profile requests a graph in a Region that has Amazon Detective: its function needs a key."""
    if not landscape.is_on("detective") or not landscape.is_on("kms"):
        return False
    return landscape.settings("detective", DetectiveSettings).graph and bool(detective_regions(landscape))


def configures_inspector(landscape: Landscape) -> bool:
    """Whether the profile configures Amazon Inspector's scans, and a Region has the service."""
    if not landscape.is_on("inspector") or not landscape.is_on("kms"):
        return False
    settings = landscape.settings("inspector", InspectorSettings)
    regions = regions_with(landscape.regions, "AWS::InspectorV2::Filter")
    return bool(settings.image_rescans or settings.scan_mode) and any(regions)


def stores_lists(landscape: Landscape) -> bool:
    """Whether the profile has entries of GuardDuty lists: a function stores them in the log archive."""
    if not landscape.is_on("guardduty") or not landscape.is_on("kms"):
        return False
    return any(item.entries for item in landscape.settings("guardduty", GuardDutySettings).lists)


def lake_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation supports Amazon Security Lake, or may support it."""
    return regions_with(landscape.regions, "AWS::SecurityLake::DataLake")


def uses_security_lake(landscape: Landscape) -> bool:
    """Whether the profile names sources, and the home Region has Amazon Security Lake."""
    if not landscape.is_on("security_lake") or not landscape.is_on("kms"):
        return False
    settings = landscape.settings("security_lake", SecurityLakeSettings)
    return bool(settings.sources) and landscape.home_region in lake_regions(landscape)


def adds_lake_accounts(landscape: Landscape) -> bool:
    """Whether accounts that join the organization contribute to the lake: a function adds them."""
    if landscape.standalone or not uses_security_lake(landscape):
        return False
    settings = landscape.settings("security_lake", SecurityLakeSettings)
    return settings.new_accounts and any(not source.accounts for source in settings.sources.values())


def sets_log_retention(landscape: Landscape) -> bool:
    """Whether the profile sets the retention of log groups: a function in their accounts applies it."""
    if not landscape.is_on("monitoring") or not landscape.is_on("kms"):
        return False
    return bool(landscape.settings("monitoring", MonitoringSettings).log_retention)


def member_functions(landscape: Landscape) -> tuple[str, ...]:
    """Names of the functions: each needs a key for its log, and an exemption from the guardrails of its service."""
    return (
        *((MACIE_FUNCTION,) if uses_macie(landscape) else ()),
        *((DETECTIVE_FUNCTION,) if uses_detective(landscape) else ()),
        *((INSPECTOR_FUNCTION,) if configures_inspector(landscape) else ()),
        *((LISTS_FUNCTION,) if stores_lists(landscape) else ()),
        *((SECURITY_LAKE_FUNCTION,) if adds_lake_accounts(landscape) else ()),
        *((HOOKS_FUNCTION,) if uses_hooks(landscape) else ()),
        *((RETENTION_FUNCTION,) if sets_log_retention(landscape) else ()),
    )
