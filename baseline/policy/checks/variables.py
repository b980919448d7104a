"""Policy variables where IAM does not resolve them, unknown variables, and forgotten placeholders."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.aws.conditions import is_known_global_key, nearest_key
from baseline.findings import Problem, Severity
from baseline.policy.document import Path, Statement, read_statements

_VARIABLE = re.compile(r"\$\{(?P<key>[^},]*)[^}]*\}")
_SPECIAL = frozenset({"*", "?", "$"})
_PARAMETER = re.compile(r"AWS::[A-Za-z]+|[A-Z][A-Za-z0-9]*|import .*|")
"""Names that CloudFormation fills in before AWS Organizations sees the policy, where a template is read."""
_PLACEHOLDER = re.compile(
    r"<[A-Za-z][A-Za-z0-9 _.:/-]*>|\{\{[^{}]*\}\}|\[[A-Z][A-Z0-9 _./*-]{2,}\]|(?<![${])\{[A-Za-z][A-Za-z0-9 _-]*\}"
)
_WORDS = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z0-9]+[_ -])*(?:YOUR[_ -]|NAME_OF_|INSERT[_ ]|CHANGE_?ME|REPLACE_?ME)[A-Z0-9_ -]*(?![a-z])"
)
"""Words in capitals that are placeholders for a name."""
_FILLED = ("String", "Arn")


def variable_mistakes(document: Mapping[str, Any], parameters: Collection[str] | None = None) -> Iterator[Problem]:
    """Variables in statements that neither baseline nor AWS resolves, or that no request contains.

    Source: IAM user guide, IAM policy elements: Variables and tags, Where you can use policy variables.

    Args:
        document: The policy.
        parameters: Names that are resolved before AWS receives the policy; None for everything that CloudFormation can
            fill in.
    """
    for statement in read_statements(document):
        for place, text, filled in _texts(statement):
            for match in _VARIABLE.finditer(text):
                key = match["key"].strip()
                if _is_parameter(key, parameters):
                    continue
                if ":" not in key.replace("::", "") and key not in _SPECIAL:
                    yield _unfilled(place, match[0], parameters)
                elif not filled:
                    yield _mistake(place, f"{match[0]}: IAM does not fill in variables here", "write the literal value")
                elif key not in _SPECIAL and not _is_known(key):
                    nearest = nearest_key(key)
                    fix = f"did you mean ${{{nearest}}}?" if nearest else "use a condition key that requests carry"
                    yield _mistake(place, f"{match[0]}: no request carries {key!r}, so that it matches nothing", fix)


def placeholder_mistakes(
    document: Mapping[str, Any], parameters: Collection[str] | None = None, *, has_statements: bool
) -> Iterator[Problem]:
    """Placeholders such as `<account-id>`, `{{ org }}`, `[ROLE]` and `YOUR_ROLE` that the reader has to replace.

    A policy without statements has no variables: there, `${…}` is a placeholder, too.
    """
    for place, text in _strings(document, ()):
        yield from (
            _mistake(place, f"{match[0]}: a placeholder, which AWS uses literally", "write the literal value")
            for match in _PLACEHOLDER.finditer(text)
        )
        yield from (
            replace(
                _mistake(
                    place, f"{match[0]!r} looks like a placeholder, which AWS uses literally", "write the literal value"
                ),
                severity=Severity.WARNING,
            )
            for match in _WORDS.finditer(text)
        )
        for match in () if has_statements else _VARIABLE.finditer(text):
            if not _is_parameter(match["key"].strip(), parameters):
                yield _unfilled(place, match[0], parameters)


def _is_parameter(key: str, parameters: Collection[str] | None) -> bool:
    return bool(_PARAMETER.fullmatch(key)) if parameters is None else key in parameters


def _unfilled(place: Path, text: str, parameters: Collection[str] | None) -> Problem:
    names = ", ".join(f"${{{name}}}" for name in parameters or ())
    return _mistake(
        place,
        f"{text}: nothing replaces this, so AWS uses it literally",
        f"write the literal value, or use one of {names}" if names else "write the literal value",
    )


def _texts(item: Statement) -> Iterator[tuple[Path, str, bool]]:
    """(place, text, whether IAM resolves variables there)."""
    for name, texts, filled in (
        ("Action", item.actions, False),
        ("NotAction", item.not_actions, False),
        ("Resource", item.resources, True),
        ("NotResource", item.not_resources, True),
    ):
        yield from (((*item.path, name, index), text, filled) for index, text in enumerate(texts))
    for condition in item.conditions:
        place = (*item.path, "Condition", condition.operator, condition.key)
        filled = condition.operator.rpartition(":")[2].startswith(_FILLED)
        yield place, condition.key, False
        yield from (((*place, index), text, filled) for index, text in enumerate(condition.values))


def _strings(value: Any, place: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - plain data
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (*place, key), str(key)
            yield from _strings(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*place, index))
    elif isinstance(value, str):
        yield place, value


def _is_known(key: str) -> bool:
    return not key.lower().startswith("aws:") or is_known_global_key(key)


def _mistake(path: Path, message: str, fix: str) -> Problem:
    return Problem(id="policy-variable", path=path, message=message, fix=fix)
