"""BL101: an ARN or a domain that fits only one partition."""

import re
from collections.abc import Iterator
from typing import Any

from baseline.findings import Problem, Severity
from baseline.policy.document import Path, text_of
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_ARN = re.compile(r"arn:(aws(?:-us-gov|-cn)?):")
_CHINA = re.compile(r"\.amazonaws\.com\.cn\b")


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    severity = Severity.WARNING if subject.template.stack.is_custom else None  # users know their partition
    for section in ("Resources", "Outputs", "Conditions", "Parameters"):
        for path, text in _texts(subject.document.get(section), (section,)):
            found = _ARN.search(text)
            if found:
                yield Problem(
                    path=path,
                    message=f"partition {found[1]!r} is hard-coded: the template does not work in other partitions",
                    severity=severity,
                )
            if _CHINA.search(text):
                yield Problem(
                    path=path,
                    message="the domain of the China partition is hard-coded: the template does not work in other "
                    "partitions",
                    fix="write ${AWS::URLSuffix} in Fn::Sub",
                    severity=severity,
                )


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - template data
    """Every text with its path; an `Fn::Join` is one text, and descriptions are skipped."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict) and value.keys() == {"Fn::Join"}:
        yield path, text_of(value)
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            if key not in {"Description", "ConstraintDescription", "AllowedPattern"}:
                yield from _texts(item, (*path, key))


CHECK = Check(
    id="BL101",
    title="hard-coded partition",
    severity=Severity.ERROR,
    explanation="An ARN that begins with arn:aws: is wrong in GovCloud and China. cfn-lint looks inside Fn::Sub "
    "only. In a customization it is a warning.",
    fix="write arn:${AWS::Partition}: in Fn::Sub",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html",
    find=_find,
)
