"""Policy documents as values, whether their texts are plain or CloudFormation functions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One operator and key of a condition block, with the values that it compares to."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Principal:
    """One principal: `kind` is `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`."""

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. `index` is its place in the document; texts that CloudFormation fills in read `${Name}`."""

    index: int
    sid: str
    effect: str
    principals: tuple[Principal, ...]
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The service principals."""
        return tuple(principal.value for principal in self.principals if principal.kind == "Service")

    def condition_keys(self) -> frozenset[str]:
        """The condition keys, in lower case."""
        return frozenset(condition.key.lower() for condition in self.conditions)


def read_statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of a policy document; what is no mapping is left out, as cfn-lint speaks of it."""
    return tuple(
        Statement(
            index=index,
            sid=text_of(item.get("Sid", "")),
            effect=text_of(item.get("Effect", "")),
            principals=tuple(_principals(item.get("Principal"))),
            actions=_texts(item.get("Action")),
            not_actions=_texts(item.get("NotAction")),
            resources=_texts(item.get("Resource")),
            conditions=tuple(_conditions(item.get("Condition"))),
        )
        for index, item in enumerate(_listed(document.get("Statement")))
        if isinstance(item, Mapping)
    )


def text_of(value: Any) -> str:  # noqa: ANN401 - plain data with CloudFormation functions in it
    """A text with every CloudFormation function in it as a `${…}`: what `Fn::Sub` would have written."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    name, argument = next(iter(value.items())) if len(value) == 1 else ("", None)
    return _FUNCTIONS.get(name, lambda _: "${}")(argument)


def _join(argument: Any) -> str:  # noqa: ANN401 - the argument of Fn::Join
    if not isinstance(argument, list) or len(argument) != 2:
        return "${}"
    return str(argument[0]).join(text_of(part) for part in _listed(argument[1]))


_FUNCTIONS: Mapping[str, Callable[[Any], str]] = {
    "Ref": lambda argument: f"${{{argument}}}",
    "Fn::Sub": lambda argument: str(argument[0] if isinstance(argument, list) and argument else argument),
    "Fn::GetAtt": lambda argument: f"${{{'.'.join(map(str, _listed(argument)))}}}",
    "Fn::Join": _join,
    "Fn::ImportValue": lambda argument: f"${{import {text_of(argument)}}}",
}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - one or many
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - one or many
    return tuple(text_of(item) for item in _listed(value))


def _principals(value: Any) -> Iterator[Principal]:  # noqa: ANN401 - `*` or a mapping
    if isinstance(value, Mapping):
        for kind, items in value.items():
            yield from (Principal(kind=kind, value=text) for text in _texts(items))
    elif value is not None:
        yield Principal(kind="*", value=text_of(value))


def _conditions(value: Any) -> Iterator[Condition]:  # noqa: ANN401 - a condition block
    if not isinstance(value, Mapping):
        return
    for operator, keys in value.items():
        if isinstance(keys, Mapping):
            for key, values in keys.items():
                yield Condition(operator=operator, key=key, values=_texts(values))
