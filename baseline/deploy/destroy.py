"""Takes a baseline away again: in reverse order, and what holds data stays."""

from dataclasses import dataclass

from baseline.deploy.run import Waves, waves_of
from baseline.deploy.stack_sets import StackSetTask
from baseline.deploy.stacks import StackTask
from baseline.deploy.task import Action, Change, Context, Outcome, Preview
from baseline.deploy.template import resources_of


@dataclass(frozen=True, kw_only=True)
class StackRemoval:
    """Deletes a stack of the management account."""

    task: StackTask

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.task.name

    @property
    def where(self) -> str:
        """The Region."""
        return self.task.where

    def preview(self) -> Preview:
        """Every resource, and whether AWS keeps it."""
        if self.task.describe() is None:
            return Preview(task=self.name, where=self.where, action=Action.NONE)
        changes = _removals(self.task.deployed_text())
        return Preview(task=self.name, where=self.where, action=Action.DELETE, changes=changes)

    def run(self) -> Outcome:
        """Lift the termination protection and delete the stack."""
        outcome = Outcome(task=self.name, where=self.where, action=Action.DELETE)
        if self.task.describe() is None:
            return Outcome(task=self.name, where=self.where, action=Action.NONE)
        if not self.task.wait():
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, interrupted=True)
        return self.task.delete() or outcome


@dataclass(frozen=True, kw_only=True)
class StackSetRemoval:
    """Deletes a StackSet with its instances."""

    task: StackSetTask

    @property
    def name(self) -> str:
        """The StackSet's name."""
        return self.task.name

    @property
    def where(self) -> str:
        """The accounts or units, and the Regions."""
        return self.task.where

    def preview(self) -> Preview:
        """Every resource of its template, and whether AWS keeps it."""
        current = self.task.describe()
        if current is None:
            return Preview(task=self.name, where=self.where, action=Action.NONE)
        notes = (f"{len(self.task.instances())} stack instances",)
        changes = _removals(current["TemplateBody"])
        return Preview(task=self.name, where=self.where, action=Action.DELETE, changes=changes, notes=notes)

    def run(self) -> Outcome:
        """Delete the instances, then the StackSet."""
        outcome = Outcome(task=self.name, where=self.where, action=Action.DELETE)
        if self.task.describe() is None:
            return Outcome(task=self.name, where=self.where, action=Action.NONE)
        if not self.task.wait():
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, interrupted=True)
        return self.task.delete() or outcome


def removals_of(context: Context) -> Waves:
    """The chosen waves, last first, as removals."""
    return tuple(
        (
            number,
            tuple(
                StackRemoval(task=task) if isinstance(task, StackTask) else StackSetRemoval(task=task)
                for task in tasks
                if isinstance(task, StackTask | StackSetTask)
            ),
        )
        for number, tasks in reversed(waves_of(context))
    )


def _removals(text: str) -> tuple[Change, ...]:
    return tuple(
        Change(logical_id=item.logical_id, type=item.type, action="remove", kept=item.retained)
        for item in resources_of(text)
    )
