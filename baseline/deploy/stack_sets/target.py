"""A planned StackSet."""

from baseline.cloud.stack_sets import StackSetReader
from baseline.deploy.task import Context
from baseline.frozen import frozen
from baseline.plan.model import Deployment, Method, Stack


@frozen
class StackSetTarget:
    """A stack of the plan, and the context of the deployment."""

    stack: Stack
    context: Context

    @property
    def name(self) -> str:
        """The StackSet's name."""
        return self.stack.name

    @property
    def where(self) -> str:
        """The accounts or OUs, and the Regions."""
        regions = dict.fromkeys(region for item in self.deployments for region in item.regions)
        targets = dict.fromkeys(item.account or f"accounts in {', '.join(item.ous)}" for item in self.deployments)
        return f"{'; '.join(targets)} in {', '.join(regions)}"

    @property
    def text(self) -> str:
        """The template."""
        return self.context.written.texts[self.name]

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """The deployments through StackSets."""
        return tuple(item for item in self.stack.deployments if item.method is Method.STACK_SET)

    @property
    def reader(self) -> StackSetReader:
        """A reader of its state in AWS."""
        return StackSetReader(session=self.context.session, name=self.name)
