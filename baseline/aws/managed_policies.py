"""AWS managed policies, by name."""

from functools import cache

from baseline.aws.facts import facts
from baseline.text.nearest import nearest


@cache
def _names() -> frozenset[str]:
    return frozenset(facts("managed_policies")["names"])


def is_managed_policy(name: str) -> bool:
    """Whether AWS has a managed policy of this name, with its path (`job-function/ViewOnlyAccess`).

    Policies of service-linked roles are excluded, as they cannot be attached. AWS adds new policies every week.
    """
    return name in _names()


def nearest_managed_policy(name: str) -> str | None:
    """The policy that the author probably meant: the same name with its path, or a similar name."""
    last = name.rpartition("/")[2]
    same = [item for item in sorted(_names()) if item.rpartition("/")[2] == last]
    return same[0] if same else nearest(name, sorted(_names()), cutoff=0.8)
