"""Overrides: each has a name, values and places, and its stacks have unique names."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape
from baseline.capabilities.overrides import Override, overrides_of, stacks_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.findings import Problem, Severity
from baseline.profile.landscape import organizational_units
from baseline.profile.model import Profile
from baseline.profile.places import Known, known_places
from baseline.profile.tree import KeyPath

_KIND = "profile-override"
_MANAGEMENT = "management"


def fitting_overrides(profile: Profile) -> Iterator[Problem]:
    """Check that overrides have names and values, and that no place belongs to two of them."""
    known = known_places(profile, organizational_units(profile))
    for name, settings in profile.capabilities.items():
        overrides = overrides_of(settings) if settings.enabled else ()
        if overrides and profile.organization.standalone:
            yield Problem(
                id=_KIND,
                path=("capabilities", name, "overrides"),
                message="override in a standalone profile: there is one account",
                fix="write the values in the settings themselves",
                about=(("organization", "standalone"),),
            )
        elif overrides:
            yield from _named(overrides, ("capabilities", name, "overrides"))
            yield from _placed(overrides, ("capabilities", name, "overrides"), known)
            yield from _split(overrides, ("capabilities", name, "overrides"), known, profile)


def _named(overrides: tuple[Override, ...], path: KeyPath) -> Iterator[Problem]:
    for index, override in enumerate(overrides):
        if override.name in {earlier.name for earlier in overrides[:index]}:
            yield Problem(
                id=_KIND,
                path=(*path, index, "name"),
                message=f'two overrides are called "{override.name}"',
                fix="rename this one; the name of a deployed override must not change",
            )
        if not override.changed:
            yield Problem(
                id=_KIND,
                path=(*path, index),
                message=f'the override "{override.name}" changes nothing',
                fix="add a setting with the value that these places have, or remove the override",
            )


def _placed(overrides: tuple[Override, ...], path: KeyPath, known: Known) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for index, override in enumerate(overrides):
        for number, place in enumerate(override.to):
            members = known.groups.get(place, (place,))
            taken = {item: owner[item] for item in members if item in owner}
            if taken:
                item, other = next(iter(taken.items()))
                yield Problem(
                    id=_KIND,
                    path=(*path, index, "to", number),
                    message=f'"{item}" is already a place of the override "{other}": only one can apply',
                    fix="name each place in one override",
                    about=(("account_groups",),),
                )
            if _MANAGEMENT in members:
                yield Problem(
                    id=_KIND,
                    path=(*path, index, "to", number),
                    message="the management account has the capability's own values: StackSets do not target it",
                    fix="write the values of the management account in the settings themselves, and those of all units "
                    "in overrides",
                    about=(("account_groups",),),
                )
            owner.update(dict.fromkeys(members, override.name))


def _split(overrides: tuple[Override, ...], path: KeyPath, known: Known, profile: Profile) -> Iterator[Problem]:
    """Note OUs in which an override names only some accounts: accounts that join later are left out."""
    for index, override in enumerate(overrides):
        members = [key for place in override.to for key in known.groups.get(place, (place,))]
        units = {profile.accounts[key].ou or "" for key in members if key in profile.accounts}
        units |= {place.rpartition("/")[0] for place in override.to if "/" in place and place not in profile.accounts}
        units -= {unit for unit in units for top in override.to if f"{unit}/".startswith(f"{top}/")}
        if units:
            listing = ", ".join(f'"{unit}"' if unit else "the root" for unit in sorted(units))
            yield Problem(
                id=_KIND,
                path=(*path, index, "to"),
                message=f"accounts that join {listing} itself later do not get this stack until the profile lists them",
                fix="name the whole unit, or add new accounts to the profile and deploy again",
                severity=Severity.INFO,
            )


def distinct_stacks(profile: Profile, landscape: Landscape) -> Iterator[Problem]:
    """Check that no stack of an override has the name of another stack, in a profile that has all its accounts."""
    overridden = [name for name in landscape.capabilities if overrides_of(landscape.capabilities[name])]
    whole = landscape.standalone or landscape.accounts.keys() >= ACCOUNT_PARAMETERS.keys()
    if not overridden or not whole:
        return
    stacks = {name: stacks_of(landscape, CAPABILITIES[name]) for name in landscape.capabilities}
    names = Counter(spec.name for spec in chain.from_iterable(stacks.values()))
    for capability in overridden:
        for index, override in enumerate(overrides_of(profile.capabilities[capability])):
            for spec in stacks[capability]:
                if names[spec.name] > 1 and spec.name == f"{spec.instead_of}-{override.name}":
                    yield Problem(
                        id=_KIND,
                        path=("capabilities", capability, "overrides", index, "name"),
                        message=f'another stack is called "{landscape.prefix}-{spec.name}"',
                        fix="give the override another name",
                    )
