"""BL117: a template that service-managed StackSets reject."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.plan.model import Method
from baseline.policy.document import Path
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_NESTED = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "AWS::CloudFormation::Macro")


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    if all(deployment.method is not Method.STACK_SET for deployment in subject.template.stack.deployments):
        return
    if "Transform" in subject.document:
        yield Problem(
            path=("Transform",),
            message="a transform in a StackSet's template: StackSets for organizations do not support it",
        )
    for resource in subject.of_type(*_NESTED):
        yield Problem(
            path=(*resource.path, "Type"),
            message=f"{resource.type} in a StackSet's template: StackSets for organizations do not support nested "
            "stacks",
        )
    for path, name in _transform_calls(subject.document, ()):
        yield Problem(
            path=path, message=f"{name} in a StackSet's template: StackSets for organizations do not support transforms"
        )


def _transform_calls(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if str(key).startswith(("Fn::Transform", "Fn::ForEach")):
                yield (*path, key), str(key)
            yield from _transform_calls(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _transform_calls(item, (*path, index))


CHECK = Check(
    id="BL117",
    title="template that a StackSet refuses",
    severity=Severity.ERROR,
    explanation="StackSets with service-managed permissions support neither transforms nor nested stacks.",
    fix="declare the resources directly",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html",
    find=_find,
)
