"""BL112: a resource type that is unavailable in a target Region."""

from collections.abc import Iterator

from baseline.aws.availability import is_available, resource_facts
from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    regions = subject.template.stack.regions
    for resource in subject.resources:
        if resource.type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
            continue
        if resource_facts(resource.type) is None:
            yield Problem(
                path=(*resource.path, "Type"),
                message=f"{resource.type} is not in baseline's data: its availability in the target Regions is unknown",
                fix="look it up in the CloudFormation registry of those Regions",
                severity=Severity.INFO,
            )
        missing = [region for region in regions if is_available(resource.type, region) is False]
        if missing:
            yield Problem(
                path=(*resource.path, "Type"), message=f"{resource.type} does not exist in {', '.join(missing)}"
            )


CHECK = Check(
    id="BL112",
    title="resource type not available in a target Region",
    severity=Severity.ERROR,
    explanation="A stack fails in a Region that does not have one of its resource types. The availability data "
    "comes from the registry schemas that cfn-lint bundles.",
    fix="leave the Region out, or turn the capability off there",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html",
    find=_find,
)
