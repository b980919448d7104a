"""Controls that hold only in some of their accounts and Regions, with the places that lack them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from baseline.evidence.assess import Assessment, State
from baseline.evidence.unmanaged_accounts import unmanaged_places
from baseline.evidence.unrecorded_accounts import unjudged_places
from baseline.evidence.unwatched_accounts import unwatched_places
from baseline.output.runbook import describe_deployment
from baseline.plan.model import Stack, Template
from baseline.plan.reach import Spread
from baseline.validate.reach import Planned, claims

_MOST = 5


def with_places(
    assessments: Iterable[Assessment], templates: Sequence[Template], planned: Planned
) -> tuple[Assessment, ...]:
    """The assessments; a control that lacks some accounts or Regions, or fails only there, is partial.

    Args:
        assessments: Every control with its state.
        templates: All templates.
        planned: The plan with its organization.
    """
    missing, stacks = missing_places(templates, planned), {item.stack.name: item.stack for item in templates}
    return tuple(_with_places(item, missing.get(item.control.id, ()), stacks) for item in assessments)


def missing_places(templates: Iterable[Template], planned: Planned) -> Mapping[str, tuple[str, ...]]:
    """Control id → the places that its stacks do not cover or cannot evaluate, even if AWS lacks the features there.

    Args:
        templates: All templates.
        planned: The plan with its organization.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for claim in claims(templates):
        for spread in claim.lacks(planned, least=False).spreads:
            found[claim.control.id][_words(spread)] = None
    for places in (unjudged_places, unwatched_places, unmanaged_places):
        for name, spread in places(planned).items():
            found[name][_words(spread)] = None
    return {name: tuple(words) for name, words in found.items()}


def _with_places(item: Assessment, missing: tuple[str, ...], stacks: Mapping[str, Stack]) -> Assessment:
    if item.state is State.DEPLOYED and missing:
        return replace(item, state=State.PARTIAL, missing=missing)
    weaker = tuple(_weaker_variants(item, stacks)) if item.state is State.FAILED else ()
    if not weaker:
        return item
    places = (describe_deployment(target) for stack in weaker for target in stack.deployments)
    return replace(item, state=State.PARTIAL, missing=(*missing, *dict.fromkeys(places)))


def _weaker_variants(item: Assessment, stacks: Mapping[str, Stack]) -> Iterator[Stack]:
    """The stacks with failing values, if each has a variant for other places in which all values hold."""
    failing = {seen.stack for seen in item.observations if not seen.holds}
    holding = {seen.stack for seen in item.observations} - failing
    families = {stacks[name].family for name in holding} - {""}
    if failing and all(stacks[name].family in families for name in failing):
        yield from (stacks[name] for name in sorted(failing))


def _words(spread: Spread) -> str:
    names = sorted(map(str, spread.destinations))
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"{', '.join(names[:_MOST])}{more} in {', '.join(spread.regions)}"
