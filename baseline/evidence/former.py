"""The state of a requirement under the rules of evidence format 3, for readers of that format.

In that format, one deployed control that satisfies or detects was decisive, regardless of manual work, and
contributions did not count.
"""

from collections.abc import Sequence

from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import State
from baseline.evidence.states import Met


def former_state(
    requirement: Requirement, controls: Sequence[tuple[ControlMapping, State]], now: Met, *, unsupported: bool
) -> Met:
    """The state that format 3 has for the requirement.

    Args:
        requirement: The requirement.
        controls: The contributing controls with their states.
        now: Its current headline state, for cases in which the old and new rules agree.
        unsupported: Whether AWS lacks every control that would satisfy it or detect violations.
    """
    if now in (Met.DEPLOYED, Met.PREVENTED, Met.UNSUPPORTED, Met.INHERITED, Met.EXCLUDED):
        return now
    there = {item.relation for item, state in controls if state is State.DEPLOYED}
    if "satisfies" in there:
        return Met.DEPLOYED
    if "detects" in there:
        return Met.DETECTED
    if any(item.relation in ("satisfies", "detects") for item in requirement.controls):
        return Met.UNSUPPORTED if unsupported else Met.GAP
    return Met.MANUAL
