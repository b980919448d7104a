"""Actions that do not exist, and patterns that match none."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from baseline.aws.iam_actions import is_known_service, matching_actions, nearest_action
from baseline.findings import Problem, Severity
from baseline.policy.document import read_statements

_MISSPELT = 0.9
"""Minimum similarity of an action and its misspelling, from 0 to 1."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")
_SAME_WORD = 0.6
"""Minimum similarity of a word in an action's name and its misspelling."""
_RETIRED = frozenset({"macie"})
"""Prefixes of services that ended and have a successor of a similar prefix. Amazon Macie Classic became `macie2`."""


def action_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: service authorization reference, actions of every service.

    IAM accepts actions that do not exist. In a Deny or NotAction, the action may be newer than the data, renamed or
    retired: a warning, unless the name is similar to an existing one. In an Allow it is an error.
    """
    for statement in read_statements(document):
        for name, actions in (("Action", statement.actions), ("NotAction", statement.not_actions)):
            for index, action in enumerate(actions):
                if "${" not in action and action != "*" and not matching_actions(action):
                    yield _mistake(
                        (*statement.path, name, index), action, allows=statement.effect == "Allow" and name == "Action"
                    )


def severity_of(action: str, *, allows: bool) -> Severity:
    """Severity of an action that does not exist, in a file or a template.

    Args:
        action: The action as written in the policy.
        allows: Whether it is in the Action of an Allow.
    """
    return Severity.ERROR if allows or ":" not in action or _is_misspelt(action) else Severity.WARNING


def _is_misspelt(action: str) -> bool:
    """Whether the name is similar to an existing action; a different or additional word makes it another action.

    A retired action often has a successor with a similar name (`CreatePrivateMarketplace`, `…MarketplaceRequests`).
    """
    nearest = nearest_action(action)
    if nearest is None or action.partition(":")[0].lower() in _RETIRED or _alike(action, nearest) < _MISSPELT:
        return False
    words, others = _WORD.findall(action), _WORD.findall(nearest)
    same_count = len(words) == len(others) or action.lower() == action
    return same_count and all(_alike(*pair) >= _SAME_WORD for pair in zip(words, others, strict=False))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _mistake(path: tuple[str | int, ...], action: str, *, allows: bool) -> Problem:
    nearest = nearest_action(action)
    service = action.partition(":")[0]
    new = ":" in action and not is_known_service(service)
    why = f"unknown service prefix {service!r}" if new else f"the service {service!r} has no such action"
    if ":" not in action:
        why = "an action is written service:Action"
    elif not new and "*" in action:
        why = f"the pattern matches no action of the service {service!r}"
    return Problem(
        id="policy-action",
        path=path,
        message=f"unknown action {action!r}: {why}",
        fix=f"did you mean {nearest!r}?" if nearest else "look it up in the service authorization reference",
        severity=severity_of(action, allows=allows),
    )
