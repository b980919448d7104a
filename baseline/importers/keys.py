"""The conversion of each key of another tool's configuration."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.frozen import frozen


class State(StrEnum):
    """The outcome of converting a key."""

    TAKEN = "taken over"
    DIFFERS = "differs"
    NONE = "no counterpart"


@frozen
class KeyRule:
    """The conversion of the keys that a pattern matches.

    Attributes:
        file: File of the configuration, without its extension.
        pattern: Keys joined by `.`; `[]` stands for any item of a list, a final `**` for everything below.
        state: The outcome.
        note: The counterpart, or the difference.
    """

    file: str
    pattern: str
    state: State
    note: str

    def matches(self, file: str, path: str) -> bool:
        """Whether the rule applies to a key of a file."""
        if file != self.file:
            return False
        if self.pattern.endswith("**"):
            return path.startswith(self.pattern[:-2].rstrip("."))
        return path == self.pattern


@frozen
class Entry:
    """A key of a configuration; `count` is the number of its values in lists."""

    file: str
    path: str
    state: State
    note: str
    count: int


@cache
def key_rules(tool: str) -> tuple[KeyRule, ...]:
    """The table of a tool's keys; the first match applies."""
    table = tomli.loads(Path(__file__).with_name(f"{tool}.toml").read_text(encoding="utf-8"))
    return tuple(
        KeyRule(file=file, pattern=pattern, state=State[state.upper()], note=note)
        for file, keys in table.items()
        for pattern, (state, note) in keys.items()
    )


def entries_of(documents: Mapping[str, Any], tool: str) -> tuple[Entry, ...]:
    """Every key with a value, in the order of the files; a key without a rule has no counterpart."""
    counts: dict[tuple[str, str], int] = {}
    for file, document in documents.items():
        for path in _leaves(document, ""):
            counts[file, path] = counts.get((file, path), 0) + 1
    return tuple(_entry(file, path, count, tool) for (file, path), count in counts.items())


def _entry(file: str, path: str, count: int, tool: str) -> Entry:
    rule = next((rule for rule in key_rules(tool) if rule.matches(file, path)), None)
    state, note = (rule.state, rule.note) if rule else (State.NONE, "")
    return Entry(file=file, path=path, state=state, note=note, count=count)


def _leaves(value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - YAML data
    """The path of each value that is neither a mapping nor a list; list items have no number."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    else:
        yield path


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def format_entries(entries: tuple[Entry, ...]) -> str:
    """The keys as a text table: converted keys first."""
    lines = []
    for state in State:
        found = [entry for entry in entries if entry.state is state]
        lines.append(f"{state}: {len(found)} keys")
        for entry in found:
            times = f" ({entry.count}×)" if entry.count > 1 else ""
            note = f": {entry.note}" if entry.note else ""
            lines.append(f"  {entry.file}: {_CONTROL.sub('?', entry.path)}{times}{note}")
    return "\n".join(lines) + "\n"
