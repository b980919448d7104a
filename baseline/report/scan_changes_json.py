"""Kept records of scans and the change between two, for programs."""

import json
from collections.abc import Sequence

from baseline.evidence.scan_changes import ScanChanges
from baseline.evidence.scan_record import KeptRecord


def format_scan_history_json(records: Sequence[KeptRecord], changes: ScanChanges | None) -> str:
    """File, digest and day of each record, and the change between the two compared ones; null for only one record."""
    document = {
        "records": [
            {"file": item.path.name, "sha256": item.sha256, "scanned_on": item.document["scanned_on"]}
            for item in records
        ],
        "changes": changes
        and {
            "before": changes.before,
            "after": changes.after,
            "verdicts": [item._asdict() for item in changes.verdicts],
            **{name: [item._asdict() for item in getattr(changes, name)] for name in ("new", "fixed", "unseen")},
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
