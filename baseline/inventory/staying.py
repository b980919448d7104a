"""Resources of a live organization that a plan neither creates, imports nor manages: they stay as they are."""

from collections.abc import Callable, Iterator, Mapping

from baseline.frozen import frozen
from baseline.inventory.conflicts.subject import Subject, listing
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import RegionInventory
from baseline.inventory.proposal.look import account_regions, known


@frozen
class Staying:
    """Resources of one kind that stay as they are.

    Attributes:
        kind: The kind, in the plural.
        names: Their names; for resources of accounts and Regions `name of account in Region`.
        is_unknown: Whether some or all of them are unknown.
    """

    kind: str
    names: tuple[str, ...]
    is_unknown: bool = False

    def __str__(self) -> str:
        if not self.names:
            return f"{self.kind}: unknown"
        return f"{self.kind}: {len(self.names)} ({listing(self.names)}){', others unknown' if self.is_unknown else ''}"


def staying(subject: Subject) -> tuple[Staying, ...]:
    """Resources that stay as they are, by kind; kinds without resources are left out."""
    adopted = frozenset(id_ for _, id_ in subject.adopted)
    found = (*_organization(subject, adopted), *_identities(subject, adopted), *_regional(subject, adopted))
    return tuple(item for item in found if item.names or item.is_unknown)


def _organization(subject: Subject, adopted: frozenset[str]) -> Iterator[Staying]:
    organization, prefix = subject.inventory.organization, f"{subject.landscape.prefix}-"
    tree = organization.tree
    outside = (item for item in tree.accounts if item.id not in subject.keys)
    yield Staying(kind="accounts", names=tuple(f"{item.name or item.id}, {item.state}" for item in outside))
    units = {id_ for id_ in subject.landscape.ous.values() if id_} | adopted
    yield Staying(kind="organizational units", names=tuple(it.path for it in tree.units if it.id not in units))
    policies = known(organization.policies)
    foreign = (
        item
        for item in (policies.policies if policies else ())
        if not item.aws_managed and item.id not in adopted and not item.name.startswith(prefix)
    )
    yield Staying(
        kind="organization policies",
        names=tuple(item.name if item.targets else f"{item.name}, not attached" for item in foreign),
        is_unknown=not policies or bool(policies.unknown_types),
    )
    sets = known(organization.stack_sets)
    names = tuple(item.name for item in sets or () if not item.capability)
    yield Staying(kind="StackSets", names=names, is_unknown=isinstance(organization.stack_sets, Unknown))


def _identities(subject: Subject, adopted: frozenset[str]) -> Iterator[Staying]:
    fact = subject.inventory.organization.identity_center
    center = known(fact)
    sets = center.permission_sets if center and "identity_center" not in subject.deployed else ()
    names = tuple(item.name for item in sets if item.arn not in adopted)
    yield Staying(kind="permission sets", names=names, is_unknown=isinstance(fact, Unknown))


_Find = Callable[[RegionInventory], Mapping[str, str] | None]


def _recorders(facts: RegionInventory) -> Mapping[str, str] | None:
    some = known(facts.recorders)
    return None if some is None else {it.name: it.name for it in some if not it.service}


def _trails(facts: RegionInventory) -> Mapping[str, str] | None:
    some = known(facts.trails)
    return None if some is None else {it.arn: it.name for it in some}


def _detectors(facts: RegionInventory) -> Mapping[str, str] | None:
    some = known(facts.detectors)
    return None if some is None else {it.id: "detector" for it in some}


def _hubs(facts: RegionInventory) -> Mapping[str, str] | None:
    if isinstance(facts.hub, Unknown):
        return None
    return {facts.hub.arn: "hub"} if facts.hub else {}


def _analyzers(facts: RegionInventory) -> Mapping[str, str] | None:
    some = known(facts.analyzers)
    return None if some is None else {it.name: it.name for it in some}


_REGIONAL: tuple[tuple[str, str, _Find], ...] = (
    ("trails", "cloudtrail", _trails),
    ("configuration recorders", "config", _recorders),
    ("GuardDuty detectors", "guardduty", _detectors),
    ("Security Hub hubs", "security_hub", _hubs),
    ("analyzers", "access_analyzer", _analyzers),
)
"""Kind, the capability that creates such resources, and a function that finds them: id → name."""


def _regional(subject: Subject, adopted: frozenset[str]) -> Iterator[Staying]:
    prefix = f"{subject.landscape.prefix}-"
    for kind, capability, find in _REGIONAL:
        names: list[str] = []
        is_unknown = False
        for account in sorted(subject.inventory.accounts):
            for region, facts in account_regions(subject.inventory, account).items():
                found = find(facts)
                is_unknown |= found is None
                places = [name for id_, name in (found or {}).items() if id_ not in adopted]
                own = capability in subject.deployed
                where = subject.keys.get(account, account)
                names += [
                    f"{name} of {where} in {region}" for name in places if not own and not name.startswith(prefix)
                ]
        yield Staying(kind=kind, names=tuple(names), is_unknown=is_unknown)
