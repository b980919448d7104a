"""A planned stack in one Region of the management account."""

from baseline.cloud.account import ENABLED, region_statuses
from baseline.cloud.aws_errors import DISABLED_REGION_CODES
from baseline.cloud.refusals import Refusal
from baseline.cloud.stacks import StackReader
from baseline.deploy.task import Context
from baseline.frozen import frozen
from baseline.plan.model import Method, Stack


@frozen
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
        """Whether AWS refused a call because a Region that the plan enables is not enabled.

        The code alone does not say so: an enabled opt-in Region gives it to session tokens of version 1, too.
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
        """
        if self.region not in self.context.opened_regions or refusal.code not in DISABLED_REGION_CODES:
            return False
        try:
            return region_statuses(self.context.session).get(self.region) not in ENABLED
        except Refusal:  # unknown: the first refusal counts
            return False

    @property
    def reader(self) -> StackReader:
        """A reader of its state in AWS."""
        return StackReader(session=self.context.session, region=self.region, name=self.name)
