"""BL109: a Config managed rule or parameter that does not exist."""

from collections.abc import Iterator

from baseline.aws.config_rules import ConfigRule, config_rule, nearest_rule
from baseline.findings import Severity
from baseline.policy.document import text_of
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Path, Resource, Subject

_Rule = tuple[Resource, Path, str, object]


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    for resource, path, identifier, parameters in _managed_rules(subject):
        rule = config_rule(identifier)
        if rule is None:
            nearest = nearest_rule(identifier)
            yield Hit(
                path=path,
                message=f"unknown managed rule {identifier!r}: AWS Config refuses it",
                fix=f"did you mean {nearest!r}?" if nearest else "",
            )
        elif isinstance(parameters, dict):
            yield from _parameter_hits(resource, rule, parameters)
        elif rule_needs(rule):
            yield _missing(resource, rule, rule_needs(rule))


def _managed_rules(subject: Subject) -> Iterator[_Rule]:
    for resource in subject.of_type("AWS::Config::ConfigRule"):
        source = resource.properties.get("Source")
        if isinstance(source, dict) and source.get("Owner") == "AWS":
            path = (*resource.path, "Properties", "Source", "SourceIdentifier")
            yield resource, path, text_of(source.get("SourceIdentifier")), resource.properties.get("InputParameters")
    for resource in subject.of_type("AWS::Config::OrganizationConfigRule"):
        metadata = resource.properties.get("OrganizationManagedRuleMetadata")
        if isinstance(metadata, dict):
            path = (*resource.path, "Properties", "OrganizationManagedRuleMetadata", "RuleIdentifier")
            yield resource, path, text_of(metadata.get("RuleIdentifier")), None


def _parameter_hits(resource: Resource, rule: ConfigRule, parameters: dict[str, object]) -> Iterator[Hit]:
    place = (*resource.path, "Properties", "InputParameters")
    for name, value in parameters.items():
        if name not in rule.parameters:
            known = ", ".join(rule.parameters) or "none"
            yield Hit(path=(*place, name), message=f"{rule.identifier} has no parameter {name!r}: it has {known}")
        elif not isinstance(value, str | dict):
            yield Hit(
                path=(*place, name),
                message=f"parameter {name!r} is no text: Config compares parameters as text and reports drift",
                fix=f'write {name}: "{str(value).lower()}"',
            )
    missing = [name for name in rule_needs(rule) if name not in parameters]
    if missing:
        yield _missing(resource, rule, missing)


def rule_needs(rule: ConfigRule) -> list[str]:
    """Names of the parameters that the rule cannot do without."""
    return [parameter.name for parameter in rule.parameters.values() if parameter.required]


def _missing(resource: Resource, rule: ConfigRule, names: list[str]) -> Hit:
    return Hit(
        path=(*resource.path, "Properties"),
        message=f"{rule.identifier} lacks its parameter {', '.join(names)}",
        fix="state it under InputParameters",
    )


CHECK = Check(
    id="BL109",
    title="unknown Config rule or parameter",
    severity=Severity.ERROR,
    explanation="CloudFormation's schema takes any text as a managed rule's identifier and any parameters; AWS Config "
    "refuses them at deployment.",
    fix="look the rule up in the list of managed rules",
    source="https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html",
    find=_find,
)
