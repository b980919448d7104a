"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

import json
from typing import Any

from baseline import __version__
from baseline.findings import Finding, Severity
from baseline.report.findings_text import message_with_place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def format_sarif(findings: tuple[Finding, ...]) -> str:
    """One run with a rule per finding id; accepted findings are suppressed, with their reason."""
    ids = sorted({finding.id for finding in findings})
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "baseline",
                        "version": __version__,
                        "rules": [_rule(rule, findings) for rule in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, ids.index(finding.id)) for finding in findings],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: str, findings: tuple[Finding, ...]) -> dict[str, Any]:
    first = next(finding for finding in findings if finding.id == rule)
    document: dict[str, Any] = {"id": rule}
    if first.source.startswith("https://"):
        document["helpUri"] = first.source
    return document


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place = finding.existing_location
    region = {"startLine": place.line, "startColumn": max(place.column, 1)}
    physical: dict[str, Any] = {"artifactLocation": {"uri": place.file.replace("\\", "/")}}
    if place.line:
        physical["region"] = region
    document: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": message_with_place(finding)},
        "locations": [{"physicalLocation": physical}],
    }
    if finding.path:
        document["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    if finding.accepted is not None:
        document["suppressions"] = [{"kind": "external", "justification": finding.accepted}]
    return document
