"""Changed resources that weaken a control, by the values that prove it before or after."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from baseline.evidence.resource_changes import ResourceChange
from baseline.evidence.risks import KINDS, Risk

if TYPE_CHECKING:
    from baseline.evidence.changes import StateChange


def with_weaker_controls(
    changes: tuple[ResourceChange, ...],
    controls: "Iterable[StateChange]",
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> tuple[ResourceChange, ...]:
    """The changes, with a risk for each weakened control that depends on the resource.

    Args:
        changes: The changes.
        controls: The controls in another state.
        before: The evidence document of one side.
        after: The evidence document of the other side.
    """
    weaker = {item.name for item in controls if item.weaker}
    rests_on: dict[str, dict[str, None]] = defaultdict(dict)
    for document in (before, after):
        for control in document["controls"]:
            if control["id"] in weaker:
                for seen in control["observations"]:
                    rests_on[f"{seen['stack']}/{seen['logical_id']}"][control["id"]] = None
    return tuple(
        _weakening(item, [*rests_on.get(item.was or f"{item.stack}/{item.logical_id}", ())]) for item in changes
    )


def _weakening(change: ResourceChange, controls: list[str]) -> ResourceChange:
    if not controls or change.change == "added":
        return change
    risk = Risk(kind="weaker compliance", why=f"controls in a weaker state: {', '.join(controls)}")
    return replace(change, risks=tuple(sorted((*change.risks, risk), key=lambda item: KINDS.index(item.kind))))
