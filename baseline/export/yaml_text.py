"""Plain data as readable YAML; scalars are JSON, which is a subset of YAML."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def yaml_text(value: Mapping[str, Any]) -> str:
    """A mapping as YAML: keys in their order, texts in quotes, empty lists and mappings on one line."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: Any, margin: str) -> Iterator[str]:  # noqa: ANN401 - plain data
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{margin}{key}:", item, f"{margin}  ")
    else:
        for item in value:
            first, *rest = _lines(item, f"{margin}  ") if _is_nested(item) else [f"{margin}  {_scalar(item)}"]
            yield f"{margin}- {first[len(margin) + 2 :]}"
            yield from rest


def _entry(head: str, item: Any, margin: str) -> Iterator[str]:  # noqa: ANN401 - plain data
    if _is_nested(item):
        yield head
        yield from _lines(item, margin)
    else:
        yield f"{head} {_scalar(item)}"


def _is_nested(item: Any) -> bool:  # noqa: ANN401 - plain data
    return isinstance(item, Mapping | list | tuple) and bool(item)


def _scalar(item: Any) -> str:  # noqa: ANN401 - plain data
    return json.dumps(item, ensure_ascii=False)
