"""Live states follow from kept scans: unbroken series, open failures, complete scans, and nothing without a look."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ScanError, TamperedError
from baseline.evidence.evidence import Evidence
from baseline.evidence.live import LiveRequirement, LiveState, live_of, read_live
from baseline.evidence.scan_record import keep_record
from baseline.evidence.shape import first_mistake
from baseline.pipeline import evidence_of
from baseline.report.evidence_json import evidence_document
from baseline.resources import profiles_directory
from tests.live_scans import everywhere, kept_record, result, with_scans

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "output" / "northwind" / "report" / "evidence.json").read_text(encoding="utf-8")
)
for number, place in enumerate((item for item in DOCUMENT["scope"]["accounts"] if not item["id"]), start=7):
    place["id"] = f"{number}" * 12
ORGANIZATION = str(DOCUMENT["organization"])
CONTROL, CHECK = "cloudtrail-log-file-validation", "cloudtrail_log_file_validation_enabled"
PASS, FAIL = result("prowler", CHECK), result("prowler", CHECK, "fail", resource="t")
ELSEWHERE = replace(FAIL, account="222222222222")
OTHER_TOOL = result("config", "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", account="222222222222")


def state(*scans: list[Any]) -> LiveState | None:
    """The control's state by scans on the first days of months."""
    records = [kept_record(DOCUMENT, f"2026-{month:02}-01", some) for month, some in enumerate(scans, start=1)]
    return live_of(records).controls.get(CONTROL)


@pytest.mark.parametrize(
    ("scans", "since", "looks", "gap"),
    [
        pytest.param([[PASS], [PASS]], "2026-01-01", 2, 31, id="passes from the first record on"),
        pytest.param([[FAIL], [PASS], [PASS]], "2026-02-01", 2, 28, id="the series begins after the failure"),
        pytest.param([[PASS], [], [PASS]], "2026-01-01", 2, 59, id="a record without results is a gap"),
        pytest.param([[PASS], [PASS, FAIL]], None, 0, 0, id="one failure ends the series"),
        pytest.param([[ELSEWHERE], [PASS]], None, 0, 0, id="a failure stays until its place is scanned again"),
        pytest.param([[ELSEWHERE], [OTHER_TOOL]], None, 0, 0, id="another tool there does not close it"),
        pytest.param([[ELSEWHERE], [replace(ELSEWHERE, outcome="pass")]], "2026-02-01", 1, 0, id="it passes there"),
        pytest.param([[replace(FAIL, outcome="muted"), PASS]], "2026-01-01", 1, 0, id="muted results do not count"),
    ],
)
def test_a_control_is_live_since_its_newest_series_without_failures(
    scans: list[list[Any]], since: str | None, looks: int, gap: int
) -> None:
    found = state(*scans)
    assert found is not None
    assert found.since == (date.fromisoformat(since) if since else None)
    assert (found.looks, found.longest_gap) == (looks, gap)
    assert bool(found.failures) is (since is None)


def test_a_control_without_results_has_no_live_state() -> None:
    assert state([result("prowler", "another_check")]) is None


def test_failures_outside_of_the_claim_do_not_count() -> None:
    name = "alarm-root-usage"
    (check, *_) = next(item["detectors"]["prowler"] for item in DOCUMENT["controls"] if item["id"] == name)
    scan = [result("prowler", check), result("prowler", check, "fail", account="444444444444")]
    found = live_of([kept_record(DOCUMENT, "2026-01-01", scan)]).controls[name]
    assert (found.since, found.failures) == (date(2026, 1, 1), ())


def test_a_scan_is_complete_only_if_one_tool_looked_everywhere() -> None:
    whole = everywhere(DOCUMENT, "prowler", CHECK)
    last = replace(OTHER_TOOL, account=whole[-1].account, region=whole[-1].region)
    complete, partial = state(whole), state([*whole[:-1], last])
    assert complete
    assert complete.is_complete
    assert partial
    assert not partial.is_complete


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return replace(evidence_of(profiles_directory() / "starter.yaml")[1], frameworks=("cis-7.0", "fsbp"))


@pytest.fixture(scope="module")
def document(evidence: Evidence) -> dict[str, Any]:
    return evidence_document(evidence)


def requirement(evidence: Evidence, name: str, *scans: tuple[str, list[Any]]) -> LiveRequirement | None:
    framework, _, key = name.partition("/")
    judged = {item.requirement.id: item for item in evidence.judgements[framework]}
    return with_scans(evidence, *scans).live_requirement(judged[key])


