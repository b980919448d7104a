"""Reconciling large scans: the effort grows linearly with the number of results."""

import json
from pathlib import Path
from typing import Any

import pytest

from baseline.evidence.reconcile import reconcile
from baseline.evidence.scans.result import ScanResult

EVIDENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "output" / "northwind" / "report" / "evidence.json").read_text(encoding="utf-8")
)
DETECTORS = [name for control in EVIDENCE["controls"] for name in control["detectors"].get("prowler", [])][:5]


class Counted(ScanResult):
    """Counts how often results are read, hashed or compared."""

    operations = 0

    def __getattribute__(self, name: str) -> Any:
        Counted.operations += 1
        return super().__getattribute__(name)

    def __hash__(self) -> int:
        Counted.operations += 1
        return super().__hash__()

    def __eq__(self, other: object) -> bool:
        Counted.operations += 1
        return super().__eq__(other)


def operations(accounts: list[str], count: int) -> int:
    """Number of operations on results when `count` results, spread over the accounts, are reconciled."""
    results = [
        Counted(
            tool="prowler",
            detector=DETECTORS[number % len(DETECTORS)],
            outcome="fail" if number % 3 else "pass",
            account=accounts[number % len(accounts)],
            region="eu-west-1",
            resource=str(number),
        )
        for number in range(count)
    ]
    Counted.operations = 0
    found = reconcile(EVIDENCE, results)
    reached = sum(len(item.results) for item in found.comparisons) + sum(found.unknown.values())
    assert reached >= count
    return Counted.operations


@pytest.mark.parametrize(
    "accounts",
    [["111111111111", "999999999999"], ["111111111111"], ["999999999999"], [""]],
    ids=["own and unknown", "own", "unknown", "none named"],
)
def test_reconcile_does_twice_the_work_for_twice_the_results(accounts: list[str]) -> None:
    once, twice = operations(accounts, 200), operations(accounts, 400)
    assert once > 200
    assert twice <= 2.1 * once
