"""Words for changed resources, the same in every format."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from baseline.evidence.changes import Changes, StackReach
from baseline.evidence.moved_accounts import MovedAccount
from baseline.evidence.policy_changes import CONTROLS
from baseline.evidence.property_changes import PropertyChange
from baseline.evidence.resource_changes import ResourceChange
from baseline.evidence.risks import KINDS, Risk
from baseline.text.line import fold, shorten

_ORDER = ("added", "changed", "replaced", "removed", "moved", "renamed")
_LONGEST_VALUE = 120
_STATEMENT = re.compile(r"(?P<before>[^\[]*\bStatement)\[(?P<sid>[^\]]*)\](?=\.)")
_ENTRY = re.compile(r'\["(?P<text>.*)"\]\Z', re.DOTALL)
_CERTAINTY = {
    "maybe": "possibly, depending on values that are not known here",
    "blocked": "AWS refuses the change",
}


def describe_prefixes(changes: Changes) -> str:
    """One sentence on different prefixes; empty if they are equal."""
    if not changes.prefixes:
        return ""
    before, after = changes.prefixes
    return (
        f"The prefixes differ ({before} → {after}): so does every name, and stacks are added and removed, not compared."
    )


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


def describe_properties(items: Iterable[PropertyChange]) -> list[str]:
    """`Path: old → new`, with equal changes of several statements in one line."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in items:
        words = describe_property(item)
        named = _STATEMENT.match(item.path)
        if named:
            found.setdefault((named["before"], words[named.end() :]), []).append(named["sid"])
        else:
            found.setdefault((words, ""), [])
    return [f"{head}{f'[{_several(sids)}]' if sids else ''}{tail}" for (head, tail), sids in found.items()]


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def describe_property(item: PropertyChange) -> str:
    """`Path: old → new`, or `Path: + entry` for an entry of a list of texts; long values are cut."""
    entry = _ENTRY.search(item.path)
    if entry and (item.before is None or item.after is None):
        sign = "+" if item.before is None else "-"
        return f"{item.path[: entry.start()]}: {sign} {shorten(fold(entry['text']), _LONGEST_VALUE)}"
    return f"{item.path or 'Properties'}: {_value(item.before)} → {_value(item.after)}"


def _value(text: str | None) -> str:
    return "none" if text is None else shorten(fold(text), _LONGEST_VALUE)


def describe_reach(reach: StackReach | None) -> str:
    """`7 accounts in 3 Regions, and new accounts`, or the targets of its policies; empty if unknown."""
    if reach is None:
        return ""
    if reach.binds:
        return f"binds {', '.join(dict.fromkeys(_bound(kind, place) for kind, place in reach.binds))}"
    accounts = f"{reach.accounts:,} account{'' if reach.accounts == 1 else 's'}"
    regions = f"{len(reach.regions)} Region{'' if len(reach.regions) == 1 else 's'}"
    places = f" ({reach.places:,} in all)" if len(reach.regions) > 1 and reach.accounts > 1 else ""
    return f"{accounts} in {regions}{places}{', and new accounts' if reach.accounts_to_come else ''}"


def _bound(kind: str, place: str) -> str:
    """Source: AWS Organizations user guide: neither kind of control policy affects the management account."""
    if place != "root":
        return place
    return "every member account" if kind in CONTROLS else "the whole organization"


def risks_by_kind(items: Iterable[ResourceChange]) -> Mapping[str, list[tuple[ResourceChange, Risk]]]:
    """Class of risk → its changes, most severe class first."""
    found = [(item, risk) for item in items for risk in item.risks]
    return {kind: rows for kind in KINDS if (rows := [row for row in found if row[1].kind == kind])}


def folded_risks(rows: Iterable[tuple[ResourceChange, Risk]]) -> list[tuple[str, list[str]]]:
    """Each reason, with the affected resources as `stack/LogicalId`."""
    found: dict[str, list[str]] = {}
    for item, risk in rows:
        found.setdefault(risk.why, []).append(f"{item.stack}/{item.logical_id}")
    return list(found.items())


def describe_move(item: MovedAccount) -> str:
    """The units of a moved account, and the stacks that are deleted and created in it."""
    parts = (("deleted", item.deleted), ("created", item.created))
    words = [f"{word}: {_with_regions(stacks)}" for word, stacks in parts if stacks]
    return f"{item.account}: {item.before} → {item.after} ({'; '.join(words) or 'the same stacks'})"


def _with_regions(stacks: Mapping[str, int]) -> str:
    return ", ".join(f"{name} in {count} Region{'' if count == 1 else 's'}" for name, count in sorted(stacks.items()))
