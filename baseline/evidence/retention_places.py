"""Retention policies of log groups whose target accounts changed, which a comparison of templates does not show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import inf

from baseline.deploy.template import resources_of
from baseline.evidence.resource_changes import ResourceChange
from baseline.evidence.risks import NO_POLICY, Risk, retention_of
from baseline.plan.model import Stack, Template


def with_other_places(
    changes: Sequence[ResourceChange], before: Iterable[Template], after: Iterable[Template]
) -> tuple[ResourceChange, ...]:
    """The changes, with the policies of stacks whose places differ."""
    former = {template.stack.name: template for template in before}
    found = {
        (item.stack, item.logical_id): item
        for template in after
        if template.stack.name in former
        for item in _policies(former[template.stack.name], template)
    }
    joined = [_joined(item, found.pop((item.stack, item.logical_id), None)) for item in changes]
    return (*joined, *found.values())


def _joined(change: ResourceChange, other: ResourceChange | None) -> ResourceChange:
    return replace(change, risks=tuple(dict.fromkeys((*other.risks, *change.risks)))) if other else change


def _policies(before: Template, after: Template) -> Iterator[ResourceChange]:
    more, less = _apart(after.stack, before.stack), _apart(before.stack, after.stack)
    if not more and not less:
        return
    for item in resources_of(after.text):
        policy = retention_of(item)
        reasons = []
        if more and policy and policy["retroactive"] and policy["days"] != inf:
            older = f"events older than {policy['days']} days are deleted, a day after the deployment"
            reasons.append(f"{', '.join(more)}: {older}, also in log groups that exist")
        if less and policy:
            reasons.append(f"{', '.join(less)}, with --prune: {NO_POLICY}")
        if reasons:
            risks = tuple(Risk(kind="data loss", why=why) for why in reasons)
            yield ResourceChange(
                stack=after.stack.name, logical_id=item.logical_id, type=item.type, change="changed", risks=risks
            )


def _apart(one: Stack, other: Stack) -> list[str]:
    """Targets of the first stack that the other stack does not have: units, and accounts outside the other's units."""
    units = [unit for deployment in other.deployments for unit in deployment.ous]
    known = {*units, *(deployment.account for deployment in other.deployments)}
    places = (place for item in one.deployments for place in (*item.ous, item.account) if place)
    return [
        place
        for place in dict.fromkeys(places)
        if place not in known and "/" not in units and not any(place.startswith(f"{unit}/") for unit in units)
    ]
