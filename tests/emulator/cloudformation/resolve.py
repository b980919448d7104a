"""Templates: parsed, ordered, and resolved for one account and Region."""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from cfnlint.decode.cfn_yaml import loads
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

_NAMED = re.compile(r"\$\{([^!}][^}]*)\}")


class ResolveError(Exception):
    """A template that CloudFormation would reject; has CloudFormation's message."""


@lru_cache(maxsize=512)
def parsed(text: str) -> dict[str, Any]:
    """The template as plain long-form data."""
    plain: dict[str, Any] = _plain(loads(text))
    return plain


def null_in(value: Any, path: str = "") -> str:
    """The place of a null, as CloudFormation writes it when it refuses the template; empty if there is none."""
    if value is None:
        return path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next(filter(None, (null_in(item, f"{path}/{key}") for key, item in items)), "")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


@lru_cache(maxsize=512)
def schema(region: str, type_: str) -> Mapping[str, Any]:
    """The bundled schema of a resource type; empty for custom resources."""
    if type_.startswith("Custom::"):
        return {}
    found: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, type_).schema
    return found


def create_only(region: str, type_: str) -> frozenset[str]:
    """Top-level properties that cannot change without replacement."""
    return frozenset(path.split("/")[2] for path in schema(region, type_).get("createOnlyProperties", ()))


@lru_cache(maxsize=512)
def order(text: str) -> tuple[str, ...]:
    """Logical ids, each after its dependencies."""
    resources = parsed(text)["Resources"]
    graph = {name: _needs(body, resources) - {name} for name, body in resources.items()}
    return tuple(TopologicalSorter({name: sorted(needs) for name, needs in graph.items()}).static_order())


def _needs(body: Any, resources: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    if isinstance(body, dict):
        for key, value in body.items():
            if key in ("Ref", "DependsOn", "Fn::GetAtt", "Fn::Sub"):
                found |= set(_mentioned(value))
            found |= _needs(value, resources)
    elif isinstance(body, list):
        for item in body:
            found |= _needs(item, resources)
    return found & resources.keys()


def _mentioned(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else [item for item in value if isinstance(item, str)]
    names = [name for text in texts for name in _NAMED.findall(text)]
    return [item.split(".")[0] for item in (*texts, *names)]


@dataclass(kw_only=True)
class Scope:
    """Values for functions: pseudo parameters, parameters, exports and existing resources."""

    text: str
    account: str
    region: str
    partition: str
    stack_name: str
    stack_id: str
    parameters: Mapping[str, str]
    conditions: Mapping[str, Any]
    imported: Callable[[str], str]
    resources: dict[str, Any] = field(default_factory=dict)

    def ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": self.partition,
            "AWS::URLSuffix": "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com",
            "AWS::StackName": self.stack_name,
            "AWS::StackId": self.stack_id,
        }
        if name == "AWS::NoValue":
            return None
        for values in (pseudo, self.parameters):
            if name in values:
                return values[name]
        if name in self.resources:
            return self.resources[name].physical
        raise ResolveError(f"Unresolved resource dependencies [{name}] in the Resources block of the template")

    def attribute(self, logical_id: str, name: str) -> Any:
        if logical_id not in self.resources:
            raise ResolveError(
                f"Unresolved resource dependencies [{logical_id}] in the Resources block of the template"
            )
        return self.resources[logical_id].attribute(name)

    def holds(self, condition: Any) -> bool:
        if isinstance(condition, str):
            return self.holds(self.conditions[condition])
        ((function, value),) = condition.items()
        if function == "Fn::Equals":
            return bool(self.resolve(value[0]) == self.resolve(value[1]))
        if function == "Fn::Not":
            return not self.holds(value[0])
        if function == "Condition":
            return self.holds(value)
        return (any if function == "Fn::Or" else all)(self.holds(item) for item in value)

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not None]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref":
                return self.ref(argument)
            if function in _FUNCTIONS:
                return _FUNCTIONS[function](self, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not None}


def _get_att(scope: Scope, argument: Any) -> Any:
    logical_id, _, name = argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
    return scope.attribute(logical_id, name)


def _sub(scope: Scope, argument: Any) -> str:
    text, extra = (argument, {}) if isinstance(argument, str) else (argument[0], scope.resolve(argument[1]))

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in extra:
            return str(extra[name])
        return str(_get_att(scope, name) if "." in name else scope.ref(name))

    return _NAMED.sub(value, text).replace("${!", "${")


def _if(scope: Scope, argument: Any) -> Any:
    return scope.resolve(argument[1] if scope.holds(argument[0]) else argument[2])


def _find_in_map(scope: Scope, argument: Any) -> Any:
    name, first, second = scope.resolve(argument)
    try:
        return parsed(scope.text)["Mappings"][name][first][second]
    except KeyError:
        raise ResolveError(f"Template error: Unable to get mapping for {name}::{first}::{second}") from None


_FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Fn::GetAtt": _get_att,
    "Fn::FindInMap": _find_in_map,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::Join": lambda scope, argument: argument[0].join(str(item) for item in scope.resolve(argument[1])),
    "Fn::Select": lambda scope, argument: scope.resolve(argument[1])[int(argument[0])],
    "Fn::Split": lambda scope, argument: scope.resolve(argument[1]).split(argument[0]),
    "Fn::ImportValue": lambda scope, argument: scope.imported(scope.resolve(argument)),
}


def resolved_properties(scope: Scope, body: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties.

    Raises:
        ResolveError: if a reference does not exist, or the resource type does not have a property.
    """
    properties = scope.resolve(copy.deepcopy(body.get("Properties") or {}))
    known = schema(scope.region, body["Type"]).get("properties")
    unknown = sorted(properties.keys() - known.keys()) if known else []
    if unknown:
        raise ResolveError(f"extraneous key [{unknown[0]}] is not permitted")
    return dict(properties)
