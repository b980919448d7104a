"""Tools read the OSCAL documents without a network: catalogs, statuses, roles, and the plan of action."""

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from trestle.cli import Trestle
from trestle.oscal.catalog import Catalog
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.oscal.ssp import SystemSecurityPlan

from baseline.cli.main import baseline
from baseline.controls.framework import framework_ids, frameworks
from baseline.evidence.evidence import Evidence
from baseline.evidence.states import Implemented, Met
from baseline.pipeline import evidence_of
from baseline.report.evidence_files import evidence_files
from baseline.report.oscal import control_id
from baseline.report.oscal_assessment_results import format_oscal_assessment_results
from baseline.report.oscal_catalog import format_oscal_catalog
from baseline.report.oscal_component_definition import format_oscal_component_definition
from baseline.report.oscal_ssp import format_oscal_ssp
from baseline.resources import profiles_directory
from tests.live_scans import result, with_scans

NIST = "https://example.com/profile.json"
PROFILE = {
    "uuid": "6f0e8e6a-4b1e-4c55-9d7c-0a8a3c1d2e3f",
    "metadata": {"title": "CIS", "last-modified": "2025-01-02T00:00:00Z", "version": "1", "oscal-version": "1.2.1"},
    "imports": [{"href": "trestle://catalogs/cis/catalog.json", "include-all": {}}],
}


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


def test_what_components_name_is_in_the_catalogs(documents: dict[str, Any]) -> None:
    known = {name: {item["id"] for item in doc["controls"]} for name, doc in documents.items() if "catalog" in name}
    assert all(item["control-id"] in known[source] for source, item in implemented(documents) if source in known)


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


def test_parameters_that_the_profile_decides_have_its_values_and_its_key(documents: dict[str, Any]) -> None:
    found = {
        item["control-id"]: item["set-parameters"]
        for source, item in implemented(documents)
        if "set-parameters" in item and source == frameworks()["nist-800-53-r5"].catalog
    }
    assert found.keys() == {"ac-12", "au-11", "ia-5.1", "sc-12"}
    (retention,) = found["au-11"]
    assert retention["param-id"] == "au-11_odp"
    assert retention["values"] == ["1095 days in the log archive (CloudTrailLogsBucket, ConfigLogsBucket)"]
    assert retention["remarks"].startswith("Set by capabilities.log_archive.retention_days in the profile")
    (password,) = found["ia-5.1"]
    assert password["values"][0] == "passwords of IAM users have 14 characters or more"


def test_the_plan_of_action_lists_open_requirements_with_the_settings_that_close_them(
    evidence: Evidence, documents: dict[str, Any]
) -> None:
    plan = documents["oscal-poam.json"]
    PlanOfActionAndMilestones.model_validate(plan)
    open_ = {item.requirement.id for items in evidence.judgements.values() for item in items if item.met is Met.GAP}
    items = {of(item, "label"): item for item in plan["poam-items"]}
    assert open_ <= items.keys()
    assert "capabilities.organization.policy_delegation" in items["2.1.5"]["remarks"]


def test_a_system_security_plan_has_accounts_aws_and_the_parts_of_everybody(evidence: Evidence) -> None:
    plan = json.loads(format_oscal_ssp(replace(evidence, frameworks=("nist-800-53-r5",)), NIST))["system-security-plan"]
    SystemSecurityPlan.model_validate(plan)
    system = plan["system-implementation"]
    assert len(system["inventory-items"]) == len(evidence.accounts) > 5
    assert "leveraged-authorizations" not in system
    known = {item["uuid"] for item in system["components"]}
    asked = {item["control-id"]: item for item in plan["control-implementation"]["implemented-requirements"]}
    assert asked.keys() == frameworks()["nist-800-53-r5"].requirements.keys()
    parts = {key: {part["component-uuid"] for part in item["by-components"]} for key, item in asked.items()}
    assert all(some and some <= known for some in parts.values())
    titles = {item["uuid"]: item["title"] for item in system["components"]}
    assert {titles[name] for name in parts["pe-3"]} == {"Amazon Web Services"}
    assert {titles[name] for name in parts["at-1"]} == {"This system"}
    states = {
        part["implementation-status"]["state"]
        for item in asked.values()
        for part in item["by-components"]
        if "implementation-status" in part
    }
    assert states == {"partial"}


def test_the_plan_leverages_an_authorization_of_aws_only_with_its_day(evidence: Evidence) -> None:
    one = replace(evidence, frameworks=("cis-7.0",))
    plan = json.loads(format_oscal_ssp(one, NIST, date(2025, 1, 2)))["system-security-plan"]
    (leveraged,) = plan["system-implementation"]["leveraged-authorizations"]
    assert leveraged["date-authorized"] == "2025-01-02"
    assert leveraged["party-uuid"] in {item["uuid"] for item in plan["metadata"]["parties"]}
    (aws,) = (item for item in plan["system-implementation"]["components"] if item["type"] == "system")
    assert of(aws, "leveraged-authorization-uuid") == leveraged["uuid"]


def test_a_framework_without_a_public_oscal_profile_needs_one(tmp_path: Path) -> None:
    profile = str(profiles_directory() / "northwind.yaml")
    refused = CliRunner().invoke(baseline, ["evidence", "ssp", profile, "--framework", "cis-7.0"])
    assert refused.exit_code == 2
    assert "name one with --oscal-profile" in refused.stderr
    target = tmp_path / "ssp.json"
    given = ["--framework", "cis-7.0", "--oscal-profile", NIST, "--aws-authorized", "2025-01-02", "-o", str(target)]
    assert CliRunner().invoke(baseline, ["evidence", "ssp", profile, *given]).exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["system-security-plan"]["import-profile"]["href"] == NIST


def test_trestle_reads_plan_and_components_without_a_network(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.chdir(workspace)

    def trestle(*words: str) -> None:
        monkeypatch.setattr(sys, "argv", ["trestle", *words])
        assert Trestle().run() == 0, words

    def imported(name: str, content: str) -> None:
        (tmp_path / f"{name}.json").write_text(content, encoding="utf-8")
        trestle("import", "-f", str(tmp_path / f"{name}.json"), "-o", name)

    one = replace(evidence, frameworks=("cis-7.0",))
    trestle("init", "--local")
    imported("cis", format_oscal_catalog(one, frameworks()["cis-7.0"]))
    (workspace / "oscal-catalog-cis-7.0.json").write_bytes((tmp_path / "cis.json").read_bytes())
    imported("chosen", json.dumps({"profile": PROFILE}))
    imported("baseline", format_oscal_component_definition(one))
    imported("plan", format_oscal_ssp(one, "trestle://profiles/chosen/profile.json", date(2025, 1, 2)))
    trestle("validate", "-t", "system-security-plan", "-n", "plan")
    scanned = with_scans(one, ("2026-11-30", [result("prowler", "cloudtrail_log_file_validation_enabled", "fail")]))
    assert scanned.live
    imported("results", format_oscal_assessment_results(scanned, scanned.live))
    trestle("validate", "-t", "assessment-results", "-n", "results")
    trestle("author", "component-generate", "-n", "baseline", "-o", "md")
    trestle("author", "ssp-generate", "-p", "chosen", "-cd", "baseline", "-o", "ssp")
    for name in ("md", "ssp"):
        text = next((workspace / name).rglob("cis-7.0_4.4.md")).read_text(encoding="utf-8")
        assert "Implementation Status: implemented" in text, name
