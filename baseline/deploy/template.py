"""What a deployment has to know of a template: its resources, and which of them outlive their stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from baseline.aws.stateful import is_stateful

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _Base  # type: ignore[assignment]


class _Loader(_Base):
    """Reads `!Sub` and its like as `{"Fn::Sub": …}`; dates stay texts."""


def _function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:  # noqa: ANN401
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value.split(".", 1) if name == "Fn::GetAtt" and isinstance(value, str) else value}


_Loader.add_multi_constructor("!", _function)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource. `retained` says whether it stays when its stack goes, `stateful` whether it holds data."""

    logical_id: str
    type: str
    body: Mapping[str, Any]
    retained: bool
    stateful: bool


@lru_cache(maxsize=512)
def parse(text: str) -> Mapping[str, Any]:
    """The template as long-form data; nothing where YAML cannot read it, as somebody's JSON with tabs."""
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError):
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
        if isinstance(body, dict)  # somebody else's template may have a loop in its place
    )


def is_ours(text: str) -> bool:
    """Whether baseline wrote the template: it says so in its metadata."""
    return _mark(text).get("Generator") == "baseline"


def capability_of(text: str) -> str:
    """The capability that a template of baseline's is for; "" for any other template."""
    return str(_mark(text).get("Capability", "")) if is_ours(text) else ""


def _mark(text: str) -> Mapping[str, Any]:
    metadata = parse(text).get("Metadata")
    found = metadata.get("Baseline") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def same(one: str, other: str) -> bool:
    """Whether two templates say the same; comments and layout do not count, nor who generated them."""
    return one == other or _meant(one) == _meant(other)


def _meant(text: str) -> Mapping[str, Any]:
    return {key: value for key, value in parse(text).items() if key != "Metadata"}
