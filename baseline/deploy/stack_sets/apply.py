"""Creates, updates and deletes a StackSet in every account and Region."""

from typing import Any

from baseline.cloud.refusals import Refusal
from baseline.cloud.stack_sets import Place
from baseline.deploy.stack_sets.adoption import adopt_existing, adopts
from baseline.deploy.stack_sets.decide import (
    Automation,
    Target,
    Wanted,
    changes_of,
    is_same,
    left_over,
    obstacle,
    requests,
)
from baseline.deploy.stack_sets.handover import take_over
from baseline.deploy.stack_sets.instances import Described, lacking, targets_of
from baseline.deploy.stack_sets.operations import (
    begin,
    carry_out,
    delete_instances,
    failed,
    outcome,
    preferences,
    wait,
)
from baseline.deploy.stack_sets.read import adopted_of, misplaced_in, surplus_of, target_of, wanted_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.decide import refusal_of
from baseline.deploy.task import Action, Outcome, as_parameters


def deploy(target: StackSetTarget) -> Outcome:
    """Create or update the StackSet and its missing instances."""
    if not wait(target):
        return outcome(target, Action.NONE, interrupted=True)
    current = target.reader.describe()
    wanted = wanted_of(target)
    action = Action.NONE
    if current is None:
        action = Action.CREATE
        target.reader.client.create_stack_set(**_definition(target, wanted))
    elif not is_same(current, wanted):
        action = Action.UPDATE
        changes = changes_of(current, wanted.text, wanted.parameters)
        allowed = target.context.options.allow_replacement
        refusal = refusal_of(changes, allow_replacement=allowed, adopted=adopted_of(target))
        trouble = failed(target, action, refusal) if refusal else _update(target, wanted)
        if trouble:
            return trouble
    instances: Described = {} if action is Action.CREATE else target.reader.instances()
    trouble = take_over(target, instances)
    if not trouble and adopts(target):
        trouble = adopt_existing(target, action, _definition(target, wanted))
        instances = target.reader.instances()
    return trouble or _fill(target, action, instances)


def delete(target: StackSetTarget) -> Outcome | None:
    """Delete the instances, then the StackSet; return the failure, if any."""
    deleted = delete_instances(target, target.reader.instances())
    if deleted.failures or deleted.interrupted:
        return deleted
    left = left_over(target.reader.instances())
    if left:
        return failed(target, Action.DELETE, left)
    try:
        begin(target, target.reader.client.delete_stack_set, StackSetName=target.name)
    except Refusal as error:
        if error.code != "StackSetNotFoundException":  # the answer to the first try was lost
            raise
    return None


def _update(target: StackSetTarget, wanted: Wanted) -> Outcome | None:
    regions = tuple(dict.fromkeys(region for _, region in target.reader.instances()))
    call = target.reader.client.update_stack_set
    return carry_out(target, Action.UPDATE, call, **_definition(target, wanted), **preferences(target, regions))


def _fill(target: StackSetTarget, action: Action, instances: Described) -> Outcome:
    """Create missing instances and repair failed ones."""
    misplaced = misplaced_in(target)
    problem = obstacle(misplaced, {} if misplaced else instances)
    if problem:
        return failed(target, Action.NONE, problem)
    for deployment in target.deployments:
        goal = target_of(target, deployment)
        missing, broken = lacking(goal.places, instances)
        if missing or broken:
            action = Action.UPDATE if action is Action.NONE else action
            trouble = _complete(target, action, goal, missing, broken)
            if trouble:
                return trouble
            instances = target.reader.instances()
    surplus = () if target.context.options.prune else surplus_of(target, instances)
    notes = (f"{len(surplus)} stack instances are no longer targeted; --prune deletes them",) if surplus else ()
    return outcome(target, action, notes=notes)


def _complete(
    target: StackSetTarget, action: Action, goal: Target, missing: set[Place], broken: set[Place]
) -> Outcome | None:
    """Create and repair the instances of one deployment; return the failure, if any."""
    client = target.reader.client
    for call, some in ((client.create_stack_instances, missing), (client.update_stack_instances, broken)):
        for request in requests(goal, some):
            trouble = carry_out(
                target,
                action,
                call,
                StackSetName=target.name,
                DeploymentTargets=targets_of(request.units, request.accounts),
                Regions=list(request.regions),
                **preferences(target, request.regions),
            )
            if trouble:
                return trouble
    return None


def _definition(target: StackSetTarget, wanted: Wanted) -> dict[str, Any]:
    """The StackSet in the format of CreateStackSet and UpdateStackSet."""
    return {
        "StackSetName": target.name,
        "Description": target.stack.description,
        "TemplateBody": wanted.text,
        "Parameters": as_parameters(wanted.parameters),
        **target.context.tags(target.stack),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": _auto_deployment(wanted.automation),
        "ManagedExecution": {"Active": True},
    }


def _auto_deployment(automation: Automation) -> dict[str, Any]:
    if not automation.enabled:
        return {"Enabled": False}
    awaited = {} if automation.after is None else {"DependsOn": sorted(automation.after)}
    return {"Enabled": True, "RetainStacksOnAccountRemoval": True, **awaited}
