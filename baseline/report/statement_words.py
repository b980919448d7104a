"""Words for changed statements of organization policies, the same in every format."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from baseline.evidence.policy_changes import PolicyStatement, PolicyStatementChange
from baseline.frozen import frozen

_DIRECTIONS: Mapping[str, str] = {
    "less": "denies less",
    "more": "denies more",
    "either": "can deny more or less",
}


@frozen
class StatementRow:
    """One line for a statement, or for several with the same change, which `places` lists for each policy."""

    change: str
    words: str
    places: tuple[str, ...] = ()


def statement_rows(items: Iterable[PolicyStatementChange]) -> Iterator[StatementRow]:
    """The rows in the order of the changes, with equal changes of content in one row."""
    groups: dict[object, list[PolicyStatementChange]] = {}
    for item in items:
        alike = item.change == "changed" and item.differences and _place(item.before) == _place(item.after)
        groups.setdefault(item.differences if alike else id(item), []).append(item)
    for group in groups.values():
        if len(group) == 1:
            yield StatementRow(change=group[0].change, words=describe_policy_statement(group[0]))
        else:
            yield _folded(group)


def count_statements(items: Iterable[PolicyStatementChange]) -> str:
    """The number of removed, moved, changed and added statements, without zeros."""
    counts = Counter(item.change for item in items)
    return ", ".join(f"{count} {change}" for change, count in counts.items())


def describe_policy_statement(item: PolicyStatementChange) -> str:
    """Sid, policy and targets, with the former ones if they differ, and whether it denies more or less."""
    name = item.statement.sid or "content"
    before, after = item.before, item.after
    if not before or not after:
        return f"{name} in {_place(item.statement)}"
    places = _place(after) if _place(before) == _place(after) else f"{_place(before)} → {_place(after)}"
    content = "" if before.content == after.content else ", content"
    words = _differences(item)
    return f"{name} in {places}{content}{f': {words}' if words else ''}"


def _folded(group: Sequence[PolicyStatementChange]) -> StatementRow:
    sids: dict[str, list[str]] = {}
    for item in group:
        sids.setdefault(_place(item.statement), []).append(item.statement.sid or "content")
    policies = f"{len(sids)} {'policy' if len(sids) == 1 else 'policies'}"
    return StatementRow(
        change=group[0].change,
        words=f"{len(group)} statements of {policies}, content: {_differences(group[0])}",
        places=tuple(f"{place}: {', '.join(names)}" for place, names in sids.items()),
    )


def _differences(item: PolicyStatementChange) -> str:
    found: dict[str, list[str]] = {}
    for one in item.differences:
        found.setdefault(_DIRECTIONS[one.direction], []).append(one.words)
    return "; ".join(f"{direction} ({', '.join(words)})" for direction, words in found.items())


def _place(statement: PolicyStatement | None) -> str:
    return f"{statement.policy} ({', '.join(statement.targets) or 'not attached'})" if statement else ""
