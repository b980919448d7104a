"""The current and the wanted state of a StackSet."""

from baseline.cloud.stack_sets import Place, StackSetReader
from baseline.deploy.stack_sets.decide import Automation, Misplacement, Target, Wanted, surplus
from baseline.deploy.stack_sets.instances import Described
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


def _automation(target: StackSetTarget) -> Automation:
    plan, session = target.context.plan, target.context.session
    if not is_auto_deployed(target.stack):
        return Automation(enabled=False)
    awaited = auto_deployment_dependencies(plan, target.stack)
    found = [StackSetReader(session=session, name=name).describe() for name in awaited]
    return Automation(enabled=True, after=frozenset(it.arn for it in found if it and it.arn) if awaited else None)
