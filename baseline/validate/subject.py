"""A rendered template for checks: long-form data, with the line of each value."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from baseline.documents.template import NotATemplateError, Spot, Spots, place_in, read_data
from baseline.frozen import frozen
from baseline.plan.model import Template
from baseline.policy.document import Path, Statement, branches, read_statements


@frozen
class Resource:
    """One resource. `body` is the whole resource, `properties` its Properties."""

    logical_id: str
    type: str
    body: Mapping[str, Any]
    properties: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """Path of the resource in the template."""
        return ("Resources", self.logical_id)


@frozen
class PolicyDocument:
    """A policy document somewhere in a template. `path` starts at the template's root."""

    path: Path
    document: Mapping[str, Any]
    resource: Resource

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The policy's statements, cached for the many checks that use them."""
        return read_statements(self.document)


@frozen
class PackBody:
    """The template inside a conformance pack. `path` is its TemplateBody; `problem` says why it cannot be read."""

    path: Path
    text: str
    document: Mapping[str, Any]
    problem: str = ""


@frozen
class Subject:
    """A parsed template. `spots` include the bodies of conformance packs.

    If the text cannot be parsed or is not a template, everything is empty and `problem` has the reason.
    """

    template: Template
    problem: str = ""
    document: Mapping[str, Any]
    spots: Spot
    resources: tuple[Resource, ...]
    policies: tuple[PolicyDocument, ...]
    packs: tuple[PackBody, ...] = ()

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types."""
        if self._types.isdisjoint(types):
            return iter(())
        return (resource for resource in self.resources if resource.type in types)

    @cached_property
    def _types(self) -> frozenset[str]:
        return frozenset(resource.type for resource in self.resources)

    @cached_property
    def by_id(self) -> Mapping[str, Resource]:
        """Logical id → resource."""
        return {resource.logical_id: resource for resource in self.resources}

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column of the path, or of the nearest enclosing value."""
        return place_in(self.spots, path)


def read_template(template: Template) -> Subject:
    """The template as a subject."""
    try:
        document, start = read_data(template.text)
    except NotATemplateError as error:
        return _unreadable(template, str(error), error.start)
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        return _unreadable(template, "it has no Resources", start)
    resources = tuple(_resources(document["Resources"]))
    policies = tuple(
        PolicyDocument(path=path, document=found, resource=resource)
        for resource in resources
        for path, found in _policies(resource.properties, (*resource.path, "Properties"))
    )
    packs = tuple(_packs(template.text.splitlines(), resources, start))
    return Subject(
        template=template, document=document, spots=start, resources=resources, policies=policies, packs=packs
    )


def _unreadable(template: Template, problem: str, spots: Spot) -> Subject:
    return Subject(template=template, problem=problem, document={}, spots=spots, resources=(), policies=())


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


def _packs(lines: list[str], resources: tuple[Resource, ...], spots: Spot) -> Iterator[PackBody]:
    """The bodies of conformance packs; their contents have places if the body is a literal block."""
    for resource in resources:
        body = resource.properties.get("TemplateBody") if resource.type in _PACKS else None
        if isinstance(body, dict):
            body = body.get("Fn::Sub")
        if not isinstance(body, str):
            continue
        path = (*resource.path, "Properties", "TemplateBody")
        document, inner, problem = _read_body(body)
        first, column = place_in(spots, path)
        if inner and lines[first - 1].endswith("|"):
            indent = len(lines[first]) - len(lines[first].lstrip())
            _put(spots, path, Spot(first, column, _moved(inner, first, indent)))
        yield PackBody(path=path, text=body, document=document, problem=problem)


def _put(spot: Spot, path: Path, new: Spot) -> None:
    """Set the place of a path whose parents already have one."""
    *around, last = path
    for part in around:
        spot = (spot.inner or {})[part]
    if spot.inner is not None:
        spot.inner[last] = new


def _moved(spots: Spots, lines: int, columns: int) -> Spots:
    return {
        part: Spot(
            spot.line and spot.line + lines,
            spot.column + columns,
            None if spot.inner is None else _moved(spot.inner, lines, columns),
        )
        for part, spot in spots.items()
    }


@lru_cache(maxsize=64)
def _read_body(body: str) -> tuple[Mapping[str, Any], Spots, str]:
    """A pack's document, the places in it, and its problem; cached, as templates often share a body."""
    try:
        document, start = read_data(body)
    except NotATemplateError as error:
        return {}, {}, str(error)
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        return {}, {}, "it has no Resources"
    return document, start.inner or {}, ""


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
    """Whether the document has statements with an effect; rules of AWS WAF have a `Statement` of another kind."""
    return any(isinstance(item, dict) and "Effect" in item for _, item in branches(value.get("Statement")))


def _embedded(text: str) -> Any:  # noqa: ANN401 - JSON data
    """The policy in a JSON text, which some properties expect; the text itself if it contains none."""
    if not text.lstrip().startswith("{") or '"Statement"' not in text:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
