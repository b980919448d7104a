"""Rule for the runtime of deployed functions, which a generated directory may keep for years."""

from collections.abc import Iterator
from datetime import date

from baseline.aws.function_runtime import DEPRECATED, NOTICE, RUNTIME
from baseline.findings import Problem
from baseline.profile.model import Profile

_OF_ORGANIZATIONS = ("guardduty", "organization")
"""Capabilities with a function besides `account_settings`, in an organization only."""


def deprecated(profile: Profile, as_of: date) -> Iterator[Problem]:
    """Check that the runtime of the settings functions is not close to its deprecation."""
    names = ("account_settings", *(() if profile.organization.standalone else _OF_ORGANIZATIONS))
    if as_of >= DEPRECATED - NOTICE and any(profile.capabilities[name].enabled for name in names):
        yield Problem(
            id="profile-runtime",
            path=("version",),
            message=f"the settings functions run on {RUNTIME}, which AWS patches only until {DEPRECATED}",
        )
