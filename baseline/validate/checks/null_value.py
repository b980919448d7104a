"""BL136: a null in a template."""

from collections.abc import Iterator
from typing import Any

from baseline.findings import Problem, Severity
from baseline.policy.document import Path
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for path in _nulls(subject.document, ()):
        yield Problem(path=path, message="null: CloudFormation refuses the whole template")


def _nulls(value: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401 - template data
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _nulls(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _nulls(child, (*path, number))


# The user guide does not say so. The service does, about any place, JSON properties of resources included:
# https://github.com/aws/serverless-application-model/issues/1618
# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1378
CHECK = Check(
    id="BL136",
    title="null in a template",
    severity=Severity.ERROR,
    explanation="CloudFormation refuses a template with a null anywhere, even inside a JSON property such as the "
    "definition of a state machine: 'null' values are not allowed in templates. In YAML a key without a value is null.",
    fix="remove the key, write a value, or write !Ref AWS::NoValue",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html",
    find=_find,
)
