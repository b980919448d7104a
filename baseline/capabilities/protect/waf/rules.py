"""The rules of a web ACL in CloudFormation's format, and the capacity that they use."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from baseline.capabilities.protect.waf.groups import managed_groups
from baseline.capabilities.protect.waf.settings import MOST_RATE_LIMITS, Group, RateLimit, WebAcl
from baseline.frozen import frozen

MOST_CAPACITY = 5_000
INCLUDED_CAPACITY = 1_500
"""Capacity units in the price of a web ACL. Source of both: AWS WAF developer guide, AWS WAF web ACL capacity units."""

_PATH_CAPACITY = 22
"""A comparison with the beginning of a text (2) after two transformations (10 each). Source: the same page."""
_PAID_GROUP_CAPACITY = 50
_RATE_CAPACITY = 2

RATE_GROUP_CAPACITY = MOST_RATE_LIMITS * (_RATE_CAPACITY + _PATH_CAPACITY)
"""Capacity of a rule group with rate limits: enough for the most limits that a profile can define.

AWS WAF fixes the capacity when it creates the group. Source: AWS WAF API reference, RuleGroup.
"""

_Rule = dict[str, Any]


@frozen
class IpSet:
    """Networks of one IP version."""

    logical_id: str
    version: str
    addresses: tuple[str, ...]


def ip_sets(acl: WebAcl) -> tuple[IpSet, ...]:
    """The IP sets that the rules refer to."""
    return (
        *_split("AllowedNetworks", [item.network for item in acl.allowed_networks]),
        *_split("BlockedNetworks", acl.blocked_networks),
    )


def rules_of(key: str, acl: WebAcl) -> tuple[Mapping[str, Any], ...]:
    """The rules in their order of evaluation."""
    return _in_order(key, _rules(acl))


def rate_rules_of(key: str, limits: Sequence[RateLimit], stage: str) -> tuple[Mapping[str, Any], ...]:
    """Rules for rate limits alone, for a rule group."""
    return _in_order(key, _rates(limits, stage))


def _in_order(key: str, rules: Iterator[tuple[str, _Rule]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "Name": name,
            "Priority": priority,
            **rule,
            "VisibilityConfig": {
                "CloudWatchMetricsEnabled": True,
                "MetricName": f"{key}-{name}",
                "SampledRequestsEnabled": True,
            },
        }
        for priority, (name, rule) in enumerate(rules)
    )


def has_managed_groups(acl: WebAcl) -> bool:
    """Whether the web ACL has AWS managed rule groups, including paid ones."""
    return bool(acl.groups) or acl.bot_control != "off" or acl.account_takeover is not None


def capacity_of(acl: WebAcl) -> int:
    """The web ACL capacity units that the rules use, according to AWS's published figures."""
    groups = sum(managed_groups()[item.group].capacity for item in acl.groups)
    paid = _PAID_GROUP_CAPACITY * ((acl.bot_control != "off") + (acl.account_takeover is not None))
    rates = sum(_RATE_CAPACITY + _PATH_CAPACITY * (item.path is not None) for item in acl.rate_limits)
    exceptions = sum(1 + _PATH_CAPACITY * len(paths) for _, _, paths in _narrow_exceptions(acl))
    countries = bool(acl.blocked_countries) + bool(acl.allowed_countries)
    return groups + paid + rates + exceptions + countries + len(ip_sets(acl))


def _rules(acl: WebAcl) -> Iterator[tuple[str, _Rule]]:
    if acl.allowed_networks:
        yield "allowed-networks", {"Statement": _networks(acl, "AllowedNetworks"), "Action": {"Allow": {}}}
    if acl.blocked_networks:
        yield "blocked-networks", {"Statement": _networks(acl, "BlockedNetworks"), **_action(acl.stage)}
    if acl.blocked_countries:
        yield "blocked-countries", {"Statement": _countries(acl.blocked_countries), **_action(acl.stage)}
    if acl.allowed_countries:
        elsewhere = {"NotStatement": {"Statement": _countries(acl.allowed_countries)}}
        yield "other-countries", {"Statement": elsewhere, **_action(acl.stage)}
    yield from _rates(acl.rate_limits, acl.stage)
    for group in acl.groups:
        yield group.group, {"Statement": _group(group), **_override(acl)}
    yield from _paid_groups(acl)
    for group, rule, paths in _narrow_exceptions(acl):
        yield f"{group.group}-{rule}", {"Statement": _outside(group, rule, paths), **_action(acl.stage)}


def _rates(limits: Sequence[RateLimit], stage: str) -> Iterator[tuple[str, _Rule]]:
    for limit in limits:
        yield f"rate-{limit.name}", {"Statement": _rate(limit), **_action(stage, limit.action)}


