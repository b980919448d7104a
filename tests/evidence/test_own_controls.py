"""Controls of customizations: proved by their template, counted through objectives, and errors where it differs."""

from pathlib import Path

import pytest

from baseline.errors import ProfileError
from baseline.evidence.assess import State
from baseline.evidence.states import Implemented
from baseline.pipeline import Options, Proof, prove
from baseline.report.evidence_files import evidence_files
from baseline.validate.validate import ValidateOptions
from tests.profile.test_places import PROFILE as START

TEMPLATE = """\
Resources:
  Queries:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: {LogGroupName: /dns/all, RetentionInDays: 90}
  Other:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: {LogGroupName: /x/dns/all, RetentionInDays: 30}
"""
CONTROL = """\
          kept:
            statement: DNS queries of every VPC are kept for 90 days.
            objectives: [network-traffic-recorded]
            assertions:
              - {type: "AWS::Logs::LogGroup", path: RetentionInDays, at_least: 90, where: {LogGroupName: "/dns/*"}}
"""
NAME = "custom-dns-kept"


def proof(directory: Path, control: str = CONTROL) -> Proof:
    (directory / "dns.yaml").write_text(TEMPLATE, encoding="utf-8")
    path = directory / "profile.yaml"
    stacks = "  customizations:\n    stacks:\n      dns:\n        file: dns.yaml\n        to: [Workloads]\n"
    start = START.replace("account_groups:", "compliance: [nist-800-53-r5, cis-7.0]\naccount_groups:")
    path.write_text(f"{start}{stacks}        controls:\n{control}", encoding="utf-8")
    return prove(path, Options(validation=ValidateOptions(lint=False), fail_on=None))


def test_a_control_is_proved_by_its_template_and_counts_through_its_objectives(tmp_path: Path) -> None:
    found = proof(tmp_path)
    (item,) = (item for item in found.evidence.assessments if item.control.id == NAME)
    (seen,) = item.observations
    assert (item.state, seen.stack, seen.logical_id, seen.value, seen.line) == (
        State.DEPLOYED,
        "nw-custom-dns",
        "Queries",
        90,
        6,
    )
    asked = found.evidence.asked[NAME]["nist-800-53-r5"]
    assert "au-12" in asked
    judged = {judgement.requirement.id: judgement for judgement in found.evidence.judgements["nist-800-53-r5"]}
    mapping, state = judged["au-12"].controls[-1]
    assert (mapping.control, mapping.relation, state) == (NAME, "contributes", State.DEPLOYED)
    assert judged["au-12"].implemented is not Implemented.NONE
    assert not [finding for finding in found.findings if finding.id == "BL130"]


def test_every_report_has_the_control(tmp_path: Path) -> None:
    reports = evidence_files(proof(tmp_path).evidence)
    named = {name for name, content in reports.items() if NAME.encode() in content}
    assert named >= {
        "report/evidence.csv",
        "report/evidence.json",
        "report/evidence.md",
        "report/index.html",
        "report/requirements.csv",
        "report/oscal-component-definition.json",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("at_least: 90", "at_least: 91", "custom-dns-kept is not met: 90; expected: is at least 91"),
        ('where: {LogGroupName: "/dns/*"}', "where: {}", "custom-dns-kept is not met: 30; expected: is at least 90"),
        ('"/dns/*"', '"/dns"', "custom-dns-kept is not met: nothing is there; expected: AWS::Logs::LogGroup"),
        (
            "path: RetentionInDays, at_least: 90",
            "path: KmsKeyId, present: true",
            "nothing is there; expected: is there",
        ),
    ],
)
def test_what_the_template_does_not_have_is_an_error(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = proof(tmp_path, CONTROL.replace(old, new))
    broken = [finding for finding in found.findings if finding.id == "BL130"]
    assert any(message in finding.message for finding in broken), broken
    assert {finding.location.file for finding in broken} == {"templates/nw-custom-dns.yaml"}
    assert all("in the profile" in finding.fix for finding in broken)
    assert NAME not in {item.control.id for item in found.evidence.assessments if item.state is State.DEPLOYED}


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        (
            "[network-traffic-recorded]",
            "[network-trafic-recorded]",
            "objectives[0]",
            'did you mean "network-',
        ),
        ("[network-traffic-recorded]", "[]", "objectives", "at least 1"),
        ("at_least: 90", "at_least: 90, equals: 90", "assertions[0]", "exactly one of equals"),
        ("at_least: 90, ", "", "assertions[0]", "exactly one of equals"),
        ("AWS::Logs::LogGroup", "LogGroup", "assertions[0].type", "does not match"),
    ],
)
def test_mistakes_are_reported_at_their_place(tmp_path: Path, old: str, new: str, path: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        proof(tmp_path, CONTROL.replace(old, new))
    (found,) = caught.value.problems
    assert found.path == f"capabilities.customizations.stacks.dns.controls.kept.{path}"
    assert message in found.message, found.message
