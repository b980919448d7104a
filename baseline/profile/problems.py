"""pydantic's errors in the profile's terms, each at its place in the file."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from baseline.findings import Finding, more_of
from baseline.profile.document import MOST_OF_A_KIND
from baseline.profile.pattern_words import name_in_arn, pattern_in_words
from baseline.profile.problem_ids import PROBLEMS, problem
from baseline.profile.tiers import fields_at
from baseline.profile.tree import Found, KeyPath, Place, Tree, find
from baseline.text.nearest import did_you_mean

_LATER_KEYS = {("identity_center",), ("guardrails",)}

_NEEDED: Mapping[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
}

_LONGEST_EXAMPLE = 80

_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", "{shown} is less than {limit}"),
    "greater_than": ("gt", "{shown} is not more than {limit}"),
    "less_than_equal": ("le", "{shown} is more than {limit}"),
    "less_than": ("lt", "{shown} is not less than {limit}"),
    "string_too_short": ("min_length", "{shown} is shorter than {limit} characters"),
    "string_too_long": ("max_length", "{shown} is longer than {limit} characters"),
    "string_pattern_mismatch": ("pattern", "{shown} does not match {limit}"),
    "too_short": ("min_length", "at least {limit} needed"),
    "too_long": ("max_length", "at most {limit} allowed"),
}


def translate(
    errors: Iterable[ErrorDetails], tree: Tree, model: type[BaseModel], prefix: KeyPath = ()
) -> list[Finding]:
    """The findings for the values that pydantic rejected in `model`, which is at `prefix` in the document.

    A list can have hundreds of thousands of invalid items, so only the first errors of each kind are translated.
    """
    counts: Counter[str] = Counter()
    found: list[Finding] = []
    further: dict[str, Finding] = {}
    for error in _causes(list(errors)):
        kind = error["type"]
        counts[kind] += 1
        if counts[kind] <= MOST_OF_A_KIND:
            found.append(_translate(error, tree, model, prefix))
        elif kind not in further:
            further[kind] = _translate(error, tree, model, prefix)
    counted = {kind: counts[kind] - MOST_OF_A_KIND for kind in further}
    found = [item for item in found if item.id != "profile-missing" or item.path not in _misspelt(found)]
    return [*found, *(more_of([replace(first, count=counted[kind])]) for kind, first in further.items())]


def _causes(errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without "too short" of a list whose items are wrong: pydantic counts only the valid ones."""
    with_items = {error["loc"][:-1] for error in errors}
    yield from (error for error in errors if error["type"] != "too_short" or error["loc"] not in with_items)


def _translate(error: ErrorDetails, tree: Tree, model: type[BaseModel], prefix: KeyPath) -> Finding:
    loc = tuple(part for part in error["loc"] if part != "[key]")
    found = find(tree, (*prefix, *loc))
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(found, loc, model)
    if kind == "missing":
        path = (*found.path, loc[-1])
        return problem("profile-missing", found.key, path, f"required key missing: {loc[-1]}", _example(model, loc))
    if kind in PROBLEMS:
        context = error.get("ctx", {})
        place = found.key if error["loc"][-1:] == ("[key]",) else found.tree.place
        return problem(kind, place, found.path, context["message"], context["fix"] or None)
    if kind in _NEEDED:
        return _wrong_type(found, _NEEDED[kind], _how(model, loc, prefix))
    message, fix = f"value not allowed: {_why(error, found)}", _how(model, loc, prefix)
    if kind == "string_pattern_mismatch" and (name := name_in_arn(found.tree.value)):
        message, fix = f"value not allowed: {_shown(found.tree)} is an ARN, a name is needed", f'write "{name}"'
    if kind == "literal_error" and (close := re.search(r'did you mean "([^"]*)"', message)):
        fix = f"write {close[1]}"
    return problem("profile-value", found.tree.place, found.path, message, fix)


def _misspelt(found: Iterable[Finding]) -> frozenset[str]:
    """Paths of the keys that misspelled keys probably stand for, so that they are not reported as missing."""
    meant = (
        (item.path.rpartition(".")[0], re.search(r'did you mean "([^"]*)"', item.message))
        for item in found
        if item.id == "profile-unknown-key"
    )
    return frozenset(f"{parent}.{close[1]}" if parent else close[1] for parent, close in meant if close)


