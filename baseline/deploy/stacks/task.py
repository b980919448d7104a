"""The deployment of one stack, as a task of a wave."""

from baseline.deploy.stacks.apply import deploy
from baseline.deploy.stacks.preview import preview
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Outcome, Preview
from baseline.frozen import frozen


@frozen
class StackDeployment(StackTarget):
    """The deployment of a stack."""

    def preview(self) -> Preview:
        """CloudFormation's preview; the change set is deleted again."""
        return preview(self)

    def run(self) -> Outcome:
        """Create or update the stack and protect its data."""
        return deploy(self)
