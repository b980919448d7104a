"""Templates of org-formation as plain CloudFormation, where one binding holds for the whole template."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from baseline.documents.template import NotATemplateError, Spot, Spots, read_data
from baseline.errors import ImportFileError
from baseline.frozen import frozen
from baseline.importers.located import Located, unreadable_at
from baseline.importers.source import section_of

_OWN_SECTIONS = (
    "Organization",
    "OrganizationBinding",
    "OrganizationBindings",
    "OrganizationBindingRegion",
    "DefaultOrganizationBinding",
    "DefaultOrganizationBindingRegion",
    "Definitions",
)
_BINDING = "OrganizationBinding"
_PER_ACCOUNT = ("Foreach", "ForeachAccount", "DependsOnAccount", "DependsOnRegion")
_OWN_FUNCTIONS = re.compile(
    r"Fn::(EnumTargetAccounts|EnumTargetRegions|TargetCount|Include|ReadFile|Cmd|MD5|FileMD5|JsonString|CopyValue|Merge)\b"
)
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^${}]+)?\}")
_PSEUDO = "AWS::"


@frozen
class BoundTemplate:
    """A plain CloudFormation template and its one binding, or the reason why there is none.

    Attributes:
        region: The Region or Regions of a binding without any.
    """

    text: str = ""
    suffix: str = ""
    binding: Mapping[str, Any] = field(default_factory=dict)
    region: Any = None
    reason: str = ""


def bound_template(text: str, path: Path, task: Mapping[str, Any]) -> BoundTemplate:
    """The template of a task `update-stacks`.

    Raises:
        ImportFileError: if it is not YAML or JSON.
    """
    try:
        data, start = read_data(text)
    except NotATemplateError as error:
        raise ImportFileError(unreadable_at(path, error), hint="correct the template") from error
    data = _placed(data, start, path)
    resources = section_of(data, "Resources") if isinstance(data, dict) else {}
    if not resources:
        raise ImportFileError(f"{path}:{start.line}:{start.column}: no Resources", hint="correct the template")
    bindings = [*_bindings(data, resources, task)]
    if any(binding != bindings[0] for binding in bindings):
        return BoundTemplate(reason="its resources have different bindings: split the template")
    plain = _without_own(data)
    if reason := _obstacle(plain):
        return BoundTemplate(reason=reason)
    changed = plain != data
    return BoundTemplate(
        text=json.dumps(plain, indent=2) + "\n" if changed else text,
        suffix=".json" if changed else path.suffix,
        binding=bindings[0],
        region=_first(task, data, "DefaultOrganizationBindingRegion", "OrganizationBindingRegion"),
    )


def _placed(value: Any, spot: Spot, path: Path) -> Any:  # noqa: ANN401 - YAML data
    """The data, with the file, line and column of each mapping and of its values."""
    spots = spot.inner or {}
    if isinstance(value, list):
        return [_placed(one, _spot_of(index, spots, spot), path) for index, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    inner = {name: _spot_of(name, spots, spot) for name in value}
    found = Located({name: _placed(one, inner[name], path) for name, one in value.items()})
    found.place = f"{path}:{spot.line}:{spot.column}"
    found.places = {name: f"{path}:{one.line}:{one.column}" for name, one in inner.items()}
    return found


def _spot_of(part: str | int, spots: Spots, outer: Spot) -> Spot:
    """The spot of a part; functions have no place of their own, but that of their value."""
    found = spots.get(part, Spot(0, 0))
    return found if found.line else Spot(outer.line, outer.column, found.inner)


def _bindings(
    data: Mapping[str, Any], resources: Mapping[str, Any], task: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """The binding of each resource; values of the task take precedence over the template's."""
    named = {**section_of(data, "OrganizationBindings"), **section_of(task, "OrganizationBindings")}
    default = _first(task, data, "DefaultOrganizationBinding", "OrganizationBinding")
    for item in resources.values():
        binding = item.get(_BINDING) if isinstance(item, dict) else None
        if isinstance(binding, dict) and set(binding) == {"Ref"}:
            binding = named.get(str(binding["Ref"]))
        found = default if binding is None else binding
        yield found if isinstance(found, dict) else {}


def _first(task: Mapping[str, Any], data: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401 - YAML data
    values = (some[name] for some in (task, data) for name in names if some.get(name) is not None)
    return next(values, None)


def _without_own(data: Mapping[str, Any]) -> dict[str, Any]:
    """The template without the parts that only org-formation understands."""
    found = {name: value for name, value in data.items() if name not in _OWN_SECTIONS}
    if str(found.get("AWSTemplateFormatVersion", "")).endswith("-OC"):
        found["AWSTemplateFormatVersion"] = "2010-09-09"
    found["Resources"] = {
        name: {key: value for key, value in item.items() if key != _BINDING} if isinstance(item, dict) else item
        for name, item in section_of(data, "Resources").items()
    }
    return found


def _obstacle(data: Mapping[str, Any]) -> str:
    """Part of a template that only org-formation can process; "" if nothing."""
    resources = section_of(data, "Resources")
    used = {name for item in resources.values() if isinstance(item, dict) for name in _PER_ACCOUNT if name in item}
    if used:
        return f"its resources have {', '.join(sorted(used))}"
    names = {*section_of(data, "Parameters"), *resources, *section_of(data, "Conditions")}
    found = sorted({*_own_uses(data, names)})
    return f"only org-formation knows {', '.join(found)}" if found else ""


def _own_uses(value: Any, names: set[str]) -> Iterator[str]:  # noqa: ANN401 - YAML data
    """Functions of org-formation, and references to its accounts."""
    if isinstance(value, list):
        for inner in value:
            yield from _own_uses(inner, names)
    elif isinstance(value, str):
        if match := _OWN_FUNCTIONS.match(value):
            yield match[0]
    elif isinstance(value, dict):
        for name, inner in value.items():
            if _OWN_FUNCTIONS.fullmatch(name):
                yield name
            yield from _unknown_references(name, inner, names)
            yield from _own_uses(inner, names)


def _unknown_references(function: str, inner: Any, names: set[str]) -> Iterator[str]:  # noqa: ANN401 - YAML data
    """Names that a function refers to and the template does not declare."""
    used: list[str] = []
    own: set[str] = set()
    if function == "Ref":
        used = [str(inner)]
    elif function == "Fn::GetAtt":
        used = [str(inner[0] if isinstance(inner, list) and inner else inner).partition(".")[0]]
    elif function == "Fn::Sub":
        text, own = (inner[0], {*inner[1]}) if _has_variables(inner) else (inner, own)
        used = _VARIABLE.findall(text) if isinstance(text, str) else []
    yield from (name for name in used if name not in names | own and not name.startswith(_PSEUDO))


def _has_variables(inner: Any) -> bool:  # noqa: ANN401 - YAML data
    return isinstance(inner, list) and len(inner) == 2 and isinstance(inner[1], dict)
