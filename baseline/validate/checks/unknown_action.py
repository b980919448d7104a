"""BL105: an action that does not exist."""

from collections.abc import Iterator

from baseline.aws.iam_actions import matching_actions, nearest_action
from baseline.findings import Severity
from baseline.policy.document import Statement, read_statements
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    for policy in subject.policies:
        for statement in read_statements(policy.document):
            for key, action in _actions(statement):
                if "${" in action:
                    continue
                matches = matching_actions(action)
                if matches:
                    continue
                nearest = nearest_action(action)
                why = "its service is unknown" if matches is None else "the service has none that it matches"
                yield Hit(
                    path=(*policy.path, "Statement", statement.index, key),
                    message=f"unknown action {action!r}: {why}",
                    fix=f"did you mean {nearest!r}?" if nearest else "",
                )


def _actions(statement: Statement) -> Iterator[tuple[str, str]]:
    yield from (("Action", action) for action in statement.actions)
    yield from (("NotAction", action) for action in statement.not_actions)


CHECK = Check(
    id="BL105",
    title="unknown action",
    severity=Severity.ERROR,
    explanation="IAM accepts actions that do not exist; the statement then does nothing, and a Deny protects nothing.",
    fix="look the action up in the service authorization reference",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-"
    "contextkeys.html",
    find=_find,
)
