"""Controls whose violation a deployed detector reports from live accounts."""

from collections.abc import Mapping

from baseline.controls.framework import frameworks
from baseline.evidence.assess import Assessment, State
from baseline.evidence.states import Checked

_RULE = "config-rule-"
_STANDARD = "security-hub-fsbp"
_FSBP = "fsbp"


def watched_controls(
    assessed: Mapping[str, Assessment], *, silent: frozenset[str], unjudged: frozenset[str]
) -> Mapping[str, Checked]:
    """Control id → how much of it deployed AWS Config rules or Security Hub controls evaluate, if any does.

    The coverage is partial if the rule or the standard lacks accounts or Regions.

    Args:
        assessed: Control id → its assessment; every control.
        silent: Ids of the rules about resource types that are not recorded.
        unjudged: Ids of the Security Hub controls that do not evaluate every account and Region.
    """
    rules = {
        identifier: item.state
        for name, item in assessed.items()
        if name.startswith(_RULE) and name not in silent
        for identifier in item.control.detectors.config
    }
    hub = dict.fromkeys(frozenset(frameworks()[_FSBP].requirements) - unjudged, assessed[_STANDARD].state)
    found = {
        name: {rules.get(rule) for rule in item.control.detectors.config}
        | {hub.get(rule) for rule in item.control.detectors.security_hub}
        for name, item in assessed.items()
    }
    complete = {name: Checked.ALL for name, states in found.items() if State.DEPLOYED in states}
    return complete | {
        name: Checked.SOME for name, states in found.items() if State.PARTIAL in states and name not in complete
    }
