"""BL107: data that goes when its stack goes."""

from collections.abc import Iterator

from baseline.aws.stateful import is_stateful
from baseline.findings import Severity
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Subject

_KEEPING = {"DeletionPolicy": ("Retain", "RetainExceptOnCreate"), "UpdateReplacePolicy": ("Retain",)}


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    for resource in subject.resources:
        if not is_stateful(resource.type):
            continue
        for attribute, keeping in _KEEPING.items():
            value = resource.body.get(attribute)
            if value not in keeping:
                event = "its stack is deleted" if attribute == "DeletionPolicy" else "an update replaces it"
                yield Hit(
                    path=(*resource.path, *([attribute] if value else [])),
                    message=f"{resource.type} is lost when {event}: {attribute} is {value or 'missing'}",
                    fix=f"write {attribute}: Retain",
                )


CHECK = Check(
    id="BL107",
    title="stateful resource not retained",
    severity=Severity.ERROR,
    explanation="Buckets, keys, log groups and the like hold what cannot be made again. CloudFormation deletes them "
    "unless both attributes say Retain.",
    fix="write DeletionPolicy: Retain and UpdateReplacePolicy: Retain",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
    find=_find,
)
