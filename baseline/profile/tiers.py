"""Tiers as data: the complete set of defaults that each one fills in below a profile's own values."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from baseline.capabilities.capability import Capability
from baseline.capabilities.settings import Tier, settings_of_tier
from baseline.releases import NEWEST, is_included


def capability_defaults(capability: Capability, tier: Tier, release: str) -> dict[str, Any]:
    """Return what the tier fills in for a capability; one that came with a later release is off."""
    data = tier_data(capability.settings, tier, release)
    return data if is_included(capability.since, release) else {**data, "enabled": False}


def tier_data(model: type[BaseModel], tier: Tier, release: str = NEWEST) -> dict[str, Any]:
    """Return what the tier fills in for one settings model, nested models included."""
    data = settings_of_tier(model, tier, release)
    for name, field in model.model_fields.items():
        for nested in models_in(field.annotation):
            if name not in data and field.is_required():
                data[name] = tier_data(nested, tier, release)
    return data


def lay_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `above` laid over `below`: mappings key by key, everything else replaces."""
    merged = dict(below)
    for key, value in above.items():
        inherited = merged.get(key)
        both = isinstance(inherited, Mapping) and isinstance(value, Mapping)
        merged[key] = lay_over(inherited, value) if both else value  # type: ignore[arg-type]
    return merged


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a type annotation names, at any depth (`dict[str, Model] | None`)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)
