"""The differences between two profiles, for a terminal."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from baseline.profile.merged import Difference, MergedValue
from baseline.profile.tree import path_text
from baseline.text.terminal import terminal_line


def format_differences_text(found: Iterable[Difference]) -> str:
    """Each path with its old value (-), its new value (+), and their origins."""
    return "".join(f"{terminal_line(line)}\n" for item in found for line in _lines(item))


def _lines(item: Difference) -> Iterator[str]:
    yield path_text(item.path)
    old, new = _items(item.before), _items(item.after)
    removed, added = [one for one in old if one not in new], [one for one in new if one not in old]
    if not removed and not added:  # the same items in another order
        removed, added = old, new
    yield from _side("-", item.before, removed)
    yield from _side("+", item.after, added)


def _items(value: MergedValue | None) -> list[Any]:
    plain = value.plain() if value else []
    return plain if isinstance(plain, list) else [plain]


def _side(sign: str, value: MergedValue | None, items: list[Any]) -> Iterator[str]:
    """One line for each item that only this side has, and one for an empty list."""
    if value is None:
        return
    texts = [json.dumps(item, ensure_ascii=False) for item in items] or (["[]"] if value.plain() == [] else [])
    yield from (f"  {sign} {text}  ({value.origin})" for text in texts)
