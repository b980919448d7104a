"""Standalone mode: one account, without settings that need an organization."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.profile.model import Profile
from baseline.profile.tree import KeyPath

_STANDALONE = ("organization", "standalone")


def no_organization(profile: Profile) -> Iterator[Problem]:
    """Check that there are no other accounts, no organizational units, and no organization or root id."""
    if not profile.organization.standalone:
        return
    for key, account in profile.accounts.items():
        if key != "management":
            yield _refused(("accounts", key), f"a standalone profile has the account `management` only, not `{key}`")
        elif account.ou is not None:
            yield _refused(("accounts", key, "ou"), "a standalone account is in no organizational unit")
    if profile.organizational_units:
        yield _refused(("organizational_units",), "a standalone account has no organizational units")
    for field in ("id", "root_id"):
        if getattr(profile.organization, field) is not None:
            yield _refused(("organization", field), "a standalone account has no organization")


def _refused(path: KeyPath, why: str) -> Problem:
    return Problem(
        id="profile-standalone", path=path, message=f"not allowed with standalone: {why}", about=(_STANDALONE,)
    )
