"""Previews and outcomes of a deployment, as text."""

from collections.abc import Iterator, Sequence

from baseline.deploy.changes import Change
from baseline.deploy.task import Action, Outcome, Preview
from baseline.text.terminal import terminal_line

_DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RECREATE: "recreated",
    Action.IMPORT: "imported",
    Action.DELETE: "deleted",
    Action.ORPHAN: "left",
    Action.NONE: "unchanged",
}
_CHANGING = (Action.CREATE, Action.UPDATE, Action.RECREATE)
_REPLACED = {
    "yes": " REPLACED",
    "maybe": " may be REPLACED",
    "blocked": " REFUSED by AWS: the property is immutable",
    "unknown": " (unknown whether it is replaced)",
    "no": "",
}
_SIGNS = {"add": "+", "modify": "~", "remove": "-", "import": "<"}


def format_previews(waves: Sequence[tuple[int, Sequence[Preview]]]) -> str:
    """List the waves with their stacks; mark each replacement and removal."""
    return "\n".join(map(terminal_line, (*_lines(waves), summary(waves)))) + "\n"


def format_removals(waves: Sequence[tuple[int, Sequence[Preview]]]) -> str:
    """List the waves of a removal, with stacks that are deleted or do not exist."""
    return "\n".join(map(terminal_line, (*_lines(waves), _removal_summary(waves)))) + "\n"


def _lines(waves: Sequence[tuple[int, Sequence[Preview]]]) -> Iterator[str]:
    for number, previews in waves:
        changing = [item for item in previews if item.action is not Action.NONE or item.notes]
        if changing:
            yield f"wave {number}"
        for item in changing:
            counted = "" if item.action is Action.ORPHAN else f": {_counted(item)}"
            yield f"  {item.action.value} {item.task} ({item.where}){counted}"
            yield from (f"    {text}" for text in item.notes)
            shown = item.changes if item.action is Action.UPDATE else [it for it in item.changes if it.kept]
            yield from (f"    {_change(change)}" for change in shown)


def summary(waves: Sequence[tuple[int, Sequence[Preview]]]) -> str:
    """Count the stacks by action."""
    actions = [item.action for _, previews in waves for item in previews]
    deleted, orphaned = actions.count(Action.DELETE), actions.count(Action.ORPHAN)
    if set(actions) <= {Action.DELETE, Action.NONE} and deleted:
        return f"{deleted} to delete"
    words = ", ".join(f"{actions.count(action)} to {action.value}" for action in _CHANGING)
    words += f", {deleted} to delete" if deleted else ""
    return f"{words}, {actions.count(Action.NONE)} unchanged" + (f", {orphaned} orphaned" if orphaned else "")


def _removal_summary(waves: Sequence[tuple[int, Sequence[Preview]]]) -> str:
    """Count the stacks to delete, the missing ones, and those of other owners."""
    found = [item for _, previews in waves for item in previews]
    deleted = sum(item.action is Action.DELETE for item in found)
    left = sum(item.action is Action.NONE and bool(item.notes) for item in found)
    gone = len(found) - deleted - left
    words = f"{deleted} to delete" if deleted else "nothing to delete"
    return ", ".join((words, *([f"{gone} not there"] if gone else []), *([f"{left} left alone"] if left else [])))


def _counted(item: Preview) -> str:
    counts = [(sum(change.action == action for change in item.changes), action) for action in _SIGNS]
    said = ", ".join(f"{count} to {action}" for count, action in counts if count)
    return said or "no resource changes"


def _change(change: Change) -> str:
    words = f"{_SIGNS.get(change.action, '?')} {change.logical_id} ({change.type})"
    if change.action == "remove" and change.kept:
        return f"{words} KEPT in AWS, outside any stack"
    if change.action == "remove":
        return f"{words} DELETED"
    return f"{words}{_REPLACED[change.replaced]}"


def format_outcome(outcome: Outcome) -> str:
    """One line per finished task, with AWS's reasons if it failed."""
    return "\n    ".join(map(terminal_line, _outcome(outcome)))


def _outcome(outcome: Outcome) -> list[str]:
    if outcome.failures:
        hint = [f"{outcome.hint[0].upper()}{outcome.hint[1:]}."] if outcome.hint else []
        return [f"failed {outcome.task} ({outcome.where})", *outcome.failures, *hint]
    if outcome.interrupted:
        return [f"not waited for {outcome.task} ({outcome.where}): AWS continues the operation"]
    return [f"{_DONE[outcome.action]} {outcome.task} ({outcome.where})", *outcome.notes]
