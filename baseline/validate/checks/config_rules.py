"""BL109: a Config managed rule or parameter that does not exist."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, cast

from baseline.aws.config_rules import ConfigRule, config_rule, is_rule_available, nearest_rule
from baseline.findings import Problem, Severity
from baseline.policy.document import Path, text_of
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_Rule = tuple[str, Path, Path, object]
"""Identifier, its path, the path of the parameters, and the parameters."""


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for identifier, path, place, parameters in _managed_rules(subject):
        if "${" in identifier:
            continue
        rule = config_rule(identifier)
        if rule is None:
            nearest = nearest_rule(identifier)
            yield Problem(
                path=path,
                message=f"unknown managed rule {identifier!r}: AWS Config refuses it",
                fix=f"did you mean {nearest!r}?" if nearest else "",
            )
            continue
        yield from _region_hits(subject, path, identifier)
        given = _given(parameters)
        if given is not None:
            yield from _parameter_hits(rule, place, given)


def _managed_rules(subject: Subject) -> Iterator[_Rule]:
    for resource in subject.of_type("AWS::Config::ConfigRule"):
        yield from _config_rule(resource.body, resource.path)
    for resource in subject.of_type("AWS::Config::OrganizationConfigRule"):
        if isinstance(resource.properties.get("OrganizationManagedRuleMetadata"), dict):
            yield _rule(
                resource.body, resource.path, ("Properties", "OrganizationManagedRuleMetadata"), ("RuleIdentifier",)
            )
    for pack in subject.packs:
        for name, body in pack.document.get("Resources", {}).items():
            if isinstance(body, dict) and body.get("Type") == "AWS::Config::ConfigRule":
                yield from _config_rule(body, (*pack.path, "Resources", name))


def _config_rule(body: Mapping[str, Any], path: Path) -> Iterator[_Rule]:
    properties = body.get("Properties")
    source = properties.get("Source") if isinstance(properties, dict) else None
    if isinstance(source, dict) and source.get("Owner") == "AWS":
        yield _rule(body, path, ("Properties",), ("Source", "SourceIdentifier"))


def _rule(body: Mapping[str, Any], path: Path, inside: tuple[str, ...], name: tuple[str, ...]) -> _Rule:
    settings: Any = body
    for key in inside:
        settings = settings[key]
    identifier = settings
    for key in name:
        identifier = identifier.get(key)
    place = (*path, *inside)
    return text_of(identifier), (*place, *name), (*place, "InputParameters"), settings.get("InputParameters")


def _given(parameters: object) -> dict[str, object] | None:
    """Parameters as a mapping; None if CloudFormation fills them in, so that they cannot be checked."""
    if isinstance(parameters, str):
        with suppress(ValueError):
            parameters = json.loads(parameters)
    if parameters is None:
        return {}
    unknown = not isinstance(parameters, dict) or any(key == "Ref" or key.startswith("Fn::") for key in parameters)
    return None if unknown else cast("dict[str, object]", parameters)


def _region_hits(subject: Subject, path: Path, identifier: str) -> Iterator[Problem]:
    regions = subject.template.stack.regions
    missing = [region for region in regions if is_rule_available(identifier, region) is False]
    if missing:
        yield Problem(
            path=path, message=f"{identifier} does not exist in {', '.join(missing)}", fix="leave it out there"
        )


def _parameter_hits(rule: ConfigRule, place: Path, parameters: dict[str, object]) -> Iterator[Problem]:
    for name, value in parameters.items():
        if name not in rule.parameters:
            known = ", ".join(rule.parameters) or "none"
            yield Problem(path=(*place, name), message=f"{rule.identifier} has no parameter {name!r}: it has {known}")
        elif not isinstance(value, str | dict):
            yield Problem(
                path=(*place, name),
                message=f"parameter {name!r} is not text: Config compares parameters as text and reports drift",
                fix=f'write {name}: "{str(value).lower()}"',
            )
    missing = [item.name for item in rule.parameters.values() if item.required and item.name not in parameters]
    if missing:
        yield Problem(
            path=place,
            message=f"{rule.identifier} lacks its parameter {', '.join(missing)}",
            fix="set it under InputParameters",
        )


CHECK = Check(
    id="BL109",
    title="unknown Config rule or parameter",
    severity=Severity.ERROR,
    explanation="CloudFormation's schema accepts any text as a managed rule's identifier and any parameters, and "
    "any text at all as a conformance pack's body; AWS Config refuses them at deployment.",
    fix="look the rule up in the list of managed rules",
    source="https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html",
    find=_find,
)
