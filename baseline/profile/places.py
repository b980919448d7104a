"""Places in settings: groups are expanded to accounts, and positions map back to the profile."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from baseline.capabilities.place import PlaceKind
from baseline.capabilities.settings import Settings
from baseline.frozen import frozen
from baseline.profile.model import Profile
from baseline.profile.tiers import models_in
from baseline.profile.tree import KeyPath

ROOT = "root"


@frozen
class PlaceList:
    """A list of places in a setting.

    Attributes:
        path: Path in the capability's settings: `("assignments", 0, "to")`.
        kind: The places that it accepts.
        names: The names in the profile.
    """

    path: KeyPath
    kind: PlaceKind
    names: tuple[str, ...]


@frozen
class Known:
    """The names of places in a profile."""

    accounts: Collection[str]
    groups: Mapping[str, tuple[str, ...]]
    units: Collection[str]

    def names(self, kind: PlaceKind) -> Iterator[str]:
        """Every name that a list accepts."""
        yield from self.accounts
        yield from self.groups
        yield from self.units if kind.units else ()
        yield from (ROOT,) if kind.root else ()

    def has(self, name: str, kind: PlaceKind) -> bool:
        """Whether a list accepts the name."""
        return (
            name in self.accounts
            or name in self.groups
            or (kind.units and name in self.units)
            or (kind.root and name == ROOT)
        )


def known_places(profile: Profile, units: Collection[str]) -> Known:
    """The places of a profile; a group's unknown members are left out."""
    groups = {
        name: tuple(key for key in members if key in profile.accounts)
        for name, members in profile.account_groups.items()
    }
    return Known(accounts=profile.accounts, groups=groups, units=units)


def place_lists(model: BaseModel, at: KeyPath = ()) -> Iterator[PlaceList]:
    """Every list of places in the settings, at any depth."""
    for name, kind in _fields(type(model)).items():
        value = getattr(model, name)
        if kind is not None:
            yield PlaceList(path=(*at, name), kind=kind, names=tuple(value))
        else:
            for place, part in _models(value, (*at, name)):
                yield from place_lists(part, place)


def expanded(settings: Settings, known: Known) -> Settings:
    """The settings with each group replaced by its accounts; unknown names are left out.

    A list without a group or an unknown name is unchanged, including duplicates.
    """
    for item in place_lists(settings):
        accounts = _expanded(item, known)
        if accounts != item.names:
            settings = _replaced(settings, item.path, list(accounts))
    return settings


def origins(name: str, settings: Settings, known: Known) -> Iterator[tuple[KeyPath, tuple[int, ...]]]:
    """Path of each list that `expanded` changes → for each item there, its position in the profile."""
    for item in place_lists(settings):
        if _expanded(item, known) != item.names:
            yield ("capabilities", name, *item.path), tuple(index for index, _ in _numbered(item, known))


def original(path: KeyPath, positions: Mapping[KeyPath, tuple[int, ...]]) -> KeyPath:
    """The path in the profile for a path in expanded settings."""
    for length in range(3, len(path)):
        found, index = positions.get(path[:length]), path[length]
        if found is not None and isinstance(index, int):
            return (*path[:length], found[index], *path[length + 1 :])
    return path


def _expanded(item: PlaceList, known: Known) -> tuple[str, ...]:
    return tuple(place for _, place in _numbered(item, known))


def _numbered(item: PlaceList, known: Known) -> Iterator[tuple[int, str]]:
    """Each place with its position in the profile's list; an account that several groups contain is listed once."""
    seen = {place for place in item.names if place not in known.groups}
    for index, place in enumerate(item.names):
        if place in known.groups:
            accounts = [account for account in known.groups[place] if account not in seen]
            seen.update(accounts)
            yield from ((index, account) for account in accounts)
        elif known.has(place, item.kind):
            yield index, place


def _replaced(value: Any, path: KeyPath, leaf: list[str]) -> Any:  # noqa: ANN401 - settings, or part of them
    if not path:
        return leaf
    first, *rest = path
    if isinstance(value, BaseModel):
        return value.model_copy(update={str(first): _replaced(getattr(value, str(first)), tuple(rest), leaf)})
    if isinstance(value, Mapping):
        return {**value, first: _replaced(value[str(first)], tuple(rest), leaf)}
    return [_replaced(item, tuple(rest), leaf) if index == first else item for index, item in enumerate(value)]


def _models(value: Any, at: KeyPath) -> Iterator[tuple[KeyPath, BaseModel]]:  # noqa: ANN401 - a setting
    if isinstance(value, BaseModel):
        yield at, value
    elif isinstance(value, Mapping):
        yield from ((key_path, item) for key, part in value.items() for key_path, item in _models(part, (*at, key)))
    elif isinstance(value, list | tuple):
        yield from (found for index, part in enumerate(value) for found in _models(part, (*at, index)))


def settings_with_places(model: type[BaseModel]) -> Iterator[str]:
    """The settings that take places, at any depth: `policies.to`."""
    for name, kind in _fields(model).items():
        if kind is not None:
            yield name
        else:
            inside = models_in(model.model_fields[name].annotation)
            yield from dict.fromkeys(f"{name}.{below}" for one in inside for below in settings_with_places(one))


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, PlaceKind | None]:
    """Fields of a model that are places (with their kind), or models with places (None)."""
    found: dict[str, PlaceKind | None] = {}
    for name, field in model.model_fields.items():
        kind = next((item for item in field.metadata if isinstance(item, PlaceKind)), None)
        if kind is not None or any(_fields(nested) for nested in models_in(field.annotation)):
            found[name] = kind
    return found
