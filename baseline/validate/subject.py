"""A rendered template as checks see it: long-form data, and the line of everything in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from sys import intern
from typing import Any

import yaml

from baseline.plan.model import Template
from baseline.policy.document import Path, Statement, branches, read_statements

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource. `body` is all of it, `properties` its Properties."""

    logical_id: str
    type: str
    body: Mapping[str, Any]
    properties: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """Where it is in the template."""
        return ("Resources", self.logical_id)


@dataclass(frozen=True, kw_only=True)
class PolicyDocument:
    """A policy document somewhere in a template. `path` starts at the template's root."""

    path: Path
    document: Mapping[str, Any]
    resource: Resource

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its statements, which many checks ask for."""
        return read_statements(self.document)


@dataclass(frozen=True, kw_only=True)
class PackBody:
    """The template inside a conformance pack. `path` is its TemplateBody; a body that cannot be read says `problem`."""

    path: Path
    text: str
    document: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A template, read. `places` maps paths to (line, column), both from 1; paths go on into the bodies of packs.

    A text that cannot be read, or is no template, leaves everything empty; `problem` then says why.
    """

    template: Template
    problem: str = ""
    document: Mapping[str, Any]
    places: Mapping[Path, tuple[int, int]]
    resources: tuple[Resource, ...]
    policies: tuple[PolicyDocument, ...]
    packs: tuple[PackBody, ...] = ()

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types."""
        return (resource for resource in self.resources if resource.type in types)

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column of the path, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def read_template(template: Template) -> Subject:
    """The template as a subject."""
    places: dict[Path, tuple[int, int]] = {}
    try:
        document = _plain(yaml.compose(template.text, Loader=_Loader), (), places)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return _unreadable(template, " ".join(str(error).split()), places)
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        return _unreadable(template, "it has no Resources", places)
    resources = tuple(_resources(document["Resources"]))
    policies = tuple(
        PolicyDocument(path=path, document=found, resource=resource)
        for resource in resources
        for path, found in _policies(resource.properties, (*resource.path, "Properties"))
    )
    packs = tuple(_packs(template.text.splitlines(), resources, places))
    return Subject(
        template=template, document=document, places=places, resources=resources, policies=policies, packs=packs
    )


def _unreadable(template: Template, problem: str, places: Mapping[Path, tuple[int, int]]) -> Subject:
    return Subject(template=template, problem=problem, document={}, places=places, resources=(), policies=())


def _resources(section: Mapping[str, Any]) -> Iterator[Resource]:
    for logical_id, body in section.items():
        if isinstance(body, dict):
            properties = body.get("Properties")
            yield Resource(
                logical_id=logical_id,
                type=str(body.get("Type", "")),
                body=body,
                properties=properties if isinstance(properties, dict) else {},
            )


_PACKS = ("AWS::Config::ConformancePack", "AWS::Config::OrganizationConformancePack")


def _packs(
    lines: list[str], resources: tuple[Resource, ...], places: dict[Path, tuple[int, int]]
) -> Iterator[PackBody]:
    """The bodies of conformance packs; what is in them gets its place too where the body is a literal block."""
    for resource in resources:
        body = resource.properties.get("TemplateBody") if resource.type in _PACKS else None
        if isinstance(body, dict):
            body = body.get("Fn::Sub")
        if not isinstance(body, str):
            continue
        path = (*resource.path, "Properties", "TemplateBody")
        document, inner, problem = _read_body(body)
        first = places[path][0]
        if inner and lines[first - 1].endswith("|"):
            indent = len(lines[first]) - len(lines[first].lstrip())
            places.update({(*path, *at): (first + line, indent + column) for at, (line, column) in inner.items() if at})
        yield PackBody(path=path, text=body, document=document, problem=problem)


@lru_cache(maxsize=64)
def _read_body(body: str) -> tuple[Mapping[str, Any], Mapping[Path, tuple[int, int]], str]:
    """A pack's document, the places in it, and what is wrong; the same body often stands in two templates."""
    places: dict[Path, tuple[int, int]] = {}
    try:
        document = _plain(yaml.compose(body, Loader=_Loader), (), places)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return {}, {}, " ".join(str(error).split())
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        return {}, {}, "it has no Resources"
    return document, places, ""


def _policies(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401 - template data
    if isinstance(value, str):
        value = _embedded(value)
    if isinstance(value, dict):
        if _is_policy(value):
            yield path, value
        for key, item in value.items():
            yield from _policies(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _policies(item, (*path, index))


def _is_policy(value: Mapping[str, Any]) -> bool:
    """Whether it has statements with an effect; a rule of AWS WAF has a `Statement` too, of another kind."""
    return any(isinstance(item, dict) and "Effect" in item for _, item in branches(value.get("Statement")))


def _embedded(text: str) -> Any:  # noqa: ANN401 - JSON data
    """The policy in a text of JSON, as some properties want it; the text itself when there is none."""
    if not text.lstrip().startswith("{") or '"Statement"' not in text:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _plain(node: Any, path: Path, places: dict[Path, tuple[int, int]]) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    if node is None:
        return None
    places.setdefault(path, _place(node))
    if node.tag.startswith("!"):
        name = node.tag[1:]
        long = name if name in {"Ref", "Condition"} else f"Fn::{name}"
        value = _content(node, (*path, long), places)
        return {long: value.split(".", 1) if name == "GetAtt" and isinstance(value, str) else value}
    return _content(node, path, places)


def _content(node: Any, path: Path, places: dict[Path, tuple[int, int]]) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    if isinstance(node, yaml.MappingNode):
        found = {}
        for key, value in node.value:
            name = intern(key.value)
            inner = (*path, name)
            places[inner] = _place(key)
            found[name] = _plain(value, inner, places)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), places) for index, item in enumerate(node.value)]
    return _scalar(node)


def _place(node: Any) -> tuple[int, int]:  # noqa: ANN401 - YAML nodes are untyped
    return _shared(node.start_mark.line + 1, node.start_mark.column + 1)


@cache
def _shared(line: int, column: int) -> tuple[int, int]:
    """The one pair of these numbers: hundreds of templates have something at most of them."""
    return (line, column)


_SCALARS = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null"}


def _scalar(node: Any) -> Any:  # noqa: ANN401 - YAML nodes are untyped
    if node.tag not in _SCALARS:
        return intern(node.value)
    return yaml.safe_load(node.value)
