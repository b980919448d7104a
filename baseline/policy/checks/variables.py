"""Policy variables where IAM does not fill them in, and variables that do not exist."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.conditions import is_known_global_key, nearest_key
from baseline.policy.document import Path, Statement, read_statements
from baseline.policy.mistake import Mistake

_VARIABLE = re.compile(r"\$\{(?P<key>[^},]*)[^}]*\}")
_SPECIAL = frozenset({"*", "?", "$"})
_PARAMETER = re.compile(r"AWS::[A-Za-z]+|[A-Z][A-Za-z0-9]*|import .*|")
"""What CloudFormation fills in before AWS Organizations sees the policy."""
_FILLED = ("String", "Arn")


def variable_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Source: IAM user guide, IAM policy elements: Variables and tags, Where you can use policy variables."""
    for statement in read_statements(document):
        for place, text, filled in _texts(statement):
            for match in _VARIABLE.finditer(text):
                key = match["key"].strip()
                if _PARAMETER.fullmatch(key):
                    continue
                if not filled:
                    yield _mistake(place, f"{match[0]}: IAM does not fill in variables here", "write the value out")
                elif key not in _SPECIAL and not _is_known(key):
                    nearest = nearest_key(key)
                    fix = f"did you mean ${{{nearest}}}?" if nearest else "use a condition key that requests carry"
                    yield _mistake(place, f"{match[0]}: no request carries {key!r}, so that it matches nothing", fix)


def _texts(item: Statement) -> Iterator[tuple[Path, str, bool]]:
    """(place, text, whether variables are filled in there)."""
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
        yield from (((*place, index), text, filled) for index, text in enumerate(condition.values))


def _is_known(key: str) -> bool:
    return ":" in key and (not key.lower().startswith("aws:") or is_known_global_key(key))


def _mistake(path: Path, message: str, fix: str) -> Mistake:
    return Mistake(id="policy-variable", path=path, message=message, fix=fix)
