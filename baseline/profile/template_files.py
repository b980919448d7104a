"""CloudFormation templates that a profile names by file: parsed, and checked for deployment."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.operate.customizations.customizations import Customization, CustomizationsSettings
from baseline.capabilities.operate.customizations.template import CustomTemplate, Organization, document_key
from baseline.documents import yaml_reader as yaml
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.model import Profile
from baseline.profile.policy_files import why_outside
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import KeyPath, Place, Tree, find
from baseline.templating.own_template import OwnTemplateError, render_own_template

_DEEPEST = 60
_KIND = "custom-template"


@frozen
class TemplateFiles:
    """The content of the template files.

    Attributes:
        templates: `document_key` of each stack → its template.
        problems: Problems of unusable files.
        paths: Every file that was read.
    """

    templates: Mapping[str, CustomTemplate] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    paths: tuple[Path, ...] = ()


class _UnusableError(Exception):
    """The reason why a template cannot be used, and the place."""

    def __init__(self, message: str, line: int = 1, column: int = 1, fix: str | None = None) -> None:
        super().__init__(message)
        self.line, self.column, self.fix = line, column, fix


def read_template_files(tree: Tree, profile: Profile, landscape: Landscape) -> TemplateFiles:
    """Every file under capabilities.customizations.stacks, relative to the profile that names it.

    Args:
        tree: The profile with places.
        profile: The profile.
        landscape: Its organization, which is `org` in Jinja templates.
    """
    organization = _organization(landscape)
    settings = profile.capabilities["customizations"]
    templates: dict[str, CustomTemplate] = {}
    problems: list[Finding] = []
    paths: dict[Path, None] = {}
    for key, item in settings.stacks.items() if isinstance(settings, CustomizationsSettings) else ():
        path: KeyPath = ("capabilities", "customizations", "stacks", key, "file")
        named = find(tree, path).tree.place
        found = _read(Path(named.file).parent, item, organization)
        file = Path(named.file).parent / item.file
        if isinstance(found, CustomTemplate):
            templates[document_key(key)] = found
            paths[file] = None
        elif isinstance(found, Finding):
            problems.append(problem(_KIND, named, path, f"{item.file}: {found.message}"))
        else:
            place = Place(str(file), found.line, found.column)
            problems.append(problem(_KIND, place, path, str(found), found.fix))
    return TemplateFiles(templates=templates, problems=tuple(problems), paths=tuple(paths))


def _organization(landscape: Landscape) -> Organization:
    return Organization(
        prefix=landscape.prefix,
        partition=landscape.partition,
        home_region=landscape.home_region,
        regions=landscape.regions,
        standalone=landscape.standalone,
        accounts=tuple(landscape.accounts),
        units=tuple(landscape.ous),
    )


def _read(
    directory: Path, item: Customization, organization: Organization
) -> "CustomTemplate | Finding | _UnusableError":
    outside = why_outside(directory, item.file)
    if outside:
        return problem(_KIND, Place(item.file), (), outside)
    content = read_bytes(directory / item.file)
    if isinstance(content, Finding):
        return content
    text = decode(content, str(directory / item.file))
    if isinstance(text, Finding):
        return _UnusableError(text.message, text.location.line, text.location.column)
    try:
        if item.file.endswith(".j2"):
            return _rendered(text, {"org": organization, "values": SimpleNamespace(**item.values)})
        return _parsed(text)
    except _UnusableError as error:
        return error


def _rendered(text: str, values: Mapping[str, Any]) -> CustomTemplate:
    """The template that a Jinja text renders to.

    Raises:
        _UnusableError: if it does not render, or CloudFormation would reject the result.
    """
    try:
        rendered = render_own_template(text, values)
    except OwnTemplateError as error:
        raise _UnusableError(str(error), error.line) from None
    try:
        return _parsed(rendered)
    except _UnusableError as error:
        raise _UnusableError(f"after rendering, in line {error.line}: {error}", fix=error.fix) from None


def _parsed(text: str) -> CustomTemplate:
    """The template.

    Raises:
        _UnusableError: if CloudFormation would reject it, or if it cannot be marked.
    """
    try:
        _refuse_what_cloudformation_lacks(text)
        top = yaml.top_node(text)
    except yaml.NotYamlError as error:
        raise _UnusableError(f"not YAML: {error.problem}", *error.position) from None
    if not isinstance(top, yaml.MappingNode):
        raise _UnusableError("not a template: it must be a mapping with Resources")
    _refuse_repeated_keys(top)
    sections = {str(key.value): (key, value) for key, value in top.value}
    _check_sections(sections)
    is_json = bool(top.flow_style)
    if is_json:
        _check_json(text)
    return CustomTemplate(
        text=text,
        parameters=dict(_parameters(sections)),
        is_json=is_json,
        metadata=None if is_json else _metadata(sections),
    )


def _refuse_what_cloudformation_lacks(text: str) -> None:
    """Reject aliases, deep nesting and several documents. Source: CloudFormation user guide, Template formats."""
    depth = documents = 0
    for event in yaml.events(text):
        line, column = yaml.position_of(event)
        if isinstance(event, yaml.AliasEvent):
            raise _UnusableError(
                "CloudFormation does not support YAML aliases", line, column, "write the value without an alias"
            )
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1 or (isinstance(event, yaml.DocumentEndEvent) and event.explicit):
            raise _UnusableError("a second document, or `...`: a template must be a single document", line, column)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _UnusableError(f"more than {_DEEPEST} levels", line, column, "reduce the nesting")


def _refuse_repeated_keys(node: Any) -> None:  # noqa: ANN401 - a YAML node
    """Reject a key given twice: readers of JSON keep the last one, and the other one would be lost silently."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeated_keys(item)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if str(key.value) in seen:
            raise _UnusableError(f"key given twice: {key.value}", *yaml.position_of(key), "remove one of them")
        seen.add(str(key.value))
        _refuse_repeated_keys(value)


def _check_sections(sections: Mapping[str, tuple[Any, Any]]) -> None:
    if not isinstance(sections.get("Resources", (None, None))[1], yaml.MappingNode):
        raise _UnusableError("not a template: it must be a mapping with Resources")
    if "Transform" in sections:
        line, column = yaml.position_of(sections["Transform"][0])
        message = "StackSets with service-managed permissions do not support transforms"
        raise _UnusableError(message, line, column, "save the template with its transforms applied")


def _check_json(text: str) -> None:
    try:
        json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        message = f"neither block-style YAML nor JSON: {error}"
        raise _UnusableError(message, fix="write it in block style, or as JSON") from None


def _parameters(sections: Mapping[str, tuple[Any, Any]]) -> Iterator[tuple[str, bool]]:
    _, body = sections.get("Parameters", (None, None))
    for name, declaration in body.value if isinstance(body, yaml.MappingNode) else ():
        keys = declaration.value if isinstance(declaration, yaml.MappingNode) else ()
        yield str(name.value), any(key.value == "Default" for key, _ in keys)


def _metadata(sections: Mapping[str, tuple[Any, Any]]) -> tuple[int, int] | None:
    """The position for the mark, if the template has metadata."""
    if "Metadata" not in sections:
        return None
    key, body = sections["Metadata"]
    line, column = yaml.position_of(key)
    if not isinstance(body, yaml.MappingNode) or body.flow_style or not body.value:
        raise _UnusableError("Metadata is not a block mapping", line, column, "write one key per line, or remove it")
    if any(name.value == "Baseline" for name, _ in body.value):
        raise _UnusableError("Metadata.Baseline is reserved for baseline", line, column, "remove it")
    first = body.value[0][0].start_mark
    return first.line, first.column