def _unknown_key(found: Found, loc: KeyPath, model: type[BaseModel]) -> Finding:
    key = str(loc[-1])
    if loc in _LATER_KEYS:
        return problem("profile-later", found.key, found.path, f"key of a later version: {key} does nothing yet")
    allowed = sorted(fields_at(model, loc[:-1]))
    message = f"unknown key: {key}{did_you_mean(key, allowed)}"
    return problem("profile-unknown-key", found.key, found.path, message, f"allowed here: {', '.join(allowed)}")


def _example(model: type[BaseModel], loc: KeyPath) -> str | None:
    field = fields_at(model, loc[:-1]).get(str(loc[-1]))
    if field is None or not field.examples:
        return None
    return f"add it, for example `{loc[-1]}: {_yaml(field.examples[0])}`"


def _how(model: type[BaseModel], loc: KeyPath, prefix: KeyPath) -> str:
    """A description of the key's values: its example, and the documentation."""
    names = [part for part in loc if isinstance(part, str)]
    field = fields_at(model, tuple(names[:-1])).get(names[-1]) if names else None
    text = f"{names[-1]}: {_yaml(field.examples[0])}" if field is not None and field.examples else ""
    if text and len(text) <= _LONGEST_EXAMPLE and not text.endswith((": []", ": {}", ": null")):
        return f"write it like `{text}`"
    return f"see `baseline explain {prefix[1]}`" if len(prefix) > 1 else PROBLEMS["profile-value"].fix


def _wrong_type(found: Found, needed: str, how: str) -> Finding:
    value, text, place = found.tree.value, found.tree.text, found.tree.place
    if value is None:
        return problem(
            "profile-type", place, found.path, f"empty: {needed} is needed", "give a value or remove the key"
        )
    is_unit = found.path[:1] == ("organizational_units",) and len(found.path) == 2
    if (needed == "text" or is_unit) and isinstance(value, bool | int | float):
        return _unquoted(found.path, value, text, place)
    fix = "write true or false, without quotes" if needed == "true or false" else how
    if needed == "a whole number" and isinstance(value, str) and value.isdecimal():
        fix = f"write {value}, without quotes"
    if needed == "a list" and isinstance(value, str):
        fix = f"write {_yaml([item.strip() for item in value.split(',')])}"
    return problem("profile-type", place, found.path, f"wrong type: {_kind(found.tree)}, {needed} is needed", fix)


def _unquoted(path: KeyPath, value: bool | float, text: str, place: Place) -> Finding:  # noqa: FBT001 - a YAML value
    kind = "a boolean" if isinstance(value, bool) else "a number"
    what = "account id without quotes" if path[:1] == ("accounts",) and path[-1] == "id" else "text without quotes"
    lost = ", and its leading zero is lost" if text.startswith("0") and text.isdigit() else ""
    fix = f'write "{text}"'
    return problem("profile-unquoted", place, path, f"{what}: YAML reads {text} as {kind}{lost}", fix)


def _kind(tree: Tree) -> str:
    if isinstance(tree.value, dict):
        return "this is a mapping"
    if isinstance(tree.value, list):
        return "this is a list"
    names: Mapping[type, str] = {bool: "a boolean", str: "text"}
    return f"{_shown(tree)} is {names.get(type(tree.value), 'a number')}"


def _shown(tree: Tree) -> str:
    if not isinstance(tree.value, str):
        return tree.text
    short = tree.value if len(tree.value) <= 60 else f"{tree.value[:57]}…"
    return f'"{short.encode("unicode_escape").decode("ascii")}"' if not short.isprintable() else f'"{short}"'


def _why(error: ErrorDetails, found: Found) -> str:
    context = error.get("ctx", {})
    shown = _shown(found.tree)
    if error["type"] == "literal_error":
        expected = str(context["expected"])
        guess = did_you_mean(str(found.tree.value), re.findall(r"'([^']*)'", expected))
        return f"{shown} is not {expected.replace(chr(39), '')}{guess}"
    if error["type"] in _LIMITS:
        name, sentence = _LIMITS[error["type"]]
        limit = context[name]
        if words := pattern_in_words(limit):
            return f"{shown} is not {words}"
        return sentence.format(shown=shown, limit=limit)
    return error["msg"][:1].lower() + error["msg"][1:]


def _yaml(value: object) -> str:
    shown: Callable[[object], str] = _yaml
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    needs_quotes = isinstance(value, str) and (value[:1] in "+0123456789" or ": " in value)
    return f'"{value}"' if needs_quotes else str(value)
