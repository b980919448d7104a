"""Conditions that are never met, always met, or do not test what they seem to test."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from baseline.aws.conditions import (
    has_many_values,
    is_known_global_key,
    is_known_operator,
    is_known_service_key,
    is_of_sets,
    nearest_key,
    nearest_operator,
    operator_fits,
    type_of_key,
)
from baseline.aws.regions import REGIONS
from baseline.findings import Problem, Severity
from baseline.policy.document import Condition, Path, read_statements

_SENSITIVE = re.compile(
    r"aws:(principalorgid|resourceorgid|sourceorgid|vpceorgid|principalaccount|resourceaccount|sourceaccount|vpceaccount"
    r"|principalorgmasteraccountid|sourcevpc|sourcevpce|userid|sourceidentity)"
)
"""Keys in whose values a wildcard has no valid use. Source: IAM user guide, Sensitive condition keys."""
_ORGANIZATION_PATH = re.compile(r"o-[a-z0-9]{10,32}/(?:r-[a-z0-9]{4,32}/(?:ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}/)*)?")
"""Source: AWS Organizations API reference, the patterns of the ids of Root and OrganizationalUnit."""
_IDS: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = (
    (
        re.compile(r".*orgid"),
        re.compile(r"o-[a-z0-9]{10,32}"),
        "is not an organization id: o- and 10 to 32 letters and digits",
    ),
    (re.compile(r"aws:.*account"), re.compile(r"[0-9]{12}"), "is not an account id: twelve digits"),
    (re.compile(r"aws:sourcevpc"), re.compile(r"vpc-[0-9a-f]{8,17}"), "is not a VPC id: vpc- and 8 to 17 digits"),
    (
        re.compile(r"aws:sourcevpce"),
        re.compile(r"vpce-[0-9a-f]{8,17}"),
        "is not a VPC endpoint id: vpce- and 8 to 17 digits",
    ),
)
"""(keys, their values, the problem with other values)."""
_ACCOUNT_OF_ARN = re.compile(r"[0-9]{12}|aws|")


def condition_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: IAM user guide, IAM JSON policy elements: Condition, and AWS global condition context keys."""
    for statement in read_statements(document):
        for condition in statement.conditions:
            place = (*statement.path, "Condition", condition.operator)
            if not is_known_operator(condition.operator):
                nearest = nearest_operator(condition.operator)
                yield Problem(
                    id="policy-condition",
                    path=place,
                    message=f"unknown condition operator {condition.operator!r}",
                    fix=f"did you mean {nearest!r}?" if nearest else "look it up in the list of condition operators",
                )
                continue
            yield from _key(condition, (*place, condition.key))
            yield from _values(condition, (*place, condition.key))


def _key(condition: Condition, place: Path) -> Iterator[Problem]:
    key = condition.key
    known = is_known_global_key(key) if key.lower().startswith("aws:") else is_known_service_key(key)
    if known is False or ":" not in key:
        nearest = nearest_key(key)
        yield Problem(
            id="policy-condition",
            path=place,
            message=f"unknown condition key {key!r}: no request carries it",
            fix=f"did you mean {nearest!r}?" if nearest else "look it up in the service authorization reference",
            severity=Severity.ERROR
            if ":" not in key or key.lower().startswith("aws:") or nearest
            else Severity.WARNING,
        )
    elif not operator_fits(condition.operator, key):
        yield Problem(
            id="policy-condition",
            path=place,
            message=f"{condition.operator} does not fit {key}, whose values are of the type {type_of_key(key)}",
            fix=f"use an operator for {type_of_key(key)}",
        )
    yield from _set_operator(condition, place)


