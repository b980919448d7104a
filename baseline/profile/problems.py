"""Values that a model rejects, in the profile's terms, each at its place in the file."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from baseline.capabilities.registry import CAPABILITIES
from baseline.documents.rejections import Rejection, choices_of_items, fields_at, without_misspelled
from baseline.findings import Finding, more_of
from baseline.profile.document import MOST_OF_A_KIND
from baseline.profile.pattern_words import name_in_arn, pattern_in_words
from baseline.profile.problem_ids import PROBLEMS, problem
from baseline.profile.tree import Found, KeyPath, Place, Tree, find
from baseline.text.nearest import did_you_mean, nearest

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

_NOTHING = frozenset({"none", "null", "nothing", "no", "off", "false", "disabled", ""})
"""Texts of values that stand for an empty list."""
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
    rejections: Iterable[Rejection], tree: Tree, model: type[BaseModel], prefix: KeyPath = ()
) -> list[Finding]:
    """The findings for the values that `model` rejects, which is at `prefix` in the document.

    A list can have hundreds of thousands of invalid items, so only the first of each kind are translated.
    """
    counts: Counter[str] = Counter()
    kept: list[Rejection] = []
    further: dict[str, Rejection] = {}
    for item in _without_uncounted(list(rejections)):
        counts[item.kind] += 1
        if counts[item.kind] <= MOST_OF_A_KIND:
            kept.append(item)
        else:
            further.setdefault(item.kind, item)
    found = without_misspelled(kept, lambda item: nearest(str(item.path[-1]), _keys_beside(item.path, model)))
    more = [
        more_of([replace(_translate(first, tree, model, prefix), count=counts[kind] - MOST_OF_A_KIND)])
        for kind, first in further.items()
    ]
    return [*(_translate(item, tree, model, prefix) for item in found), *more]


def _without_uncounted(rejections: list[Rejection]) -> Iterator[Rejection]:
    """Leave out "too short" for lists with rejected items: pydantic counts only the valid items."""
    with_items = {item.path[:-1] for item in rejections}
    return (item for item in rejections if item.kind != "too_short" or item.path not in with_items)


def _translate(item: Rejection, tree: Tree, model: type[BaseModel], prefix: KeyPath) -> Finding:
    path = item.path
    found = find(tree, (*prefix, *path))
    if item.is_unknown_key:
        return _unknown_key(found, path, model)
    if item.is_missing:
        example = _example(model, path)
        return problem(
            "profile-missing", found.key, (*found.path, path[-1]), f"required key missing: {path[-1]}", example
        )
    if item.kind in PROBLEMS:
        place = found.key if item.is_key else found.tree.place
        return problem(item.kind, place, found.path, item.details["message"], item.details["fix"] or None)
    if item.kind in _NEEDED:
        needed, how = _NEEDED[item.kind], _how(model, path, prefix)
        field = fields_at(model, path[:-1]).get(str(path[-1])) if path and needed == "a list" else None
        return _wrong_list(found, field, how) if field else _wrong_type(found, needed, how)
    message, fix = f"value not allowed: {_why(item, found)}", _how(model, path, prefix)
    if item.kind == "string_pattern_mismatch" and (name := name_in_arn(found.tree.value)):
        message, fix = f"value not allowed: {_shown(found.tree)} is an ARN, a name is needed", f'write "{name}"'
    if item.choices and (close := nearest(str(found.tree.value), item.choices)):
        fix = f"write {close}"
    return problem("profile-value", found.tree.place, found.path, message, fix)


def _unknown_key(found: Found, loc: KeyPath, model: type[BaseModel]) -> Finding:
    key = str(loc[-1])
    if len(found.path) == 1 and key in CAPABILITIES:
        message, fix = f"unknown key: {key} is a capability", "move it below `capabilities`, indented"
        return problem("profile-unknown-key", found.key, found.path, message, fix)
    allowed = _keys_beside(loc, model)
    message = f"unknown key: {key}{did_you_mean(key, allowed)}"
    return problem("profile-unknown-key", found.key, found.path, message, f"allowed here: {', '.join(allowed)}")


def _keys_beside(path: KeyPath, model: type[BaseModel]) -> list[str]:
    """The keys that are allowed beside a key; `extends` has been followed and removed before."""
    merged = ["extends"] if len(path) == 1 and "capabilities" in model.model_fields else []
    return sorted([*fields_at(model, path[:-1]), *merged])


def _example(model: type[BaseModel], loc: KeyPath) -> str | None:
    field = fields_at(model, loc[:-1]).get(str(loc[-1]))
    if field is None or not field.examples:
        return None
    return f"add it, for example `{loc[-1]}: {_yaml(field.examples[0])}`"


def _how(model: type[BaseModel], loc: KeyPath, prefix: KeyPath) -> str:
    """A description of the key's values: its example, and the documentation."""
    while loc and isinstance(loc[-1], int):
        loc = loc[:-1]
    field = fields_at(model, loc[:-1]).get(str(loc[-1])) if loc else None
    text = f"{loc[-1]}: {_yaml(field.examples[0])}" if field is not None and field.examples else ""
    if text and len(text) <= _LONGEST_EXAMPLE and not text.endswith((": []", ": {}", ": null")):
        return f"write it like `{text}`"
    return f"see `baseline explain {prefix[1]}`" if len(prefix) > 1 else PROBLEMS["profile-value"].fix


