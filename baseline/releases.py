"""Releases of defaults: dated sets of tier values, so that a newer version of the program changes no deployment.

A profile names its release with `defaults`. A tier value, capability, guardrail or managed rule of a later release
has no effect until the profile names that release.
"""

RELEASES: tuple[str, ...] = ("2026.12",)
"""Every release as `YYYY.MM`, the oldest first; text order is time order."""

NEWEST = RELEASES[-1]


def is_included(since: str, release: str) -> bool:
    """Whether a default introduced by the release `since` (empty: the first) is part of `release`."""
    return since <= release


def is_known(release: object) -> bool:
    """Whether this version of the program includes the release."""
    return release in RELEASES
