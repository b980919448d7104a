"""Policy documents as values, with plain texts or CloudFormation functions."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from baseline.frozen import frozen

Path = tuple[str | int, ...]

_FILLED_IN = re.compile(r"\$\{[^}]*\}")


@frozen
class Condition:
    """One operator and key of a condition block, with the expected values."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def restricts(self) -> bool:
        """Whether a request must contain the key, with a value that not every caller can have.

        Negations, `…IfExists`, `ForAllValues:` and `Null` match a request without the key (IAM user guide,
        condition operators). Every caller can have a value for `*`, or for an ARN with any account.
        """
        loose = self.operator.startswith(("ForAllValues:", "Null")) or self.operator.endswith("IfExists")
        return not (loose or "Not" in self.operator) and bool(self.values) and not any(map(_is_open, self.values))


@frozen
class Principal:
    """One principal: `kind` is `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`."""

    kind: str
    value: str


@frozen
class Statement:
    """One statement. `path` is its place in the document; values from CloudFormation appear as `${Name}`."""

    path: Path
    sid: str
    effect: str
    principals: tuple[Principal, ...]
    not_principals: tuple[Principal, ...]
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The service principals."""
        return tuple(principal.value for principal in self.principals if principal.kind == "Service")

    @property
    def everybody(self) -> bool:
        """Whether the statement's principal is `*`, or everyone with exceptions."""
        return bool(self.not_principals) or any(p.value == "*" and p.kind in {"AWS", "*"} for p in self.principals)


def read_statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of a policy document, including both branches of an `Fn::If`.

    Values other than mappings are skipped, as cfn-lint reports them. If a whole condition block is an `Fn::If`, it is
    treated as missing, because one of its branches may be missing.
    """
    return tuple(
        Statement(
            path=path,
            sid=text_of(item.get("Sid")),
            effect=text_of(item.get("Effect")),
            principals=tuple(_principals(item.get("Principal"))),
            not_principals=tuple(_principals(item.get("NotPrincipal"))),
            actions=_texts(item.get("Action")),
            not_actions=_texts(item.get("NotAction")),
            resources=_texts(item.get("Resource")),
            not_resources=_texts(item.get("NotResource")),
            conditions=tuple(_conditions(item.get("Condition"))),
        )
        for path, item in branches(document.get("Statement"), ("Statement",))
        if isinstance(item, dict)
    )


def text_of(value: Any) -> str:  # noqa: ANN401 - plain data with CloudFormation functions in it
    """The text with every CloudFormation function as `${…}`, as in `Fn::Sub`."""
    if isinstance(value, str) or not isinstance(value, dict):
        return "" if value is None else str(value)
    name, argument = next(iter(value.items())) if len(value) == 1 else ("", None)
    return _FUNCTIONS.get(name, lambda _: "${}")(argument)


def branches(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - one or many
    """Each item of a value or list, with its path; both branches of an `Fn::If`; nothing for `AWS::NoValue`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from branches(item, (*path, index))
    elif isinstance(value, dict) and value.keys() == {"Fn::If"} and isinstance(value["Fn::If"], list):
        for index, item in enumerate(value["Fn::If"][1:], start=1):
            yield from branches(item, (*path, "Fn::If", index))
    elif value is not None and value != {"Ref": "AWS::NoValue"}:
        yield path, value


def _join(argument: Any) -> str:  # noqa: ANN401 - the argument of Fn::Join
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[1], list):
        return "${}"
    return str(argument[0]).join(text_of(part) for part in argument[1])


def _attribute(argument: Any) -> str:  # noqa: ANN401 - the argument of Fn::GetAtt
    return f"${{{'.'.join(map(str, argument)) if isinstance(argument, list) else argument}}}"


_FUNCTIONS: Mapping[str, Callable[[Any], str]] = {
    "Ref": lambda argument: f"${{{argument}}}",
    "Fn::Sub": lambda argument: str(argument[0] if isinstance(argument, list) and argument else argument).replace(
        "${!", "${"
    ),
    "Fn::GetAtt": _attribute,
    "Fn::Join": _join,
    "Fn::ImportValue": lambda argument: f"${{import {text_of(argument)}}}",
}


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - one or many
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(type(item) is str for item in value):
        return tuple(value)
    return tuple(text_of(item) for _, item in branches(value))


def _principals(value: Any) -> Iterator[Principal]:  # noqa: ANN401 - `*`, a mapping, or an Fn::If of them
    for _, item in branches(value):
        if isinstance(item, dict):
            for kind, names in item.items():
                yield from (Principal(kind=kind, value=text) for text in _texts(names))
        else:
            yield Principal(kind="*", value=text_of(item))


def _conditions(value: Any) -> Iterator[Condition]:  # noqa: ANN401 - a condition block
    if not isinstance(value, dict):
        return
    for operator, keys in value.items():
        if isinstance(keys, dict):
            for key, values in keys.items():
                yield Condition(operator=operator, key=key, values=_texts(values))


def _is_open(value: str) -> bool:
    if not value.strip("*?"):
        return True
    parts = _FILLED_IN.sub("x", value).split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:
        return False
    account, resource = parts[4:]
    return not (account or resource).strip("*?")
