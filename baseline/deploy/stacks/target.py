"""A planned stack in one Region of the management account."""

from dataclasses import dataclass

from baseline.cloud.stacks import StackReader
from baseline.deploy.task import Context
from baseline.plan.model import Stack


@dataclass(frozen=True, kw_only=True)
class StackTarget:
    """A stack of the plan in one Region, and the context of the deployment."""

    stack: Stack
    region: str
    context: Context

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.stack.name

    @property
    def where(self) -> str:
        """The Region."""
        return f"management in {self.region}"

    @property
    def text(self) -> str:
        """The template."""
        return self.context.written.texts[self.name]

    @property
    def reader(self) -> StackReader:
        """A reader of its state in AWS."""
        return StackReader(session=self.context.session, region=self.region, name=self.name)
