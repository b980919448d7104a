"""The current and the wanted state of a StackSet."""

from collections.abc import Iterator

from baseline.cloud.stack_sets import Place, StackSetReader
from baseline.cloud.stacks import StackReader
from baseline.deploy.adoption.decide import Import
from baseline.deploy.adoption.read import ImportPlace, adopted_ids, imports_at, member_session
from baseline.deploy.stack_sets.decide import Automation, Misplacement, Target, Wanted, surplus
from baseline.deploy.stack_sets.instances import Described, lacking
from baseline.deploy.stack_sets.placement import misplacements
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.plan.model import Deployment
from baseline.plan.operations import auto_deployment_dependencies, is_auto_deployed


def deployed_text(target: StackSetTarget) -> str | None:
    """The deployed template, or None if there is no StackSet."""
    current = target.reader.describe()
    return current.text if current else None


def wanted_of(target: StackSetTarget) -> Wanted:
    """The wanted state of the StackSet.

    Raises:
        AwsError: if AWS has not assigned a value yet.
    """
    return Wanted(
        text=target.text,
        parameters=target.context.values.parameters(target.stack),
        tags=target.context.tags_of(target.stack),
        automation=_automation(target),
    )


def target_of(target: StackSetTarget, deployment: Deployment) -> Target:
    """OUs, accounts and Regions of a deployment."""
    values = target.context.values
    units, account = values.targets(deployment)
    return Target(
        members={unit: values.units.members(unit) for unit in units}, account=account, regions=tuple(deployment.regions)
    )


def places_of(target: StackSetTarget) -> frozenset[Place]:
    """The target accounts and Regions of the StackSet."""
    return frozenset(place for item in target.deployments for place in target_of(target, item).places)


def misplaced_in(target: StackSetTarget) -> tuple[Misplacement, ...]:
    """OUs and accounts in a different place than in the plan."""
    return tuple(misplacements(target.context.values, target.deployments))


def surplus_of(target: StackSetTarget, instances: Described) -> frozenset[Place]:
    """Instances that are no longer in the plan."""
    places = places_of(target)
    return surplus(places, instances, misplaced_in(target))


def adopted_of(target: StackSetTarget) -> frozenset[str]:
    """Logical ids of the resources that the profile adopts, in any Region."""
    regions = dict.fromkeys(region for item in target.deployments for region in item.regions)
    return frozenset().union(*(adopted_ids(target.context, target.text, "", region) for region in regions))


def imports_of(target: StackSetTarget, place: ImportPlace) -> tuple[Import, ...]:
    """The resources that a stack of its name imports first in a member account."""
    reader = StackReader(session=place.session, region=place.region, name=target.name)
    made = frozenset(item.logical_id for item in reader.resources() if item.is_made)
    return imports_at(target.context, target.stack, place, made)


def places_to_import(target: StackSetTarget) -> Iterator[tuple[Place, frozenset[str]]]:
    """Accounts and Regions without an instance in which the profile adopts resources, and their logical ids."""
    if not adopted_of(target) or not target.context.values.known(target.stack):
        return
    there = target.reader.instances() if target.reader.describe() else {}
    missing, broken = lacking(places_of(target), there)
    for account, region in sorted(missing | broken):
        found = adopted_ids(target.context, target.text, account, region)
        if found:
            yield (account, region), found


def pending_imports(target: StackSetTarget) -> Iterator[Import]:
    """The resources that member accounts import; empty without a role there."""
    for (account, region), _ in places_to_import(target) if target.context.options.member_role else ():
        session = member_session(target.context, account)
        yield from imports_of(target, ImportPlace(session=session, account=account, region=region))


def _automation(target: StackSetTarget) -> Automation:
    plan, session = target.context.plan, target.context.session
    if not is_auto_deployed(target.stack):
        return Automation(enabled=False)
    awaited = auto_deployment_dependencies(plan, target.stack)
    found = [StackSetReader(session=session, name=name).describe() for name in awaited]
    return Automation(enabled=True, after=frozenset(it.arn for it in found if it and it.arn) if awaited else None)
