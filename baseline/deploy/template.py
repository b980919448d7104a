"""Facts about a template for deployments: its resources, and the ones that outlive their stack."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from baseline.aws.stateful import is_stateful
from baseline.documents.template import NotATemplateError, read_data
from baseline.frozen import frozen


@frozen
class Resource:
    """One resource. `retained` means that it outlives its stack, `stateful` that it holds data."""

    logical_id: str
    type: str
    body: Mapping[str, Any]
    retained: bool
    stateful: bool


@lru_cache(maxsize=512)
def parse(text: str) -> Mapping[str, Any]:
    """The template as long-form data; empty if YAML cannot read it, such as JSON with tabs."""
    try:
        document, _ = read_data(text)
    except NotATemplateError:
        return {}
    return document if isinstance(document, dict) else {}


@lru_cache(maxsize=512)
def resources_of(text: str) -> tuple[Resource, ...]:
    """The template's resources, in its order."""
    return tuple(
        Resource(
            logical_id=logical_id,
            type=str(body.get("Type")),
            body=body,
            retained=str(body.get("DeletionPolicy", "Delete")).startswith("Retain"),
            stateful=is_stateful(str(body.get("Type"))),
        )
        for logical_id, body in (parse(text).get("Resources") or {}).items()
        if isinstance(body, dict)  # a foreign template may have a loop in its place
    )


def is_ours(text: str) -> bool:
    """Whether baseline wrote the template, according to its metadata."""
    return _mark(text).get("Generator") == "baseline"


def capability_of(text: str) -> str:
    """The capability of a template of baseline; "" for any other template."""
    return str(_mark(text).get("Capability", "")) if is_ours(text) else ""


def family_of(text: str) -> str:
    """The name that the stack of an override shares with the stacks that it replaces; "" for other templates."""
    return str(_mark(text).get("Family", "")) if is_ours(text) else ""


def _mark(text: str) -> Mapping[str, Any]:
    metadata = parse(text).get("Metadata")
    found = metadata.get("Baseline") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def same(one: str, other: str) -> bool:
    """Whether two templates are equivalent, ignoring comments, layout and the generator's version."""
    return one == other or alike(_meant(one), _meant(other))


def alike(one: Any, other: Any) -> bool:  # noqa: ANN401 - any part of a template
    """Whether two values are equal, apart from characters that CloudFormation cannot return.

    GetTemplate, DescribeStacks and similar calls return `?` for a non-ASCII character
    (github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220): values that differ only
    in these are treated as equal.
    """
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        return one.isascii() != other.isascii() and (one in _mangled(other) or other in _mangled(one))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        named = as_named_in(one, other)
        return one.keys() == named.keys() and all(alike(value, named[key]) for key, value in one.items())
    return False


def as_named_in(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    """The actual values, under the expected keys if AWS returned these with `?`."""
    left = [key for key in expected if key not in actual]
    return {next((it for it in left if key not in expected and alike(it, key)), key): actual[key] for key in actual}


def _mangled(text: str) -> set[str]:
    """The text with `?` for non-ASCII characters: one per character, or one per byte."""
    by_character = "".join(it if it.isascii() else "?" for it in text)
    return {by_character, "".join(it if it.isascii() else "?" * len(it.encode()) for it in text)}


def _meant(text: str) -> Mapping[str, Any]:
    return {key: value for key, value in parse(text).items() if key != "Metadata"}
