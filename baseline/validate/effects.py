"""The values that a resource needs to work, by resource type or template. Data: `effects.toml`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.areas import capability_files
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.policy.document import Path as Place
from baseline.policy.document import text_of
from baseline.validate.look import values_at
from baseline.validate.subject import Resource, Subject

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_-]+)>")
_NAME = re.compile(r"<(?P<name>[a-z_.]+)>")
_SETTINGS = ("type", "template", "each", "resource", "of", "when", "unless", "why", "where")
_NAMES = ("template", "when", "unless")
_FUNCTIONS = ("Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::Join", "Fn::Sub")


@frozen
class Effect:
    """Values that resources must have.

    Attributes:
        type: Its resource type; empty if it applies to one resource of a template.
        template: Its templates; empty for all.
        each: Name of a list in the template's context; the effect applies to one resource per item.
        resource: Logical id, with `<name>` for the value of that name in the item or the context.
        of: The location of the values: `template` is the whole template, `pack` the template inside a conformance pack,
            `resource` the resource beside its Properties.
        when: Names in the context or item: without one of them the resource is optional.
        unless: Names in the context or item: with one of them the effect does not apply.
        where: Path → regular expression: the effect applies only to resources with matching values.
        why: The consequence of a wrong value.
        values: Path in the resource's Properties → value; `<name>` stands for a value of the plan.
    """

    type: str = ""
    template: tuple[str, ...] = ()
    each: str = ""
    resource: str = ""
    of: str = ""
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    why: str
    values: Mapping[str, Any]


def effects() -> tuple[Effect, ...]:
    """Every effect: those of resource types and shared templates, then those of each capability's own templates."""
    return (*_shared(), *(effect for place in _files() for effect in _own(place)))


@cache
def effects_of(template: str) -> tuple[Effect, ...]:
    """Those that apply to a template; empty if none is about this one, so that the data has no expectations of it."""
    read = (*_shared(), *_own(template.rpartition("/")[0]))
    found = tuple(effect for effect in read if not effect.template or template in effect.template)
    return found if any(effect.template for effect in found) else ()


@cache
def _shared() -> tuple[Effect, ...]:
    return tuple(_read(entry) for entry in _written(Path(__file__).with_name("effects.toml")))


@cache
def _own(place: str) -> tuple[Effect, ...]:
    """Those in the file of one capability: no run needs the files of all."""
    return tuple(_read(entry, f"{place}/") for entry in _written(_files()[place])) if place in _files() else ()


@cache
def _files() -> Mapping[str, Path]:
    return dict(capability_files("effects.toml"))


def _written(file: Path) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = tomli.loads(file.read_text(encoding="utf-8"))["effect"]
    return found


def _read(entry: Mapping[str, Any], directory: str = "") -> Effect:
    settings = {key: value for key, value in entry.items() if key in _SETTINGS}
    names = {key: settings.get(key, ()) for key in _NAMES}
    settings |= {key: (value,) if isinstance(value, str) else tuple(value) for key, value in names.items()}
    settings["template"] = tuple(f"{directory}{name}" for name in settings["template"])
    return Effect(**settings, values={key: value for key, value in entry.items() if key not in _SETTINGS})


def lapses(subject: Subject) -> Iterator[Problem]:
    """The values in a template that prevent a resource from working."""
    stack = subject.template.stack
    for effect in effects_of(stack.template):
        for item in _items(effect, stack.context):
            scope = (item, stack.context)
            if not _is_on(effect, scope):
                continue
            if effect.of in ("template", "pack"):
                yield from _of_document(subject, effect, scope)
            elif effect.type:
                yield from _of_type(subject, effect, scope)
            else:
                yield from _of_resource(subject, effect, scope)


def unfilled_placeholders(subject: Subject) -> Iterator[Problem]:
    """Names in the input templates of event rules that have no path: EventBridge rejects such targets."""
    for rule in subject.of_type("AWS::Events::Rule"):
        for place, transformer in values_at(rule.properties, "Targets/*/InputTransformer"):
            if not isinstance(transformer, Mapping):
                continue  # cfn-lint reports it
            paths = transformer.get("InputPathsMap") or {}
            named = set(_PLACEHOLDER.findall(text_of(transformer.get("InputTemplate"))))
            if named != set(paths):
                wrong = ", ".join(sorted(named ^ set(paths)))
                yield Problem(
                    path=(*rule.path, "Properties", *place),
                    message=f"InputPathsMap and InputTemplate differ in {wrong}",
                )


def _items(effect: Effect, context: Any) -> list[Any]:  # noqa: ANN401 - a context
    """The items that the effect applies to; a single None if it applies to the template as a whole."""
    found = _look_up(effect.each, (context,)) if effect.each else (None,)
    return [item for some in found for item in (some if isinstance(some, tuple | list) else [some])]


def _is_on(effect: Effect, scope: tuple[Any, ...]) -> bool:
    wanted = all(_look_up(name, scope) for name in effect.when)
    return wanted and not any(_look_up(name, scope) for name in effect.unless)


def _of_document(subject: Subject, effect: Effect, scope: tuple[Any, ...]) -> Iterator[Problem]:
    if effect.of == "template":
        yield from _wrong_values(subject.document, (), effect, scope)
    for pack in subject.packs if effect.of == "pack" else ():
        yield from _wrong_values(pack.document, pack.path, effect, scope)


def _of_type(subject: Subject, effect: Effect, scope: tuple[Any, ...]) -> Iterator[Problem]:
    for resource in subject.of_type(effect.type):
        if all(_matches(resource, path, pattern, scope) for path, pattern in effect.where.items()):
            if effect.of == "resource":
                yield from _wrong_values(resource.body, resource.path, effect, scope)
            else:
                yield from _wrong_values(resource.properties, (*resource.path, "Properties"), effect, scope)


