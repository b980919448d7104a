"""BL116: encryption with a key whose policy does not allow the service."""

from collections.abc import Iterator
from typing import Any

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Problem, Severity
from baseline.policy.document import read_statements, text_of
from baseline.validate.checks.check import Check
from baseline.validate.subject import Resource, Subject

_Place = tuple[Subject, Resource]
_NEEDED = "kms:GenerateDataKey"


def _find(subject: Subject, everything: tuple[Subject, ...]) -> Iterator[Problem]:
    for group in subject.of_type("AWS::Logs::LogGroup"):
        yield from _ungranted(subject, everything, group, "KmsKeyId", {"logs"})
    for topic in subject.of_type("AWS::SNS::Topic"):
        yield from _ungranted(subject, everything, topic, "KmsMasterKeyId", set(_publishers(subject, topic)))


def _ungranted(
    subject: Subject, everything: tuple[Subject, ...], resource: Resource, name: str, services: set[str]
) -> Iterator[Problem]:
    reference = resource.properties.get(name)
    key = _key_of(subject, everything, reference) if reference else None
    if key is None:
        return
    granted = {principal.split(".")[0] for principal in _granted(key)}
    for service in sorted(services - granted):
        yield Problem(
            path=(*resource.path, "Properties", name),
            message=f"{key.logical_id} does not allow {service}: data that it sends to {resource.logical_id} is lost",
            fix=f"let the {service} service principal use the key",
        )


def _granted(key: Resource) -> Iterator[str]:
    document = key.properties.get("KeyPolicy")
    for statement in read_statements(document) if isinstance(document, dict) else ():
        allowed = any(_NEEDED in (matching_actions(action) or ()) for action in statement.actions)
        if statement.effect == "Allow" and allowed:
            yield from statement.services


def _publishers(subject: Subject, topic: Resource) -> Iterator[str]:
    """First parts of the service principals that this template allows to publish to the topic."""
    for policy in subject.of_type("AWS::SNS::TopicPolicy"):
        topics = policy.properties.get("Topics")
        if not isinstance(topics, list) or f"${{{topic.logical_id}}}" not in map(text_of, topics):
            continue
        document = policy.properties.get("PolicyDocument")
        for statement in read_statements(document) if isinstance(document, dict) else ():
            if statement.effect == "Allow":
                yield from (principal.split(".")[0] for principal in statement.services)


def _key_of(subject: Subject, everything: tuple[Subject, ...], reference: Any) -> Resource | None:  # noqa: ANN401
    """The key of a property: in this template, through an export of another template, or through its alias."""
    text = _parameter(subject, text_of(reference))
    own = {f"${{{key.logical_id}.Arn}}": key for key in subject.of_type("AWS::KMS::Key")}
    own |= {f"${{{key.logical_id}}}": key for key in subject.of_type("AWS::KMS::Key")}
    if text in own:
        return own[text]
    for other in everything:
        key = _exported(other, text) or _aliased(other, text)
        if key:
            return key
    return None


def _parameter(subject: Subject, text: str) -> str:
    """The value that the plan passes for the parameter in `text`, if known; otherwise `text`."""
    values = {f"${{{item.name}}}": item.value for item in subject.template.stack.parameters}
    return values.get(text) or text


def _exported(subject: Subject, text: str) -> Resource | None:
    for output in (subject.document.get("Outputs") or {}).values():
        export = output.get("Export") if isinstance(output, dict) else None
        if isinstance(export, dict) and text == f"${{import {text_of(export.get('Name'))}}}":
            return _named(subject, text_of(output.get("Value")))
    return None


def _aliased(subject: Subject, text: str) -> Resource | None:
    for alias in subject.of_type("AWS::KMS::Alias"):
        name = text_of(alias.properties.get("AliasName"))
        if name and (text == name or text.endswith(f":{name}")):
            return _named(subject, text_of(alias.properties.get("TargetKeyId")))
    return None


def _named(subject: Subject, text: str) -> Resource | None:
    logical_id = text.strip("${}").split(".")[0]
    return next((key for key in subject.of_type("AWS::KMS::Key") if key.logical_id == logical_id), None)


CHECK = Check(
    id="BL116",
    title="encrypted log group or topic whose key does not grant its service",
    severity=Severity.ERROR,
    explanation="CloudWatch Logs refuses a key that it may not use; a topic accepts it and then drops every message of "
    "an alarm or an event rule silently.",
    fix="grant the service in the key's policy",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
    find=_find,
)
