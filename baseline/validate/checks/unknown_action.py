"""BL105: an action that does not exist."""

from collections.abc import Iterator

from baseline.aws.iam_actions import matching_actions, nearest_action
from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.findings import Problem, Severity
from baseline.policy.checks.actions import severity_of
from baseline.policy.document import Path, Statement
from baseline.validate.checks.check import Check
from baseline.validate.subject import PolicyDocument, Subject


def is_own_policy(subject: Subject) -> bool:
    """Whether the template is an organization policy from the profile, whose file has already been checked."""
    context = subject.template.stack.context
    return isinstance(context, GuardrailsContext) and context.policy.own is not None


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    if is_own_policy(subject):
        return
    for policy in subject.policies:
        for statement in policy.statements:
            for place, action in _actions(statement):
                if "${" in action:
                    continue
                matches = matching_actions(action)
                if matches:
                    continue
                nearest = nearest_action(action)
                why = "no service has that prefix" if matches is None else "the service has none that it matches"
                yield Problem(
                    path=(*policy.path, *statement.path, *place),
                    message=f"unknown action {action!r}: {why}",
                    fix=f"did you mean {nearest!r}?" if nearest else "",
                    severity=_severity(policy, statement, action, str(place[0])),
                )


def _severity(policy: PolicyDocument, statement: Statement, action: str, element: str) -> Severity | None:
    """Severity as for `policy-action`: organization policies may name services newer than the data, or retired."""
    if policy.resource.type != "AWS::Organizations::Policy":
        return None
    return severity_of(action, allows=statement.effect == "Allow" and element == "Action")


def _actions(statement: Statement) -> Iterator[tuple[Path, str]]:
    for key, actions in (("Action", statement.actions), ("NotAction", statement.not_actions)):
        yield from (((key, index), action) for index, action in enumerate(actions))


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
