"""Values that a grammar rejects, in our words: the problem, the accepted values, and the fix."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import BaseModel

from baseline.documents.rejections import Rejection, fields_at
from baseline.findings import Problem, Severity
from baseline.policy.grammar.operators import CHILD_OPERATORS
from baseline.text.choice import one_of
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


def mistakes_of(model: type[BaseModel], item: Rejection) -> Iterator[Problem]:
    """The problems of one rejected value: usually one, several for rules between values."""
    if item.kind == "rules":
        for broken in item.details["broken"]:
            path = (*item.path, *broken.path)
            yield Problem(id="policy-value", path=path, message=broken.message, fix=broken.fix)
        return
    message, fix = _SAID.get(item.kind, _something_else)(item, model)
    severity = Severity.WARNING if item.kind == "unfamiliar" else Severity.ERROR
    yield Problem(id=_id(item), path=item.path, message=message, fix=fix, severity=severity)


def meant(model: type[BaseModel], item: Rejection) -> str | None:
    """The known key that was probably intended: a similar one, or the operator for a single value."""
    keys = fields_at(model, item.path[:-1])
    return nearest(str(item.path[-1]), (*keys, CHILD_OPERATORS)) or next(
        (key for key in keys if key == "@@assign"), None
    )


def _id(item: Rejection) -> str:
    about_key = item.kind in _ABOUT_KEYS or item.is_key
    if item.kind == "no_operator" or (about_key and item.path and str(item.path[-1]).startswith("@@")):
        return "policy-operator"
    return "policy-grammar" if item.kind in _ABOUT_FORM else "policy-value"


def _missing(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    return f"{item.path[-1]!r} is missing", f"add {item.path[-1]!r}"


def _unknown_key(item: Rejection, model: type[BaseModel]) -> tuple[str, str]:
    key, keys = item.path[-1], fields_at(model, item.path[:-1])
    close = nearest(str(key), (*keys, CHILD_OPERATORS))
    return f"unknown key {key!r}", f"did you mean {close!r}?" if close else f"known here: {', '.join(keys)}"


def _no_mapping(item: Rejection, model: type[BaseModel]) -> tuple[str, str]:
    keys = list(fields_at(model, item.path))
    fix = (
        'write {"@@assign": …}'
        if keys[:1] == ["@@assign"]
        else f"write a mapping{' of ' if keys else ''}{', '.join(keys)}"
    )
    return f"{_shown(item)} is not a mapping", fix


def _no_list(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(item)} is not a list", "write a list, of one value too: […]"


def _no_text(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(item)} is not text", "write a text"


def _not_a_literal(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    expected = str(item.details["expected"])
    return f"{_shown(item)} is not allowed: AWS accepts {expected}", _did_you_mean(
        item, item.choices, f"write {expected}"
    )


def _not_a_name(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    what, names = item.details["what"], item.details["names"]
    otherwise = f"write {one_of(names)}" if len(names) <= _FEW else f"look up the {what}"
    return f"{_shown(item)} is no {what}", _did_you_mean(item, names, otherwise)


def _not_the_form(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(item)} is not {item.details['form']}", f"write {item.details['form']}"


def _no_operator(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    return "nothing is set, added or removed", f"write {one_of(item.details['names'])}"


def _wrong_length(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    least, greatest = item.details.get("min_length"), item.details.get("max_length")
    limit, fix = (f"at least {least}", "add one") if greatest is None else (f"at most {greatest}", "remove some")
    value = item.value
    what = "characters" if isinstance(value, str) else "entries"
    return f"{len(value)} {what}: AWS allows {limit}", "shorten it" if what == "characters" and greatest else fix


def _something_else(item: Rejection, _: type[BaseModel]) -> tuple[str, str]:
    return f"{_shown(item)} is not allowed: {item.reason}", "correct it"


_SAID: Mapping[str, Callable[[Rejection, type[BaseModel]], tuple[str, str]]] = {
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


def _did_you_mean(item: Rejection, names: Iterable[str], otherwise: str) -> str:
    close = nearest(str(item.value), names)
    return f"did you mean {close!r}?" if close else otherwise


def _shown(item: Rejection) -> str:
    text = repr(item.value)
    return text if len(text) <= 60 else f"{text[:57]}…"
