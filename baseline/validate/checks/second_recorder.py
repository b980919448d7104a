"""BL110: two Config recorders or delivery channels in one account and Region."""

from collections.abc import Iterator

from baseline.findings import Severity
from baseline.plan.model import Deployment
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Resource, Subject

_ONE_ONLY = ("AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel")


def _find(subject: Subject, everything: tuple[Subject, ...]) -> Iterator[Hit]:
    for kind in _ONE_ONLY:
        for resource in subject.of_type(kind):
            others = ((s, r) for s in everything for r in s.of_type(kind))
            clash = next((pair for pair in others if _clashes(subject, resource, *pair)), None)
            if clash:
                where = "this template" if clash[0] is subject else clash[0].template.stack.name
                yield Hit(
                    path=resource.path,
                    message=f"a second {kind} in the same account and Region: {clash[1].logical_id} of {where} is "
                    "there already",
                )


def _clashes(subject: Subject, resource: Resource, other: Subject, theirs: Resource) -> bool:
    if subject is other:
        return resource.logical_id != theirs.logical_id
    pairs = ((a, b) for a in subject.template.stack.deployments for b in other.template.stack.deployments)
    return any(_overlap(a, b) for a, b in pairs)


def _overlap(first: Deployment, second: Deployment) -> bool:
    """Whether both reach one account: its own key, or an OU that lies in the other's."""
    same_account = first.account == second.account if first.account and second.account else _share_units(first, second)
    same_method = first.method is second.method
    return same_method and same_account and bool(set(first.regions) & set(second.regions))


def _share_units(first: Deployment, second: Deployment) -> bool:
    return any(
        a == b or "/" in {a, b} or a.startswith(f"{b}/") or b.startswith(f"{a}/") for a in first.ous for b in second.ous
    )


CHECK = Check(
    id="BL110",
    title="second Config recorder",
    severity=Severity.ERROR,
    explanation="An account has one configuration recorder and one delivery channel per Region; a second one fails.",
    fix="keep one of them",
    source="https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",
    find=_find,
)
