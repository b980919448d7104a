"""The changes between two outputs, for a terminal."""

from collections.abc import Iterator

from baseline.evidence.changes import Changes, StackChange, Statement
from baseline.report.cost_words import describe_changes
from baseline.report.resource_words import (
    by_stack,
    count_changes,
    describe_move,
    describe_prefixes,
    describe_properties,
    describe_reach,
    describe_resource,
    folded_risks,
    risks_by_kind,
)
from baseline.report.statement_words import count_statements, statement_rows
from baseline.text.terminal import terminal_line

_MOST_PROPERTIES = 20
_MOST_RISKS = 20
_NOTHING = "nothing changes: the same templates in the same places, and the same evidence\n"


def format_changes_text(changes: Changes) -> str:
    """Risks and weaker values; then stacks, resources, policy statements, cost and the rest of the evidence."""
    return "\n".join(map(terminal_line, _lines(changes))) + "\n" if _has_any(changes) else _NOTHING


def _has_any(changes: Changes) -> bool:
    frameworks = changes.frameworks_added or changes.frameworks_removed
    proved = (frameworks, changes.requirements, changes.controls, changes.statements)
    return any((changes.stacks, changes.resources, changes.policies, changes.moved, *proved))


def _lines(changes: Changes) -> Iterator[str]:
    if changes.prefixes:
        yield describe_prefixes(changes)
    yield from _risks(changes)
    yield from _states(changes, weaker=True)
    yield f"stacks: {_counted(changes.stacks)}"
    yield from (f"  {item.what:<7} {item.name}{describe_change(item)}" for item in changes.stacks)
    if changes.moved:
        yield f"accounts: {len(changes.moved)} moved"
    yield from (f"  {describe_move(item)}" for item in changes.moved)
    if changes.resources:
        yield from _resources(changes)
    if changes.policies:
        yield f"policy statements: {count_statements(changes.policies)}"
    for row in statement_rows(changes.policies):
        yield f"  {row.change:<7} {row.words}"
        yield from (f"            {place}" for place in row.places)
    if changes.cost and changes.cost.capabilities:
        whole, *parts = describe_changes(changes.cost)
        yield f"cost: {whole}"
        yield from (f"  {line}" for line in parts)
    yield from _evidence(changes)


def _risks(changes: Changes) -> Iterator[str]:
    for kind, rows in risks_by_kind(changes.resources).items():
        yield f"risk: {kind}: {len(rows)}"
        folded = folded_risks(rows)
        for why, names in folded[:_MOST_RISKS]:
            left = f" and {len(names) - _MOST_RISKS} more: --format json" if len(names) > _MOST_RISKS else ""
            if len(names) == 1:
                yield f"  {names[0]}: {why}"
            else:
                yield f"  {why}"
                yield f"    {', '.join(names[:_MOST_RISKS])}{left}"
        if len(folded) > _MOST_RISKS:
            yield f"  and {len(folded) - _MOST_RISKS} more: --format json"


def _states(changes: Changes, *, weaker: bool) -> Iterator[str]:
    for title, items in (("requirements", changes.requirements), ("controls", changes.controls)):
        found = [item for item in items if item.weaker is weaker]
        if found:
            yield f"{title}: {len(found)} {'weaker' if weaker else 'in another state, not weaker'}"
        yield from (f"  {item.name}: {item.before or 'none'} → {item.after or 'none'}" for item in found)


def _evidence(changes: Changes) -> Iterator[str]:
    yield from (f"{name}: reported only now" for name in changes.frameworks_added)
    yield from (f"{name}: no longer reported" for name in changes.frameworks_removed)
    for framework, counts in changes.counts.items():
        yield f"{framework}: {', '.join(f'{state} {before} → {after}' for state, (before, after) in counts.items())}"
    yield from _states(changes, weaker=False)
    if changes.statements:
        yield f"exceptions and attestations: {len(changes.statements)} changed"
    for said in changes.statements:
        yield f"  {said.kind} {said.name}: {describe_statement(said.before)} → {describe_statement(said.after)}"


def _resources(changes: Changes) -> Iterator[str]:
    yield f"resources: {count_changes(changes.resources)}"
    for stack, items in by_stack(changes.resources).items():
        reach = describe_reach(changes.reaches.get(stack))
        yield f"  {stack}{f': {reach}' if reach else ''}"
        for item in items:
            lines = describe_properties(item.properties)
            yield f"    {item.change:<8} {describe_resource(item)}"
            yield from (f"               {line}" for line in lines[:_MOST_PROPERTIES])
            if len(lines) > _MOST_PROPERTIES:
                yield f"               and {len(lines) - _MOST_PROPERTIES} more properties: --format json"


def describe_statement(said: Statement | None) -> str:
    """The profile's statement about a requirement, and the people who own or approved it."""
    if not said:
        return "none"
    words = " ".join((said.get("reason") or said["statement"]).split())
    return f"{words} ({said['owner']}, approved by {said['approver']}, until {said['expires']})"


def describe_change(item: StackChange) -> str:
    """The changes of a stack that exists before and after, or the places of an added or removed stack."""
    if item.what != "changed":
        return f" ({'; '.join(item.after or item.before)})"
    parts = [
        *(["template"] if item.template else []),
        *([f"{'; '.join(item.before)} → {'; '.join(item.after)}"] if item.before != item.after else []),
    ]
    return f" ({', '.join(parts)})"


def _counted(stacks: tuple[StackChange, ...]) -> str:
    return ", ".join(f"{sum(item.what == what for item in stacks)} {what}" for what in ("added", "removed", "changed"))