def test_a_requirement_is_decided_only_where_a_scan_looked(evidence: Evidence, document: dict[str, Any]) -> None:
    check = "cloudtrail_logs_s3_bucket_access_logging_enabled"
    whole = everywhere(document, "prowler", check)
    failing = replace(whole[0], outcome="fail", resource="t")
    for scan, status in ((whole, "satisfied"), (whole[:1], "undecided"), ([*whole, failing], "not-satisfied")):
        found = requirement(evidence, "cis-7.0/4.4", ("2026-01-01", scan))
        assert found is not None
        assert (found.status, found.looked_at) == (status, 1)
    assert requirement(evidence, "cis-7.0/4.4", ("2026-01-01", [result("prowler", "another_check")])) is None


def test_live_since_says_that_it_is_a_part_until_scans_looked_at_everything(
    evidence: Evidence, document: dict[str, Any]
) -> None:
    rule = everywhere(document, "config", "ACCESS_KEYS_ROTATED")
    whole = [*rule, *everywhere(document, "security_hub", "IAM.3")]
    for scan, words in (
        (whole, "live since 2026-01-01, last seen 2026-01-01"),
        (rule, "partly live since 2026-01-01, last seen 2026-01-01 (1 of 2 controls)"),
        (rule[:1], "partly live since 2026-01-01, last seen 2026-01-01 (1 of 2 controls, not everywhere)"),
    ):
        found = requirement(evidence, "cis-7.0/2.12", ("2026-01-01", scan))
        assert found
        assert (found.summary, found.is_whole) == (words, scan is whole)


@pytest.mark.parametrize("name", ["S3.2", "S3.3"])
def test_a_control_of_the_standard_is_not_judged_by_another_one(
    evidence: Evidence, document: dict[str, Any], name: str
) -> None:
    others = everywhere(document, "security_hub", "S3.1")
    assert requirement(evidence, f"fsbp/{name}", ("2026-01-01", others)) is None
    found = requirement(
        evidence, f"fsbp/{name}", ("2026-01-01", [*others, *everywhere(document, "security_hub", name)])
    )
    assert found
    assert (found.status, list(found.evidence)) == ("satisfied", [name])
    failing = result("security_hub", name, "fail", resource="bucket")
    found = requirement(evidence, f"fsbp/{name}", ("2026-01-01", [*others, failing]))
    assert found
    assert found.status == "not-satisfied"


def test_a_requirement_with_a_part_left_is_never_satisfied_live(evidence: Evidence, document: dict[str, Any]) -> None:
    found = requirement(evidence, "cis-7.0/4.2", ("2026-01-01", everywhere(document, "prowler", CHECK)))
    assert found
    assert (found.status, found.since) == ("undecided", date(2026, 1, 1))


def test_a_requirement_of_the_standard_needs_results_of_its_own_control(
    evidence: Evidence, document: dict[str, Any]
) -> None:
    enabled = everywhere(document, "prowler", "securityhub_enabled")
    assert requirement(evidence, "fsbp/EC2.8", ("2026-01-01", enabled)) is None
    own = everywhere(document, "security_hub", "EC2.8")
    found = requirement(evidence, "fsbp/EC2.8", ("2026-01-01", own))
    assert found
    assert (found.status, found.since) == ("satisfied", date(2026, 1, 1))


def test_records_of_others_and_changed_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="has no records"):
        read_live(tmp_path, ORGANIZATION)
    for day in ("2026-01-01", "2026-01-02"):
        keep_record(dict(kept_record(DOCUMENT, day, [PASS]).document), tmp_path)
    assert len(read_live(tmp_path, ORGANIZATION).records) == 2
    with pytest.raises(ScanError, match="records of Northwind, not of meridian"):
        read_live(tmp_path, "meridian")
    (tmp_path / "scan-2026-01-01.json").unlink()
    with pytest.raises(TamperedError, match="are missing or out of order"):
        read_live(tmp_path, ORGANIZATION)


def test_the_command_writes_reports_with_live_states(tmp_path: Path) -> None:
    keep_record({**kept_record(DOCUMENT, "2026-01-01", [PASS]).document, "organization": "Bluebird Labs"}, tmp_path)
    words = ["evidence", "live", str(profiles_directory() / "starter.yaml"), "--scans", str(tmp_path)]
    done = CliRunner().invoke(baseline, [*words, "-o", str(tmp_path / "live")])
    assert done.exit_code == 0, done.output
    written = {path.name: path.read_bytes().decode() for path in (tmp_path / "live").iterdir()}
    (control,) = (item for item in json.loads(written["evidence.json"])["controls"] if item["id"] == CONTROL)
    assert control["live"]["since"] == control["live"]["last"] == "2026-01-01"
    for name in ("index.html", "evidence.md"):
        assert "live since 2026-01-01" in written[name], name
        assert "come from kept scans of your accounts" in written[name], name
    assert ",live,live_since,live_last,live_part\r\n" in written["requirements.csv"]
    assert "oscal-assessment-results.json" in written
    assert first_mistake(json.loads(written["evidence.json"])) == ""
