"""Stack instances of the plan's StackSets in places that are no longer in the plan."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from baseline.cloud.aws_errors import aws_errors
from baseline.cloud.stack_sets import Place
from baseline.deploy.changes import removals
from baseline.deploy.run import Waves
from baseline.deploy.stack_sets.operations import delete_instances, wait
from baseline.deploy.stack_sets.read import deployed_text, surplus_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.task import Action, Context, Outcome, Preview, Task
from baseline.frozen import frozen

_MOST = 10
"""Maximum number of named accounts; more are counted."""


@frozen
class Trim:
    """Deletes stack instances of one StackSet that are no longer in the plan.

    Attributes:
        target: The StackSet.
        instances: The instances in the preview; no others are deleted.
        prune: Whether the user wants them deleted.
    """

    target: StackSetTarget
    instances: frozenset[Place]
    prune: bool

    @property
    def name(self) -> str:
        """The StackSet's name."""
        return self.target.name

    @property
    def where(self) -> str:
        """The number of instances."""
        return f"{len(self.instances)} stack instances"

    def preview(self) -> Preview:
        """Accounts and Regions, every resource, and whether AWS keeps it."""
        notes = tuple(self._notes())
        if not self.prune:
            return Preview(task=self.name, where=self.where, action=Action.ORPHAN, notes=notes)
        changes = removals(deployed_text(self.target) or "")
        return Preview(task=self.name, where=self.where, action=Action.DELETE, changes=changes, notes=notes)

    def run(self) -> Outcome:
        """Delete the instances that still exist and are still not in the plan."""
        if not wait(self.target):
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, interrupted=True)
        instances = self.target.reader.instances()
        surplus = surplus_of(self.target, instances)
        going = {key: instances[key] for key in surplus & self.instances}
        outcome = replace(delete_instances(self.target, going), where=self.where, action=Action.DELETE)
        more = len(surplus - self.instances)
        said = f"{more} more stack instances are no longer targeted; run the same command again to delete them"
        return replace(outcome, notes=(said,)) if more else outcome

    def _notes(self) -> Iterator[str]:
        advice = "" if self.prune else "; --prune deletes them"
        accounts: dict[str, list[str]] = defaultdict(list)
        for account, region in sorted(self.instances):
            accounts[region].append(account)
        for region, some in sorted(accounts.items()):
            named = f" ({', '.join(some)})" if len(some) <= _MOST else ""
            yield f"no longer targeted: {len(some)} stack instances in {region}{named}{advice}"


def trims_of(context: Context, waves: Waves) -> Waves:
    """The surplus instances of StackSets in these waves, last wave first: importers before exporters.

    Raises:
        AwsError: if AWS rejects a read call.
    """

    def look(task: Task) -> Trim | None:
        with aws_errors(context.session.options.profile):
            if not isinstance(task, StackSetTarget) or task.reader.describe() is None:
                return None
            surplus = surplus_of(task, task.reader.instances()) if context.values.known(task.stack) else frozenset()
        return Trim(target=task, instances=surplus, prune=context.options.prune) if surplus else None

    with ThreadPoolExecutor(context.options.workers) as pool:
        found = [tuple(trim for trim in pool.map(look, tasks) if trim) for _, tasks in reversed(waves)]
    first = max((number for number, _ in waves), default=0) + 1
    return tuple(enumerate((some for some in found if some), start=first))
