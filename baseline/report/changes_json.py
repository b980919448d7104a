"""The changes between two outputs, for programs."""

import json
from dataclasses import asdict
from typing import Any

from baseline import __version__
from baseline.evidence.changes import Changes, ChangesOrigin, StateChange
from baseline.evidence.policy_changes import PolicyStatement
from baseline.evidence.resource_changes import ResourceChange
from baseline.report.cost_json import changes_document


def format_changes_json(changes: Changes) -> str:
    """The changes as JSON."""
    document = {
        "origin": _origin(changes.origin) if changes.origin else None,
        "prefixes": changes.prefixes,
        "stacks": [asdict(item) for item in changes.stacks],
        "resources": [_resource(item) for item in changes.resources],
        "reaches": {name: {**asdict(reach), "regions": list(reach.regions)} for name, reach in changes.reaches.items()},
        "moved_accounts": [asdict(item) for item in changes.moved],
        "policy_statements": [
            {
                "change": item.change,
                "sid": item.statement.sid,
                "type": item.statement.kind,
                "differences": [asdict(one) for one in item.differences],
                "before": _policy(item.before),
                "after": _policy(item.after),
            }
            for item in changes.policies
        ],
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
        "cost": changes_document(changes.cost) if changes.cost else None,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _origin(origin: ChangesOrigin) -> dict[str, Any]:
    return {
        "program": f"baseline {__version__}",
        "as_of": origin.day.isoformat() if origin.day else None,
        "against": origin.against or None,
        "before": [asdict(item) for item in origin.before],
        "after": [asdict(item) for item in origin.after],
        "plan_sha256": origin.plan_sha256 or None,
    }


def _resource(item: ResourceChange) -> dict[str, Any]:
    parsed = {
        "properties": [
            {"path": one.path, "before": _value(one.before), "after": _value(one.after)} for one in item.properties
        ],
        "forced_by": list(item.forced_by),
        "risks": [asdict(risk) for risk in item.risks],
    }
    return {**asdict(item), **parsed}


def _value(text: str | None) -> Any:  # noqa: ANN401 - any part of a template
    return None if text is None else json.loads(text)


def _policy(statement: PolicyStatement | None) -> dict[str, Any] | None:
    if statement is None:
        return None
    content = json.loads(statement.content)
    return {"policy": statement.policy, "targets": list(statement.targets), "content": content}


def _state(item: StateChange) -> dict[str, str | bool | None]:
    return {"id": item.name, "before": item.before, "after": item.after, "weaker": item.weaker}
