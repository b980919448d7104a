"""Condition blocks: whether an operator and key match a request (true, false, or None if unknown)."""

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from baseline.frozen import frozen
from baseline.policy.document import Condition
from baseline.policy.request import LITERAL_WILDCARDS, Request

Truth = bool | None


@frozen
class _Operator:
    """The parts of a name such as `ForAnyValue:StringNotLikeIfExists`; `compare` is None for an unknown operator."""

    every: bool
    some: bool
    if_exists: bool
    negated: bool
    is_pattern: bool
    compare: Callable[[str, str], bool] | None


def holds(condition: Condition, request: Request) -> Truth:
    """Evaluate one operator and key. Source: IAM user guide, IAM JSON policy elements: Condition operators."""
    seen = request.values(condition.key)
    if seen is None:
        return None
    if condition.operator == "Null":
        return (not seen) == (condition.values[:1] in {("true",), ("True",)})
    named = _operator(condition.operator)
    if not seen:
        return named.if_exists or named.every or (not named.some and named.negated)
    if named.every and not any(seen):
        return True
    results = [_compares(named, value, condition.values, request) for value in seen]
    return all_of(results) if named.every else any_of(results)


def unknown_keys(condition: Condition, request: Request) -> tuple[str, ...]:
    """The unknown condition keys that the result depends on."""
    if request.values(condition.key) is None:
        return (condition.key,)
    return tuple(name for value in condition.values for name in request.unknown_variables(value))


def matches(pattern: str, text: str) -> bool:
    """Whether the text fits the pattern, in which `*` is any text and `?` any character."""
    return pattern == text or _pattern(pattern)(text) is not None


def names_action(patterns: tuple[str, ...], action: str) -> bool:
    """Whether one of the patterns matches the action; case-insensitive."""
    exact, wild = _actions(patterns)
    name = action.lower()
    return name in exact or (wild is not None and wild(name) is not None)


@cache
def _actions(patterns: tuple[str, ...]) -> tuple[frozenset[str], Callable[[str], object] | None]:
    """The literal names, and a matcher for the patterns with wildcards."""
    lower = [pattern.lower() for pattern in patterns]
    wild = "|".join(_expression(pattern) for pattern in lower if "*" in pattern or "?" in pattern)
    return frozenset(lower), re.compile(wild, re.DOTALL).fullmatch if wild else None


def all_of(values: Sequence[Truth]) -> Truth:
    """Whether all are true; one false value decides, even if others are unknown."""
    if False in values:
        return False
    return None if None in values else True


def any_of(values: Sequence[Truth]) -> Truth:
    """Whether any is true; one true value decides, even if others are unknown."""
    if True in values:
        return True
    return None if None in values else False


def negated(value: Truth) -> Truth:
    """The opposite; None for unknown."""
    return None if value is None else not value


@cache
def _operator(name: str) -> _Operator:
    prefix, _, plain = name.rpartition(":")
    base = plain.removesuffix("IfExists")
    positive = base.replace("Not", "", 1)
    return _Operator(
        every=prefix == "ForAllValues",
        some=prefix == "ForAnyValue",
        if_exists=plain.endswith("IfExists"),
        negated="Not" in base,
        is_pattern="Like" in base or base.startswith("Arn"),
        compare=_OPERATORS.get(positive),
    )


def _compares(named: _Operator, seen: str, values: Sequence[str], request: Request) -> Truth:
    """Whether a value of the request matches a value of the policy; for negations, none of them."""
    if named.compare is None:
        return False
    found: Truth = False
    for value in values:
        wanted = request.filled_pattern(value) if named.is_pattern else request.filled(value)
        if wanted is None:
            found = None
        elif _sure(named.compare, seen, wanted):
            found = True
            break
    return negated(found) if named.negated else found


def _sure(compare: Callable[[str, str], bool], seen: str, value: str) -> bool:
    """Compare two values; one that is not a number, date or address matches nothing."""
    try:
        return compare(seen, value)
    except (ValueError, OverflowError, OSError):
        return False


@cache
def _pattern(pattern: str) -> Callable[[str], object]:
    return re.compile(_expression(pattern), re.DOTALL).fullmatch


@cache
def _arn_pattern(pattern: str) -> Callable[[str], object]:
    """A matcher for ARNs: the first five parts match one by one; the last may contain colons."""
    *parts, last = pattern.split(":", 5)
    if len(parts) != 5:
        return lambda _: None
    text = ":".join([*(_expression(part, "[^:]") for part in parts), _expression(last)])
    return re.compile(text, re.DOTALL).fullmatch


def _expression(pattern: str, character: str = ".") -> str:
    text = re.escape(pattern).replace(r"\*", f"{character}*").replace(r"\?", character)
    for wildcard, stand_in in LITERAL_WILDCARDS.items():
        text = text.replace(re.escape(stand_in), re.escape(wildcard))
    return text


def _likes(seen: str, pattern: str) -> bool:
    return matches(pattern, seen)


def _arn_likes(seen: str, pattern: str) -> bool:
    return _arn_pattern(pattern)(seen) is not None


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda seen, value: compare(float(seen), float(value))


def _date(compare: Callable[[datetime, datetime], bool]) -> Callable[[str, str], bool]:
    return lambda seen, value: compare(_moment(seen), _moment(value))


def _moment(text: str) -> datetime:
    """Parse seconds since 1970, or a month, day or time of ISO 8601; the default time zone is UTC."""
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(f"{text}-01" if len(text) == len("2026-01") else text)
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
