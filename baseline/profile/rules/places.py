"""Places: OUs, accounts and groups of accounts in settings and groups."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.profile.landscape import organizational_units
from baseline.profile.model import Profile
from baseline.profile.places import ROOT, PlaceList, known_places, place_lists
from baseline.profile.tree import KeyPath
from baseline.text.nearest import did_you_mean

_SECTIONS = (("accounts",), ("account_groups",), ("organizational_units",))
_FIX = "write the key of an account, a group of account_groups, or the path of a unit of organizational_units"
_FIX_ACCOUNTS = "write the key of an account, or a group of account_groups"


def unknown_places(profile: Profile) -> Iterator[Problem]:
    """Check that every place in the settings of a capability and in exceptions exists in the profile."""
    known = known_places(profile, organizational_units(profile))
    for path, item in _lists(profile):
        for index, place in enumerate(item.names):
            if not known.has(place, item.kind):
                guess = did_you_mean(place, known.names(item.kind))
                yield Problem(
                    id="profile-place",
                    path=(*path, *item.path, index),
                    message=f'unknown {item.kind.title} "{place}"{guess}',
                    fix=_FIX if item.kind.units else _FIX_ACCOUNTS,
                    about=_SECTIONS,
                )


def _lists(profile: Profile) -> Iterator[tuple[KeyPath, PlaceList]]:
    """Path of the settings of each enabled capability and of each exception → every list of places in them."""
    for name, settings in profile.capabilities.items():
        yield from ((("capabilities", name), item) for item in place_lists(settings) if settings.enabled)
    for key, exception in profile.exceptions.items():
        yield from ((("exceptions", key), item) for item in place_lists(exception))


def group_members(profile: Profile) -> Iterator[Problem]:
    """Check that a group contains accounts of the profile, each once, and has a unique name."""
    units = organizational_units(profile)
    for group, members in profile.account_groups.items():
        if group in profile.accounts or group in units or group == ROOT:
            what = "an account" if group in profile.accounts else "a unit" if group in units else "the organization"
            yield Problem(
                id="profile-place",
                path=("account_groups", group),
                message=f'"{group}" is already the name of {what}',
                fix="give the group another name",
                about=(("accounts",), ("organizational_units",)),
            )
        for index, key in enumerate(members):
            if key not in profile.accounts:
                yield Problem(
                    id="profile-place",
                    path=("account_groups", group, index),
                    message=f'unknown account "{key}"{did_you_mean(key, profile.accounts)}',
                    fix="write the key of an account",
                    about=(("accounts",),),
                )
            elif key in members[:index]:
                yield Problem(
                    id="profile-duplicate",
                    path=("account_groups", group, index),
                    message=f'account given twice: "{key}"',
                    fix="name it once",
                )
