"""A planned stack in one Region of the management account."""

from dataclasses import dataclass

from baseline.cloud.aws_errors import DISABLED_REGION_CODES
from baseline.cloud.refusals import Refusal
from baseline.cloud.stacks import StackReader
from baseline.deploy.task import Context
from baseline.plan.model import Method, Stack


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
    def account(self) -> str:
        """Id of the management account; "" if nothing needs it.

        Raises:
            AwsError: if it is not known.
        """
        named = (item.account_id for item in self.stack.deployments if item.method is Method.STACK)
        return next((self.context.values.value(item) for item in named if item), "")

    @property
    def text(self) -> str:
        """The template."""
        return self.context.written.texts[self.name]

    def is_unopened(self, refusal: Refusal) -> bool:
        """Whether AWS refused a call because the plan has yet to enable the Region."""
        return self.region in self.context.opened_regions and refusal.code in DISABLED_REGION_CODES

    @property
    def reader(self) -> StackReader:
        """A reader of its state in AWS."""
        return StackReader(session=self.context.session, region=self.region, name=self.name)
