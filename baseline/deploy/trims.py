"""Stack instances that StackSets of the plan have where the plan no longer wants them."""

from dataclasses import dataclass

from baseline.deploy.run import Waves
from baseline.deploy.session import aws_errors
from baseline.deploy.stack_sets import StackSetTask
from baseline.deploy.task import Action, Context, Outcome, Preview


@dataclass(frozen=True, kw_only=True)
class Trim:
    """Deletes those of one StackSet."""

    task: StackSetTask

    @property
    def name(self) -> str:
        """The StackSet's name."""
        return self.task.name

    @property
    def where(self) -> str:
        """Where the StackSet is to be."""
        return self.task.where

    def preview(self) -> Preview:
        """Nothing of its own: the StackSet's preview says how many go."""
        return Preview(task=self.name, where=self.where, action=Action.NONE)

    def run(self) -> Outcome:
        """Delete them."""
        if not self.task.wait():
            return Outcome(task=self.name, where=self.where, action=Action.NONE, interrupted=True)
        return self.task.trim()


def trims_of(context: Context, waves: Waves) -> Waves:
    """Those of the StackSets in these waves, the last wave first: whoever imports a value goes before its exporter.

    Raises:
        AwsError: when AWS refuses a look.
    """
    if not context.options.prune:
        return ()
    with aws_errors():
        found = [
            tuple(
                Trim(task=task) for task in tasks if isinstance(task, StackSetTask) and task.surplus(task.instances())
            )
            for _, tasks in reversed(waves)
        ]
    first = max((number for number, _ in waves), default=0) + 1
    return tuple(enumerate((some for some in found if some), start=first))
