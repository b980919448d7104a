"""BL107: data that is deleted with its stack."""

from collections.abc import Iterator

from baseline.aws.stateful import KEPT_AFTER_FAILED_CREATION, is_stateful
from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_EVENTS = {"DeletionPolicy": "its stack is deleted", "UpdateReplacePolicy": "an update replaces it"}


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for resource in subject.resources:
        for attribute, wanted in _wanted(resource.type).items():
            value = resource.body.get(attribute)
            if value != wanted:
                yield Problem(
                    path=(*resource.path, *([attribute] if value else [])),
                    message=f"{resource.type} {_harm(attribute, value)}",
                    fix=f"write {attribute}: {wanted}",
                )


def _wanted(resource_type: str) -> dict[str, str]:
    """Attribute → required value; empty for types that hold no data."""
    if resource_type in KEPT_AFTER_FAILED_CREATION:
        return {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    if is_stateful(resource_type):
        return {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    return {}


def _harm(attribute: str, value: object) -> str:
    if attribute == "DeletionPolicy" and value == "Retain":
        return "stays when the creation of its stack fails, and the next attempt finds its name taken"
    if attribute == "DeletionPolicy" and value == "RetainExceptOnCreate":
        return "is deleted when the creation of its stack fails, and an account would be closed"
    return f"is lost when {_EVENTS[attribute]}: {attribute} is {value or 'missing'}"


CHECK = Check(
    id="BL107",
    title="stateful resource not retained",
    severity=Severity.ERROR,
    explanation="Buckets, keys, log groups and the like hold data that cannot be recreated. CloudFormation deletes "
    "them unless both attributes say otherwise. `RetainExceptOnCreate` keeps them, except when the creation of "
    "their stack "
    "is rolled back: a bucket or log group with a fixed name would then stop the next attempt. Accounts and units "
    "need `Retain`, because CloudFormation closes an account that it deletes.",
    fix="write DeletionPolicy: RetainExceptOnCreate and UpdateReplacePolicy: Retain",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
    find=_find,
)
