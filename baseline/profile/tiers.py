"""Tiers as data: the complete defaults below a profile's own values."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from baseline.capabilities.capability import Capability
from baseline.capabilities.settings import Settings, Tier, settings_of_tier
from baseline.releases import NEWEST, is_included


def capability_defaults(capability: Capability, tier: Tier, release: str) -> dict[str, Any]:
    """Return the tier's defaults for a capability; one that a later release introduced is disabled."""
    data = tier_data(capability.settings, tier, release)
    return data if is_included(capability.since, release) else {**data, "enabled": False}


def tier_data(model: type[BaseModel], tier: Tier, release: str = NEWEST) -> dict[str, Any]:
    """Return the tier's defaults for one settings model, including nested models."""
    data = settings_of_tier(model, tier, release)
    for name, nested in _required_models(model):
        if name not in data:
            data[name] = tier_data(nested, tier, release)
    return data


def tier_settings(capability: Capability, tier: Tier, release: str) -> Settings:
    """Return the tier's settings as a model.

    Only nested models are validated. A test checks the other values, because validation would compile a schema for
    each capability, which takes longer than reading a profile that names few of them.
    """
    data = capability_defaults(capability, tier, release)
    if any(data[name] for name, _ in _required_models(capability.settings)):
        return capability.settings.model_validate(data)
    return capability.settings.model_construct(**data)


@cache
def _required_models(model: type[BaseModel]) -> tuple[tuple[str, type[BaseModel]], ...]:
    """The required fields that hold a model, each with its model."""
    fields = model.model_fields.items()
    return tuple(
        (name, nested) for name, field in fields if field.is_required() for nested in models_in(field.annotation)
    )


def lay_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `above` merged over `below`: mappings key by key, all other values replace."""
    merged = dict(below)
    for key, value in above.items():
        inherited = merged.get(key)
        both = isinstance(inherited, Mapping) and isinstance(value, Mapping)
        merged[key] = lay_over(inherited, value) if both else value  # type: ignore[arg-type]
    return merged


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models in a type annotation, at any depth (`dict[str, Model] | None`)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)
