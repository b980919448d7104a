"""Budgets in AWS: created after the topics, updated in place, replaced for other alerts, and removed."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, reduced, write

ONLY = ("--only", "nw-budgets", "--only", "nw-cost-anomalies", "--only", "nw-notifications", "--only", "nw-kms-*")
BUDGETS = "{budgets: {all: {amount: 500, alerts: [{threshold: 50}]}}, anomalies: {minimum_impact: 100}}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The reduced profile with a budget and anomaly alerts."""
    path = reduced(tmp_path, but="notifications")
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}  budgets: {BUDGETS}\n", encoding="utf-8")
    return path


def changed(own: Path, before: str, after: str) -> Path:
    text = own.read_text(encoding="utf-8")
    assert before in text
    own.write_text(text.replace(before, after), encoding="utf-8")
    return own


def test_budgets_are_deployed_updated_replaced_and_removed(settled: Aws, own: Path, tmp_path: Path) -> None:
    out = write(own, tmp_path / "out")
    first = settled.run("deploy", out, "--yes", *ONLY)
    assert first.exit_code == 0, first.stderr
    made = settled.emulator.cloudformation.engine.of("111111111111", "us-east-1")
    assert {name for name, stack in made.items() if stack.status == "CREATE_COMPLETE"} >= {
        "nw-budgets",
        "nw-cost-anomalies",
    }
    updated = settled.run("deploy", write(changed(own, "amount: 500", "amount: 600"), tmp_path / "out"), "--yes", *ONLY)
    assert updated.exit_code == 0, updated.stderr
    out = write(changed(own, "threshold: 50", "threshold: 60"), tmp_path / "out")
    preview = settled.run("deploy", out, "--dry-run", *ONLY)
    (line,) = [line for line in preview.output.splitlines() if "AllBudget" in line]
    assert "REPLACED" in line
    assert settled.run("deploy", out, "--yes", *ONLY).exit_code == 0
    assert settled.run("drift", out, *ONLY).exit_code == 0
    assert settled.run("destroy", out, "--confirm", "Northwind").exit_code == 0
    assert "nw-budgets" not in {name for name, stack in made.items() if stack.status != "DELETE_COMPLETE"}
