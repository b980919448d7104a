"""Kept records of scans, as tests need them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from baseline.evidence.evidence import Evidence
from baseline.evidence.live import live_of
from baseline.evidence.reconcile import reconcile
from baseline.evidence.scan_record import KeptRecord, ScanSource, scan_record
from baseline.evidence.scans.result import Outcome, ScanResult, Tool
from baseline.report.evidence_json import evidence_document

_TOOLS: tuple[Tool, ...] = ("prowler", "config", "security_hub")


def result(tool: Tool, detector: str, outcome: Outcome = "pass", **changes: Any) -> ScanResult:
    """A result of a detector in an account."""
    found = ScanResult(tool=tool, detector=detector, outcome=outcome, account="111111111111", region="eu-west-1")
    return replace(found, **changes)


def kept_record(document: dict[str, Any], day: str, results: Sequence[ScanResult]) -> KeptRecord:
    """The record of results, as if it was kept on a day."""
    sources = [ScanSource(tool=tool, file=f"{tool}.json", sha256="a" * 64) for tool in _TOOLS]
    record = scan_record(reconcile(document, results), document, "b" * 64, sources, date.fromisoformat(day))
    digest = sha256(repr(record).encode()).hexdigest()
    return KeptRecord(path=Path(f"scan-{day}.json"), sha256=digest, document=record)


def everywhere(document: dict[str, Any], tool: Tool, detector: str) -> list[ScanResult]:
    """A passing result of a detector in every account and governed Region in scope."""
    scope = document["scope"]
    return [
        result(tool, detector, account=item["id"] or item["account"], region=region)
        for item in scope["accounts"]
        for region in scope["regions"]
    ]


def with_scans(evidence: Evidence, *scans: tuple[str, Sequence[ScanResult]]) -> Evidence:
    """The evidence with records of scans, each with its day."""
    document = evidence_document(evidence)
    return replace(evidence, live=live_of([kept_record(document, *scan) for scan in scans]))
