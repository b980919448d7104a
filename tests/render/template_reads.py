"""What a template reads of its context, by the types of the context: names, attributes, and items of loops."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import GenericAlias, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes
from pydantic import BaseModel

from baseline.resources import templates_directory
from baseline.templating.environment import template_environment

Types = tuple[Any, ...]
"""The types that a value can have; () if nothing is known, as in a mapping of any values."""
Scope = Mapping[str, Types]

_LOOP = {"first", "last", "previtem"}


@dataclass
class Reads:
    """Attributes that templates read, and mistakes.

    Attributes:
        read: Class → its attributes that are read.
        mistakes: `template:line: …` of each attribute that no type of its value has.
    """

    read: dict[type, set[str]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def read_context(path: Path, context: type, reads: Reads) -> None:
    """Record what the template at `path`, and all that it includes, read of a context of this class."""
    _Reader(path, context, reads).read(_parsed(path), {})


def _parsed(path: Path) -> nodes.Template:
    return template_environment().parse(path.read_text(encoding="utf-8"))


class _Reader:
    """Walks one template."""

    def __init__(self, path: Path, context: type, reads: Reads) -> None:
        self.path, self.context, self.reads = path, context, reads

    def read(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, scope)
        elif isinstance(node, nodes.Include):
            for path in self._included(node.template, scope):
                _Reader(path, self.context, self.reads).read(_parsed(path), scope)
        elif isinstance(node, nodes.Expr):
            self.types_of(node, scope)
        else:
            for child in node.iter_child_nodes():
                self.read(child, scope)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        items = items_of(self.types_of(node.iter, scope))
        names: dict[str, Types] = {"loop": items}
        if isinstance(node.target, nodes.Name):
            names[node.target.name] = items
        else:
            for position, target in enumerate(node.target.iter_child_nodes()):
                assert isinstance(target, nodes.Name)
                names[target.name] = _parts(items, position)
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            self.read(child, {**scope, **names})

    def _included(self, name: nodes.Node, scope: Scope) -> Iterable[Path]:
        if isinstance(name, nodes.Const):
            return (templates_directory() / str(name.value),)
        assert isinstance(name, nodes.Concat)
        self.types_of(name, scope)
        first, last = name.nodes[0], name.nodes[-1]
        assert isinstance(first, nodes.Const)
        assert isinstance(last, nodes.Const)
        return sorted((templates_directory() / str(first.value)).glob(f"*{last.value}"))

    def types_of(self, node: nodes.Node, scope: Scope) -> Types:
        if isinstance(node, nodes.Name):
            return scope[node.name] if node.name in scope else self._attribute((self.context,), node.name, node.lineno)
        if isinstance(node, nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in _LOOP:
                return scope["loop"] if node.attr == "previtem" else ()
            return self._attribute(self.types_of(node.node, scope), node.attr, node.lineno)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "items":
            return tuple(_pairs(item) for item in self.types_of(node.node.node, scope))
        if isinstance(node, nodes.CondExpr):
            self.types_of(node.test, scope)
            chosen = [item for item in (node.expr1, node.expr2) if item is not None]
            return tuple(found for item in chosen for found in self.types_of(item, scope))
        for child in node.iter_child_nodes():
            self.types_of(child, scope)
        return ()

    def _attribute(self, owners: Types, name: str, line: int) -> Types:
        found: list[Any] = []
        for owner in owners:
            if isinstance(owner, type) and name in members_of(owner):
                self.reads.read.setdefault(owner, set()).add(name)
                found.extend(plain_types(members_of(owner)[name]))
            else:
                self.reads.mistakes.append(f"{self.path.name}:{line}: {_name(owner)} has no {name}")
        return tuple(found)


@cache
def members_of(owner: type) -> Mapping[str, Any]:
    """Field or property of a class → its annotation."""
    found = {}
    ours = [one for one in reversed(owner.__mro__) if one.__module__.startswith(("baseline.", "tests."))]
    for one in ours:
        for name, value in list(vars(one).items()):  # pydantic completes a class when it is looked at
            getter = getattr(value, "fget", None) or getattr(value, "func", None)
            if getter is not None and not name.startswith("_"):
                found[name] = get_type_hints(getter, include_extras=True).get("return", Any)
    hints = get_type_hints(owner, include_extras=True) if field_names(owner) else {}
    return found | {name: hints[name] for name in field_names(owner)}


def field_names(owner: type) -> Collection[str]:
    """The fields of a dataclass or model."""
    if issubclass(owner, BaseModel):
        return owner.model_fields
    return [item.name for item in fields(owner)] if is_dataclass(owner) else ()


def plain_types(annotation: Any) -> Iterator[Any]:
    """The types in a union, without `None`, and without what `Annotated` adds."""
    if get_origin(annotation) is Annotated:
        yield from plain_types(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, UnionType}:
        for item in get_args(annotation):
            yield from plain_types(item)
    elif annotation not in {None, type(None), Any}:
        yield annotation


def items_of(types: Types) -> Types:
    """The types of the items that a loop over values of these types has; of a mapping, its keys."""
    return tuple(found for item in types if get_args(item) for found in plain_types(get_args(item)[0]))


def _pairs(mapping: Any) -> GenericAlias:
    """The type of a mapping's items."""
    return GenericAlias(list, (GenericAlias(tuple, get_args(mapping)),))


def _parts(items: Types, position: int) -> Types:
    return tuple(found for item in items if get_args(item) for found in plain_types(get_args(item)[position]))


def _name(owner: Any) -> str:
    return owner.__name__ if isinstance(owner, type) else str(owner)
