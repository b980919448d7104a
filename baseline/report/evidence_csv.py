"""Evidence for spreadsheets: a row for each control and value looked at, with the requirements that ask for it."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from baseline.evidence.assess import Assessment
from baseline.evidence.evidence import Evidence
from baseline.output.runbook import describe_deployment

COLUMNS = (
    *("control", "state", "requirements", "stack", "logical_id", "pointer", "line", "value", "expected", "holds"),
    *("template", "sha256", "targets", "reason"),
)


def format_evidence_csv(evidence: Evidence) -> str:
    """RFC 4180, with a header. Text that a spreadsheet would calculate begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in evidence.assessments:
        for row in _rows(evidence, item):
            writer.writerow(map(_safe, row))
    return text.getvalue()


def _rows(evidence: Evidence, item: Assessment) -> Iterator[tuple[Any, ...]]:
    stacks = evidence.stacks()
    reason = evidence.reason(item.control.id)
    requirements = "; ".join(
        f"{framework.id} {', '.join(ids)}"
        for framework, asked in evidence.by_framework()
        if (ids := [requirement for requirement, items in asked.items() if item in items])
    )
    head = (item.control.id, item.state.value, requirements)
    if not item.observations:
        yield (*head, *[""] * (len(COLUMNS) - len(head) - 1), reason)
    for seen in item.observations:
        stack, digest = stacks[seen.stack]
        targets = "; ".join(describe_deployment(deployment) for deployment in stack.deployments)
        place = (seen.stack, seen.logical_id, seen.pointer, seen.line)
        yield (*head, *place, seen.value, seen.expected, seen.holds, stack.file, digest, targets, reason)


def _safe(cell: Any) -> str:  # noqa: ANN401 - any plain data
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
