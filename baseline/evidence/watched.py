"""Controls whose violation a deployed detector reports from live accounts."""

from collections.abc import Mapping

from baseline.controls.framework import frameworks
from baseline.evidence.assess import Assessment, State

_RULE = "config-rule-"
_STANDARD = "security-hub-fsbp"
_FSBP = "fsbp"


def watched_controls(
    assessed: Mapping[str, Assessment], *, silent: frozenset[str], unjudged: frozenset[str]
) -> frozenset[str]:
    """Ids of the controls that a deployed AWS Config rule or Security Hub control evaluates.

    Args:
        assessed: Control id → its assessment; every control.
        silent: Ids of the rules about resource types that are not recorded.
        unjudged: Ids of the Security Hub controls that do not evaluate every account and Region.
    """
    rules = frozenset(
        identifier
        for name, item in assessed.items()
        if name.startswith(_RULE) and name not in silent and item.state is State.DEPLOYED
        for identifier in item.control.detectors.config
    )
    standard = assessed[_STANDARD].state is State.DEPLOYED
    hub = frozenset(frameworks()[_FSBP].requirements) - unjudged if standard else frozenset()
    return frozenset(
        name
        for name, item in assessed.items()
        if not rules.isdisjoint(item.control.detectors.config)
        or not hub.isdisjoint(item.control.detectors.security_hub)
    )
