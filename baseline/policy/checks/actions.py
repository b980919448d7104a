"""Actions that do not exist, and patterns that match none."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from baseline.aws.iam_actions import is_known_service, matching_actions, nearest_action
from baseline.findings import Severity
from baseline.policy.document import read_statements
from baseline.policy.mistake import Mistake

_MISSPELT = 0.9
"""How alike two actions are of which one is a misspelling of the other, from 0 to 1."""


def action_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Source: service authorization reference, actions of every service.

    IAM takes actions that do not exist. In a denial or under NotAction one may be newer than the data, or be renamed or
    retired: a warning, unless it is close to one that exists. An Allow of it is an error.
    """
    for statement in read_statements(document):
        for name, actions in (("Action", statement.actions), ("NotAction", statement.not_actions)):
            for index, action in enumerate(actions):
                if "${" not in action and action != "*" and not matching_actions(action):
                    yield _mistake(
                        (*statement.path, name, index), action, allows=statement.effect == "Allow" and name == "Action"
                    )


def severity_of(action: str, *, allows: bool) -> Severity:
    """How much an action that does not exist matters, in a file and in a template alike.

    Args:
        action: As the policy writes it.
        allows: Whether it stands under Action of an Allow.
    """
    nearest = nearest_action(action)
    close = nearest is not None and SequenceMatcher(None, action.lower(), nearest.lower()).ratio() >= _MISSPELT
    return Severity.ERROR if allows or close or ":" not in action else Severity.WARNING


def _mistake(path: tuple[str | int, ...], action: str, *, allows: bool) -> Mistake:
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
        severity=severity_of(action, allows=allows),
    )