def _matches(resource: Resource, path: str, pattern: str, scope: tuple[Any, ...]) -> bool:
    wanted = re.compile(str(_filled(pattern, scope)))
    return any(wanted.search(text_of(value)) for _, value in values_at(resource.properties, path))


def _of_resource(subject: Subject, effect: Effect, scope: tuple[Any, ...]) -> Iterator[Problem]:
    logical_id = _filled(effect.resource, scope)
    resource = subject.by_id.get(logical_id) if isinstance(logical_id, str) else None
    if resource is None:
        yield Problem(path=("Resources",), message=f"{logical_id} is missing: {effect.why}")
    elif effect.of == "resource":
        yield from _wrong_values(resource.body, resource.path, effect, scope)
    else:
        yield from _wrong_values(resource.properties, (*resource.path, "Properties"), effect, scope)


def _wrong_values(body: Any, at: Place, effect: Effect, scope: tuple[Any, ...]) -> Iterator[Problem]:  # noqa: ANN401
    for form, stated in effect.values.items():
        path = _text(form, scope, {})
        found = list(values_at(body, path))
        several = "*" in path or len(found) > 1
        value = [item for _, item in found] if several else next((item for _, item in found), None)
        expected = _filled(stated, scope)
        if not _holds(value, expected):
            place = (*at, *(found[0][0] if found and not several else ()))
            yield Problem(path=place, message=f"{path} is {_shown(value)}; expected: {_shown(expected)}: {effect.why}")


def _holds(value: Any, expected: Any) -> bool:  # noqa: ANN401 - template data
    if isinstance(expected, dict) and len(expected) == 1:
        (comparison, wanted), *_ = expected.items()
        if comparison == "one_of":
            return any(_same(value, item) for item in wanted)
        if comparison == "every":
            return bool(value) and all(_same(item, wanted) for item in value)
        if comparison == "set":
            return isinstance(value, list) and sorted(map(str, map(_plain, value))) == sorted(
                map(str, map(_plain, wanted))
            )
    return _same(value, expected)


def _same(value: Any, expected: Any) -> bool:  # noqa: ANN401 - template data
    """Whether both are equal to CloudFormation, for which empty and missing values are the same."""
    if expected is not False and expected in (None, "", [], {}, ()):
        return value is not False and value in (None, "", [], {}, ())
    return bool(_plain(value) == _plain(expected))


def _plain(value: Any) -> Any:  # noqa: ANN401 - template data, or a context's
    if isinstance(value, dict):
        is_function = len(value) == 1 and next(iter(value)) in _FUNCTIONS
        return text_of(value) if is_function else {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    # `${!` is how a text that CloudFormation fills in writes `${`.
    return str(value).lower() if isinstance(value, bool) else text_of(value).replace("${!", "${")


def _filled(value: Any, scope: tuple[Any, ...]) -> Any:  # noqa: ANN401 - data of the file
    """The value with every `<name>` filled in; a text that consists of one name becomes the plan's value."""
    if isinstance(value, dict):
        return {_filled(key, scope): _filled(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [found for item in value for found in _spliced(item, scope)]
    if not isinstance(value, str):
        return value
    whole = _NAME.fullmatch(value)
    return _look_up(whole["name"], scope) if whole else _text(value, scope, {})


def _text(text: str, scope: tuple[Any, ...], chosen: Mapping[str, Any]) -> str:
    """The text with its names filled in once, as values of a profile may look like names themselves."""
    return _NAME.sub(lambda match: str(chosen.get(match["name"]) or _look_up(match["name"], scope)), text)


def _spliced(item: Any, scope: tuple[Any, ...]) -> list[Any]:  # noqa: ANN401 - data of the file
    """The items that replace an item of a list: several if it names a list of the plan."""
    for name in _NAME.findall(item) if isinstance(item, str) else ():
        found = _look_up(name, scope)
        if isinstance(found, list | tuple):
            return [part if item == f"<{name}>" else _text(item, scope, {name: part}) for part in found]
    return [_filled(item, scope)]


def _look_up(name: str, scope: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a context's value
    """The value of this name in the item or else the context; dots descend, into each item of a list.

    Raises:
        KeyError: if neither has it, so that the data file is wrong.
    """
    first, *rest = name.split(".")
    for place in scope:
        if place is not None and _has(place, first):
            value = _get(place, first)
            for part in rest:
                value = _down(value, part)
            return value
    raise KeyError(name)


def _down(value: Any, part: str) -> Any:  # noqa: ANN401 - a context's value
    """The value of a key, or of each item of a list; `values` means every value of a mapping."""
    if isinstance(value, list | tuple):
        parts = [_down(item, part) for item in value]
        return [found for some in parts for found in some] if part == "values" else parts
    return list(value.values()) if part == "values" and isinstance(value, Mapping) else _get(value, part)


def _has(place: Any, name: str) -> bool:  # noqa: ANN401 - a context, or data of one
    return name == "item" or (name in place if isinstance(place, Mapping) else hasattr(place, name))


def _get(place: Any, name: str) -> Any:  # noqa: ANN401 - a context, or data of one
    if name == "item":
        return place
    return place[name] if isinstance(place, Mapping) else getattr(place, name)


def _shown(value: Any) -> str:  # noqa: ANN401 - template data
    text = str(_plain(value)) if value not in (None, [], {}) else "nothing"
    return f"{text[:120]}…" if len(text) > 120 else text
