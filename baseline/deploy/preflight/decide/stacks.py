"""Decision about existing stacks and StackSets with the plan's names."""

from collections.abc import Iterator

from baseline.deploy.template import is_ours
from baseline.findings import Problem
from baseline.frozen import frozen

STUCK = {
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {name} --region {region}",
    "DELETE_FAILED": "finish its deletion: aws cloudformation delete-stack --stack-name {name} --region {region}",
    "IMPORT_ROLLBACK_FAILED": "see why: aws cloudformation describe-stack-events --stack-name {name} --region {region}",
}
"""Status that no update ends → the command for it."""


@frozen
class ExistingStack:
    """A stack or StackSet whose name is in the plan.

    Attributes:
        kind: `stack` or `StackSet`.
        name: Its name.
        where: Its accounts and Regions, for messages.
        region: Its Region.
        status: Status of a stack.
        text: Its template; "" if it has none, or if its status alone decides.
    """

    kind: str
    name: str
    where: str
    region: str = ""
    status: str = ""
    text: str


def owners(stack: ExistingStack) -> Iterator[Problem]:
    """Check that existing stacks and StackSets with the plan's names belong to this baseline, and are not stuck."""
    if stack.status in STUCK:
        fix = STUCK[stack.status].format(name=stack.name, region=stack.region)
        yield Problem(message=f"{stack.name} in {stack.region} is {stack.status}", fix=fix)
    elif stack.text and not is_ours(stack.text):
        yield Problem(
            message=f"a {stack.kind} {stack.name} ({stack.where}) exists and is not baseline's",
            fix="delete or rename it, or choose another organization.prefix",
        )
