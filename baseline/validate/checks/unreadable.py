"""BL119: a file that is not a CloudFormation template."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_IN_A_PACK = ("AWS::Config::ConfigRule", "AWS::Config::RemediationConfiguration")
"""https://docs.aws.amazon.com/config/latest/developerguide/conformance-packs.html: a collection of AWS Config rules and
remediation actions."""


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    if subject.problem:
        yield Problem(path=(), message=f"the template cannot be read, so nothing else is checked: {subject.problem}")
    for pack in subject.packs:
        if pack.problem:
            yield Problem(path=pack.path, message=f"the conformance pack cannot be read: {pack.problem}")
            continue
        for name, body in pack.document["Resources"].items():
            found = body.get("Type") if isinstance(body, dict) else None
            if found not in _IN_A_PACK:
                message = f"{name} has the type {found!a}: a conformance pack has rules and remediations only"
                yield Problem(path=(*pack.path, "Resources", name), message=message)


CHECK = Check(
    id="BL119",
    title="template that cannot be read",
    severity=Severity.ERROR,
    explanation="A text that is not YAML, or has no Resources, is neither a template nor a conformance pack. No "
    "other check can evaluate it.",
    fix="correct the syntax",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html",
    find=_find,
)
