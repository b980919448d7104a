import re
from pathlib import Path
from typing import Any

import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.control import controls
from baseline.controls.framework import framework_ids, frameworks
from baseline.deploy.preflight import PREFLIGHT_CHECKS
from baseline.errors import UnknownTopicError
from baseline.inventory.conflicts.run import INVENTORY_CHECKS
from baseline.pipeline import evidence_of
from baseline.profile.problem_ids import PROBLEMS
from baseline.report.evidence_json import evidence_document
from baseline.report.explain import explain, topics
from baseline.report.explain_output import explain_in_output, outline_of_output
from baseline.resources import profiles_directory
from baseline.validate.checks.registry import CHECKS
from tests.each import hold_for_each

NAMES = [
    *(f"preflight-{check.id}" for check in PREFLIGHT_CHECKS),
    *(check.id for check in INVENTORY_CHECKS),
    *CAPABILITIES,
    *controls(),
    *framework_ids(),
    *PROBLEMS,
    *(check.id for check in CHECKS),
]


def test_everything_that_has_a_name_is_explained_and_listed() -> None:
    hold_for_each(NAMES, is_explained)


def is_explained(name: str) -> None:
    assert name in explain(name)
    assert name in topics()


def test_names_of_all_kinds_are_distinct() -> None:
    assert len({name.lower() for name in NAMES}) == len(NAMES)


def test_upper_and_lower_case_are_the_same() -> None:
    assert explain("bl101") == explain("BL101")


def test_a_misspelt_topic_has_a_nearest_one() -> None:
    with pytest.raises(UnknownTopicError) as caught:
        explain("clodtrail")
    assert "cloudtrail" in caught.value.hint


def test_a_topic_is_spelt_as_it_is_written_and_an_id_without_its_framework_has_all_that_have_it() -> None:
    for topic, meant in (("bl12x", "BL1"), ("fsbp/s3.111", "fsbp/S3.1"), ("s3.1", "fsbp/S3.1?")):
        with pytest.raises(UnknownTopicError) as caught:
            explain(topic)
        assert f"did you mean {meant}" in caught.value.hint
    with pytest.raises(UnknownTopicError) as caught:
        explain("4.2")
    assert "did you mean cis-3.0/4.2, cis-5.0/4.2, cis-6.0/4.2, cis-7.0/4.2 or nis2/4.2?" in caught.value.hint


def test_a_capability_is_explained_with_its_settings_by_tier_and_its_controls() -> None:
    text = explain("log_archive")
    assert "object_lock_days: 90 / 365 / 2190" in text
    assert "log-archive-object-lock" in text


def test_a_requirement_is_explained_by_what_counts_for_it_what_is_left_and_what_aws_does() -> None:
    text = explain("CIS-7.0/4.2")
    assert "cloudtrail-log-file-validation contributes: " in text
    assert "Cost of these controls: cloudtrail-log-file-validation: free; " in text
    assert "Detected live by Security Hub: CloudTrail.4\n" in text
    assert "  prowler aws --checks cloudtrail_log_file_validation_enabled\n" in text
    assert "Manual (" in explain("cis-7.0/6.6")
    assert "Same requirement as cis-7.0/4.2" in explain("cis-6.0/4.2")
    key, inherited = next(
        (item.key, item.inherited)
        for item in frameworks()["nist-800-53-r5"].requirements.values()
        if item.inherited is not None
    )
    assert f"Inherited from AWS ({inherited.report})" in explain(key)


def test_an_objective_is_explained_with_its_controls_and_requirements() -> None:
    text = explain("volumes-encrypted")
    assert "  ebs-default-encryption: New EBS volumes" in text
    assert "  nist-800-53-r5/sc-28: Protection of Information at Rest: Information at rest is protected." in text
    assert "Objectives: volumes-encrypted, stored-data-encrypted." in explain("ebs-default-encryption")


def test_a_control_is_explained_with_what_would_see_it_broken() -> None:
    text = explain("cloudtrail-log-file-validation")
    assert "Detected live by AWS Config: CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED" in text
    assert "Detected live by Security Hub: CloudTrail.4" in text


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return evidence_document(evidence_of(profiles_directory() / "northwind.yaml")[1])


@pytest.mark.parametrize(
    ("control", "line"),
    [
        ("guardrail-leave-organization", "capabilities: {guardrails: {rules: {leave-organization: {enabled: false"),
        ("config-rule-key-rotation", "capabilities: {config: {exclude_rules: [key-rotation], reason: …}}"),
        ("cloudtrail-insights", "a weaker capabilities.cloudtrail.insights, with a reason beside it"),
        ("access-analyzer-external", "a weaker capabilities.access_analyzer.external_access, with a reason beside it"),
        (
            "cloudtrail-log-file-validation",
            "no setting of its own; disable the capability: capabilities: {cloudtrail: {enabled",
        ),
    ],
)
def test_how_a_control_is_turned_off_is_reported(control: str, line: str) -> None:
    assert f"To disable: {line}" in explain(control)


