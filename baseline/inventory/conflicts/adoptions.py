"""Checks of adoptions: the adopted resources must be in the inventory."""

from collections.abc import Callable, Iterator, Mapping

from baseline.findings import Problem
from baseline.inventory.conflicts.subject import Subject
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import RegionInventory
from baseline.inventory.proposal.look import known
from baseline.plan.adoption import KINDS


def missing(subject: Subject) -> Iterator[Problem]:
    """Check that every adopted resource exists; kinds that are not in the inventory are skipped."""
    for item in subject.plan.adoptions:
        look = _KNOWN.get(item.kind)
        there = look(subject) if look else None
        if there is not None and item.id not in there:
            yield Problem(
                path=("adopt", item.kind, item.name),
                message=f"the {KINDS[item.kind].title} {item.id} does not exist",
                fix="correct the id, or leave it out to create one",
            )


def _policies(subject: Subject) -> frozenset[str] | None:
    found = known(subject.inventory.organization.policies)
    return None if found is None or found.unknown_types else frozenset(item.id for item in found.policies)


def _permission_sets(subject: Subject) -> frozenset[str] | None:
    center = known(subject.inventory.organization.identity_center)
    return None if center is None else frozenset(item.arn for item in center.permission_sets)


def _groups(subject: Subject) -> frozenset[str] | None:
    center = known(subject.inventory.organization.identity_center)
    return None if center is None else frozenset(item.id for item in center.groups)


def _in_regions(
    key: str, ids: Callable[[RegionInventory], tuple[str, ...] | None]
) -> Callable[[Subject], frozenset[str] | None]:
    """Ids in every governed Region of an account; None if those of one Region are unknown."""

    def look(subject: Subject) -> frozenset[str] | None:
        facts = subject.facts(key)
        found = [ids(item) for item in facts.values()]
        if len(facts) < len(subject.landscape.regions) or None in found:
            return None
        return frozenset(id_ for some in found for id_ in some or ())

    return look


def _detectors(facts: RegionInventory) -> tuple[str, ...] | None:
    return None if isinstance(facts.detectors, Unknown) else tuple(item.id for item in facts.detectors)


def _hubs(facts: RegionInventory) -> tuple[str, ...] | None:
    if isinstance(facts.hub, Unknown):
        return None
    return (facts.hub.arn,) if facts.hub else ()


def _trails(facts: RegionInventory) -> tuple[str, ...] | None:
    return None if isinstance(facts.trails, Unknown) else tuple(item.arn for item in facts.trails)


_KNOWN: Mapping[str, Callable[[Subject], frozenset[str] | None]] = {
    "organizational_units": lambda subject: frozenset(it.id for it in subject.inventory.organization.tree.units),
    "accounts": lambda subject: frozenset(subject.accounts),
    "policies": _policies,
    "permission_sets": _permission_sets,
    "groups": _groups,
    "detectors": _in_regions("security", _detectors),
    "hubs": _in_regions("security", _hubs),
    "trails": _in_regions("management", _trails),
}
"""Kind → the ids that exist, or None if they are unknown; an inventory has no keys, log groups or other buckets."""
