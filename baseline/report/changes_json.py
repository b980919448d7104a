"""What changed between two outputs, for programs."""

import json
from dataclasses import asdict

from baseline.evidence.changes import Changes, StateChange


def format_changes_json(changes: Changes) -> str:
    """The same as the other formats say."""
    document = {
        "stacks": [asdict(item) for item in changes.stacks],
        "frameworks_added": list(changes.frameworks_added),
        "frameworks_removed": list(changes.frameworks_removed),
        "counts": {
            framework: {state: {"before": before, "after": after} for state, (before, after) in counts.items()}
            for framework, counts in changes.counts.items()
        },
        "requirements": [_state(item) for item in changes.requirements],
        "controls": [_state(item) for item in changes.controls],
        "statements": [
            {"id": item.name, "kind": item.kind, "before": item.before, "after": item.after}
            for item in changes.statements
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _state(item: StateChange) -> dict[str, str | bool | None]:
    return {"id": item.name, "before": item.before, "after": item.after, "weaker": item.weaker}
