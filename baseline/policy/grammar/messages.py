"""pydantic's errors about a policy in our words: the problem, the accepted values, and the fix."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from baseline.findings import Problem, Severity
from baseline.policy.document import Path
from baseline.policy.grammar.operators import CHILD_OPERATORS
from baseline.text.nearest import nearest

_FEW = 12
_ABOUT_KEYS = {"missing", "extra_forbidden"}
_ABOUT_FORM = {
    "missing",
    "extra_forbidden",
    "model_type",
    "dict_type",
    "list_type",
    "string_type",
    "too_short",
    "too_long",
}


def mistakes_of(model: type[BaseModel], error: ErrorDetails) -> Iterator[Problem]:
    """The problems of one error: usually one, several for rules between values."""
    path = path_of(error)
    if error["type"] == "rules":
        for broken in error["ctx"]["broken"]:
            yield Problem(id="policy-value", path=(*path, *broken.path), message=broken.message, fix=broken.fix)
        return
    message, fix = _SAID.get(error["type"], _something_else)(error, model)
    severity = Severity.WARNING if error["type"] == "unfamiliar" else Severity.ERROR
    yield Problem(id=_id(error), path=path, message=message, fix=fix, severity=severity)


def path_of(error: ErrorDetails) -> Path:
    """Path in the document: pydantic adds `[key]` to the path of a key."""
    return error["loc"][:-1] if error["loc"][-1:] == ("[key]",) else error["loc"]


def meant(model: type[BaseModel], error: ErrorDetails) -> str | None:
    """The known key that was probably intended: a similar one, or the operator for a single value."""
    path = path_of(error)
    keys = _keys(_annotation_at(model, path[:-1]))
    return nearest(str(path[-1]), (*keys, CHILD_OPERATORS)) or next((key for key in keys if key == "@@assign"), None)


def _id(error: ErrorDetails) -> str:
    path = path_of(error)
    about_key = error["type"] in _ABOUT_KEYS or path != error["loc"]
    if error["type"] == "no_operator" or (about_key and path and str(path[-1]).startswith("@@")):
        return "policy-operator"
    return "policy-grammar" if error["type"] in _ABOUT_FORM else "policy-value"


def _missing(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    return f"{error['loc'][-1]!r} is missing", f"add {error['loc'][-1]!r}"


def _unknown_key(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    key, keys = error["loc"][-1], _keys(_annotation_at(model, error["loc"][:-1]))
    close = nearest(str(key), (*keys, CHILD_OPERATORS))
    return f"unknown key {key!r}", f"did you mean {close!r}?" if close else f"known here: {', '.join(keys)}"


def _no_mapping(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    keys = list(_keys(_annotation_at(model, path_of(error))))
    fix = (
        'write {"@@assign": …}'
        if keys[:1] == ["@@assign"]
        else f"write a mapping{' of ' if keys else ''}{', '.join(keys)}"
    )
    return f"{_shown(error)} is not a mapping", fix


def _no_list(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(error)} is not a list", "write a list, of one value too: […]"


def _no_text(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(error)} is not text", "write a text"


def _not_a_literal(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    expected = str(error["ctx"]["expected"])
    names = [name.strip("'") for name in expected.replace(" or ", ", ").split(", ")]
    return f"{_shown(error)} is not allowed: AWS accepts {expected}", _did_you_mean(error, names, f"write {expected}")


def _not_a_name(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    what, names = error["ctx"]["what"], error["ctx"]["names"]
    otherwise = f"write one of {', '.join(names)}" if len(names) <= _FEW else f"look up the {what}"
    return f"{_shown(error)} is no {what}", _did_you_mean(error, names, otherwise)


def _not_the_form(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(error)} is not {error['ctx']['form']}", f"write {error['ctx']['form']}"


def _no_operator(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    return "nothing is set, added or removed", f"write one of {', '.join(error['ctx']['names'])}"


def _wrong_length(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    least, greatest = error["ctx"].get("min_length"), error["ctx"].get("max_length")
    limit, fix = (f"at least {least}", "add one") if greatest is None else (f"at most {greatest}", "take some away")
    value = error["input"]
    what = "characters" if isinstance(value, str) else "entries"
    return f"{len(value)} {what}: AWS allows {limit}", "shorten it" if what == "characters" and greatest else fix


def _something_else(error: ErrorDetails, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(error)} is not allowed: {error['msg'][:1].lower()}{error['msg'][1:]}", "correct it"


_SAID: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], tuple[str, str]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "model_type": _no_mapping,
    "dict_type": _no_mapping,
    "list_type": _no_list,
    "string_type": _no_text,
    "literal_error": _not_a_literal,
    "name": _not_a_name,
    "unfamiliar": _not_a_name,
    "form": _not_the_form,
    "no_operator": _no_operator,
    "too_short": _wrong_length,
    "too_long": _wrong_length,
    "string_too_short": _wrong_length,
    "string_too_long": _wrong_length,
}
"""pydantic's type of an error, or ours → message and fix."""


def _did_you_mean(error: ErrorDetails, names: Iterable[str], otherwise: str) -> str:
    close = nearest(str(error["input"]), names)
    return f"did you mean {close!r}?" if close else otherwise


def _shown(error: ErrorDetails) -> str:
    text = repr(error["input"])
    return text if len(text) <= 60 else f"{text[:57]}…"


def _annotation_at(model: type[BaseModel], path: Path) -> Any:  # noqa: ANN401 - an annotation
    here: Any = model
    for part in path:
        keys = _keys(here)
        here = keys.get(str(part)) if keys else _inner(here)
    return here


def _keys(annotation: Any) -> dict[str, Any]:  # noqa: ANN401 - an annotation
    """Key as written → annotation of its value; empty for mappings with free keys."""
    for item in _members(annotation):
        if isinstance(item, type) and issubclass(item, BaseModel):
            return {field.alias or name: field.annotation for name, field in item.model_fields.items()}
    return {}


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - an annotation
    """The item type of a list or of a mapping with free keys."""
    return next((get_args(item)[-1] for item in _members(annotation) if get_origin(item) in {dict, list}), None)


def _members(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - an annotation
    """The annotation, and the annotations inside it that describe the same value: `X` of `Annotated[X, …] | None`."""
    yield annotation
    if get_origin(annotation) in {Union, UnionType, Annotated}:
        for item in get_args(annotation):
            yield from _members(item)
