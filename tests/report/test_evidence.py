"""The evidence files: every value with its place, deterministic, and explicit about gaps."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.framework import frameworks
from baseline.controls.responsibility import responsibility
from baseline.evidence.assess import Assessment, Observation, State, assess
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.evidence.shape import SCHEMA_FILE
from baseline.evidence.states import Met
from baseline.findings import Finding, Location, Severity
from baseline.plan.build import build_plan
from baseline.profile.acceptance import Attestation, CompensatingControl, Reference, RequirementException
from baseline.render.render import render_plan
from baseline.report.evidence_csv import COLUMNS, REQUIREMENT_COLUMNS, format_evidence_csv, format_requirements_csv
from baseline.report.evidence_files import evidence_files
from baseline.report.evidence_html import format_evidence_html
from baseline.report.evidence_json import format_evidence_json
from baseline.report.evidence_markdown import format_evidence_markdown
from baseline.report.oscal_poam import format_oscal_poam
from baseline.report.responsibility_markdown import format_responsibility_markdown
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

SIGNED: dict[str, Any] = {"owner": "Platform team", "approver": "CISO", "expires": "2027-06-30"}


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    plan = build_plan(make_landscape())
    templates = render_plan(plan)
    return Evidence(
        plan=plan,
        templates=templates,
        assessments=assess(tuple(map(read_template, templates))),
        frameworks=("cis-7.0", "fsbp"),
        circumstances=Circumstances(
            exceptions={"cis-7.0/4.3": RequirementException(reason="Another | product\ndoes it.", **SIGNED)},
            attestations={"cis-7.0/2.2": Attestation(statement="Reviewed each January.", **SIGNED)},
            unsupported=frozenset({"macie-enabled"}),
        ),
    )


def published_schema() -> Any:
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def rows(evidence: Evidence) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(format_evidence_csv(evidence))))


def resolve(document: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def test_every_value_stands_where_its_pointer_says(evidence: Evidence) -> None:
    documents = {template.stack.name: read_template(template) for template in evidence.templates}
    seen = 0
    for control in json.loads(format_evidence_json(evidence))["controls"]:
        for item in control["observations"]:
            subject = documents[item["stack"]]
            if item["value"] is None or "/TemplateBody/" in item["pointer"]:
                continue
            value = resolve(subject.document, item["pointer"])
            seen += 1
            if isinstance(value, str | int | bool):
                assert str(value)[:50] == str(item["value"])[:50]
    assert seen > 100


def test_a_digest_and_a_target_stand_beside_every_value(evidence: Evidence) -> None:
    digests = {template.stack.file: template.sha256 for template in evidence.templates}
    found = [row for row in rows(evidence) if row["stack"]]
    assert found
    assert set(found[0]) == set(COLUMNS)
    assert all(row["sha256"] == digests[row["template"]] and row["targets"] for row in found)


def test_a_control_that_is_absent_is_listed_all_the_same(evidence: Evidence) -> None:
    absent = [item.control.id for item in evidence.assessments if item.state is State.ABSENT]
    assert absent
    listed = {row["control"]: row["state"] for row in rows(evidence)}
    assert all(listed[control] == "absent" for control in absent)
    assert all(f"| `{control}` | absent |" in format_evidence_markdown(evidence) for control in absent)


def test_requirements_are_those_of_the_frameworks_asked_for_in_natural_order(evidence: Evidence) -> None:
    document = json.loads(format_evidence_json(evidence))
    assert [item["id"] for item in document["frameworks"]] == ["cis-7.0", "fsbp"]
    ids = [item["id"] for item in document["frameworks"][0]["requirements"]]
    assert ids.index("5.9") < ids.index("5.10")
    assert sum(document["counts"].values()) == len(evidence.assessments)


def test_every_requirement_is_listed_with_its_state_whatever_counts_for_it(evidence: Evidence) -> None:
    document = json.loads(format_evidence_json(evidence))
    table = list(csv.DictReader(io.StringIO(format_requirements_csv(evidence))))
    text = format_evidence_markdown(evidence)
    assert set(table[0]) == set(REQUIREMENT_COLUMNS)
    for framework in document["frameworks"]:
        states = {item["id"]: item["state"] for item in framework["requirements"]}
        assert set(states) == set(frameworks()[framework["id"]].requirements)
        assert sum(framework["counts"].values()) == len(states) > 50
        in_table = {row["requirement"]: row["state"] for row in table if row["framework"] == framework["id"]}
        assert in_table == states
        assert all(f"| {name}: " in text for name in states)
    left = next(item for item in document["frameworks"][0]["requirements"] if item["id"] == "3.1.3")
    assert (left["state"], left["former_state"]) == ("partial", "manual")
    assert left["manual"]["owner"]


def test_a_control_that_is_there_and_does_not_count_is_distinguished_from_one_that_is_not_there() -> None:
    plan = build_plan(make_landscape(alerts=()))
    templates = render_plan(plan)
    assessments = assess(tuple(map(read_template, templates)))
    deaf = Evidence(plan=plan, templates=templates, assessments=assessments, frameworks=("cis-7.0",))
    assert deaf.states["alarm-root-usage"] is State.DEPLOYED
    gaps = [item for item in deaf.judgements["cis-7.0"] if item.met is Met.GAP]
    assert any("alarm-root-usage" in [mapping.control for mapping, _ in item.controls] for item in gaps)
    said = "`alarm-root-usage` detects (deployed, but not sufficient here)"
    assert said in format_evidence_markdown(deaf)
    assert "here: it is deployed, but not sufficient" in format_evidence_html(deaf)


def test_a_control_that_goes_changes_what_it_counted_for(evidence: Evidence) -> None:
    def without(control: str) -> Evidence:
        changed = [
            replace(item, state=State.ABSENT) if item.control.id == control else item for item in evidence.assessments
        ]
        return replace(evidence, assessments=tuple(changed))

    def met(given: Evidence, requirement: str) -> str:
        judged = {item.requirement.id: item.met.value for item in given.judgements["cis-7.0"]}
        return judged[requirement]

    assert met(evidence, "4.4") == "deployed"
    assert met(without("log-archive-access-logging"), "4.4") in {"detected", "gap"}
    assert met(evidence, "6.2") == "detected"


def test_the_reason_for_a_weaker_value_goes_into_the_evidence(evidence: Evidence) -> None:
    finding = Finding(
        id="profile-weakened",
        severity=Severity.WARNING,
        message="weaker",
        location=Location(file="profile.yaml", line=1, column=1),
        control="kms-key-rotation",
        accepted="The auditor agreed in 2026.",
    )
    weak = replace(evidence, plan=replace(evidence.plan, accepted=(finding,)))
    assert {row["reason"] for row in rows(weak) if row["control"] == "kms-key-rotation"} == {finding.accepted}


def test_responsibilities_are_reported_for_every_enabled_capability(evidence: Evidence) -> None:
    assert set(responsibility().capabilities) == set(CAPABILITIES)
    assert {duty.who for area in responsibility().areas for duty in area.duties.values()} == {"aws", "both", "customer"}
    text = format_responsibility_markdown(evidence)
    on = {template.stack.capability for template in evidence.templates}
    assert len(on) > 5
    for name in CAPABILITIES:
        assert (f"| `{name}` |" in text) is (name in on)
    assert text.count("[source](https://docs.aws.amazon.com/") > 10


def test_nothing_becomes_a_formula_in_a_spreadsheet(evidence: Evidence) -> None:
    first = next(item for item in evidence.assessments if item.observations)
    spoiled = replace(first.observations[0], value='=HYPERLINK("http://x")', stack=evidence.templates[0].stack.name)
    others = tuple(item for item in evidence.assessments if item is not first)
    (row, *_) = [row for row in rows(replace(evidence, assessments=(_with(first, spoiled), *others))) if row["value"]]
    assert row["value"].startswith("'=")


def _with(item: Assessment, seen: Observation) -> Assessment:
    return replace(item, observations=(seen,))


def test_the_same_evidence_has_the_same_bytes(evidence: Evidence) -> None:
    first = evidence_files(evidence)
    assert set(first) == {
        f"report/{name}"
        for name in (
            "evidence.csv",
            "requirements.csv",
            "evidence.json",
            "evidence.md",
            "index.html",
            "oscal-catalog-cis-7.0.json",
            "oscal-catalog-fsbp.json",
            "oscal-component-definition.json",
            "oscal-poam.json",
            "responsibility.md",
            "tasks.csv",
        )
    }
    assert evidence_files(evidence) == first


def test_the_document_is_what_its_published_schema_says(evidence: Evidence) -> None:
    schema = published_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(format_evidence_json(evidence)), schema)


def test_an_exception_says_its_kind_its_risk_and_what_is_done_instead(evidence: Evidence) -> None:
    exception = RequirementException(
        reason="No.",
        kind="compensating-control",
        risk="low",
        compensating_controls=[CompensatingControl(what="Sign-ins are reviewed.", evidence=Reference(at="Ticket 7"))],
        **SIGNED,
    )
    attestation = Attestation(statement="We look at it.", **SIGNED)
    circumstances = Circumstances(exceptions={"cis-7.0/4.3": exception}, attestations={"cis-7.0/2.2": attestation})
    given = replace(evidence, circumstances=circumstances)
    text = format_evidence_markdown(given)
    assert "Kind: compensating-control<br>Remaining risk: low<br>Instead: Sign-ins are reviewed. (Ticket 7)" in text
    (row,) = (row for row in csv.DictReader(io.StringIO(format_requirements_csv(given))) if row["exception_kind"])
    assert (row["risk"], row["compensating_controls"]) == ("low", "Sign-ins are reviewed. (Ticket 7)")
    (risk,) = json.loads(format_oscal_poam(given))["plan-of-action-and-milestones"]["risks"]
    assert risk["mitigating-factors"][0]["description"] == "Sign-ins are reviewed. (Ticket 7)"
    attested = [
        line.split(" | ")[-1] for line in text.splitlines() if line.startswith("| CIS AWS Foundations Benchmark 7.0 ")
    ]
    assert attested[1] == "1 |"


def test_what_the_profile_says_is_read_in_markdown_as_it_was_written(evidence: Evidence) -> None:
    signed: dict[str, Any] = {**SIGNED, "owner": "<!-- team"}
    circumstances = Circumstances(
        exceptions={"cis-7.0/4.3": RequirementException(reason="<prefix>-scanner & co do it.", **signed)},
        attestations={"cis-7.0/2.2": Attestation(statement="Fewer than <10 accounts.", **signed)},
    )
    plan = replace(evidence.plan, organization="A <b> & Sons")
    text = format_evidence_markdown(replace(evidence, plan=plan, circumstances=circumstances))
    assert text.startswith("# Evidence: A &lt;b> &amp; Sons\n")
    assert "Exception: &lt;prefix>-scanner &amp; co do it. (&lt;!-- team, approved by CISO" in text
    assert "Attestation: Fewer than &lt;10 accounts. (" in text
    responsible = format_responsibility_markdown(replace(evidence, plan=plan))
    assert responsible.startswith("# Shared responsibility: A &lt;b> &amp; Sons\n")


def test_what_the_profile_excepts_and_attests_stands_beside_the_requirement(evidence: Evidence) -> None:
    document = json.loads(format_evidence_json(evidence))
    asked = {item["id"]: item for item in document["frameworks"][0]["requirements"]}
    assert asked["4.3"]["state"] == "excluded"
    assert asked["4.3"]["exception"] == {**SIGNED, "reason": "Another | product\ndoes it."}
    assert asked["2.2"]["attestation"] == {**SIGNED, "statement": "Reviewed each January."}
    assert document["frameworks"][0]["counts"]["excluded"] == 1
    lines = list(csv.DictReader(io.StringIO(format_requirements_csv(evidence))))
    table = {row["requirement"]: row for row in lines if row["count"] == "1"}
    assert sum(int(row["count"]) for row in lines) == sum(len(items) for items in evidence.judgements.values())
    assert (table["4.3"]["state"], table["4.3"]["approver"]) == ("excluded", "CISO")
    assert table["2.2"]["attestation"] == "Reviewed each January."
    text = format_evidence_markdown(evidence)
    assert "Exception: Another \\| product does it. (Platform team, approved by CISO, until 2027-06-30)" in text
    assert "Attestation: Reviewed each January." in text


def test_a_stack_says_how_many_of_the_accounts_it_reaches(northwind_output: Path) -> None:
    document = json.loads((northwind_output / "report" / "evidence.json").read_text(encoding="utf-8"))
    stacks = document["stacks"]
    every = {"accounts": len(document["scope"]["accounts"]), "of": len(document["scope"]["accounts"])}
    assert stacks["nw-config-recorder"]["reach"] == {**every, "regions": document["scope"]["regions"]}
    management = {"account": "management", "id": "111111111111"}
    assert stacks["nw-cloudtrail"]["reach"] == {**every, "accounts": 1, "regions": ["eu-west-1"], "names": [management]}
    assert stacks["nw-kms-notifications"]["reach"]["accounts"] == 2


def test_a_row_shows_what_a_guardrail_denies_and_which_rule_runs_in_which_accounts(northwind_output: Path) -> None:
    document = json.loads((northwind_output / "report" / "evidence.json").read_text(encoding="utf-8"))
    seen = {item["id"]: item["observations"] for item in document["controls"]}
    denial = seen["guardrail-root-user"][0]["value"]
    assert denial["Action"] == ["*"]
    assert "aws:PrincipalArn" in json.dumps(denial["Condition"])
    exempt = seen["guardrail-cloudtrail"][0]["value"]
    assert "cloudtrail:StopLogging" in exempt["Action"]
    assert any("role/nw-" in role for role in exempt["Condition"]["ArnNotLike"]["aws:PrincipalArn"])
    rules = [item for item in seen["config-rule-certificates"] if item["pointer"].endswith("/SourceIdentifier")]
    assert {item["value"] for item in rules} == {"ACM_CERTIFICATE_EXPIRATION_CHECK"}
    assert "30" in {item["value"] for item in seen["config-rule-certificates"]}
    with (northwind_output / "report" / "evidence.csv").open(encoding="utf-8", newline="") as file:
        found = {row["stack"]: row["accounts"] for row in csv.DictReader(file)}
    assert found["nw-cloudtrail"] == "111111111111"
    assert found["nw-config-recorder"].split() == [
        item["id"] or item["account"] for item in document["scope"]["accounts"]
    ]
