"""Instances that move between StackSets of a family because an override was added, removed or changed.

Two stacks of a family create the same resources, so an account can have only one: the old one is deleted first.
"""

from collections.abc import Iterator
from dataclasses import replace

from baseline.cloud.stack_sets import stack_set_names
from baseline.deploy.stack_sets.instances import Described, lacking, within_reach
from baseline.deploy.stack_sets.operations import delete_instances, wait
from baseline.deploy.stack_sets.read import deployed_text, misplaced_in, places_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.task import Action, Outcome, stack_called
from baseline.deploy.template import family_of
from baseline.frozen import frozen


@frozen
class Handover:
    """Another StackSet, with its instances in places of this StackSet."""

    other: StackSetTarget
    instances: Described

    @property
    def note(self) -> str:
        """A note on the instances."""
        return f"{len(self.instances)} stack instances of {self.other.name} are deleted first: they are replaced there"


def handovers(target: StackSetTarget, own: Described) -> Iterator[Handover]:
    """Instances of other StackSets of the family in places where this one, with its `own`, lacks an instance."""
    if not target.stack.family or misplaced_in(target):
        return
    missing, _ = lacking(places_of(target), own)
    for other in _family(target) if missing else ():
        instances = other.reader.instances()
        taken = missing & within_reach(instances)
        if taken:
            yield Handover(other=other, instances={key: instances[key] for key in taken})


def take_over(target: StackSetTarget, own: Described) -> Outcome | None:
    """Delete these instances of the other StackSets; return the failure, if any."""
    for handover in handovers(target, own):
        if not wait(handover.other):
            return Outcome(task=target.name, where=target.where, action=Action.NONE, interrupted=True)
        outcome = delete_instances(handover.other, handover.instances)
        if outcome.failures or outcome.interrupted:
            return replace(outcome, task=target.name, where=target.where)
    return None


def _family(target: StackSetTarget) -> Iterator[StackSetTarget]:
    """The other StackSets of the family: those in the plan, and those of removed overrides."""
    planned = {stack.name: stack for stack in target.context.plan.stacks}
    for name in sorted(stack_set_names(target.context.session)):
        stack = planned.get(name, stack_called(name))
        if name != target.name and name.startswith(target.stack.family):
            other = StackSetTarget(stack=stack, context=target.context)
            if target.stack.family in (stack.family, family_of(deployed_text(other) or "")):
                yield other
