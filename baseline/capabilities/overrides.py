"""Overrides: settings with other values in some places, and the stacks that deploy them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, Field, StringConstraints

from baseline.capabilities.capability import Capability, StackSpec
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.place import Places
from baseline.capabilities.settings import Reason
from baseline.documents.section import Section
from baseline.findings import Problem

OverrideName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=24)]


class Override(Section):
    """Values of a capability's settings in some places; each capability with overrides extends it."""

    name: OverrideName = Field(
        description="A permanent name, as stacks are named after it: lower-case letters, digits and hyphens.",
        examples=["sandbox"],
    )
    to: Annotated[Places, Field(min_length=1)] = Field(
        description="Units, accounts and groups of accounts that have these values. The most specific place "
        "applies: the account itself, then its unit, then a unit above it.",
        examples=[["Sandbox"]],
    )
    reason: Reason | None = Field(
        default=None,
        description="Why a value here is weaker than the tier's: accepts the finding and is recorded in the evidence.",
    )

    @property
    def values(self) -> Mapping[str, Any]:
        """Setting → its value in these places."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.changed}

    def weaker(self, settings: BaseModel) -> tuple[Problem, ...]:  # noqa: ARG002 - for capabilities that compare
        """Weakened values in these places, besides those weaker than the tier's; paths are relative to the override.

        Args:
            settings: The settings of the capability, with the values of all other places.
        """
        return ()

    @property
    def changed(self) -> frozenset[str]:
        """The settings whose value differs in these places."""
        own = type(self).model_fields.keys() - Override.model_fields.keys()
        return frozenset(name for name in own if getattr(self, name) is not None)


class Placed(Protocol):
    """An entry that applies to some places."""

    @property
    def to(self) -> Sequence[str]:
        """The places."""


AnEntry = TypeVar("AnEntry", bound=Placed)


def in_these_places(setting: str, **constraints: Any) -> Any:  # noqa: ANN401 - stands where pydantic's Field stands
    """A setting that an override may change."""
    return Field(default=None, description=f"`{setting}` in these places.", **constraints)


def overrides_of(settings: BaseModel) -> tuple[Override, ...]:
    """The overrides in the settings of a capability."""
    return tuple(getattr(settings, "overrides", ()))


def overridden(landscape: Landscape, capability: str, override: Override) -> Landscape:
    """The landscape with the values of the override."""
    settings = landscape.capabilities[capability].model_copy(update={**override.values, "overrides": []})
    return replace(landscape, capabilities={**landscape.capabilities, capability: settings})


def nearest_override(landscape: Landscape, overrides: Sequence[AnEntry], account: str) -> AnEntry | None:
    """The entry that applies to an account: that of the nearest place, the account itself, its OU, or one above."""
    unit = landscape.accounts[account].ou or ""
    steps = unit.split("/") if unit else []
    above = ("/".join(steps[:depth]) for depth in range(len(steps), 0, -1))
    return first_override(overrides, (account, *above))


def first_override(overrides: Sequence[AnEntry], places: Iterable[str]) -> AnEntry | None:
    """The entry of the first place for which there is one."""
    owners = {place: override for override in overrides for place in override.to}
    return next((owners[place] for place in places if place in owners), None)


def stacks_of(landscape: Landscape, capability: Capability) -> tuple[StackSpec, ...]:
    """The stacks of a capability, with a variant for each override that changes a stack that `varies`."""
    specs = capability.stacks(landscape)
    overrides = overrides_of(landscape.capabilities[capability.name])
    if not overrides:
        return specs
    shared = {spec.name: spec for spec in specs}
    changed: dict[str, dict[str, StackSpec | None]] = {}
    for override in overrides:
        for name, spec in _differences(shared, capability.stacks(overridden(landscape, capability.name, override))):
            changed.setdefault(name, {})[override.name] = spec
    places = {override.name: tuple(override.to) for override in overrides}
    return (
        *(_shared(spec, places, changed[spec.name]) if spec.name in changed else spec for spec in specs),
        *(
            _variant(spec, name, places, follows=spec.name in shared)
            for variants in changed.values()
            for name, spec in variants.items()
            if spec is not None
        ),
    )


def _differences(
    shared: Mapping[str, StackSpec], specs: tuple[StackSpec, ...]
) -> Iterator[tuple[str, StackSpec | None]]:
    """The stacks that an override changes, in the changed form; None for a stack that it removes."""
    found = {spec.name: spec for spec in specs if spec.varies}
    yield from ((name, spec) for name, spec in found.items() if spec != shared.get(name))
    yield from ((name, None) for name, spec in shared.items() if spec.varies and name not in found)


def _shared(spec: StackSpec, places: Mapping[str, tuple[str, ...]], changed: Collection[str]) -> StackSpec:
    """The stack with the capability's own values, for all places without an override."""
    others = tuple(place for name in changed for place in places[name])
    kept = tuple(place for name in places if name not in changed for place in places[name])
    return replace(spec, target=replace(spec.target, other_places=others, kept_places=kept))


def _variant(spec: StackSpec, name: str, places: Mapping[str, tuple[str, ...]], *, follows: bool) -> StackSpec:
    """The stack with an override's values. If it `follows`, the shared stack leaves these places first."""
    others = tuple(place for other in places if other != name for place in places[other])
    return replace(
        spec,
        name=f"{spec.name}-{name}",
        description=f"Same resources as {spec.name}, with the settings of the override {name}.",
        target=replace(spec.target, places=places[name], other_places=others),
        depends_on=(*spec.depends_on, *((spec.name,) if follows else ())),
        instead_of=spec.name,
    )
