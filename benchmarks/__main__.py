"""`python -m benchmarks`: every budget as a ratio of commands that ran in turn on this machine."""

import sys
import tempfile
from pathlib import Path

from benchmarks.budgets import BUDGETS
from benchmarks.measure import Runner


def main() -> int:
    """Print a row per budget; 1 when one is not kept."""
    kept = True
    with tempfile.TemporaryDirectory(prefix="baseline-bench-") as name:
        runner = Runner(directory=Path(name))
        print(f"{'what':<66} {'figure':>10} {'budget':>8}")
        for budget in BUDGETS:
            for row in budget(runner):
                kept = kept and row.value <= row.limit
                mark = "" if row.value <= row.limit else "  over budget"
                print(f"{row.what:<66} {row.value:>10.2f} {row.limit:>8.2f}{mark}  {row.detail}", flush=True)
    return 0 if kept else 1


sys.exit(main())
