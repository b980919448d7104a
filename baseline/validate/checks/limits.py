"""BL113: more than CloudFormation takes."""

import re
from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.findings import Severity
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Subject

_COUNTED = {"Resources": "resources", "Parameters": "parameters", "Outputs": "outputs", "Mappings": "mappings"}
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}\Z")


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    size = len(subject.template.text.encode("utf-8"))
    if size > quota("cloudformation.template_body_bytes"):
        yield _over((), "the template", size, "template_body_bytes", "bytes")
    description = len(str(subject.document.get("Description", "")).encode("utf-8"))
    if description > quota("cloudformation.description_bytes"):
        yield _over(("Description",), "the description", description, "description_bytes", "bytes")
    for section, name in _COUNTED.items():
        count = len(subject.document.get(section) or {})
        if count > quota(f"cloudformation.{name}"):
            yield _over((section,), "the template", count, name, name)
    for resource in subject.resources:
        if not _LOGICAL_ID.match(resource.logical_id):
            yield Hit(path=resource.path, message=f"{resource.logical_id!r} is no logical id: letters and digits only")
    name = subject.template.stack.name
    if len(name) > quota("cloudformation.stack_name_characters"):
        yield _over((), f"the stack name {name}", len(name), "stack_name_characters", "characters")


def _over(path: tuple[str, ...], what: str, seen: int, name: str, unit: str) -> Hit:
    return Hit(
        path=path, message=f"{what} has {seen:,} {unit}: CloudFormation takes {quota(f'cloudformation.{name}'):,}"
    )


CHECK = Check(
    id="BL113",
    title="CloudFormation limit exceeded",
    severity=Severity.ERROR,
    explanation="Templates are passed inline, so that they need no bucket: at most 51,200 bytes, 500 resources, 200 "
    "parameters, 200 outputs, 200 mappings, a description of 1,024 bytes and a stack name of 128 characters.",
    fix="split the stack",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
    find=_find,
)
