"""Regions, and lists that must not contain duplicates."""

from collections.abc import Iterator, Sequence

from baseline.aws.regions import partition_of
from baseline.findings import Problem
from baseline.profile.model import Profile
from baseline.profile.tree import KeyPath

_HOME = ("organization", "home_region")
_REGIONS = ("organization", "regions")


def mixed_partitions(profile: Profile) -> Iterator[Problem]:
    """Check that every governed Region is in the home Region's partition."""
    home = profile.organization.home_region
    for index, region in enumerate(profile.organization.regions):
        if partition_of(region) != partition_of(home):
            yield Problem(
                id="profile-partition",
                path=(*_REGIONS, index),
                message=f"Regions of several partitions: {region} is in {partition_of(region)}, "
                f"the home Region {home} in {partition_of(home)}",
                about=(_HOME,),
            )


def home_governed(profile: Profile) -> Iterator[Problem]:
    """Check that the home Region is one of the governed Regions."""
    home = profile.organization.home_region
    if home not in profile.organization.regions:
        yield Problem(
            id="profile-home-region",
            path=_HOME,
            message=f"home Region not governed: {home} is not among organization.regions",
            about=(_REGIONS,),
        )


def repeated_items(profile: Profile) -> Iterator[Problem]:
    """Check that no Region, framework or alert address is repeated; addresses are case-insensitive."""
    yield from _repeated(_REGIONS, profile.organization.regions)
    yield from _repeated(("compliance",), profile.compliance)
    yield from _repeated(("organization", "alerts"), profile.organization.alerts)


def _repeated(path: KeyPath, items: Sequence[str]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(item.casefold(), index)
        if first != index:
            yield Problem(
                id="profile-duplicate",
                path=(*path, index),
                message=f'value given twice: "{item}" is already in the list',
                fix="remove it",
                about=((*path, first),),
            )
