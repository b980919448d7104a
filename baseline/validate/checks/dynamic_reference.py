"""BL124: text that CloudFormation would resolve as a dynamic reference."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.findings import Problem, Severity
from baseline.policy.document import Path
from baseline.text.dynamic_reference import has_dynamic_reference
from baseline.validate.checks.check import Check
from baseline.validate.look import values_at
from baseline.validate.subject import Subject

_MESSAGE = "dynamic reference: CloudFormation replaces this text with the stored parameter or secret"


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    keys = set(_connection_keys(subject))
    given = (("Parameters", p.name) for p in subject.template.stack.parameters if has_dynamic_reference(p.value or ""))
    found = (path for path in (*given, *_references(subject.document, ())) if path not in keys)
    yield from (Problem(path=path, message=_MESSAGE) for path in found)


def _connection_keys(subject: Subject) -> Iterator[Path]:
    """The keys of connections: write-only properties, which AWS documents as the place for a secret."""
    for resource in subject.of_type("AWS::Events::Connection"):
        at: Path = (*resource.path, "Properties", "AuthParameters")
        for path, _ in values_at(resource.properties.get("AuthParameters", {}), "ApiKeyAuthParameters/ApiKeyValue"):
            yield (*at, *path)
        body = "InvocationHttpParameters/BodyParameters/*"
        for path, item in values_at(resource.properties.get("AuthParameters", {}), body):
            if isinstance(item, Mapping) and item.get("IsValueSecret") is True:
                yield (*at, *path, "Value")


def _references(value: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401 - template data
    if isinstance(value, dict):
        if "Fn::Join" in value and has_dynamic_reference(_joined(value["Fn::Join"])):
            yield (*path, "Fn::Join")
            return
        for key, child in value.items():
            if isinstance(key, str) and has_dynamic_reference(key):
                yield (*path, key)
            yield from _references(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _references(child, (*path, number))
    elif isinstance(value, str) and has_dynamic_reference(value):
        yield path


def _joined(arguments: Any) -> str:  # noqa: ANN401 - template data
    """The text that `Fn::Join` creates from literal texts; values that CloudFormation fills in are skipped."""
    if not isinstance(arguments, list) or len(arguments) != 2 or not isinstance(arguments[1], list):
        return ""
    return str(arguments[0]).join(_text(part) for part in arguments[1])


def _text(part: Any) -> str:  # noqa: ANN401 - template data
    if isinstance(part, Mapping) and "Fn::Join" in part:
        return _joined(part["Fn::Join"])
    if isinstance(part, Mapping) and "Fn::Sub" in part:
        sub = part["Fn::Sub"]
        return str(sub[0] if isinstance(sub, list) and sub else sub)
    return part if isinstance(part, str) else ""


CHECK = Check(
    id="BL124",
    title="dynamic reference",
    severity=Severity.ERROR,
    explanation="CloudFormation resolves `{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}` with the rights of "
    "the deployer, in almost every property. In a description, a name or an alarm it publishes the secret to everyone "
    "who can read the resource. Only the keys of an EventBridge connection, which no call returns, may have one.",
    fix="remove `{{resolve:` from this text in the profile",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
    find=_find,
)
