"""Resources of Amazon Inspector's administrator: scheduled CIS scans, and filters that suppress findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.detect.inspector.problems import regions_with_inspector
from baseline.capabilities.detect.inspector.settings import CisScan, InspectorSettings, Suppression
from baseline.capabilities.expiry import end_of
from baseline.capabilities.landscape import Landscape, portable
from baseline.capabilities.parameters import ParameterDeclaration, account_parameters, logical_names
from baseline.frozen import frozen

_COMPARISONS = {"equals": "EQUALS", "prefix": "PREFIX", "not_equals": "NOT_EQUALS"}


@frozen
class PlannedScan:
    """A CIS scan in CloudFormation's format.

    Attributes:
        logical_id: Logical id of its resource.
        name: Its name in Amazon Inspector.
        level: `LEVEL_1` or `LEVEL_2`.
        schedule: A daily, weekly or monthly schedule.
        accounts: Names of parameters with ids of accounts.
        everyone: The value for every account: `ALL_ACCOUNTS`, or `SELF` without an organization; else empty.
        tags: Tags of the instances.
    """

    logical_id: str
    name: str
    level: str
    schedule: Mapping[str, Any]
    accounts: tuple[str, ...]
    everyone: str
    tags: Mapping[str, Any]


@frozen
class CisScansContext:
    """Context of `cis_scans`."""

    scans: tuple[PlannedScan, ...]


@frozen
class FindingFilter:
    """A suppression in CloudFormation's format, with its reason as the description."""

    logical_id: str
    name: str
    reason: str
    criteria: Mapping[str, Any]


@frozen
class SuppressionsContext:
    """Context of `suppressions`."""

    filters: tuple[FindingFilter, ...]


def administrator_stacks(landscape: Landscape, settings: InspectorSettings) -> Iterator[StackSpec]:
    """The stacks of the administrator's account, in every governed Region that has Amazon Inspector."""
    regions = regions_with_inspector(landscape)
    target = Target(
        accounts=(landscape.role("inspector"),),
        regions=Regions.GOVERNED,
        only=() if regions == landscape.regions else regions,
    )
    if settings.cis_scans:
        yield _cis_stack(landscape, settings, target)
    if settings.suppressions:
        names = logical_names(item.name for item in settings.suppressions)
        yield StackSpec(
            name="inspector-suppressions",
            template="detect/inspector/suppressions",
            description="Filters that suppress expected findings of Amazon Inspector.",
            target=target,
            context=SuppressionsContext(
                filters=tuple(_filter(item, f"Suppression{names[item.name]}") for item in settings.suppressions)
            ),
            prerequisites=_on_by_hand(landscape),
        )


def _cis_stack(landscape: Landscape, settings: InspectorSettings, target: Target) -> StackSpec:
    names = logical_names(sorted(settings.cis_scans))
    keys = dict.fromkeys(key for scan in settings.cis_scans.values() for key in scan.accounts)
    parameters = {} if landscape.standalone else account_parameters(landscape, keys)
    return StackSpec(
        name="inspector-cis-scans",
        template="detect/inspector/cis_scans",
        description="Scheduled scans of instances against Center for Internet Security (CIS) benchmarks.",
        target=target,
        context=CisScansContext(
            scans=tuple(
                _scan(landscape, key, scan, f"{names[key]}Scan", parameters) for key, scan in settings.cis_scans.items()
            )
        ),
        parameters=tuple(parameters.values()),
        prerequisites=_on_by_hand(landscape),
    )


def _scan(
    landscape: Landscape,
    key: str,
    scan: CisScan,
    logical_id: str,
    parameters: Mapping[str, ParameterDeclaration],
) -> PlannedScan:
    accounts = tuple(parameters[name].name for name in dict.fromkeys(scan.accounts)) if parameters else ()
    everyone = "SELF" if landscape.standalone else "ALL_ACCOUNTS"
    return PlannedScan(
        logical_id=logical_id,
        name=f"{landscape.prefix}-{key}",
        level=f"LEVEL_{scan.level}",
        schedule=_schedule(scan),
        accounts=accounts,
        everyone="" if accounts else everyone,
        tags=scan.tags,
    )


def _schedule(scan: CisScan) -> Mapping[str, Any]:
    start = {"StartTime": {"TimeOfDay": scan.at, "TimeZone": scan.time_zone}}
    days = list(dict.fromkeys(scan.days))
    if scan.schedule == "monthly":
        return {"Monthly": {**start, "Day": days[0]}}
    return {"Weekly": {**start, "Days": days}} if scan.schedule == "weekly" else {"Daily": start}


def _filter(item: Suppression, logical_id: str) -> FindingFilter:
    criteria: dict[str, Any] = {
        criterion.field: [
            {"Comparison": name, "Value": portable(value)}
            for key, name in _COMPARISONS.items()
            for value in getattr(criterion, key)
        ]
        for criterion in item.criteria
    }
    if item.expires:
        criteria["LastObservedAt"] = [{"EndInclusive": int(end_of(item.expires).timestamp())}]
    return FindingFilter(logical_id=logical_id, name=item.name, reason=item.reason, criteria=criteria)


def _on_by_hand(landscape: Landscape) -> tuple[str, ...]:
    """Manual steps that turn the service on if no organization policy does."""
    if not landscape.standalone:
        return ()
    command = "aws inspector2 enable --resource-types EC2 ECR LAMBDA --region REGION"
    return (f"Amazon Inspector is on in every governed Region, with the scans that you choose: `{command}`.",)
