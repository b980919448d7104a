"""compliance-trestle accepts the OSCAL documents of every example, and of unusual text."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.poam import PlanOfActionAndMilestones

from baseline.controls.control import controls
from baseline.controls.framework import framework_ids, frameworks
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.evidence.scans.result import Tool
from baseline.pipeline import evidence_of
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.report.oscal import OSCAL_VERSION, control_id, statement_id
from baseline.report.oscal_assessment_results import format_oscal_assessment_results
from baseline.report.oscal_component_definition import format_oscal_component_definition
from baseline.report.oscal_poam import format_oscal_poam
from baseline.resources import profiles_directory
from tests.live_scans import result, with_scans

FAILING: tuple[tuple[Tool, str], ...] = (
    ("prowler", "cloudtrail_log_file_validation_enabled"),
    ("prowler", "kms_cmk_rotation_enabled"),
)
AWKWARD = ' "Sons"\n\n& <b>Brothers</b>\t'
SIGNED: dict[str, Any] = {"owner": AWKWARD, "approver": "CISO", "expires": "2027-06-30"}


@pytest.fixture(scope="module")
def everything() -> Evidence:
    """Every framework, an unusual name, an exception and an attestation."""
    _, evidence = evidence_of(profiles_directory() / "northwind.yaml")
    return replace(
        evidence,
        plan=replace(evidence.plan, organization=AWKWARD),
        frameworks=framework_ids(),
        circumstances=Circumstances(
            exceptions={"cis-7.0/4.2": RequirementException(reason=AWKWARD, **SIGNED)},
            attestations={"cis-7.0/2.2": Attestation(statement=AWKWARD, **SIGNED)},
        ),
    )


def scanned(evidence: Evidence) -> Evidence:
    """The evidence with two scans: every detector passes in an account, and then some fail."""
    found = (item.control.detectors for item in evidence.assessments)
    names: list[tuple[Tool, str]] = [*FAILING, *(("prowler", name) for item in found for name in item.prowler)]
    account = next(filter(None, evidence.accounts.values()), "111111111111")
    passing = [result(tool, name, account=account) for tool, name in names]
    failing = [result(tool, name, "fail", resource=AWKWARD, account=account) for tool, name in FAILING]
    return with_scans(evidence, ("2026-11-01", passing), ("2026-11-30", failing))


def read(evidence: Evidence) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both documents, parsed by the models."""
    components = json.loads(format_oscal_component_definition(evidence))["component-definition"]
    live = scanned(evidence)
    assert live.live
    results = json.loads(format_oscal_assessment_results(live, live.live))["assessment-results"]
    ComponentDefinition.model_validate(components)
    AssessmentResults.model_validate(results)
    return components, results


