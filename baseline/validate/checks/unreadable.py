"""BL119: a file that is not a CloudFormation template."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    if subject.problem:
        yield Problem(path=(), message=f"no template can be read here, nothing else is checked: {subject.problem}")
    for pack in subject.packs:
        if pack.problem:
            yield Problem(path=pack.path, message=f"no conformance pack can be read here: {pack.problem}")


CHECK = Check(
    id="BL119",
    title="template that cannot be read",
    severity=Severity.ERROR,
    explanation="A text that is not YAML, or has no Resources, is no template, and no conformance pack "
    "either. Our other checks say nothing of it.",
    fix="correct the syntax",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html",
    find=_find,
)
