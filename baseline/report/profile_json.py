"""The merged values of profiles, and their differences, for programs."""

import json
from collections.abc import Iterable
from typing import Any

from baseline.profile.merged import Difference, MergedValue
from baseline.profile.tree import path_text


def format_profile_json(value: MergedValue, *, origins: bool) -> str:
    """The profile as JSON; with `origins`, a list of paths, each with its value and origin."""
    rows = [{"path": path_text(path), **_document(leaf)} for path, leaf in value.leaves()] if origins else value.plain()
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def format_differences_json(found: Iterable[Difference]) -> str:
    """A list of paths, each with value and origin on both sides; null for a side without the value."""
    rows = [
        {
            "path": path_text(item.path),
            "before": _document(item.before) if item.before else None,
            "after": _document(item.after) if item.after else None,
        }
        for item in found
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _document(value: MergedValue) -> dict[str, Any]:
    return {"value": value.plain(), "origin": str(value.origin)}