def _paid_groups(acl: WebAcl) -> Iterator[tuple[str, _Rule]]:
    if acl.bot_control != "off":
        config = {"AWSManagedRulesBotControlRuleSet": {"InspectionLevel": acl.bot_control.upper()}}
        yield "bot-control", {"Statement": _managed("AWSManagedRulesBotControlRuleSet", config), **_override(acl)}
    page = acl.account_takeover
    if page is not None:
        inspection = {
            "PayloadType": page.payload,
            "UsernameField": {"Identifier": _identifier(page.payload, page.user_field)},
            "PasswordField": {"Identifier": _identifier(page.payload, page.password_field)},
        }
        settings = {"AWSManagedRulesATPRuleSet": {"LoginPath": page.path, "RequestInspection": inspection}}
        yield "account-takeover", {"Statement": _managed("AWSManagedRulesATPRuleSet", settings), **_override(acl)}


def _identifier(payload: str, field: str) -> str:
    """JSON fields are JSON pointers (RequestInspection in the API reference of AWS WAF)."""
    return f"/{field.lstrip('/')}" if payload == "JSON" else field


def _managed(name: str, config: Mapping[str, Any]) -> _Rule:
    return {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name, "ManagedRuleGroupConfigs": [config]}}


def _group(group: Group) -> _Rule:
    counted = [{"Name": rule, "ActionToUse": {"Count": {}}} for rule in _exceptions(group)]
    return {
        "ManagedRuleGroupStatement": {
            "VendorName": "AWS",
            "Name": managed_groups()[group.group].name,
            **({"Version": group.version} if group.version else {}),
            **({"RuleActionOverrides": counted} if counted else {}),
        }
    }


def _exceptions(group: Group) -> dict[str, tuple[str, ...]]:
    """Rule that only counts → the path prefixes to which this is limited; empty for no limit."""
    found: dict[str, list[str | None]] = {}
    for item in group.exceptions:
        found.setdefault(item.rule, []).append(item.path)
    return {
        rule: () if None in paths else tuple(dict.fromkeys(path for path in paths if path is not None))
        for rule, paths in found.items()
    }


def _narrow_exceptions(acl: WebAcl) -> Iterator[tuple[Group, str, tuple[str, ...]]]:
    """Group, rule and paths of exceptions for some paths: on all other paths, a rule of our own blocks by the label."""
    for group in acl.groups:
        for rule, paths in _exceptions(group).items():
            if paths and rule in managed_groups()[group.group].rules:
                yield group, rule, paths


def _outside(group: Group, rule: str, paths: Sequence[str]) -> _Rule:
    label = managed_groups()[group.group].label_of(rule)
    return {
        "AndStatement": {
            "Statements": [
                {"LabelMatchStatement": {"Scope": "LABEL", "Key": label}},
                {"NotStatement": {"Statement": _any([_path(path) for path in paths])}},
            ]
        }
    }


def _any(statements: Sequence[_Rule]) -> _Rule:
    """AWS WAF accepts an OrStatement only with two or more statements."""
    return statements[0] if len(statements) == 1 else {"OrStatement": {"Statements": [*statements]}}


def _path(beginning: str) -> _Rule:
    """The path in decoded form and without `..`, so that every spelling of it matches."""
    return {
        "ByteMatchStatement": {
            "FieldToMatch": {"UriPath": {}},
            "PositionalConstraint": "STARTS_WITH",
            "SearchString": beginning,
            "TextTransformations": [
                {"Priority": 0, "Type": "URL_DECODE"},
                {"Priority": 1, "Type": "NORMALIZE_PATH"},
            ],
        }
    }


def _rate(limit: RateLimit) -> _Rule:
    return {
        "RateBasedStatement": {
            "AggregateKeyType": "IP",
            "EvaluationWindowSec": limit.window,
            "Limit": limit.limit,
            **({"ScopeDownStatement": _path(limit.path)} if limit.path else {}),
        }
    }


def _countries(codes: Sequence[str]) -> _Rule:
    return {"GeoMatchStatement": {"CountryCodes": list(dict.fromkeys(codes))}}


def _networks(acl: WebAcl, kind: str) -> _Rule:
    statements = [
        {"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": [item.logical_id, "Arn"]}}}
        for item in ip_sets(acl)
        if item.logical_id.startswith(kind)
    ]
    return _any(statements)


def _split(kind: str, networks: Sequence[str]) -> Iterator[IpSet]:
    for number in (4, 6):
        addresses = tuple(dict.fromkeys(item for item in networks if ip_network(item).version == number))
        if addresses:
            yield IpSet(logical_id=f"{kind}V{number}", version=f"IPV{number}", addresses=addresses)


def _action(stage: str, action: str = "block") -> _Rule:
    return {"Action": {"Count" if stage == "count" else action.capitalize(): {}}}


def _override(acl: WebAcl) -> _Rule:
    return {"OverrideAction": {"Count" if acl.stage == "count" else "None": {}}}
