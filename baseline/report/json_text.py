"""JSON that is easy to read and diff: deep list items on one line each, the rest indented."""

import json
from typing import Any


def format_json_text(value: Any, depth: int) -> str:  # noqa: ANN401 - JSON data
    """The value as JSON, with a line break at the end.

    Args:
        value: Plain data.
        depth: Number of levels with line breaks; deeper values are on one line.
    """
    return f"{_spread(value, depth, '')}\n"


def _spread(value: Any, depth: int, margin: str) -> str:  # noqa: ANN401
    if depth == 0 or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner = margin + "  "
    if isinstance(value, list):
        items = [f"{inner}{_spread(item, depth - 1, inner)}" for item in value]
        return "[\n" + ",\n".join(items) + f"\n{margin}]"
    items = [f"{inner}{json.dumps(key)}: {_spread(item, depth - 1, inner)}" for key, item in value.items()]
    return "{\n" + ",\n".join(items) + f"\n{margin}}}"
