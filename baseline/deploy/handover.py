"""Instances that go from one StackSet to another of its family: an override has come or gone, or has other places.

Two stacks of a family make the same resources, so an account can have one at a time: the old one goes first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from baseline.cloud.paging import pages
from baseline.deploy.instances import Instance, lacking, within_reach
from baseline.deploy.task import Action, Outcome, stack_called
from baseline.deploy.template import family_of

if TYPE_CHECKING:
    from baseline.deploy.stack_sets import StackSetTask

Handover = tuple["StackSetTask", Mapping[Instance, dict[str, Any]]]
"""Another StackSet, and its instances where one of this StackSet's is to be."""


def handovers(task: "StackSetTask") -> Iterator[Handover]:
    """What other StackSets of the family have where this one lacks an instance."""
    if not task.stack.family or task.misplaced():
        return
    wanted = {instance for deployment in task.deployments for instance in task.wanted(deployment)}
    missing, _ = lacking(wanted, task.instances() if task.describe() else {})
    for other in _family(task) if missing else ():
        instances = other.instances()
        taken = missing & within_reach(instances)
        if taken:
            yield other, {key: instances[key] for key in taken}


def take_over(task: "StackSetTask") -> Outcome | None:
    """Delete those instances of the other StackSets; what went wrong, if anything did."""
    for other, instances in handovers(task):
        if not other.wait():
            return Outcome(task=task.name, where=task.where, action=Action.NONE, interrupted=True)
        outcome = other.delete_instances(instances)
        if outcome.failures or outcome.interrupted:
            return replace(outcome, task=task.name, where=task.where)
    return None


def _family(task: "StackSetTask") -> Iterator["StackSetTask"]:
    """The other StackSets of the family: those of the plan, and those of overrides that it has no longer."""
    planned = {stack.name: stack for stack in task.context.plan.stacks}
    client = task.context.session.client("cloudformation")
    names = [item["StackSetName"] for item in pages(client, "list_stack_sets", "Summaries", Status="ACTIVE")]
    for name in sorted(names):
        stack = planned.get(name, stack_called(name))
        if name != task.name and name.startswith(task.stack.family):
            other = replace(task, stack=stack)
            if task.stack.family in (stack.family, family_of(other.deployed_text() or "")):
                yield other
