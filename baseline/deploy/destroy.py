"""Removes a baseline in reverse order, and keeps resources with data."""

from collections.abc import Iterator

from baseline.cloud.refusals import Refusal
from baseline.deploy.changes import removals
from baseline.deploy.run import Waves, waves_of
from baseline.deploy.stack_sets import apply as stack_sets
from baseline.deploy.stack_sets import operations
from baseline.deploy.stack_sets.read import deployed_text
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks import apply as stacks
from baseline.deploy.stacks.decide import NEVER_MADE
from baseline.deploy.stacks.read import text_of
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Action, Context, Outcome, Preview, Task
from baseline.deploy.template import is_ours
from baseline.frozen import frozen


@frozen
class StackRemoval:
    """Deletes a stack if baseline created it."""

    target: StackTarget

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.target.name

    @property
    def where(self) -> str:
        """The Region."""
        return self.target.where

    def preview(self) -> Preview:
        """Every resource, and whether AWS keeps it."""
        try:
            stack = self.target.reader.describe()
        except Refusal as refusal:
            if not self.target.is_unopened(refusal):
                raise
            return Preview(task=self.name, where=self.where, action=Action.NONE, notes=(self._stays,))
        return removal(self, text_of(self.target, stack) if stack else None, pending=bool(stack and stack.is_pending))

    def run(self) -> Outcome:
        """Delete the stack, even if it is protected."""
        try:
            stack = self.target.reader.describe()
        except Refusal as refusal:
            if not self.target.is_unopened(refusal):
                raise
            return Outcome(task=self.name, where=self.where, action=Action.NONE, notes=(self._stays,))
        if not is_to_go(text_of(self.target, stack) if stack else None):
            return Outcome(task=self.name, where=self.where, action=Action.NONE)
        if not stacks.wait(self.target):
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, interrupted=True)
        return stacks.delete(self.target) or Outcome(task=self.name, where=self.where, action=Action.DELETE)

    @property
    def _stays(self) -> str:
        return f"{self.target.region} is not enabled: what is there stays"


@frozen
class StackSetRemoval:
    """Deletes a StackSet with its instances if baseline created it."""

    target: StackSetTarget

    @property
    def name(self) -> str:
        """The StackSet's name."""
        return self.target.name

    @property
    def where(self) -> str:
        """The accounts or OUs, and the Regions, of a deployment."""
        return self.target.where

    def preview(self) -> Preview:
        """Every resource, and whether AWS keeps it."""
        text = deployed_text(self.target)
        return removal(self, text, instances=len(self.target.reader.instances()) if is_to_go(text) else 0)

    def run(self) -> Outcome:
        """Delete it."""
        if not is_to_go(deployed_text(self.target)):
            return Outcome(task=self.name, where=self.where, action=Action.NONE)
        if not operations.wait(self.target):
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, interrupted=True)
        return stack_sets.delete(self.target) or Outcome(task=self.name, where=self.where, action=Action.DELETE)


def is_to_go(text: str | None) -> bool:
    """Whether a stack with this template is ours to delete; one without a template is only a name."""
    return text is not None and (not text or is_ours(text))


def removal(task: Task, text: str | None, *, pending: bool = False, instances: int | None = None) -> Preview:
    """The preview of deleting a stack or StackSet with this template."""
    if not is_to_go(text):
        notes = ("exists and is not baseline's: kept",) if text is not None else ()
        return Preview(task=task.name, where=task.where, action=Action.NONE, notes=notes)
    if pending:
        return Preview(task=task.name, where=task.where, action=Action.DELETE, notes=(NEVER_MADE,))
    notes = () if instances is None else (f"{instances} stack instances",)
    return Preview(task=task.name, where=task.where, action=Action.DELETE, changes=removals(text or ""), notes=notes)


def removals_of(context: Context) -> Waves:
    """The chosen waves as removals, last wave first."""
    return tuple((number, tuple(_removal(tasks))) for number, tasks in reversed(waves_of(context)))


def _removal(tasks: tuple[Task, ...]) -> Iterator[Task]:
    for task in tasks:
        if isinstance(task, StackTarget):
            yield StackRemoval(target=task)
        elif isinstance(task, StackSetTarget):
            yield StackSetRemoval(target=task)
