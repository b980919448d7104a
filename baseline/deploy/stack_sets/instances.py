"""Stack instances: missing, failed or suspended ones, and the account filters of requests."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from baseline.cloud.stack_sets import Place, StackInstance

Described = Mapping[Place, StackInstance]
"""Instances as AWS lists them."""

_MOST_UNITS = 50
"""Units that one request about stack instances may name
(docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html)."""


def lacking(wanted: AbstractSet[Place], instances: Described) -> tuple[set[Place], set[Place]]:
    """Missing instances, and instances that an update repairs."""
    return set(wanted - instances.keys()), {key for key in wanted & instances.keys() if _is_broken(instances[key])}


def unfinished(wanted: AbstractSet[Place], instances: Described) -> Iterator[tuple[Place, str]]:
    """Instances that are out of date or failed, with AWS's status."""
    for key in sorted(wanted & instances.keys()):
        item = instances[key]
        if item.status not in ("CURRENT", ""):
            detail = f" ({item.detail})" if item.detail else ""
            reason = f": {item.reason}" if item.reason else ""
            yield key, f"{item.status}{detail}{reason}"


def within_reach(instances: Described) -> frozenset[Place]:
    """All instances except those of suspended accounts, which no operation reaches."""
    return frozenset(key for key, item in instances.items() if not item.is_suspended)


def grouped(
    instances: Described, unit_of: Callable[[str, str], str]
) -> Iterator[tuple[str, tuple[str, ...], set[str]]]:
    """Requests that together name each instance once: an OU, Regions, and the accounts in it.

    Args:
        instances: All of them.
        unit_of: The OU to request, given the OU that AWS has recorded and the account.
    """
    regions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (account, region), item in instances.items():
        regions[unit_of(item.unit, account), account].append(region)
    groups: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for (unit, account), names in regions.items():
        groups[unit, tuple(sorted(names))].add(account)
    for (unit, places), accounts in sorted(groups.items()):
        yield unit, places, accounts


def targets_of(units: Iterable[str], accounts: Iterable[str]) -> dict[str, Any]:
    """`DeploymentTargets`: the OUs, or some accounts in them."""
    targets: dict[str, Any] = {"OrganizationalUnitIds": [unit for unit in units if unit]}
    named = sorted(accounts)
    return {**targets, "AccountFilterType": "INTERSECTION", "Accounts": named} if named else targets


def batched_units(units: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The OUs in as many parts as requests are needed."""
    for begin in range(0, len(units), _MOST_UNITS):
        yield tuple(units[begin : begin + _MOST_UNITS])


def _is_broken(instance: StackInstance) -> bool:
    """Whether an update repairs the instance. It does not repair an inoperable one, nor reach a suspended account."""
    return instance.status == "OUTDATED" and not instance.is_suspended and instance.detail not in ("PENDING", "RUNNING")
