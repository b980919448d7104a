"""Tiers as data: the complete set of defaults that each one fills in below a profile's own values."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier, settings_of_tier


def tier_settings(tier: Tier) -> dict[str, dict[str, Any]]:
    """Capability → setting → value: everything that the tier fills in, as plain YAML data."""
    return {name: tier_data(capability.settings, tier) for name, capability in CAPABILITIES.items()}


def tier_data(model: type[BaseModel], tier: Tier) -> dict[str, Any]:
    """What the tier fills in for one settings model, nested models included."""
    data = settings_of_tier(model, tier)
    for name, field in model.model_fields.items():
        for nested in models_in(field.annotation):
            if name not in data and field.is_required():
                data[name] = tier_data(nested, tier)
    return data


def over_tier(model: type[BaseModel], tier: Tier, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` laid over the tier's values: mappings key by key, everything else replaces."""
    return _over(tier_data(model, tier), given)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        inherited = merged.get(key)
        both = isinstance(inherited, Mapping) and isinstance(value, Mapping)
        merged[key] = _over(inherited, value) if both else value  # type: ignore[arg-type]
    return merged


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a type annotation names, at any depth (`dict[str, Model] | None`)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)
