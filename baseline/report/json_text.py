"""JSON that is easy to read and diff: deep list items on one line each, the rest indented."""

import json
from collections.abc import Iterator
from typing import Any


def format_json_text(value: Any, depth: int) -> str:  # noqa: ANN401 - JSON data
    """The value as JSON, with a line break at the end.

    Args:
        value: Plain data.
        depth: Number of levels with line breaks; deeper values are on one line.
    """
    return "".join((*_pieces(value, depth, "\n"), "\n"))


def _pieces(value: Any, depth: int, line: str) -> Iterator[str]:  # noqa: ANN401
    """The text in pieces, which are joined once: each join copies a large document. `line` ends a line."""
    if depth == 0 or not value or not isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)
        return
    inner = f"{line}  "
    start, end = "[]" if isinstance(value, list) else "{}"
    for key, item in enumerate(value) if isinstance(value, list) else value.items():
        yield f"{start}{inner}" if isinstance(value, list) else f"{start}{inner}{json.dumps(key)}: "
        yield from _pieces(item, depth - 1, inner)
        start = ","
    yield f"{line}{end}"
