"""Validation of an evidence document against the published schema and its own references."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FORMAT = 4
"""Version of the document's format, increased with every change that readers must handle."""

READABLE = (3, FORMAT)
"""Formats of documents that this version reads."""

SCHEMA_FILE = Path(__file__).with_name("evidence.schema.json")
"""The document's published JSON Schema (2020-12); `baseline schema evidence` prints it."""

_TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def first_mistake(document: Any) -> str:  # noqa: ANN401 - JSON
    """The first place that violates the schema or names a missing control or stack; "" if valid.

    Supports only the keywords that the schema uses; a full JSON Schema validator is not needed.
    """
    return next(_mistakes(document, _schema(), "document"), "") or next(_unknown_names(document), "")


def schema_mistake(document: Any, schema: Mapping[str, Any]) -> str:  # noqa: ANN401 - JSON
    """The first place that violates a schema without references; "" if valid."""
    return next(_mistakes(document, schema, "document"), "")


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def _mistakes(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    if "$ref" in schema:
        yield from _mistakes(value, _schema()["$defs"][schema["$ref"].rpartition("/")[2]], place)
    if "anyOf" in schema and all(next(_mistakes(value, option, place), "") for option in schema["anyOf"]):
        yield f"{place}: does not have any of the allowed types"
    wrong = _wrong_itself(value, schema)
    if wrong:
        yield f"{place}: {wrong}"
    elif isinstance(value, dict) and schema.get("type") == "object":
        yield from _wrong_keys(value, schema, place)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _mistakes(item, schema["items"], f"{place}[{index}]")


def _wrong_itself(value: Any, schema: Mapping[str, Any]) -> str:  # noqa: ANN401 - JSON
    kinds = schema.get("type", ())
    if kinds and not any(_is_a(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return f"not of the type {kinds}"
    if "const" in schema and value != schema["const"]:
        return f"not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return "not one of the values that are allowed"
    if "minimum" in schema and isinstance(value, int) and value < schema["minimum"]:
        return f"below {schema['minimum']}"
    form = schema.get("pattern", "").removeprefix("^").removesuffix("$")
    if form and isinstance(value, str) and not re.fullmatch(form, value):
        return "not in the required format"
    return ""


def _is_a(value: Any, kind: str) -> bool:  # noqa: ANN401 - JSON
    if kind == "null":
        return value is None
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _wrong_keys(value: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{place}: {key} is missing" for key in schema.get("required", ()) if key not in value)
    for key, item in value.items():
        inner = properties.get(key, others)
        if inner is False:
            yield f"{place}: has an unknown key {key[:60]!a}"
        elif inner is not True:
            yield from _mistakes(item, inner, f"{place}.{key[:60]}")


def _unknown_names(document: Mapping[str, Any]) -> Iterator[str]:
    controls = {item["id"] for item in document["controls"]}
    requirements = [asked for item in document["frameworks"] for asked in item["requirements"]]
    named = {mapping["id"] for asked in requirements for mapping in asked["controls"]}
    named |= {name for item in document["controls"] for name in item["needs"]}
    yield from (f"names a control that it does not have: {name[:60]!a}" for name in sorted(named - controls))
    stacks = {seen["stack"] for item in document["controls"] for seen in item["observations"]} - document[
        "stacks"
    ].keys()
    yield from (f"names a stack that it does not have: {name[:60]!a}" for name in sorted(stacks))
