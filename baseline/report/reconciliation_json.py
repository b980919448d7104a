"""Claims and live scans, for programs."""

import json
from dataclasses import asdict

from baseline.evidence.reconcile import Reconciliation


def format_reconciliation_json(found: Reconciliation) -> str:
    """Counts, every control that has detectors with every result, and how many results belong to none."""
    verdicts = ("agree", "disagree", "not scanned")
    document = {
        "counts": {verdict: sum(item.verdict == verdict for item in found.comparisons) for verdict in verdicts},
        "controls": [{**asdict(item), "breaks_claim": item.breaks_claim} for item in found.comparisons],
        "unmatched": dict(found.unmatched),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
