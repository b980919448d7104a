"""The policies that apply to an account: from the root down to the account itself."""

from collections.abc import Iterable, Mapping, Sequence

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy, policies_of, settings_of
from baseline.frozen import frozen
from baseline.policy.decide import Level
from baseline.policy.kinds import KINDS


@frozen
class Budget:
    """The number of policies of a kind at a place: ours, AWS's, reserved, inherited, and free."""

    place: str
    kind: str
    ours: int
    others: int
    inherited: int
    free: int


def levels_of(
    landscape: Landscape, place: str, kind: str, policies: Sequence[GuardrailPolicy] | None = None
) -> tuple[Level, ...]:
    """The levels above a place, the root first, and the place itself, with their policies of the kind."""
    found = policies_of(landscape) if policies is None else policies
    return tuple(
        Level(name=level, policies=tuple(p.attached for p in found if p.kind == kind and level in p.places))
        for level in path_of(landscape, place)
    )


def budgets(landscape: Landscape, policies: Sequence[GuardrailPolicy] | None = None) -> tuple[Budget, ...]:
    """Every place that has or inherits policies, by kind: the root, OUs, and accounts with their own policies."""
    found = policies_of(landscape) if policies is None else policies
    kinds = tuple(kind for kind in KINDS if any(item.kind == kind for item in found))
    return tuple(
        _budget(landscape, place, kind, _counts(item for item in found if item.kind == kind))
        for kind in kinds
        for place in ("root", *landscape.ous, *_accounts_with(landscape, found, kind))
    )


def reserved(landscape: Landscape, kind: str) -> int:
    """Number of policies of the kind at a place that are not ours."""
    own = settings_of(landscape).reserved_slots if kind == "SERVICE_CONTROL_POLICY" else 0
    return KINDS[kind].aws_own + own


def _budget(landscape: Landscape, place: str, kind: str, counts: Mapping[str, int]) -> Budget:
    others, ours = reserved(landscape, kind), counts.get(place, 0)
    above = path_of(landscape, place)[:-1]
    return Budget(
        place=place,
        kind=kind,
        ours=ours,
        others=others,
        inherited=sum(counts.get(level, 0) + KINDS[kind].aws_own for level in above),
        free=KINDS[kind].most_per_target(settings_of(landscape).quotas) - others - ours,
    )


def _accounts_with(landscape: Landscape, policies: Sequence[GuardrailPolicy], kind: str) -> tuple[str, ...]:
    places = {place for item in policies if item.kind == kind for place in item.places}
    return tuple(key for key in landscape.accounts if key in places)


def _counts(policies: Iterable[GuardrailPolicy]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for policy in policies:
        for place in policy.places:
            counts[place] = counts.get(place, 0) + 1
    return counts
