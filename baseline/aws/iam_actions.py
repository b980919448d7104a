"""IAM actions: which ones exist, and which ones a pattern matches."""

import re
from collections.abc import Mapping
from functools import cache

from baseline.aws.facts import facts
from baseline.text.nearest import nearest

_EVERYTHING = frozenset({"*", "*:*"})


@cache
def _services() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(actions) for name, actions in facts("iam_actions").items()}


@cache
def _spellings(service: str) -> Mapping[str, tuple[str, ...]]:
    """Action in lower case → the action as AWS spells it."""
    found: dict[str, tuple[str, ...]] = {}
    for name in _services()[service]:
        found[name.lower()] = (*found.get(name.lower(), ()), name)
    return found


@cache
def matching_actions(pattern: str) -> frozenset[str] | None:
    """The actions that `pattern` (`s3:Put*Acl`) matches, as `service:Action`.

    Returns:
        None when the service is unknown, an empty set when it has no such action. `*` and `*:*` match everything.
        Actions have AWS's spelling if the data contains it, else lower case: IAM ignores case.

    Source: the service authorization reference, as cfn-lint bundles it; the data file names the version.
    """
    if pattern in _EVERYTHING:
        return frozenset(f"{service}:{action}" for service, actions in _services().items() for action in actions)
    service, separator, action = pattern.partition(":")
    service = service.lower()
    if not separator or service not in _services():
        return None
    if "*" not in action and "?" not in action:
        return frozenset(f"{service}:{name}" for name in _spellings(service).get(action.lower(), ()))
    text = re.escape(action).replace(r"\*", ".*").replace(r"\?", ".")
    matches = re.compile(text, re.IGNORECASE).fullmatch
    return frozenset(f"{service}:{name}" for name in _services()[service] if matches(name))


def nearest_action(action: str) -> str | None:
    """The action that the author probably meant: in the same service if it exists, else in the nearest service."""
    service, _, name = action.partition(":")
    known = service.lower()
    if known not in _services():
        close = nearest(known, _services(), cutoff=0.7)
        if close is None:
            return None
        known = close
    meant = nearest(name, _services()[known])
    return f"{known}:{meant}" if meant else None


def is_known_service(prefix: str) -> bool:
    """Whether any service has that action prefix."""
    return prefix.lower() in _services()
