"""Places: OUs, accounts and groups of accounts in settings and groups."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.profile.landscape import organizational_units, suspended_units
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


def suspended_places(profile: Profile) -> Iterator[Problem]:
    """Check that a setting with stacks in its places names no unit where none is deployed.

    A name that is both a unit and an account is the account.
    """
    suspended = suspended_units(profile)
    without = _units_without_stacks(profile, suspended) - profile.accounts.keys()
    for path, item in _lists(profile) if without else ():
        for index, place in enumerate(item.names):
            if place in without and not item.kind.suspended:
                what = "is a suspended unit" if place in suspended else "contains suspended units only"
                yield Problem(
                    id="profile-place",
                    path=(*path, *item.path, index),
                    message=f"{place} {what}: no stack is deployed there",
                    fix="remove it",
                    about=(("organizational_units",),),
                )


def _units_without_stacks(profile: Profile, suspended: frozenset[str]) -> frozenset[str]:
    """The suspended units, and those above them without another unit or an account that a stack could target."""
    above = {path for unit in suspended for path in _with_parents(unit)}
    open_units = organizational_units(profile).keys() - above
    open_units |= {account.ou for account in profile.accounts.values() if account.ou and account.ou not in suspended}
    return frozenset(above - {path for unit in open_units for path in _with_parents(unit)})


def _with_parents(unit: str) -> Iterator[str]:
    names = unit.split("/")
    return ("/".join(names[:depth]) for depth in range(1, len(names) + 1))


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
