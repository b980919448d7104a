"""Words for changed resources, the same in every format."""

from collections import Counter
from collections.abc import Iterable, Mapping

from baseline.evidence.changes import StackReach
from baseline.evidence.property_changes import PropertyChange
from baseline.evidence.resource_changes import ResourceChange
from baseline.evidence.risks import KINDS, Risk
from baseline.text.line import fold, shorten

_ORDER = ("added", "changed", "replaced", "removed", "moved", "renamed")
_LONGEST_VALUE = 120
_CERTAINTY = {
    "maybe": "possibly, depending on values that are not known here",
    "blocked": "AWS refuses the change",
}


def count_changes(items: Iterable[ResourceChange]) -> str:
    """`2 added, 1 removed`: the number of each kind, without zeros."""
    counts = Counter(item.change for item in items)
    return ", ".join(f"{counts[name]} {name}" for name in _ORDER if counts[name]) or "none differs"


def by_stack(items: Iterable[ResourceChange]) -> Mapping[str, list[ResourceChange]]:
    """Stack → its changes, in their order."""
    found: dict[str, list[ResourceChange]] = {}
    for item in items:
        found.setdefault(item.stack, []).append(item)
    return found


def describe_resource(item: ResourceChange) -> str:
    """Logical id, type, and the special effects of the change."""
    notes = [
        *([f"was {item.was}"] if item.was else []),
        *([f"forced by {', '.join(item.forced_by)}"] if item.forced_by else []),
        *([_CERTAINTY[item.certainty]] if item.certainty in _CERTAINTY else []),
        *(["the old one is kept"] if item.kept and item.change not in ("added", "changed") else []),
    ]
    return f"{item.logical_id} ({item.type}){': ' + '; '.join(notes) if notes else ''}"


def describe_property(item: PropertyChange) -> str:
    """`Path: old → new`, with long values cut."""
    return f"{item.path or 'Properties'}: {_value(item.before)} → {_value(item.after)}"


def _value(text: str | None) -> str:
    return "none" if text is None else shorten(fold(text), _LONGEST_VALUE)


def describe_reach(reach: StackReach | None) -> str:
    """`7 accounts in 3 Regions, and new accounts`; empty if unknown."""
    if reach is None:
        return ""
    accounts = f"{reach.accounts:,} account{'' if reach.accounts == 1 else 's'}"
    regions = f"{len(reach.regions)} Region{'' if len(reach.regions) == 1 else 's'}"
    places = f" ({reach.places:,} in all)" if len(reach.regions) > 1 and reach.accounts > 1 else ""
    return f"{accounts} in {regions}{places}{', and new accounts' if reach.accounts_to_come else ''}"


def risks_by_kind(items: Iterable[ResourceChange]) -> Mapping[str, list[tuple[ResourceChange, Risk]]]:
    """Class of risk → its changes, most severe class first."""
    found = [(item, risk) for item in items for risk in item.risks]
    return {kind: rows for kind in KINDS if (rows := [row for row in found if row[1].kind == kind])}