@pytest.mark.parametrize(
    ("written", "control"),
    [
        ("guardrails: {rules: {leave-organization: {enabled: false, reason: Asked.}}}", "guardrail-leave-organization"),
        ("config: {exclude_rules: [key-rotation], reason: Asked.}", "config-rule-key-rotation"),
        ("access_analyzer: {enabled: false, reason: Asked.}", "access-analyzer-external"),
    ],
)
def test_the_explained_line_disables_it_with_the_explained_effect(written: str, control: str, tmp_path: Path) -> None:
    text = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8").partition("\n  guardrails:")[0] + "\n"
    path = tmp_path / "profile.yaml"
    own = re.sub(rf"^  {written.partition(':')[0]}:.*\n(?:    .*\n)*", "", text, flags=re.MULTILINE)
    path.write_text(own.replace("\ncapabilities:\n", f"\ncapabilities:\n  {written}\n"), encoding="utf-8")
    _, evidence = evidence_of(path)
    assert {item.control.id: item.state.value for item in evidence.assessments}[control] == "absent"
    gaps = re.search(r"A gap without it: (.*)", explain(control))
    states = {item.requirement.key: item.met.value for items in evidence.judgements.values() for item in items}
    for key in gaps[1].split(", ") if gaps else ():
        assert states.get(key, "gap") == "gap"


def test_a_capability_says_what_it_costs_what_needs_it_and_what_is_lost_without_it() -> None:
    text = explain("kms")
    assert "Cost if enabled:\n  " in text
    assert "To disable: capabilities: {kms: {enabled: false, reason: …}}" in text
    assert "Required by " in text
    assert "Only detected without it: " in explain("cloudtrail")


def test_an_output_says_where_a_requirement_is_met(document: dict[str, Any]) -> None:
    text = explain_in_output("CIS-7.0/4.2", document)
    assert text.startswith("Here: detected\nImplemented: partial. Checked in live accounts: all.\n")
    assert "\ncloudtrail-log-file-validation: deployed\n  templates/nw-cloudtrail.yaml:" in text
    assert "true: ok (expected: is true)" in text
    assert "nw-cloudtrail is deployed to management in eu-west-1 (1 of 7 accounts)" in text


def test_an_output_does_not_say_of_a_requirement_what_holds_for_others_only(document: dict[str, Any]) -> None:
    mapping = {"id": "security-hub-fsbp", "state": "absent"}
    item = {"id": "X.1", "state": "gap", "controls": [mapping], "exception": None, "attestation": None}
    text = explain_in_output("fsbp/X.1", {**document, "frameworks": [{"id": "fsbp", "requirements": [item]}]})
    assert text == "Here: gap\nsecurity-hub-fsbp: deployed, but not sufficient here\n"


def test_an_output_says_what_keeps_an_alarm_from_counting(document: dict[str, Any]) -> None:
    silent = {"notifications-subscribers": "absent"}
    controls = [{**item, "state": silent.get(item["id"], item["state"])} for item in document["controls"]]
    mapping = {"id": "alarm-root-usage", "state": "absent"}
    item = {"id": "2.7", "state": "gap", "controls": [mapping], "exception": None, "attestation": None}
    frameworks = [{"id": "cis-7.0", "requirements": [item]}]
    text = explain_in_output("cis-7.0/2.7", {**document, "controls": controls, "frameworks": frameworks})
    said = "alarm-root-usage: deployed, but not sufficient here: notifications-subscribers is absent"
    assert text == f"Here: gap\n{said}\n"


def test_an_output_says_where_controls_and_capabilities_are(document: dict[str, Any]) -> None:
    assert explain_in_output("macie-on", {**document, "controls": [{**document["controls"][0], "id": "macie-on"}]})
    assert explain_in_output("kms", document).count("kms-") > 10
    with pytest.raises(UnknownTopicError, match="unknown topic"):
        explain_in_output("BL123", document)


def test_an_output_says_the_state_of_each_requirement_of_a_framework(document: dict[str, Any]) -> None:
    lines = explain_in_output("CIS-7.0", document).splitlines()
    assert lines[0].startswith("Here: deployed ")
    assert "  deployed     4.4" in lines
    assert len(lines) == 3 + len(frameworks()["cis-7.0"].requirements)


def test_a_requirement_of_a_framework_that_the_output_does_not_report_says_which_it_reports(
    document: dict[str, Any],
) -> None:
    for topic in ("gdpr/Art. 17", "GDPR"):
        with pytest.raises(
            UnknownTopicError, match=r"does not report gdpr: .*cis-7\.0, fsbp, nist-800-53-r5"
        ) as caught:
            explain_in_output(topic, document)
        assert "compliance" in caught.value.hint


def test_an_output_lists_capabilities_controls_and_frameworks_with_their_state(document: dict[str, Any]) -> None:
    lines = outline_of_output(document).splitlines()
    assert lines[0] == "Northwind: tier standard"
    states = {item["id"]: item["state"] for item in document["controls"]}
    assert [tuple(line.split()) for line in lines if line.split()[1:] and line.split()[1] in states] == [
        (state, name) for name, state in states.items()
    ]
    assert ["kms", "on,", "3", "of", "3", "controls", "deployed"] in [line.split() for line in lines]
    without = outline_of_output({**document, "stacks": {}})
    assert re.search(r"^  kms +off, 3 of 3 controls deployed$", without, re.MULTILINE)
    assert any(re.match(r"  cis-7\.0 +deployed \d+, ", line) for line in lines)
