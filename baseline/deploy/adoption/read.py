"""The resources to import in one place, with their live properties."""

from collections.abc import Collection, Mapping
from typing import Any

from baseline.cloud.account import resource_properties
from baseline.cloud.session import Session
from baseline.deploy.adoption.decide import Import
from baseline.deploy.changes import filled_in
from baseline.deploy.task import Context
from baseline.deploy.template import parse
from baseline.frozen import frozen
from baseline.plan.adoption import KINDS, PlannedAdoption, adopted_in, identifier_in
from baseline.plan.model import Stack


@frozen
class ImportPlace:
    """A stack in one account and Region, and the session of that account."""

    session: Session
    account: str
    region: str


def member_session(context: Context, account: str) -> Session:
    """A session of the role that the user names for member accounts."""
    return context.session.member(f"arn:{context.plan.partition}:iam::{account}:role/{context.options.member_role}")


def adopted_ids(context: Context, text: str, account: str, region: str) -> frozenset[str]:
    """Logical ids of the resources of a template that the profile adopts."""
    return frozenset(adopted_in(parse(text).get("Resources") or {}, context.plan.adoptions, account, region))


def imports_at(context: Context, stack: Stack, place: ImportPlace, made: Collection[str]) -> tuple[Import, ...]:
    """The resources to import in one place; `made` are the logical ids that the stack has already."""
    if not context.plan.adoptions:
        return ()
    resources = parse(context.written.texts[stack.name]).get("Resources") or {}
    known = context.values.filled(stack, place.account, place.region)
    return tuple(
        _import(place, logical_id, adoption, filled_in(resources[logical_id].get("Properties") or {}, known))
        for logical_id, adoption in adopted_in(resources, context.plan.adoptions, place.account, place.region).items()
        if logical_id not in made
    )


def _import(place: ImportPlace, logical_id: str, adoption: PlannedAdoption, wanted: Mapping[str, Any]) -> Import:
    identifier = identifier_in(adoption, wanted)
    live = resource_properties(place.session, place.region, KINDS[adoption.kind].type, "|".join(identifier.values()))
    return Import(logical_id=logical_id, adoption=adoption, identifier=identifier, wanted=wanted, live=live)
