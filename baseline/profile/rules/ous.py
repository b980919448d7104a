"""Organizational units: references of accounts, and duplicates in the list."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.profile.landscape import organizational_units
from baseline.profile.model import Profile
from baseline.text.nearest import did_you_mean

_UNITS = ("organizational_units",)


def unknown_units(profile: Profile) -> Iterator[Problem]:
    """Check that every account's OU is listed, or is the ancestor of a listed OU."""
    known = organizational_units(profile)
    for key, account in profile.accounts.items():
        if account.ou is None or account.ou in known or profile.organization.standalone:
            continue
        guess = did_you_mean(account.ou, known)
        yield Problem(
            id="profile-ou",
            path=("accounts", key, "ou"),
            message=f'unknown organizational unit "{account.ou}"{guess}',
            fix="correct it, or add it to organizational_units",
            about=(_UNITS,),
        )


def duplicate_units(profile: Profile) -> Iterator[Problem]:
    """Check that no path or id is repeated."""
    paths: dict[str, int] = {}
    ids: dict[str, int] = {}
    for index, unit in enumerate(profile.organizational_units):
        first = paths.setdefault(unit.path, index)
        if first != index:
            yield _twice(index, first, "path", f'organizational unit "{unit.path}"')
        first = ids.setdefault(unit.id, index) if unit.id else index
        if first != index:
            yield _twice(index, first, "id", f'id "{unit.id}"')


def _twice(index: int, first: int, field: str, what: str) -> Problem:
    return Problem(
        id="profile-duplicate",
        path=(*_UNITS, index, field),
        message=f"{what} given twice: also in organizational_units[{first}]",
        about=((*_UNITS, first),),
    )


def foreign_ids(profile: Profile) -> Iterator[Problem]:
    """Check that OU ids contain the root's id: `r-ab12` has OUs `ou-ab12-…` (Organizations API reference)."""
    root = profile.organization.root_id
    for index, unit in enumerate(profile.organizational_units):
        its_root = f"r-{unit.id.split('-')[1]}" if unit.id else root
        if root and its_root != root:
            yield Problem(
                id="profile-ou",
                path=(*_UNITS, index, "id"),
                message=f'"{unit.id}" belongs to another organization: its root is {its_root}, not {root}',
                fix="correct the id, or organization.root_id",
                about=(("organization", "root_id"),),
            )
