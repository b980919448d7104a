"""Whether a statement applies to a request: true, false, or None where what is not known decides."""

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from baseline.policy.document import Condition, Statement

_VARIABLE = re.compile(r"\$\{(?!AWS::)(?P<key>[^},]+)(?:,\s*'(?P<default>[^']*)')?\}")
_NOTHING = "\0"
"""What no request contains."""
_LITERALS = {"*": "*", "?": "?", "$": "$"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call.

    Attributes:
        action: `service:Action`.
        resource: An ARN, or `*` for an action without resources.
        context: Condition key in lower case → its values; no values for a key that the request does not carry.
        complete: Whether keys that `context` does not name are known to be absent. Otherwise they are unknown.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False

    def values(self, key: str) -> tuple[str, ...] | None:
        """The key's values, () when the request does not carry it, None when nobody knows."""
        return self.context.get(key.lower(), () if self.complete else None)


def applies(statement: Statement, request: Request) -> bool | None:
    """Whether the statement is about the request; principals are not looked at.

    Source: IAM user guide, Policy evaluation logic and IAM JSON policy elements.
    """
    named = _matches(statement.actions, request.action, fold=True)
    if statement.not_actions:
        named = not _matches(statement.not_actions, request.action, fold=True)
    if not named:
        return False
    reached = _reaches(statement.resources, request)
    if statement.not_resources:
        reached = _not(_reaches(statement.not_resources, request))
    return _all((reached, *(_holds(condition, request) for condition in statement.conditions)))


def _reaches(patterns: Sequence[str], request: Request) -> bool | None:
    known = [_resolved(pattern, request) for pattern in patterns]
    if _matches([pattern for pattern in known if pattern is not None], request.resource, fold=False):
        return True
    return None if None in known else False


def _matches(patterns: Sequence[str], text: str, *, fold: bool) -> bool:
    return any(_pattern(pattern, fold)(text) for pattern in patterns)


@cache
def _pattern(pattern: str, fold: bool) -> Callable[[str], object]:  # noqa: FBT001 - cache takes no keywords apart
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.IGNORECASE | re.DOTALL if fold else re.DOTALL).fullmatch


def _resolved(text: str, request: Request) -> str | None:
    """The text with policy variables filled in; None when a value is not known.

    CloudFormation's partition is `aws`, as in every request.

    Source: IAM user guide, Variables and tags: a variable without a value and default matches nothing.
    """
    unknown = False

    def fill(match: re.Match[str]) -> str:
        nonlocal unknown
        if match["key"] in _LITERALS:
            return _LITERALS[match["key"]]
        values = request.values(match["key"].strip())
        if values:
            return values[0]
        unknown = unknown or values is None
        return _NOTHING if match["default"] is None else match["default"]

    filled = _VARIABLE.sub(fill, text.replace("${AWS::Partition}", "aws"))
    return None if unknown else filled


def _holds(condition: Condition, request: Request) -> bool | None:
    """One operator and key. Source: IAM user guide, IAM JSON policy elements: Condition operators."""
    name = condition.operator
    every, some = name.startswith("ForAllValues:"), name.startswith("ForAnyValue:")
    name = name.rpartition(":")[2]
    base, if_exists = name.removesuffix("IfExists"), name.endswith("IfExists")
    seen = request.values(condition.key)
    if seen is None:
        return None
    if base == "Null":
        return (not seen) == (condition.values[0].lower() == "true")
    if not seen:
        return if_exists or every or (not some and _is_negative(base))
    wanted = [value for value in (_resolved(value, request) for value in condition.values) if value is not None]
    results = [_compares(base, value, wanted) for value in seen]
    return all(results) if every else any(results)


def _is_negative(base: str) -> bool:
    return "Not" in base


def _compares(base: str, seen: str, wanted: Sequence[str]) -> bool:
    compare = _OPERATORS[base.replace("Not", "", 1)]
    found = any(compare(seen, value) for value in wanted)
    return not found if _is_negative(base) else found


def _likes(seen: str, pattern: str) -> bool:
    return _matches((pattern,), seen, fold=False)


def _arn_likes(seen: str, pattern: str) -> bool:
    parts, patterns = seen.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) and all(map(_likes, parts, patterns))


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda seen, value: compare(float(seen), float(value))


def _date(compare: Callable[[datetime, datetime], bool]) -> Callable[[str, str], bool]:
    return lambda seen, value: compare(_moment(seen), _moment(value))


def _moment(text: str) -> datetime:
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_network(seen: str, network: str) -> bool:
    return ipaddress.ip_address(seen) in ipaddress.ip_network(network, strict=False)


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda seen, value: seen.lower() == value.lower(),
    "StringLike": _likes,
    "NumericEquals": _number(operator.eq),
    "NumericLessThan": _number(operator.lt),
    "NumericLessThanEquals": _number(operator.le),
    "NumericGreaterThan": _number(operator.gt),
    "NumericGreaterThanEquals": _number(operator.ge),
    "DateEquals": _date(operator.eq),
    "DateLessThan": _date(operator.lt),
    "DateLessThanEquals": _date(operator.le),
    "DateGreaterThan": _date(operator.gt),
    "DateGreaterThanEquals": _date(operator.ge),
    "Bool": lambda seen, value: seen.lower() == value.lower(),
    "BinaryEquals": operator.eq,
    "IpAddress": _in_network,
    "ArnEquals": _arn_likes,
    "ArnLike": _arn_likes,
}
"""Operators without their negation: `NotIpAddress` is that of `IpAddress`."""


def _not(value: bool | None) -> bool | None:  # noqa: FBT001 - three values, not a switch
    return None if value is None else not value


def _all(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True
