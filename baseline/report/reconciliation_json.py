"""Claims and live scans, for programs."""

import json
from dataclasses import asdict
from typing import Any

from baseline.evidence.reconcile import Comparison, Reconciliation


def format_reconciliation_json(found: Reconciliation) -> str:
    """Counts, every control with its detectors and results, and the number of results of each unmatched detector."""
    verdicts = ("agree", "disagree", "not scanned")
    document = {
        "counts": {verdict: sum(item.verdict == verdict for item in found.comparisons) for verdict in verdicts},
        "controls": [_control(item) for item in found.comparisons],
        "unmatched": {tool: dict(detectors) for tool, detectors in found.unmatched.items()},
        "unknown_accounts": dict(found.unknown),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _control(item: Comparison) -> dict[str, Any]:
    """The comparison; accounts and Regions as `{"scanned": 1, "claimed": 7}`."""
    extent = {
        name: dict(zip(("scanned", "claimed"), pair, strict=True))
        for name, pair in (("accounts", item.accounts), ("regions", item.regions))
    }
    return {**asdict(item), **extent, "breaks_claim": item.breaks_claim}
