"""Actions whose requests carry a Region that the caller did not choose."""

from functools import cache

from baseline.aws.facts import facts


@cache
def global_actions() -> tuple[str, ...]:
    """Action patterns of global services, which a Region deny has to exempt.

    AWS's own lists also contain acm, config, kms and access-analyzer. They are Regional services and are left out here.
    """
    return tuple(facts("global_actions")["actions"])
