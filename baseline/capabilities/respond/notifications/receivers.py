"""Names of receivers that come from the receiver itself, not from its position in a list."""

from hashlib import sha256


def receiver_digest(*texts: str) -> str:
    """A short name for a receiver, the same wherever the profile lists it.

    With positions as names, a receiver that moves up replaces the one before it: `Subscribe` returns the subscription
    that the receiver has already, and the clean-up of the stack's update deletes that subscription. Measured in
    github.com/go-to-k/cdkd/issues/1967; what is createOnly is in CloudFormation's schema of AWS::SNS::Subscription.
    """
    return sha256("\n".join(texts).encode()).hexdigest()[:8]
