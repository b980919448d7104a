"""The merged values of a profile: all layers, completed by the tier, each value with its origin."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier
from baseline.errors import UnknownKeyError
from baseline.findings import Location
from baseline.frozen import frozen
from baseline.profile.control_tower import left_to_tower
from baseline.profile.extends import Layers
from baseline.profile.load import load_layers
from baseline.profile.tiers import capability_defaults
from baseline.profile.tree import KeyPath, Place, Tree, find, path_text, plain
from baseline.text.nearest import did_you_mean

_SHORT_FORMS = ("enabled", "path")
"""Keys that a scalar can stand for: `kms: false`, and a unit that is written as its path."""


@frozen
class Origin:
    """The origin of a value; without a place and a tier, it is the program's default.

    Attributes:
        place: The place in a file that states the value.
        tier: The tier that sets the value.
        release: The release of that tier's defaults.
    """

    place: Location | None = None
    tier: Tier | None = None
    release: str = ""

    def __str__(self) -> str:
        if self.place:
            return f"{self.place.file}:{self.place.line}:{self.place.column}"
        return f"tier {self.tier}, defaults {self.release}" if self.tier else "default"


_DEFAULT = Origin()

Content: TypeAlias = "Mapping[str, MergedValue] | tuple[MergedValue, ...] | str | int | float | bool"


@frozen
class MergedValue:
    """A value and its origin; `content` is a mapping or list of further values, or a scalar."""

    content: Content
    origin: Origin

    def plain(self) -> Any:  # noqa: ANN401 - YAML data of any type
        """The value without origins."""
        if isinstance(self.content, Mapping):
            return {key: item.plain() for key, item in self.content.items()}
        if isinstance(self.content, tuple):
            return [item.plain() for item in self.content]
        return self.content

    def leaves(self, path: KeyPath = ()) -> Iterator[tuple[KeyPath, "MergedValue"]]:
        """Every scalar, list and empty mapping with its path."""
        if isinstance(self.content, Mapping) and self.content:
            for key, item in self.content.items():
                yield from item.leaves((*path, key))
        else:
            yield path, self


def merged_value(layers: Layers) -> MergedValue:
    """All values of a profile. Empty lists and mappings that are neither written nor set by the tier are left out.

    Raises:
        ProfileError: with every problem of the profile.
    """
    profile, tree = load_layers(layers).profile, layers.tree
    assert tree is not None  # noqa: S101 - without one it has problems
    defaults = {
        name: capability_defaults(CAPABILITIES[name], profile.tier, profile.defaults) for name in profile.capabilities
    }
    by_tier = Origin(tier=profile.tier, release=profile.defaults)
    merger = _Merger(tree=tree, by_tier=by_tier, left=left_to_tower(plain(tree)))
    return merger.merged(profile, (), {"capabilities": defaults}, _DEFAULT)


@frozen
class _Merger:
    """Joins values with places in `tree`; `left` are the settings that leave something to Control Tower."""

    tree: Tree
    by_tier: Origin
    left: Mapping[str, Mapping[str, Any]]

    def merged(self, value: object, path: KeyPath, tier: object, unwritten: Origin) -> MergedValue:
        """The value with origins.

        Args:
            value: A part of the profile.
            path: Its path.
            tier: The tier's data for this part; None if it has none.
            unwritten: The origin if the profile does not state the value.
        """
        place = self._place(path)
        origin = Origin(place=place.location()) if place else unwritten
        if isinstance(value, BaseModel):
            value = {name: getattr(value, name) for name in type(value).model_fields}
        if isinstance(value, Mapping):
            items = ((str(key), self._entry(str(key), item, path, tier)) for key, item in value.items())
            return MergedValue(content={key: item for key, item in items if item is not None}, origin=origin)
        if isinstance(value, list | tuple):
            defaults = tier if isinstance(tier, list) and not place else [None] * len(value)
            inside = _DEFAULT if place else origin
            pairs = enumerate(zip(value, defaults, strict=True))
            parts = (self.merged(item, (*path, number), below, inside) for number, (item, below) in pairs)
            return MergedValue(content=tuple(parts), origin=origin)
        return MergedValue(content=to_jsonable_python(value), origin=origin)

    def _entry(self, key: str, value: object, path: KeyPath, tier: object) -> MergedValue | None:
        """A value of a mapping; None if there is none, or if it is empty by default."""
        of_tier = isinstance(tier, Mapping) and key in tier
        below = tier[key] if isinstance(tier, Mapping) and of_tier else None
        if value is None:
            return None
        found = self.merged(value, (*path, key), below, self._unwritten((*path, key), value, of_tier=of_tier))
        return None if found.content in ({}, ()) and found.origin == _DEFAULT else found

    def _unwritten(self, path: KeyPath, value: object, *, of_tier: bool) -> Origin:
        """The origin of a value that the profile does not state."""
        of_tower = self.left.get(str(path[1]), {}) if len(path) == 3 and path[0] == "capabilities" else {}
        if path[-1] in of_tower and of_tower[str(path[-1])] == value:
            return Origin(place=find(self.tree, ("organization", "control_tower")).key.location())
        return self.by_tier if of_tier else _DEFAULT

    def _place(self, path: KeyPath) -> Place | None:
        """The place of the key, or of the short form, that states the value at `path`."""
        found = find(self.tree, path)
        is_short = len(found.path) == len(path) - 1 and path[-1] in _SHORT_FORMS
        stated = found.path == path or (is_short and isinstance(found.tree.value, str | bool))
        return found.key if stated else None


def part_of(value: MergedValue, key: str, above: KeyPath = ()) -> MergedValue:
    """The value reduced to one key, such as `capabilities.guardduty`, below its parents. Keys may contain dots.

    Raises:
        UnknownKeyError: if there is no such key.
    """
    if not key:
        return value
    known = value.content if isinstance(value.content, Mapping) else {}
    matching = [name for name in known if key == name or key.startswith(f"{name}.")]
    if not matching:
        parent = f" in {path_text(above)}" if above else ""
        raise UnknownKeyError(f"no key {key!r}{parent}{did_you_mean(key.partition('.')[0], known)}")
    name = max(matching, key=len)
    part = part_of(known[name], key[len(name) + 1 :], (*above, name))
    return MergedValue(content={name: part}, origin=value.origin)


def parts_of(values: Sequence[MergedValue], key: str) -> list[MergedValue | None]:
    """Each value reduced to one key; None for a value without it.

    Raises:
        UnknownKeyError: if no value has the key.
    """
    found: list[MergedValue | None] = []
    missing: list[UnknownKeyError] = []
    for value in values:
        try:
            found.append(part_of(value, key))
        except UnknownKeyError as error:
            found.append(None)
            missing.append(error)
    if len(missing) == len(values):
        raise missing[0]
    return found


@frozen
class Difference:
    """A value that differs between two profiles; None for the side that does not have it."""

    path: KeyPath
    before: MergedValue | None
    after: MergedValue | None


def differences(before: MergedValue | None, after: MergedValue | None, path: KeyPath = ()) -> Iterator[Difference]:
    """The values that differ, in the order of the profiles; a list is one value, and an empty mapping is none."""
    old, new = (item.content if item else {} for item in (before, after))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from differences(old.get(key), new.get(key), (*path, key))
    elif before is None or after is None or before.plain() != after.plain():
        yield Difference(path=path, before=before, after=after)
