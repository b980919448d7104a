"""BL132: a delivery that the rendered policies deny, or allow to an unintended principal."""

from collections.abc import Iterator
from itertools import chain

from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.deliveries.alerts import alert_expectations
from baseline.validate.deliveries.keys import key_expectations
from baseline.validate.deliveries.roles import managed_policies_missing, role_expectations
from baseline.validate.deliveries.storage import storage_expectations
from baseline.validate.estate import Estate
from baseline.validate.subject import Subject


def _find(subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    """Deliveries in the baseline's templates; the purpose of buckets and keys in custom templates is unknown."""
    estate = Estate(subjects)
    seen: set[tuple[str, str]] = set()
    for item in chain(
        storage_expectations(estate), alert_expectations(estate), key_expectations(estate), role_expectations(estate)
    ):
        if item.owner.subject.template.stack.is_custom or item.is_met():
            continue
        subject = item.owner.subject
        key = (subject.template.stack.name, item.what)
        if key not in seen:
            seen.add(key)
            outcome = "denied, but must be allowed" if item.allowed else "allowed, but must be denied"
            source = f" (source: {item.source})" if item.source else ""
            yield subject, Problem(path=item.path, message=f"{outcome}: {item.what}{source}")
    for role, policy in managed_policies_missing(estate):
        message = f"{role.resource.logical_id} lacks the AWS managed policy {policy}, which its service needs"
        yield role.subject, Problem(path=(*role.resource.path, "Properties"), message=message)


CHECK = Check(
    id="BL132",
    title="delivery that policies deny, or allow to others",
    severity=Severity.ERROR,
    explanation="Trails, recorders, exports, alarms and rules deliver to buckets, topics, buses and keys, often of "
    "another account. The decision engine evaluates the rendered policies for each delivery: this organization's is "
    "allowed; the same from a foreign account, another service or an administrator is denied. A wrong grant fails no "
    "deployment: logs and alerts are lost silently, or reach others.",
    fix="correct the statement that the message is about",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    find_in_plan=_find,
)
