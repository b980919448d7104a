"""The policies of a plan as an account meets them: from the root down to itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from baseline.aws.quotas import quota
from baseline.capabilities.guardrails import GuardrailPolicy, policies_of, resolved
from baseline.capabilities.guardrails_settings import GuardrailsSettings
from baseline.capabilities.landscape import Landscape
from baseline.policy.decide import AttachedPolicy, Level
from baseline.policy.document import read_statements


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many service control policies a place has: ours, AWS's and others' reserved ones, inherited, still free."""

    place: str
    ours: int
    others: int
    inherited: int
    free: int


def levels_of(landscape: Landscape, account: str) -> tuple[Level, ...]:
    """The levels above an account, by its key in the profile, and the account itself."""
    found = policies_of(landscape)
    return tuple(
        Level(
            name=place,
            policies=tuple(
                AttachedPolicy(name=item.name, statements=read_statements(json.loads(resolved(landscape, item))))
                for item in found
                if place in item.places
            ),
        )
        for place in (*_path(landscape.accounts[account].ou), account)
    )


def budgets(landscape: Landscape) -> tuple[Budget, ...]:
    """Every place that has or inherits policies: the root, units, and accounts with policies of their own."""
    found = policies_of(landscape)
    others = 1 + landscape.settings("guardrails", GuardrailsSettings).reserved_slots
    counts = _counts(found)
    accounts = tuple(key for key in landscape.accounts if key in counts)
    return tuple(
        Budget(
            place=place,
            ours=counts.get(place, 0),
            others=others,
            inherited=sum(counts.get(above, 0) + 1 for above in _above(landscape, place)),
            free=quota("organizations.scps_per_target") - others - counts.get(place, 0),
        )
        for place in ("root", *landscape.ous, *accounts)
    )


def _counts(policies: tuple[GuardrailPolicy, ...]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for policy in policies:
        for place in policy.places:
            counts[place] = counts.get(place, 0) + 1
    return counts


def _above(landscape: Landscape, place: str) -> tuple[str, ...]:
    if place == "root":
        return ()
    if place in landscape.accounts:
        return _path(landscape.accounts[place].ou)
    return _path(place.rpartition("/")[0])


def _path(unit: str | None) -> tuple[str, ...]:
    """`Workloads/Prod` → root, Workloads, Workloads/Prod."""
    parts = unit.split("/") if unit else []
    return ("root", *("/".join(parts[:count]) for count in range(1, len(parts) + 1)))