def _set_operator(condition: Condition, place: Path) -> Iterator[Problem]:
    many = has_many_values(condition.key)
    has_set = condition.operator.startswith(("ForAllValues:", "ForAnyValue:"))
    if many is True and not is_of_sets(condition.operator):
        yield Problem(
            id="policy-condition",
            path=place,
            message=f"{condition.key} has many values: {condition.operator} does not say whether all or any must match",
            fix=f"write ForAnyValue:{condition.operator} or ForAllValues:{condition.operator}",
        )
    if many is False and has_set:
        set_operator, _, plain = condition.operator.partition(":")
        every = set_operator == "ForAllValues"
        yield Problem(
            id="policy-condition",
            path=place,
            message=f"{condition.operator}: {condition.key} has one value, and "
            + ("ForAllValues also matches without it" if every else "ForAnyValue never matches without it"),
            fix=f"write {plain if plain.endswith('IfExists') or not every else f'{plain}IfExists'}"
            + ("" if every or "Not" not in plain else f' beside "Null": {{"{condition.key}": "false"}}'),
            severity=Severity.WARNING,
        )


def _values(condition: Condition, place: Path) -> Iterator[Problem]:
    if not condition.values:
        yield Problem(
            id="policy-condition", path=place, message="no value to compare with", fix="give a value, or a list of them"
        )
    kind = type_of_key(condition.key) if operator_fits(condition.operator, condition.key) else None
    for index, value in enumerate(condition.values):
        if "${" in value:
            continue
        why = _wrong_value(condition, kind, value)
        if why:
            yield Problem(id="policy-condition", path=(*place, index), message=f"{value!r} {why}", fix="correct it")


def _wrong_value(condition: Condition, kind: str | None, value: str) -> str:
    key = condition.key.lower()
    if condition.operator == "Null":
        return _bool(value)
    wild = "Like" in condition.operator and ("*" in value or "?" in value)
    if _SENSITIVE.fullmatch(key) and wild:
        return f"has a wildcard: {condition.key} identifies our own, and a pattern allows others"
    if key.endswith("orgpaths") and not _is_organization_path(value):
        return "is not an organization path: o-…/r-…/ou-…-…/"
    wrong = "" if wild else _wrong_id(key, value)
    check = _FORMS.get(kind or "")
    return wrong or (check(value) if check and not ("Like" in condition.operator and kind != "ARN") else "")


def _wrong_id(key: str, value: str) -> str:
    """The problem of a Region, VPC, account or organization id; empty if it is valid."""
    if key == "aws:requestedregion":
        return "" if value in {*REGIONS, "aws-global"} else "is no Region"
    return next((why for keys, ids, why in _IDS if keys.fullmatch(key) and not ids.fullmatch(value)), "")


def _is_organization_path(value: str) -> bool:
    """Whether the text can be an organization path; with wildcards, only the part before the last `/*` is checked."""
    fixed = value.removesuffix("*")
    return "*" in fixed or "?" in fixed or bool(_ORGANIZATION_PATH.fullmatch(f"{fixed.removesuffix('/')}/"))


def _bool(value: str) -> str:
    return "" if value.lower() in {"true", "false"} else "is neither true nor false"


def _number(value: str) -> str:
    try:
        float(value)
    except ValueError:
        return "is no number"
    return ""


def _moment(value: str) -> str:
    if value.isdecimal():
        return ""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "is not a time in ISO 8601 or seconds since 1970"
    return ""


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return "is not an IP address or CIDR range"
    return ""


def _arn(value: str) -> str:
    parts = value.split(":")
    if value.strip("*?") and not (len(parts) >= 6 and parts[0] == "arn"):
        return "is not an ARN: arn:partition:service:region:account:resource"
    account = parts[4] if len(parts) >= 6 else ""
    if {"*", "?"}.isdisjoint(account) and not _ACCOUNT_OF_ARN.fullmatch(account):
        return f"has the account {account!r}: an account id has twelve digits"
    return ""


_FORMS: Mapping[str, Callable[[str], str]] = {
    "Bool": _bool,
    "Numeric": _number,
    "Date": _moment,
    "IPAddress": _network,
    "ARN": _arn,
}
