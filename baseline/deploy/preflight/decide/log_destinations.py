"""Decision about the destinations of CloudWatch Logs that subscription filter policies name."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.frozen import frozen


@frozen
class LogDestination:
    """A destination that a new policy names, in an account that the check can read.

    Attributes:
        stack: Name of a stack or StackSet with the policy.
        account: Id of the account that has to have it.
        region: Its Region, which is the policy's.
        name: Its name.
        exists: Whether there is one.
    """

    stack: str
    account: str
    region: str
    name: str
    exists: bool


def destinations(fact: LogDestination) -> Iterator[Problem]:
    """Check that the destination exists: AWS rejects a policy without it."""
    if not fact.exists:
        yield Problem(
            message=f"{fact.stack}: {fact.account} has no CloudWatch Logs destination {fact.name} in {fact.region}",
            fix="create it there, with an access policy that admits the senders (aws logs put-destination and "
            "put-destination-policy), or leave the Region out with monitoring.log_subscription.regions",
        )
