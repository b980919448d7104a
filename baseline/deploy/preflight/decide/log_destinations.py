"""Decision about the destinations of CloudWatch Logs that subscription filter policies name."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.frozen import frozen


@frozen
class LogDestination:
    """A destination that a new policy names.

    Attributes:
        stack: Name of a stack or StackSet with the policy.
        account: Id of the account that has to have it.
        region: Its Region, which is the policy's.
        name: Its name.
        exists: Whether there is one; True if it was not looked for.
        sends: Whether the account would have the policy itself.
    """

    stack: str
    account: str
    region: str
    name: str
    exists: bool = True
    sends: bool = False


def destinations(fact: LogDestination) -> Iterator[Problem]:
    """Check that the destination exists, in another account than the policy: destinations are for other accounts only.

    Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestination.html.
    """
    if fact.sends:
        yield Problem(
            message=f"{fact.stack} would send log events of {fact.account} in {fact.region} to a destination in the "
            "same account: AWS has destinations for other accounts only, and the operation fails",
            fix="add the account to accounts, and write its key in monitoring.log_subscription.account",
        )
    elif not fact.exists:
        yield Problem(
            message=f"{fact.stack}: {fact.account} has no CloudWatch Logs destination {fact.name} in {fact.region}",
            fix="create it there, with an access policy that admits the senders (aws logs put-destination and "
            "put-destination-policy), or leave the Region out with monitoring.log_subscription.regions",
        )
