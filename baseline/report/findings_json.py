"""Findings as JSON."""

import json
from typing import Any

from baseline.findings import Finding, Location


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding as plain data."""
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "message": finding.message,
        "fix": finding.fix,
        "file": finding.location.file,
        "line": finding.location.line,
        "column": finding.location.column,
        "path": finding.path,
        "capability": finding.capability,
        "logical_id": finding.logical_id,
        "control": finding.control,
        "source": finding.source,
        "accepted": finding.accepted,
        "profile": _place(finding.origin),
    }


def _place(place: Location | None) -> dict[str, Any] | None:
    return {"file": place.file, "line": place.line, "column": place.column} if place else None


def format_json(findings: tuple[Finding, ...]) -> str:
    """`{"findings": [...]}`, in sorted order, including accepted ones."""
    return json.dumps({"findings": [finding_document(f) for f in findings]}, indent=2, ensure_ascii=False) + "\n"
