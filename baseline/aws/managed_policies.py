"""AWS managed policies, by name."""

from functools import cache

from baseline.aws.facts import facts
from baseline.text.nearest import nearest


@cache
def _names() -> frozenset[str]:
    return frozenset(facts("managed_policies")["names"])


def is_managed_policy(name: str) -> bool:
    """Whether AWS has a managed policy of that name, with its path (`job-function/ViewOnlyAccess`).

    Policies of service-linked roles cannot be attached, and are none of them. AWS makes new ones every week.
    """
    return name in _names()


def nearest_managed_policy(name: str) -> str | None:
    """The policy that was most likely meant: of the same name with its path, or of nearly the same name."""
    last = name.rpartition("/")[2]
    same = [item for item in sorted(_names()) if item.rpartition("/")[2] == last]
    return same[0] if same else nearest(name, sorted(_names()), cutoff=0.8)
