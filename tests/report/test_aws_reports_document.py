"""Sheets about reports of AWS: each inherited requirement has one, and what the profile does not say is unknown."""

from dataclasses import replace
from pathlib import Path

import pytest

from baseline.controls.aws_reports import aws_reports, customer_controls
from baseline.controls.framework import frameworks
from baseline.errors import ProfileError
from baseline.evidence.evidence import Evidence
from baseline.pipeline import evidence_of
from baseline.profile.acceptance import AwsReportReading, Reference
from baseline.profile.load import load_profile
from baseline.report.aws_reports_document import aws_reports_sheets, format_sheets_markdown
from baseline.resources import profiles_directory


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return replace(evidence_of(profiles_directory() / "starter.yaml")[1], frameworks=("hipaa", "pci-dss-4.0.1"))


def test_each_report_of_an_inherited_requirement_is_known() -> None:
    asked = [item for framework in frameworks().values() for item in framework.requirements.values() if item.inherited]
    named = {item.inherited.report for item in asked if item.inherited}
    unknown = {name for name in named if not any(item.proves(name) for item in aws_reports().values())}
    assert unknown == set()


def test_what_the_profile_does_not_state_is_unknown_and_what_it_states_is_shown(evidence: Evidence) -> None:
    reading = AwsReportReading(
        owner="Audit",
        read_on="2026-11-30",
        period_end="2026-09-30",
        scope_checked=True,
        reference=Reference(at="SEC-88"),
    )
    reports, inherited, _, _ = aws_reports_sheets(replace(evidence, aws_reports={"pci-dss": reading}))
    rows = {str(row[0]): row for row in reports.rows}
    assert rows.keys() == aws_reports().keys()
    assert rows["pci-dss"][4:10] == ("Audit", "2026-11-30", "unknown", "2026-09-30", "yes", "SEC-88")
    assert rows["soc-2"][4:10] == ("unknown", "unknown", "unknown", "unknown", "no", "unknown")
    assert "S3" in str(rows["soc-2"][11]).split(", ")
    assert rows["soc-2"][12] == "eu-west-1, us-east-1"
    covered = {str(row[0]): (row[3], row[4]) for row in inherited.rows}
    assert covered["pci-dss-4.0.1/9.2.1"] == ("pci-dss", "2026-11-30")
    assert covered["hipaa/164.308(b)(1)"] == ("baa", "unknown")
    assert rows["baa"][3] == sum(row[3] == "baa" for row in inherited.rows)


def test_what_is_assumed_of_the_customer_says_which_controls_are_there(evidence: Evidence) -> None:
    _, _, assumed, _ = aws_reports_sheets(evidence)
    assert len(assumed.rows) == len(customer_controls())
    (network,) = (row for row in assumed.rows if "account-s3-public-access" in str(row[1]))
    (root,) = (row for row in assumed.rows if "Root users" in str(row[0]))
    assert "guardrail-root-user" in str(root[2])  # a single account has no guardrails
    assert "account-s3-public-access" not in str(network[2])
    assert "\n## Customer responsibilities\n" in format_sheets_markdown("x", [assumed])


def test_a_period_that_ends_before_it_begins_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    text = (profiles_directory() / "starter.yaml").read_text(encoding="utf-8")
    entry = '{owner: Audit, read_on: "2026-11-30", period_start: "2026-10-01", period_end: "2026-09-30"}'
    path.write_text(f"{text}\naws_reports:\n  soc-2: {entry}\n", encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert [item.id for item in caught.value.problems] == ["profile-aws-report"]
