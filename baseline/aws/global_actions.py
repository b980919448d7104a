"""Actions whose requests carry a Region that the caller did not choose."""

from functools import cache

from baseline.aws.facts import facts


@cache
def global_actions() -> tuple[str, ...]:
    """Patterns of actions of global services: a Region deny leaves them alone.

    AWS's own lists also have acm, config, kms and access-analyzer, which work in Regions: they are not here.
    """
    return tuple(facts("global_actions")["actions"])
