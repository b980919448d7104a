"""The changes between two outputs, for a terminal."""

from collections import Counter
from collections.abc import Iterator

from baseline.evidence.changes import Changes, StackChange, StateChange, Statement
from baseline.evidence.policy_changes import PolicyStatement, PolicyStatementChange
from baseline.report.cost_words import describe_changes
from baseline.report.resource_words import (
    by_stack,
    count_changes,
    describe_property,
    describe_reach,
    describe_resource,
    risks_by_kind,
)
from baseline.text.terminal import terminal_line

_MOST_PROPERTIES = 20
_MOST_RISKS = 20
_NOTHING = "nothing changes: the same templates in the same places, and the same evidence\n"


def format_changes_text(changes: Changes) -> str:
    """Stacks, counts, requirements and controls, weaker ones first; then exceptions and attestations."""
    return "\n".join(map(terminal_line, _lines(changes))) + "\n" if _has_any(changes) else _NOTHING


def _has_any(changes: Changes) -> bool:
    frameworks = changes.frameworks_added or changes.frameworks_removed
    proved = (frameworks, changes.requirements, changes.controls, changes.statements)
    return any((changes.stacks, changes.resources, changes.policies, *proved))


def _lines(changes: Changes) -> Iterator[str]:
    yield f"stacks: {_counted(changes.stacks)}"
    yield from (f"  {item.what:<7} {item.name}{describe_change(item)}" for item in changes.stacks)
    if changes.resources:
        yield from _resources(changes)
    if changes.policies:
        yield f"policy statements: {count_statements(changes.policies)}"
        yield from (f"  {item.change:<7} {describe_policy_statement(item)}" for item in changes.policies)
    if changes.cost and changes.cost.capabilities:
        whole, *parts = describe_changes(changes.cost)
        yield f"cost: {whole}"
        yield from (f"  {line}" for line in parts)
    yield from (f"{name}: reported only now" for name in changes.frameworks_added)
    yield from (f"{name}: no longer reported" for name in changes.frameworks_removed)
    for framework, counts in changes.counts.items():
        yield f"{framework}: {', '.join(f'{state} {before} → {after}' for state, (before, after) in counts.items())}"
    for title, items in (("requirements", changes.requirements), ("controls", changes.controls)):
        weaker = sum(item.weaker for item in items)
        yield f"{title}: {len(items)} in another state{f', {weaker} of them weaker' if weaker else ''}"
        yield from (f"  {_mark(item)} {item.name}: {item.before or 'none'} → {item.after or 'none'}" for item in items)
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
            yield f"    {item.change:<8} {describe_resource(item)}"
            yield from (f"               {describe_property(one)}" for one in item.properties[:_MOST_PROPERTIES])
            if len(item.properties) > _MOST_PROPERTIES:
                yield f"               and {len(item.properties) - _MOST_PROPERTIES} more properties: --format json"
    for kind, rows in risks_by_kind(changes.resources).items():
        yield f"risk: {kind}: {len(rows)}"
        yield from (f"  {item.stack}/{item.logical_id}: {risk.why}" for item, risk in rows[:_MOST_RISKS])
        if len(rows) > _MOST_RISKS:
            yield f"  and {len(rows) - _MOST_RISKS} more: --format json"


def describe_statement(said: Statement | None) -> str:
    """The profile's statement about a requirement, and the people behind it."""
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


def describe_policy_statement(item: PolicyStatementChange) -> str:
    """Sid, policy and targets, with the former ones if they differ."""
    name = item.statement.sid or "content"
    before, after = item.before, item.after
    if not before or not after:
        return f"{name} in {_place(item.statement)}"
    same = (before.policy, before.targets) == (after.policy, after.targets)
    places = _place(after) if same else f"{_place(before)} → {_place(after)}"
    content = "" if before.content == after.content else ", content"
    return f"{name} in {places}{content}"


def count_statements(items: tuple[PolicyStatementChange, ...]) -> str:
    """The number of removed, moved, changed and added statements, without zeros."""
    counts = Counter(item.change for item in items)
    return ", ".join(f"{count} {change}" for change, count in counts.items())


def _place(statement: PolicyStatement) -> str:
    return f"{statement.policy} ({', '.join(statement.targets) or 'not attached'})"


def _counted(stacks: tuple[StackChange, ...]) -> str:
    return ", ".join(f"{sum(item.what == what for item in stacks)} {what}" for what in ("added", "removed", "changed"))


def _mark(item: StateChange) -> str:
    return "weaker" if item.weaker else "      "
