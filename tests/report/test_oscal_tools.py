"""Tools read the OSCAL documents without a network: catalogs, statuses, roles, and the plan of action."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trestle.oscal.catalog import Catalog
from trestle.oscal.poam import PlanOfActionAndMilestones

from baseline.controls.framework import framework_ids, frameworks
from baseline.evidence.evidence import Evidence
from baseline.evidence.states import Implemented, Met
from baseline.pipeline import evidence_of
from baseline.report.evidence_files import evidence_files
from baseline.report.oscal import control_id, statement_id
from baseline.resources import profiles_directory


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return replace(evidence_of(profiles_directory() / "northwind.yaml")[1], frameworks=framework_ids())


@pytest.fixture(scope="module")
def documents(evidence: Evidence) -> dict[str, Any]:
    """File name → the content of each OSCAL document."""
    files = {Path(name).name: content for name, content in evidence_files(evidence).items() if "oscal" in name}
    return {name: next(iter(json.loads(content).values())) for name, content in files.items()}


def implemented(documents: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(source, implemented requirement) of every component."""
    return [
        (implementation["source"], item)
        for component in documents["oscal-component-definition.json"]["components"]
        for implementation in component["control-implementations"]
        for item in implementation["implemented-requirements"]
    ]


def of(item: dict[str, Any], name: str) -> str:
    return str(next(prop["value"] for prop in item["props"] if prop["name"] == name))


def test_each_framework_without_a_public_catalog_has_one_beside_the_other_documents(documents: dict[str, Any]) -> None:
    own = {name: item for name, item in frameworks().items() if not item.catalog}
    names = {f"oscal-catalog-{name}.json" for name in own}
    assert names == {name for name in documents if "catalog" in name}
    for name, framework in own.items():
        catalog = documents[f"oscal-catalog-{name}.json"]
        Catalog.model_validate(catalog)
        assert [item["id"] for item in catalog["controls"]] == [*map(control_id, framework.requirements.values())]
    assert names < {source for source, _ in implemented(documents)}


def test_what_components_and_findings_name_is_in_the_catalogs(documents: dict[str, Any]) -> None:
    known = {name: {item["id"] for item in doc["controls"]} for name, doc in documents.items() if "catalog" in name}
    assert all(item["control-id"] in known[source] for source, item in implemented(documents) if source in known)
    statements = {statement_id(item) for framework in frameworks().values() for item in framework.requirements.values()}
    (result,) = documents["oscal-assessment-results.json"]["results"]
    assert {item["target"]["target-id"] for item in result["findings"]} <= statements


def test_a_component_implements_only_what_is_full_and_names_templates_and_roles(
    evidence: Evidence, documents: dict[str, Any]
) -> None:
    judged = {
        (item.requirement.framework, control_id(item.requirement)): item
        for items in evidence.judgements.values()
        for item in items
    }
    sources = {name: framework.catalog or f"oscal-catalog-{name}.json" for name, framework in frameworks().items()}
    full = {(sources[name], key) for (name, key), item in judged.items() if item.implemented is Implemented.FULL}
    found = implemented(documents)
    statuses = {of(item, "implementation-status") for _, item in found}
    assert statuses == {"implemented", "partial"}
    assert {of(item, "control-origination") for _, item in found} == {"customer-configured", "organization"}
    for source, item in found:
        if of(item, "implementation-status") == "implemented":
            assert (source, item["control-id"]) in full
        assert all(link["href"].startswith("../templates/") for link in item["links"])
    roles = {item["id"] for item in documents["oscal-component-definition.json"]["metadata"]["roles"]}
    assert {role["role-id"] for _, item in found for role in item.get("responsible-roles", ())} <= roles


def test_the_plan_of_action_lists_open_requirements_with_the_settings_that_close_them(
    evidence: Evidence, documents: dict[str, Any]
) -> None:
    plan = documents["oscal-poam.json"]
    PlanOfActionAndMilestones.model_validate(plan)
    open_ = {item.requirement.id for items in evidence.judgements.values() for item in items if item.met is Met.GAP}
    items = {of(item, "label"): item for item in plan["poam-items"]}
    assert open_ <= items.keys()
    assert "capabilities.organization.policy_delegation" in items["2.1.5"]["remarks"]


def test_trestle_writes_markdown_of_components_without_a_network(evidence: Evidence, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()

    def trestle(*words: str) -> None:
        words = (sys.executable, "-m", "trestle", *words)
        done = subprocess.run(words, cwd=workspace, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    trestle("init", "--local")
    files = {Path(name).name: data for name, data in evidence_files(replace(evidence, frameworks=("cis-7.0",))).items()}
    (workspace / "oscal-catalog-cis-7.0.json").write_bytes(files["oscal-catalog-cis-7.0.json"])
    document = tmp_path / "oscal-component-definition.json"
    document.write_bytes(files[document.name])
    trestle("import", "-f", str(document), "-o", "baseline")
    trestle("author", "component-generate", "-n", "baseline", "-o", "md")
    text = next((workspace / "md").rglob("cis-7.0_4.4.md")).read_text(encoding="utf-8")
    assert "Implementation Status: implemented" in text
