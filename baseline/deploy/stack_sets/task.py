"""The deployment of one StackSet, as a task of a wave."""

from baseline.deploy.adoption.decide import import_notes
from baseline.deploy.changes import Change, additions
from baseline.deploy.stack_sets.apply import deploy
from baseline.deploy.stack_sets.decide import automation_notes, changes_of, instance_notes, is_same
from baseline.deploy.stack_sets.handover import handovers
from baseline.deploy.stack_sets.instances import Described
from baseline.deploy.stack_sets.read import misplaced_in, pending_imports, places_of, wanted_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.task import Action, Outcome, Preview
from baseline.frozen import frozen


@frozen
class StackSetDeployment(StackSetTarget):
    """The deployment of a StackSet."""

    def preview(self) -> Preview:
        """Changes of the template, with the affected accounts and Regions."""
        current = self.reader.describe()
        if current is None:
            taken = self._taken({}) if self.context.values.known(self.stack) else ()
            return self._shown(Action.CREATE, additions(self.text), taken)
        if not self.context.values.known(self.stack):
            return self._shown(Action.UPDATE, changes_of(current, self.text, None))
        instances = self.reader.instances()
        misplaced = (item.message for item in misplaced_in(self))
        wanted = wanted_of(self)
        notes = (
            *misplaced,
            *automation_notes(current, wanted.automation),
            *instance_notes(places_of(self), instances),
            *self._taken(instances),
        )
        if is_same(current, wanted) and not notes:
            return self._shown(Action.NONE)
        return self._shown(Action.UPDATE, changes_of(current, wanted.text, wanted.parameters), notes)

    def run(self) -> Outcome:
        """Create or update the StackSet and its missing instances."""
        return deploy(self)

    def _taken(self, own: Described) -> tuple[str, ...]:
        """Take over instances of other StackSets, and import existing resources."""
        return (*(handover.note for handover in handovers(self, own)), *import_notes(tuple(pending_imports(self))))

    def _shown(self, action: Action, changes: tuple[Change, ...] = (), notes: tuple[str, ...] = ()) -> Preview:
        return Preview(task=self.name, where=self.where, action=action, changes=changes, notes=notes)
