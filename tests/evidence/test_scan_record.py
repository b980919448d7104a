"""Comparisons with scans are kept as dated records: their population, failures, completeness, and order."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import OutputError, ScanError
from baseline.evidence.reconcile import reconcile
from baseline.evidence.scan_changes import VerdictChange, scan_changes
from baseline.evidence.scan_record import (
    RECORD_SCHEMA,
    KeptRecord,
    ScanSource,
    broken_links,
    keep_record,
    read_records,
    scan_record,
)
from baseline.evidence.scans.result import Outcome, ScanResult

OUTPUT = Path(__file__).parents[2] / "output" / "northwind"
SCANS = Path(__file__).with_name("scans")
EVIDENCE: dict[str, Any] = json.loads((OUTPUT / "report" / "evidence.json").read_text(encoding="utf-8"))
CONTROL, CHECK = "cloudtrail-log-file-validation", "cloudtrail_log_file_validation_enabled"
SOURCE = ScanSource(tool="prowler", file="prowler.csv", sha256="a" * 64)


def result(outcome: Outcome, **changes: Any) -> ScanResult:
    found = ScanResult(
        tool="prowler",
        detector=CHECK,
        outcome=outcome,
        account="111111111111",
        region="eu-west-1",
        resource="t",
        version="5.14.0",
    )
    return replace(found, **changes)


def record(day: str, *results: ScanResult) -> dict[str, Any]:
    return scan_record(reconcile(EVIDENCE, results), EVIDENCE, "b" * 64, [SOURCE], date.fromisoformat(day))


def control(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {item["id"]: item for item in document["controls"]}
    return found[CONTROL]


def kept(directory: Path, *documents: dict[str, Any]) -> tuple[KeptRecord, ...]:
    for document in documents:
        keep_record(document, directory)
    return read_records(directory)


def test_a_record_says_what_was_looked_at_by_which_version_and_what_failed() -> None:
    found = record("2026-11-30", result("fail"), result("pass", resource="u"), result("muted", region="eu-central-1"))
    jsonschema.validate(found, json.loads(RECORD_SCHEMA.read_text(encoding="utf-8")))
    item = control(found)
    assert (item["verdict"], item["pass"], item["fail"], item["muted"]) == ("disagree", 1, 1, 1)
    assert item["failing"] == [
        {"tool": "prowler", "detector": CHECK, "account": "111111111111", "region": "eu-west-1", "resource": "t"}
    ]
    assert found["versions"] == {"prowler": ["5.14.0"]}
    assert found["sources"] == [vars(SOURCE)]
    complete = found["completeness"]
    claimed = len(EVIDENCE["scope"]["accounts"]) * len(EVIDENCE["scope"]["regions"])
    assert (complete["scanned"], complete["claimed"]) == (2, claimed)
    assert len(complete["missing"]) == claimed - 2
    assert "111111111111 eu-west-1" not in complete["missing"]


def test_records_are_kept_in_their_order_and_name_the_one_before(tmp_path: Path) -> None:
    older, newer = record("2026-11-01", result("fail")), record("2026-11-30", result("pass"))
    records = kept(tmp_path / "new" / "scans", older, newer, newer, record("2026-11-30", result("fail")))
    names = ["scan-2026-11-01.json", "scan-2026-11-30.json", "scan-2026-11-30-2.json"]
    assert [item.path.name for item in records] == names
    assert [item.document["previous"] and item.document["previous"]["file"] for item in records] == [None, *names[:2]]
    assert list(broken_links(records)) == []
    with pytest.raises(OutputError, match="is older than the newest record, scan-2026-11-30-2"):
        keep_record(record("2026-11-02", result("pass")), tmp_path / "new" / "scans")


def test_a_record_that_was_changed_or_removed_is_noticed(tmp_path: Path) -> None:
    days = ("2026-11-01", "2026-11-02", "2026-11-03")
    records = kept(tmp_path, *(record(day, result("fail")) for day in days))
    records[0].path.write_bytes(records[0].path.read_bytes().replace(b'"resource": "t"', b'"resource": "u"'))
    (sentence,) = broken_links(read_records(tmp_path))
    assert sentence.startswith("scan-2026-11-02.json names scan-2026-11-01.json")
    records[1].path.unlink()
    assert [item.split()[0] for item in broken_links(read_records(tmp_path))] == ["scan-2026-11-03.json"]


def test_the_change_tells_what_is_fixed_from_what_was_not_scanned_again(tmp_path: Path) -> None:
    elsewhere = "222222222222"
    before = record("2026-11-01", result("fail"), result("fail", resource="u"), result("fail", account=elsewhere))
    after = record("2026-11-30", result("pass"), result("fail", resource="u"), result("fail", resource="v"))
    changes = scan_changes(*kept(tmp_path, before, after))
    assert {item.control for item in changes.new} > {CONTROL}  # the check detects for several controls
    assert {item.resource for item in changes.new} == {"v"}
    assert {(item.account, item.resource) for item in changes.fixed} == {("111111111111", "t")}
    assert {item.account for item in changes.unseen} == {elsewhere}
    assert changes.verdicts == ()
    better = scan_changes(*kept(tmp_path / "better", before, record("2026-12-01", result("pass"))))
    assert VerdictChange(CONTROL, "disagree", "agree") in better.verdicts


@pytest.mark.parametrize("content", ["[]", "{", '{"format": 2}', '{"format": 1}'])
def test_another_file_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "scan-1.json").write_text(content, encoding="utf-8")
    with pytest.raises(ScanError, match=r"scan-1\.json is not a record of a scan: "):
        read_records(tmp_path)


def test_the_commands_keep_and_list_records(tmp_path: Path) -> None:
    def run(*words: str) -> Result:
        return CliRunner().invoke(baseline, ["evidence", *words], standalone_mode=False)

    keep = str(tmp_path / "scans")
    for day, scan in (("2026-11-01", "prowler.csv"), ("2026-11-30", "prowler.ocsf.json")):
        done = run("reconcile", str(OUTPUT), "--prowler", str(SCANS / scan), "--keep", keep, "--scanned-on", day)
        assert f"Record: {keep}/scan-{day}.json" in done.stderr, done.output
    shown = run("history", keep)
    assert shown.return_value == 0, shown.output
    assert "from scan-2026-11-01.json to scan-2026-11-30.json" in shown.stdout
    assert "prowler 5.14.0" in shown.stdout
    document = json.loads(run("history", keep, "--format", "json").stdout)
    assert document["changes"]["before"] == document["records"][0]["file"] == "scan-2026-11-01.json"
    assert "no record scan-1.json" in str(run("history", keep, "--from", "scan-1.json").exception)
    assert "has no records" in str(run("history", str(tmp_path)).exception)
    (tmp_path / "scans" / "scan-2026-11-01.json").unlink()
    assert run("history", keep).return_value == 5
