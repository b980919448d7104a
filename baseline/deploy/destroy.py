"""Takes a baseline away again: in reverse order, and what holds data stays."""

from dataclasses import dataclass

from baseline.deploy.changes import removals
from baseline.deploy.run import Waves, waves_of
from baseline.deploy.stack_sets import StackSetTask
from baseline.deploy.stacks import NEVER_MADE, StackTask, is_pending
from baseline.deploy.task import Action, Context, Outcome, Preview
from baseline.deploy.template import is_ours


@dataclass(frozen=True, kw_only=True)
class Removal:
    """Deletes a stack, or a StackSet with its instances; one that baseline did not write is left alone."""

    task: StackTask | StackSetTask

    @property
    def name(self) -> str:
        """The stack's or StackSet's name."""
        return self.task.name

    @property
    def where(self) -> str:
        """Account and Regions, in a few words."""
        return self.task.where

    def preview(self) -> Preview:
        """Every resource, and whether AWS keeps it."""
        text = self.task.deployed_text()
        if text is None or _is_anothers(text):
            notes = ("exists and is not baseline's: left alone",) if text is not None else ()
            return Preview(task=self.name, where=self.where, action=Action.NONE, notes=notes)
        if self._is_pending():
            return Preview(task=self.name, where=self.where, action=Action.DELETE, notes=(NEVER_MADE,))
        notes = (f"{len(self.task.instances())} stack instances",) if isinstance(self.task, StackSetTask) else ()
        return Preview(task=self.name, where=self.where, action=Action.DELETE, changes=removals(text), notes=notes)

    def run(self) -> Outcome:
        """Delete it, protected or not."""
        text = self.task.deployed_text()
        if text is None or _is_anothers(text):
            return Outcome(task=self.name, where=self.where, action=Action.NONE)
        if not self.task.wait():
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, interrupted=True)
        return self.task.delete() or Outcome(task=self.name, where=self.where, action=Action.DELETE)

    def _is_pending(self) -> bool:
        return isinstance(self.task, StackTask) and is_pending(self.task.describe() or {"StackStatus": ""})


def _is_anothers(text: str) -> bool:
    """A stack without a template is only a name: deleting it loses nothing."""
    return bool(text) and not is_ours(text)


def removals_of(context: Context) -> Waves:
    """The chosen waves, last first, as removals."""
    return tuple(
        (number, tuple(Removal(task=task) for task in tasks if isinstance(task, StackTask | StackSetTask)))
        for number, tasks in reversed(waves_of(context))
    )