def _wrong_list(found: Found, field: FieldInfo, how: str) -> Finding:
    value = found.tree.value
    if not _stands_for_nothing(value, field):
        return _wrong_type(found, "a list", _as_list(value, field) or how)
    may_be_empty = not any(getattr(limit, "min_length", 0) for limit in field.metadata)
    return _wrong_type(found, "a list", "write []" if may_be_empty else how, may_be_empty=may_be_empty)


def _wrong_type(found: Found, needed: str, how: str, *, may_be_empty: bool = False) -> Finding:
    value, text, place = found.tree.value, found.tree.text, found.tree.place
    if value is None:
        fix = "write [] for none, or remove the key" if may_be_empty else "give a value or remove the key"
        return problem("profile-type", place, found.path, f"empty: {needed} is needed", fix)
    is_unit = found.path[:1] == ("organizational_units",) and len(found.path) == 2
    if (needed == "text" or is_unit) and isinstance(value, bool | int | float):
        return _unquoted(found.path, value, text, place)
    fix = "write true or false, without quotes" if needed == "true or false" else how
    if needed == "a whole number" and isinstance(value, str) and value.isdecimal():
        fix = f"write {value}, without quotes"
    return problem("profile-type", place, found.path, f"wrong type: {_kind(found.tree)}, {needed} is needed", fix)


def _stands_for_nothing(value: object, field: FieldInfo) -> bool:
    return str(value).lower() in _NOTHING and value not in choices_of_items(field.annotation)


def _as_list(value: object, field: FieldInfo) -> str:
    """How to write a value as a list of the field; "" if the value is not text."""
    choices = choices_of_items(field.annotation)
    items = [item.strip() for item in value.split(",")] if isinstance(value, str) else []
    if choices and not set(items) <= set(choices):
        return f"write a list of {', '.join(choices)}"
    return f"write {_yaml(items)}" if items else ""


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


def _why(item: Rejection, found: Found) -> str:
    shown = _shown(found.tree)
    if item.kind == "literal_error":
        expected = str(item.details["expected"]).replace("'", "")
        verb = "is none of" if len(item.choices) > 1 else "is not"
        return f"{shown} {verb} {expected}{did_you_mean(str(found.tree.value), item.choices)}"
    if item.kind in _LIMITS:
        name, sentence = _LIMITS[item.kind]
        limit = item.details[name]
        if words := pattern_in_words(limit):
            return f"{shown} is not {words}"
        return sentence.format(shown=shown, limit=limit)
    return item.reason


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
