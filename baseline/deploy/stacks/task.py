"""The deployment of one stack, as a task of a wave."""

from dataclasses import dataclass

from baseline.deploy.stacks.apply import deploy
from baseline.deploy.stacks.preview import preview
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Outcome, Preview


@dataclass(frozen=True, kw_only=True)
class StackDeployment(StackTarget):
    """A stack that is to be deployed."""

    def preview(self) -> Preview:
        """What CloudFormation says it would do; the change set is removed again."""
        return preview(self)

    def run(self) -> Outcome:
        """Create or update the stack and protect what it keeps."""
        return deploy(self)
