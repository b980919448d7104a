"""Validation of network settings, also against what AWS supports."""

from collections.abc import Iterator

from baseline.aws.availability import regions_with
from baseline.capabilities.detect.network.priority import dns_priority
from baseline.capabilities.detect.network.settings import ArchivedVpc, DnsFirewall, Exclusion, NetworkSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import active
from baseline.findings import KeyPath, Problem, Severity
from baseline.text.choice import one_of

_BLOCK = "vpc-block-public-access"
"""The guardrail that exclusions refer to."""


def telemetry_type(landscape: Landscape) -> str:
    """The resource type of a rule: of the organization, or of a single account."""
    kind = "TelemetryRule" if landscape.standalone else "OrganizationTelemetryRule"
    return f"AWS::ObservabilityAdmin::{kind}"


def telemetry_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions that have telemetry rules."""
    return regions_with(landscape.regions, telemetry_type(landscape))


def scope_regions(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions that have Network Access Analyzer, or may have it."""
    return regions_with(landscape.regions, "AWS::EC2::NetworkInsightsAccessScope")


def network_problems(landscape: Landscape, settings: NetworkSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    if settings.archive and not landscape.is_on("log_archive"):
        yield Problem(
            path=("archive",),
            message="log_archive is off: its bucket stores the flow logs",
            fix="turn log_archive on, or remove it",
            fallback=(("capabilities", "log_archive"),),
        )
    for name in ("archive", "dns_firewalls", "public_access_exclusions"):
        for key, item in getattr(settings, name).items():
            yield from _place_problems(landscape, (name, key), item)
    for key, firewall in settings.dns_firewalls.items():
        if not (firewall.domains or firewall.managed_lists or firewall.threats):
            yield Problem(
                path=("dns_firewalls", key), message="it has no rule", fix="name threats, managed_lists or domains"
            )
    yield from _priority_problems(settings)
    yield from _exclusion_problems(landscape, settings)


def _priority_problems(settings: NetworkSettings) -> Iterator[Problem]:
    taken: dict[tuple[str, int], str] = {}
    for key, firewall in settings.dns_firewalls.items():
        priority = dns_priority(key, firewall)
        other = next((name for vpc in firewall.vpcs if (name := taken.get((vpc, priority)))), None)
        taken |= {(vpc, priority): key for vpc in firewall.vpcs}
        if other:
            yield Problem(
                path=("dns_firewalls", key, "priority") if firewall.priority else ("dns_firewalls", key),
                message=f"{other} also has the priority {priority} in a VPC",
                fix="write another priority, from 100 to 9900",
            )


def _place_problems(
    landscape: Landscape, path: KeyPath, item: ArchivedVpc | DnsFirewall | Exclusion
) -> Iterator[Problem]:
    if item.account not in landscape.accounts:
        yield Problem(
            path=(*path, "account"),
            message=f'there is no account "{item.account}"',
            fix=f"write {one_of(landscape.accounts)}",
        )
    if item.region not in landscape.regions:
        yield Problem(
            path=(*path, "region"),
            message=f"{item.region} is not a governed Region",
            fix=f"write {one_of(landscape.regions)}, or add it to organization.regions",
        )


def _exclusion_problems(landscape: Landscape, settings: NetworkSettings) -> Iterator[Problem]:
    for key, item in settings.public_access_exclusions.items():
        if bool(item.vpc) == bool(item.subnet):
            yield Problem(
                path=("public_access_exclusions", key),
                message="it names both vpc and subnet" if item.vpc else "it names neither vpc nor subnet",
                fix="name one of them",
            )
    if not settings.public_access_exclusions or landscape.standalone:  # where only a command blocks public access
        return
    if not landscape.is_on("guardrails") or all(it.id != _BLOCK for it, _ in active(landscape)):
        yield Problem(
            path=("public_access_exclusions",),
            message=f"the guardrail {_BLOCK} is off: exclusions have an effect only where an account blocks public "
            "access itself",
            fix=f"turn guardrails.rules.{_BLOCK} on, or remove them",
            fallback=(("capabilities", "guardrails"),),
            severity=Severity.WARNING,
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
    lacking = [name for name in landscape.regions if name not in scope_regions(landscape)]
    if settings.access_scopes and lacking:
        yield Problem(
            path=("access_scopes",),
            message=f"Network Access Analyzer does not exist in {', '.join(lacking)}: there are no scopes there",
            fix="analyze routes and security groups of these Regions with another tool",
        )
