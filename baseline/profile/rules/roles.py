"""Roles of accounts: each exists, and its account can be a delegated administrator."""

from collections.abc import Iterator

from baseline.capabilities.registry import ROLES
from baseline.findings import Problem
from baseline.profile.landscape import suspended_units
from baseline.profile.model import Profile
from baseline.text.nearest import did_you_mean

_KIND = "profile-role"


def fitting_roles(profile: Profile) -> Iterator[Problem]:
    """Check that every role and account is known, and that the account may have the role."""
    suspended = suspended_units(profile)
    for role, key in profile.roles.items():
        path = ("roles", role)
        if profile.organization.standalone:
            yield Problem(
                id=_KIND,
                path=path,
                message="roles in a standalone profile: its only account has all of them",
                fix="remove `roles`",
                about=(("organization", "standalone"),),
            )
        elif role not in ROLES:
            yield Problem(
                id=_KIND,
                path=path,
                message=f'unknown role "{role}"{did_you_mean(role, ROLES)}',
                fix=f"known: {', '.join(ROLES)}; the accounts management, log_archive and security get their roles "
                "from their keys",
            )
        elif key not in profile.accounts:
            yield Problem(
                id=_KIND,
                path=path,
                message=f'unknown account "{key}"{did_you_mean(key, profile.accounts)}',
                fix="write the key of an account",
                about=(("accounts",),),
            )
        elif key == "management":
            yield Problem(
                id=_KIND,
                path=path,
                message="the management account cannot be a delegated administrator",
                fix="name a member account",
            )
        elif profile.accounts[key].ou in suspended:
            yield Problem(
                id=_KIND,
                path=path,
                message=f'"{key}" is in a suspended unit, which no stack targets',
                fix="name an account of another unit",
                about=(("accounts", key), ("organizational_units",)),
            )
