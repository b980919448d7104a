"""compliance-trestle accepts the OSCAL documents of every example, and of unusual text."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.component import ComponentDefinition

from baseline.controls.control import controls
from baseline.controls.framework import framework_ids, frameworks
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Circumstances
from baseline.pipeline import evidence_of
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.report.oscal import OSCAL_VERSION, control_id
from baseline.report.oscal_assessment_results import format_oscal_assessment_results
from baseline.report.oscal_component_definition import format_oscal_component_definition
from baseline.resources import profiles_directory

DECIDED = {"deployed", "prevented", "gap", "unsupported", "excluded"}
"""States that templates decide; the others need a look at live accounts, or people, or AWS."""

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


def read(evidence: Evidence) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both documents, parsed by the models."""
    components = json.loads(format_oscal_component_definition(evidence))["component-definition"]
    results = json.loads(format_oscal_assessment_results(evidence))["assessment-results"]
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


def test_every_requirement_that_templates_decide_is_a_finding(
    example: Evidence, documents: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    (result,) = documents[1]["results"]
    judged = {item.requirement.key: item.met.value for items in example.judgements.values() for item in items}
    decided = [state for state in judged.values() if state in DECIDED]
    assert [next(p["value"] for p in item["props"] if p["name"] == "state") for item in result["findings"]] == decided
    met = sum(item["target"]["status"]["state"] == "satisfied" for item in result["findings"])
    assert met == sum(state in {"deployed", "prevented"} for state in decided)
    reviewed = [
        item
        for selection in result["reviewed-controls"]["control-selections"]
        for item in selection["include-controls"]
    ]
    assert len(reviewed) == len(decided)


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
    assert len(observations) == len(example.assessments)


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
    assert set(catalogs) == {"fedramp-moderate-r5", "nist-800-53-r5", "nist-csf-2.0"}
    assert sources == {name: catalogs.get(name, f"oscal-catalog-{name}.json") for name in frameworks()}
    found = [
        (prop["value"], item["target"]["target-id"])
        for item in results["results"][0]["findings"]
        for prop in item["props"]
        if prop["name"] == "framework"
    ]
    assert len(found) == len(set(found)) == len(results["results"][0]["findings"]) > 40


def test_all_frameworks_and_awkward_texts_are_accepted(everything: Evidence) -> None:
    _, results = read(everything)
    (result,) = results["results"]
    (risk,) = result["risks"]
    assert risk["statement"] == '"Sons" & <b>Brothers</b>'
    # The last day counts to its end, as `--as-of` has it.
    assert (risk["status"], risk["deadline"]) == ("deviation-approved", "2027-06-30T23:59:59Z")
    (attestation,) = result["attestations"]
    assert attestation["parts"][0]["title"] == "cis-7.0/2.2"
    (finding,) = (item for item in result["findings"] if "related-risks" in item)
    assert finding["related-risks"] == [{"risk-uuid": risk["uuid"]}]


def test_ids_of_requirements_are_those_of_nists_catalog_or_tell_requirements_apart() -> None:
    for framework in frameworks().values():
        ids = [control_id(item) for item in framework.requirements.values()]
        assert len(ids) == len(set(ids))
    assert control_id(frameworks()["nist-800-53-r5"].requirements["ac-2.3"]) == "ac-2.3"
    assert control_id(frameworks()["cis-7.0"].requirements["4.2"]) == "cis-7.0_4.2"
    assert control_id(frameworks()["gdpr"].requirements["Art. 5(1)(c)"]) == "gdpr_Art.-5-1-c"


def test_the_same_evidence_has_the_same_documents_and_another_another_uuid(everything: Evidence) -> None:
    assert read(everything) == read(replace(everything))
    other = replace(everything, assessments=tuple(replace(item, state=State.ABSENT) for item in everything.assessments))
    assert {document["uuid"] for document in read(other)}.isdisjoint(
        {document["uuid"] for document in read(everything)}
    )


def test_a_profile_without_frameworks_has_documents_all_the_same(everything: Evidence) -> None:
    components, results = read(replace(everything, frameworks=(), circumstances=Circumstances()))
    assert "components" not in components
    assert results["results"][0]["reviewed-controls"] == {"control-selections": [{"include-all": {}}]}
    assert results["metadata"]["last-modified"] == f"{max(f.as_of for f in frameworks().values())}T00:00:00Z"
