import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from baseline.findings import Finding, Location, Severity, at_or_above, sorted_findings
from baseline.report.findings_terminal import format_excerpts
from baseline.report.findings_text import format_finding, summary
from baseline.report.formats import FINDING_FORMATS

ERROR = Finding(
    id="BL101",
    severity=Severity.ERROR,
    message='partition "aws" <written> & out',
    location=Location(file="templates/nw-x.yaml", line=12, column=3),
    path="Resources.Trail",
    fix="write ${AWS::Partition}",
    capability="cloudtrail",
    logical_id="Trail",
    source="https://docs.aws.amazon.com/x",
)
WARNING = Finding(
    id="profile-weakened",
    severity=Severity.WARNING,
    message="weaker",
    location=Location(file="p.yaml", line=2, column=1),
)
ACCEPTED = Finding(
    id="profile-weakened",
    severity=Severity.WARNING,
    message="weaker too",
    location=Location(file="p.yaml", line=3, column=1),
    accepted="cost",
)
WHOLE_FILE = Finding(id="E0000", severity=Severity.ERROR, message="unreadable", location=Location(file="p.yaml"))
ALL = (ERROR, WARNING, ACCEPTED, WHOLE_FILE)
SARIF = json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.5.schema.json").read_text(encoding="utf-8"))


def test_text_is_one_line_a_finding_that_an_editor_can_jump_to() -> None:
    assert format_finding(ERROR) == (
        'templates/nw-x.yaml:12:3: Resources.Trail: partition "aws" <written> & out '
        "(write ${AWS::Partition}) [error BL101]"
    )
    assert format_finding(WHOLE_FILE) == "p.yaml: unreadable [error E0000]"


def test_text_leaves_out_what_is_accepted_but_counts_it() -> None:
    lines = FINDING_FORMATS["text"](ALL).splitlines()
    assert len(lines) == 4
    assert lines[-1] == "2 errors, 1 warning, 1 accepted"
    assert summary(()) == "no findings"


def test_json_holds_every_finding_whole() -> None:
    found = json.loads(FINDING_FORMATS["json"](ALL))["findings"]
    assert [item["id"] for item in found] == [item.id for item in ALL]
    assert found[0]["logical_id"] == "Trail"
    assert found[2]["accepted"] == "cost"


@pytest.mark.parametrize("findings", [ALL, ()], ids=["some", "none"])
def test_sarif_is_valid_against_the_standards_schema(findings: tuple[Finding, ...]) -> None:
    document = json.loads(FINDING_FORMATS["sarif"](findings))
    jsonschema.Draft4Validator(SARIF).validate(document)
    results = document["runs"][0]["results"]
    assert len(results) == len(findings)


def test_sarif_points_at_the_line_and_suppresses_what_is_accepted() -> None:
    results = json.loads(FINDING_FORMATS["sarif"](ALL))["runs"][0]["results"]
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (12, 3)
    assert results[2]["suppressions"][0]["justification"] == "cost"
    assert "region" not in results[3]["locations"][0]["physicalLocation"]
    assert [item["level"] for item in results] == ["error", "warning", "warning", "error"]


def test_junit_fails_errors_skips_accepted_and_never_is_empty() -> None:
    root = ET.fromstring(FINDING_FORMATS["junit"](ALL))  # noqa: S314 - our own output
    assert len(root.findall(".//failure")) == 2
    assert [item.get("message") for item in root.findall(".//skipped")] == ["accepted: cost"]
    assert len(ET.fromstring(FINDING_FORMATS["junit"](())).findall(".//testcase")) == 1  # noqa: S314


def test_findings_are_listed_by_place_without_repeats() -> None:
    assert sorted_findings([ERROR, WARNING, ERROR]) == (WARNING, ERROR)


def test_the_threshold_counts_what_reaches_it_and_nobody_accepted() -> None:
    assert at_or_above(ALL, Severity.ERROR) == (ERROR, WHOLE_FILE)
    assert at_or_above(ALL, Severity.WARNING) == (ERROR, WARNING, WHOLE_FILE)
    assert at_or_above(ALL, None) == ()


IN_PROFILE = replace(ERROR, origin=Location(file="./profiles/p.yaml", line=40, column=3))


def test_github_annotates_the_line_of_the_profile_and_escapes_what_would_end_a_command() -> None:
    hostile = replace(WARNING, message="100%, a::error::b\nnext", location=Location(file="a,b:c.yaml", line=2))
    first, second = FINDING_FORMATS["github"]((IN_PROFILE, hostile, ACCEPTED)).splitlines()
    assert first == (
        "::error file=./profiles/p.yaml,line=40,col=3,title=baseline BL101::templates/nw-x.yaml:12:3: "
        'partition "aws" <written> & out (write ${AWS::Partition})'
    )
    assert second.startswith("::warning file=a%2Cb%3Ac.yaml,line=2,col=1,title=baseline profile-weakened::100%25, a")
    assert FINDING_FORMATS["github"](()) == ""


def test_gitlab_fingerprints_differ_and_survive_lines_above() -> None:
    moved = replace(IN_PROFILE, origin=Location(file="./profiles/p.yaml", line=50, column=3))
    one, two, other = json.loads(FINDING_FORMATS["gitlab"]((IN_PROFILE, IN_PROFILE, WARNING)))
    assert one["location"] == {"path": "profiles/p.yaml", "lines": {"begin": 40}}
    assert (one["severity"], other["severity"]) == ("critical", "minor")
    assert len({item["fingerprint"] for item in (one, two, other)}) == 3
    assert json.loads(FINDING_FORMATS["gitlab"]((moved,)))[0]["fingerprint"] == one["fingerprint"]


def test_sarif_points_into_the_profile_and_names_the_template() -> None:
    result = json.loads(FINDING_FORMATS["sarif"]((IN_PROFILE,)))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 40, "startColumn": 3}
    assert result["message"]["text"].startswith("templates/nw-x.yaml:12:3: ")


def test_excerpt_marks_the_column_below_the_source_line() -> None:
    found = replace(WARNING, location=Location(file="p.yaml", line=2, column=5))
    lines = [text for _, text in format_excerpts((found,), lambda _: ["a: 1", "\tb: two"], 80)]
    assert lines[2:4] == ["    2 |  b: two", "      |     ^"]


def test_excerpt_of_a_long_line_shows_what_is_around_the_column() -> None:
    found = replace(WARNING, location=Location(file="p.yaml", line=1, column=300))
    lines = [text for _, text in format_excerpts((found,), lambda _: ["x" * 299 + "HERE"], 60)]
    shown, mark = lines[2:4]
    assert len(shown) <= 60
    assert shown[mark.index("^") :] == "HERE"


def test_excerpt_shows_no_line_of_a_template_that_is_not_written() -> None:
    lines = [text for _, text in format_excerpts((ERROR,), lambda _: ["secret"] * 20, 80)]
    assert not any("secret" in line for line in lines)