@pytest.fixture(scope="module")
def documents(example: Evidence) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both documents of an example."""
    return read(example)


def uuids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (item for key, item in value.items() if key == "uuid")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from uuids(item)


def test_every_example_is_accepted_and_names_each_thing_once(documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for document in documents:
        found = list(uuids(document))
        assert len(found) == len(set(found)) > 10
        assert document["metadata"]["oscal-version"] == OSCAL_VERSION


def test_only_requirements_that_scans_decide_about_are_findings(
    example: Evidence, documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    (found,) = documents[1]["results"]
    live = scanned(example)
    judged = [item for items in example.judgements.values() for item in items]
    seen = [(item, state) for item in judged if (state := live.live_requirement(item))]
    decided = [state.status for _, state in seen if state.status != "undecided"]
    assert [item["target"]["status"]["state"] for item in found["findings"]] == decided
    assert "not-satisfied" in decided
    reviewed = [
        item for selection in found["reviewed-controls"]["control-selections"] for item in selection["include-controls"]
    ]
    assert len(reviewed) == len(seen) < len(judged)
    assert (found["start"], found["end"]) == ("2026-11-01T00:00:00Z", "2026-11-30T00:00:00Z")


def test_findings_and_observations_belong_together(
    example: Evidence, documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    (result,) = documents[1]["results"]
    observations = {item["uuid"] for item in result["observations"]}
    named = {
        related["observation-uuid"] for item in result["findings"] for related in item.get("related-observations", ())
    }
    assert named
    assert named <= observations
    live = scanned(example).live
    assert live
    assert len(observations) == len(live.controls) + len(live.security_hub)
    days = {item["collected"] for item in result["observations"]}
    assert days == {"2026-11-01T00:00:00Z", "2026-11-30T00:00:00Z"}


def test_a_component_has_what_is_deployed_and_nothing_else(
    example: Evidence, documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    there = {item.control.id for item in example.assessments if item.state in (State.DEPLOYED, State.PARTIAL)}
    components = documents[0]["components"]
    named = {
        prop["value"]
        for component in components
        for implementation in component["control-implementations"]
        for item in implementation["implemented-requirements"]
        for prop in item["props"]
        if prop["name"] == "control"
    }
    assert named
    complete = {name for name in there if set(controls()[name].needs) <= there}
    asked = (found for judged in example.judgements.values() for item in judged for found in item.requirement.controls)
    implementing = (one for one in asked if one.relation not in ("checks", "supports"))
    assert named == complete & {
        one.control for one in implementing if one.relation == "satisfies" or set(one.needs) <= there
    }


def test_where_a_framework_has_an_oscal_catalog_that_is_its_source_and_each_says_its_framework(
    everything: Evidence,
) -> None:
    components, results = read(everything)
    sources = {
        prop["value"]: implementation["source"]
        for component in components["components"]
        for implementation in component["control-implementations"]
        for prop in implementation["props"]
    }
    catalogs = {name: framework.catalog for name, framework in frameworks().items() if framework.catalog}
    assert set(catalogs) == {
        *("essential-eight", "fedramp-moderate-r5", "nist-800-171-r3", "nist-800-53-r5", "nist-csf-2.0"),
    }
    assert sources == {name: catalogs.get(name, f"oscal-catalog-{name}.json") for name in frameworks()}
    found = [
        (prop["value"], item["target"]["target-id"])
        for item in results["results"][0]["findings"]
        for prop in item["props"]
        if prop["name"] == "framework"
    ]
    assert len(found) == len(set(found)) == len(results["results"][0]["findings"]) > 10


def test_all_frameworks_and_awkward_texts_are_accepted(everything: Evidence) -> None:
    _, results = read(everything)
    (result,) = results["results"]
    (attestation,) = result["attestations"]
    assert attestation["parts"][0]["title"] == "cis-7.0/2.2"
    (finding,) = (item for item in result["findings"] if "related-risks" in item)
    (risk,) = result["risks"]
    assert finding["related-risks"] == [{"risk-uuid": risk["uuid"]}]
    assert risk["statement"] == '"Sons" & <b>Brothers</b>'
    # The last day counts to its end, as `--as-of` has it.
    assert (risk["status"], risk["deadline"]) == ("deviation-approved", "2027-06-30T23:59:59Z")


def test_a_requirement_that_fails_live_is_an_item_with_its_finding(everything: Evidence) -> None:
    live = scanned(replace(everything, frameworks=("cis-7.0",)))
    plan = json.loads(format_oscal_poam(live))["plan-of-action-and-milestones"]
    PlanOfActionAndMilestones.model_validate(plan)
    items = [item for item in plan["poam-items"] if "related-findings" in item]
    assert items
    assert [item["related-findings"][0]["finding-uuid"] for item in items] == [
        item["uuid"] for item in plan["findings"]
    ]
    assert all(item["links"][0]["href"].startswith("oscal-assessment-results.json#") for item in items)
    observed = {item["uuid"] for item in plan["observations"]}
    assert {
        named["observation-uuid"] for item in plan["findings"] for named in item["related-observations"]
    } <= observed
    assert "Scans found failures of cloudtrail-log-file-validation" in " ".join(item["remarks"] for item in items)


def test_ids_of_requirements_are_those_of_nists_catalog_or_tell_requirements_apart() -> None:
    for framework in frameworks().values():
        ids = [control_id(item) for item in framework.requirements.values()]
        assert len(ids) == len(set(ids))
    assert control_id(frameworks()["nist-800-53-r5"].requirements["ac-2.3"]) == "ac-2.3"
    assert control_id(frameworks()["cis-7.0"].requirements["4.2"]) == "cis-7.0_4.2"
    assert control_id(frameworks()["gdpr"].requirements["Art. 5(1)(c)"]) == "gdpr_Art.-5-1-c"


def test_the_same_evidence_has_the_same_documents_and_another_another_uuid(everything: Evidence) -> None:
    few = replace(everything, frameworks=("cis-7.0", "hipaa"))
    partial = tuple(replace(item, state=State.PARTIAL) for item in few.assessments)
    first, other = read(few), read(replace(few, assessments=partial))
    assert read(few) == first
    assert {document["uuid"] for document in other}.isdisjoint({document["uuid"] for document in first})


def test_a_profile_without_frameworks_has_documents_all_the_same(everything: Evidence) -> None:
    bare = replace(everything, frameworks=(), circumstances=Circumstances())
    components = json.loads(format_oscal_component_definition(bare))["component-definition"]
    assert "components" not in components
    live = scanned(bare)
    assert live.live
    assert format_oscal_assessment_results(live, live.live) == ""
    assert components["metadata"]["last-modified"] == f"{max(f.as_of for f in frameworks().values())}T00:00:00Z"


def test_ids_of_sp_800_171_are_those_of_its_catalog() -> None:
    requirement = frameworks()["nist-800-171-r3"].requirements["03.01.11"]
    assert (control_id(requirement), statement_id(requirement)) == ("SP_800_171_03.01.11", "statement_03.01.11")
