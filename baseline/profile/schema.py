"""The JSON Schema of a profile for editors, generated from the models so that both always agree."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from baseline.capabilities.capability import Capability
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS
from baseline.profile.model import Profile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "urn:secure-baseline:profile:1"

Schema = dict[str, Any]

_DESCRIPTION = (
    "One file describes an AWS organization or account. Only `version` is required here: a layer that others extend "
    "may state as little as it likes, and `baseline validate` checks that the whole is complete."
)
_EXTENDS: Schema = {
    "title": "Extends",
    "description": "Profiles that this one is laid over, relative to this file. Mappings merge key by key, everything "
    "else replaces, null removes an inherited key; the last one wins, this file last of all.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}},
    ],
    "examples": ["house-baseline.yaml"],
}
# Mappings whose entries a layer may remove with null.
_REMOVABLE = ("accounts", "account_groups", "tags", "contacts", "exceptions", "attestations", "aws_reports")


@cache
def profile_schema() -> Schema:
    """The JSON Schema (2020-12) of a profile, including capability settings; cached."""
    schema = Profile.model_json_schema(by_alias=True)
    definitions: Schema = schema.pop("$defs")
    properties: Schema = schema["properties"]
    properties["capabilities"] = {
        **_only(properties["capabilities"], "title", "description", "examples"),
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _capability(item, definitions) for name, item in CAPABILITIES.items()},
    }
    definitions.pop("Settings", None)
    _open_up(schema, definitions)
    return {
        "$schema": DIALECT,
        "$id": ID,
        "title": "Profile of a secure AWS baseline",
        "description": _DESCRIPTION,
        "type": "object",
        "required": ["version"],
        "additionalProperties": False,
        "properties": {"version": properties.pop("version"), "extends": _EXTENDS, **properties},
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def _open_up(schema: Schema, definitions: Schema) -> None:
    """Allow layers to omit or remove values that another layer sets."""
    definitions["Organization"].pop("required")
    properties = {**schema["properties"], **definitions["Organization"]["properties"]}
    for name in _REMOVABLE:
        part = properties[name]
        if "additionalProperties" in part:
            part["additionalProperties"] = {"anyOf": [part["additionalProperties"], {"type": "null"}]}
    units = schema["properties"]["organizational_units"]
    path = definitions["OrganizationalUnit"]["properties"]["path"]
    units["items"] = {"anyOf": [_only(path, "type", "minLength", "description", "examples"), units["items"]]}


def _capability(capability: Capability, definitions: Schema) -> Schema:
    settings = capability.settings.model_json_schema(by_alias=True)
    nested: Schema = settings.pop("$defs", {})
    for name, definition in nested.items():
        definitions[f"{capability.name}.{name}"] = _renamed(definition, capability.name)
    settings = _renamed(settings, capability.name)
    _tiers_into_descriptions([settings, *definitions.values()])
    return {
        "title": capability.title,
        "description": capability.summary,
        "anyOf": [
            {**settings, "title": f"Settings of {capability.name}", "description": capability.summary},
            {"type": "boolean", "description": "true: on, with the tier's values. false: not part of the baseline."},
            {"type": "null", "description": "Removes what a layer below states."},
        ],
        "examples": [True, False],
    }


def _renamed(part: Any, capability: str) -> Any:  # noqa: ANN401 - any part of a schema
    if isinstance(part, Mapping):
        return {
            key: value.replace("#/$defs/", f"#/$defs/{capability}.") if key == "$ref" else _renamed(value, capability)
            for key, value in part.items()
        }
    return [_renamed(item, capability) for item in part] if isinstance(part, list) else part


def _tiers_into_descriptions(part: Any) -> None:  # noqa: ANN401 - any part of a schema
    """Describe the values of each tier in words, and make these settings optional."""
    if isinstance(part, list):
        for item in part:
            _tiers_into_descriptions(item)
    if not isinstance(part, dict):
        return
    filled = {name for name, item in part.get("properties", {}).items() if "x-tiers" in item}
    if filled and "required" in part:
        part["required"] = [name for name in part["required"] if name not in filled]
    if part.get("required") == []:
        del part["required"]
    if "x-tiers" in part:
        tiers = part.pop("x-tiers")
        part["description"] = f"{part['description']} {_tier_words(tiers)}"
        part.setdefault("examples", _distinct([tiers[tier] for tier in TIERS]))
    for item in part.values():
        _tiers_into_descriptions(item)


def _distinct(values: list[Any]) -> list[Any]:
    return [value for index, value in enumerate(values) if value not in values[:index]]


def _tier_words(values: Mapping[str, Any]) -> str:
    shown = {tier: json.dumps(values[tier], ensure_ascii=False) for tier in TIERS}
    if len(set(shown.values())) == 1:
        return f"Every tier: {next(iter(shown.values()))}."
    return f"Tiers: {', '.join(f'{tier} {value}' for tier, value in shown.items())}."


def _only(part: Mapping[str, Any], *keys: str) -> Schema:
    return {key: part[key] for key in keys if key in part}
