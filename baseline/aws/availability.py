"""CloudFormation resource types: availability by Region, and the update behavior of their properties."""

from collections.abc import Iterable
from functools import cache

from baseline.aws.facts import facts
from baseline.aws.regions import REGIONS
from baseline.frozen import frozen

UNRELIABLE_REGIONS = frozenset({"me-south-1"})
"""Supported Regions that the bundled schemas do not describe."""


@frozen
class ResourceFacts:
    """Facts about a resource type from its registry schema.

    Attributes:
        missing: Regions without the type.
        create_only: Properties whose change replaces the resource, as paths (`BucketName`, `Budget/BudgetName`).
        conditional_create_only: Properties whose change may replace it.
        delete_then_create: Whether a replacement leaves a gap.
        updatable: Whether it can be updated at all; if not, every change replaces it.
    """

    missing: frozenset[str]
    create_only: tuple[str, ...]
    conditional_create_only: tuple[str, ...]
    delete_then_create: bool
    updatable: bool


@cache
def resource_facts(resource_type: str) -> ResourceFacts | None:
    """The facts of a type, or None for a type that the data does not cover.

    Source: the registry schemas that cfn-lint bundles; the data file names the version.
    """
    data = facts("resource_types").get(resource_type)
    if data is None:
        return None
    return ResourceFacts(
        missing=frozenset(data.get("missing", ())),
        create_only=tuple(data.get("create_only", ())),
        conditional_create_only=tuple(data.get("conditional_create_only", ())),
        delete_then_create=data.get("strategy") == "delete_then_create",
        updatable=data.get("update", True),
    )


def regions_with(regions: Iterable[str], *resource_types: str) -> tuple[str, ...]:
    """The Regions that have every type, or of which the data does not say that one is missing."""
    return tuple(name for name in regions if all(is_available(item, name) is not False for item in resource_types))


def is_available(resource_type: str, region: str) -> bool | None:
    """Whether the Region has the type; None for a type or a Region that the data does not cover."""
    found = resource_facts(resource_type)
    if found is None or region not in REGIONS or region in UNRELIABLE_REGIONS:
        return None
    return region not in found.missing
