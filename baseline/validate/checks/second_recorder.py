"""BL110: two Config recorders or delivery channels in one account and Region."""

from collections.abc import Iterable, Iterator

from baseline.findings import Problem, Severity
from baseline.plan.reach import Reach
from baseline.validate.checks.check import Check
from baseline.validate.reach import Planned
from baseline.validate.subject import Resource, Subject

_ONE_ONLY = ("AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel")


def _find(planned: Planned, subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    yield from second_resources(_ONE_ONLY, planned, subjects)


def second_resources(
    kinds: Iterable[str], planned: Planned, subjects: tuple[Subject, ...]
) -> Iterator[tuple[Subject, Problem]]:
    """Resources with another one of the same type in the same account and Region.

    Args:
        kinds: Resource types.
        planned: The plan with its organization.
        subjects: All templates.
    """
    for kind in kinds:
        found = [
            (subject, resource, planned.plan.reach(subject.template.stack))
            for subject in subjects
            for resource in subject.of_type(kind)
        ]
        for subject, resource, reach in found:
            clash = next((other for other in found if _clashes((subject, resource, reach), other)), None)
            if clash:
                where = "this template" if clash[0] is subject else clash[0].template.stack.name
                yield (
                    subject,
                    Problem(
                        path=resource.path,
                        message=f"a second {kind} in the same account and Region: {clash[1].logical_id} of {where} "
                        "already exists there",
                    ),
                )


def _clashes(one: tuple[Subject, Resource, Reach], other: tuple[Subject, Resource, Reach]) -> bool:
    if one[0] is other[0]:
        return one[1].logical_id != other[1].logical_id
    both = (region for region in one[2].regions if region in other[2].regions)
    return any(one[2].in_region(region) & other[2].in_region(region) for region in both)


CHECK = Check(
    id="BL110",
    title="second Config recorder",
    severity=Severity.ERROR,
    explanation="An account has one configuration recorder and one delivery channel per Region; a second one fails.",
    fix="keep one of them",
    source="https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",
    find_in_organization=_find,
)
