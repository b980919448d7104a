"""Actions that do not exist, and patterns that match none."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.iam_actions import is_known_service, matching_actions, nearest_action
from baseline.findings import Severity
from baseline.policy.document import read_statements
from baseline.policy.mistake import Mistake


def action_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Source: service authorization reference, actions of every service.

    A service that nobody has listed may be new: that is a warning.
    """
    for statement in read_statements(document):
        for name, actions in (("Action", statement.actions), ("NotAction", statement.not_actions)):
            for index, action in enumerate(actions):
                if "${" not in action and action != "*" and not matching_actions(action):
                    yield _mistake((*statement.path, name, index), action)


def _mistake(path: tuple[str | int, ...], action: str) -> Mistake:
    nearest = nearest_action(action)
    service = action.partition(":")[0]
    new = ":" in action and not is_known_service(service)
    why = f"no service is known by the prefix {service!r}" if new else f"the service {service!r} has no such action"
    if ":" not in action:
        why = "an action is written service:Action"
    elif not new and "*" in action:
        why = f"the pattern matches no action of the service {service!r}"
    return Mistake(
        id="policy-action",
        path=path,
        message=f"unknown action {action!r}: {why}",
        fix=f"did you mean {nearest!r}?" if nearest else "look it up in the service authorization reference",
        severity=Severity.WARNING if new and nearest is None else Severity.ERROR,
    )
