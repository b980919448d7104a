"""What a profile may not say about network logs, and what AWS does not have."""

from collections.abc import Iterator

from baseline.aws.availability import is_available
from baseline.capabilities.detect.network.settings import NetworkSettings
from baseline.capabilities.landscape import Landscape
from baseline.findings import Problem
from baseline.text.choice import one_of


def telemetry_type(landscape: Landscape) -> str:
    """The resource type of a rule: of the organization, or of a single account."""
    kind = "TelemetryRule" if landscape.standalone else "OrganizationTelemetryRule"
    return f"AWS::ObservabilityAdmin::{kind}"


def telemetry_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions that have telemetry rules."""
    kind = telemetry_type(landscape)
    return tuple(region for region in landscape.regions if is_available(kind, region) is not False)


def network_problems(landscape: Landscape, settings: NetworkSettings) -> Iterator[Problem]:
    """Everything that is wrong beside another value."""
    if settings.archive and not landscape.is_on("log_archive"):
        yield Problem(
            path=("archive",),
            message="log_archive is off: it has the bucket",
            fix="turn log_archive on, or remove it",
            fallback=(("capabilities", "log_archive"),),
        )
    for key, item in settings.archive.items():
        if item.account not in landscape.accounts:
            yield Problem(
                path=("archive", key, "account"),
                message=f'there is no account "{item.account}"',
                fix=f"write {one_of(landscape.accounts)}",
            )
        if item.region not in landscape.regions:
            yield Problem(
                path=("archive", key, "region"),
                message=f"{item.region} is not a governed Region",
                fix=f"write {one_of(landscape.regions)}, or add it to organization.regions",
            )


def unsupported_here(landscape: Landscape, settings: NetworkSettings) -> Iterator[Problem]:
    """Regions in which nothing is recorded because CloudFormation has no telemetry rules there."""
    here = telemetry_regions(landscape)
    missing = [name for name in landscape.regions if name not in here]
    if settings.record and missing:
        yield Problem(
            path=("record",),
            message=f"CloudFormation has no telemetry rules in {', '.join(missing)}: nothing is recorded there",
            fix="name VPCs of these Regions under archive",
        )
