"""`baseline import cfct`: a manifest in the shape of the public samples becomes customizations and policies."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ImportFileError
from baseline.importers.cfct import import_cfct
from baseline.importers.keys import key_rules
from baseline.importers.source import Imported
from baseline.inventory.document import write_inventory
from baseline.inventory.proposal.answers import Wishes, answers_of
from baseline.profile.load import load_profile
from baseline.profile.scaffold import scaffold
from tests.inventory.made import LOGS, WEB, inventory

MANIFEST = f"""
---
region: eu-west-1
version: 2021-03-15
resources:
  - name: query-logs
    description: Keeps DNS queries.
    resource_file: templates/query-logs.template
    deploy_method: stack_set
    deployment_targets: {{accounts: ["{LOGS}", Web Production], organizational_units: [Workloads:Prod]}}
    parameters:
      - {{parameter_key: RetentionDays, parameter_value: 90}}
      - {{parameter_key: Zones, parameter_value: [a, b]}}
      - {{parameter_key: Vpc, parameter_value: "$[alfred_ssm_/org/vpc]"}}
    export_outputs: [{{name: /org/logs, value: "$[output_Logs]"}}]
    regions: [eu-west-1, us-east-1]
  - name: home-only
    resource_file: templates/query-logs.template
    parameter_file: parameters/home.json
    deploy_method: stack_set
    deployment_targets: {{organizational_units: [Core]}}
  - name: Deny-Leave
    resource_file: policies/leave.json
    deploy_method: scp
    deployment_targets: {{organizational_units: [Root, Nowhere]}}
  - name: perimeter
    resource_file: policies/leave.json
    deploy_method: rcp
    deployment_targets: {{organizational_units: [Workloads]}}
  - name: remote
    resource_file: s3://bucket/template.yaml
    deploy_method: stack_set
    deployment_targets: {{accounts: [Web Production]}}
"""
TEMPLATE = """
Parameters:
  RetentionDays: {Type: Number, Default: 30}
  Zones: {Type: String, Default: a}
  Vpc: {Type: String, Default: none}
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: {RetentionInDays: !Ref RetentionDays}
Outputs:
  Logs: {Description: Logs., Value: !Ref Logs}
"""
LEAVE = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Leave", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}],
}
FILES = {
    "manifest.yaml": MANIFEST,
    "templates/query-logs.template": TEMPLATE,
    "parameters/home.json": '[{"ParameterKey": "RetentionDays", "ParameterValue": "7"}]',
    "policies/leave.json": json.dumps(LEAVE),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "cfct" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "cfct"


def imported(source: Path) -> Imported:
    return import_cfct(source, answers_of(inventory(), Wishes(name="Contoso", prefix="ct")))


def test_stack_sets_become_customizations_with_places_regions_and_parameters(source: Path) -> None:
    stacks = imported(source).answers.found["customizations"]["stacks"]

    assert stacks["query-logs"] == {
        "file": "stacks/query-logs.template",
        "to": ["log_archive", "web-production", "Workloads/Prod"],
        "regions": ["eu-west-1", "us-east-1"],
        "description": "Keeps DNS queries.",
        "parameters": {"RetentionDays": "90", "Zones": "a,b"},
    }
    assert stacks["home-only"] == {
        "file": "stacks/home-only.template", "to": ["Core"], "parameters": {"RetentionDays": "7"},
    }  # fmt: skip


def test_policies_become_policies_of_ones_own_and_what_is_left_is_named(source: Path) -> None:
    found = imported(source)
    policies = found.answers.found["guardrails"]["policies"]

    assert [(it["file"], it["type"], it["to"]) for it in policies] == [
        ("policies/deny-leave.json", "SERVICE_CONTROL_POLICY", ["root"]),
        ("policies/perimeter.json", "RESOURCE_CONTROL_POLICY", ["Workloads"]),
    ]
    assert json.loads(found.files["policies/deny-leave.json"]) == LEAVE
    assert found.remarks == (
        "query-logs: the pipeline resolves the parameter Vpc ($[alfred_ssm_/org/vpc])",
        "Deny-Leave omits Nowhere: the inventory has no such account or OU",
        "remote is not imported: s3://bucket/template.yaml is not a file of the directory",
    )


def test_the_command_writes_a_profile_that_is_valid_and_a_report_of_every_key(source: Path, tmp_path: Path) -> None:
    (source / "policies/leave.json").write_text(json.dumps(LEAVE), encoding="utf-8")
    manifest = yaml.safe_load(MANIFEST)
    manifest["resources"] = [item for item in manifest["resources"] if item["name"] != "perimeter"]
    (source / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    write_inventory(inventory(), tmp_path / "inventory.json")
    output = tmp_path / "profile.yaml"
    command = ["import", "cfct", str(source), "--inventory", str(tmp_path / "inventory.json"), "--name", "Contoso"]

    result = CliRunner().invoke(baseline, [*command, "-o", str(output)], standalone_mode=False)

    assert result.exception is None, result.exception
    assert "with 1 policies and 2 stacks" in result.stderr
    assert "  manifest: resources[].deploy_method (4×): stack_set: customizations.stacks" in result.stdout
    assert "resources[].export_outputs[].name: stacks pass values" in result.stdout
    assert set(load_profile(output).landscape.capabilities) >= {"customizations", "guardrails"}


def test_every_key_that_is_taken_over_changes_the_profile(source: Path) -> None:
    def result() -> str:
        found = imported(source)
        return scaffold(found.answers) + json.dumps(dict(found.files)) + json.dumps(found.remarks)

    before, path = result(), source / "manifest.yaml"
    for old, new in [
        ("name: query-logs", "name: dns"), ("Keeps DNS", "Holds DNS"), ("policies/leave.json", "parameters/home.json"),
        ("deploy_method: rcp", "deploy_method: scp"), ("Web Production]", f'"{LOGS}"]'), ("[Core]", "[Workloads]"),
        ("[eu-west-1, us-east-1]", "[us-east-1]"), ("key: RetentionDays", "key: Days"), ("value: 90", "value: 91"),
        ("    parameter_file: parameters/home.json\n", ""),
    ]:  # fmt: skip
        assert old in MANIFEST
        path.write_text(MANIFEST.replace(old, new, 1), encoding="utf-8")
        assert result() != before, old
    assert {rule.file for rule in key_rules("cfct")} == {"manifest"}


def test_names_that_would_meet_get_keys_of_their_own(source: Path) -> None:
    stack = {"resource_file": "templates/query-logs.template", "deploy_method": "stack_set",
             "deployment_targets": {"accounts": [WEB]}}  # fmt: skip
    names = ["a" * 50, "a" * 60, "9-9", "Größe"]
    _write(source, [{"name": name, **stack} for name in names])
    keys = list(imported(source).answers.found["customizations"]["stacks"])
    assert keys == ["a" * 40, f"{'a' * 36}-2", "stack", "groesse"]


def _write(source: Path, resources: Any, **keys: Any) -> None:
    document = {"region": "eu-west-1", "version": "2021-03-15", "resources": resources, **keys}
    (source / "manifest.yaml").write_text(json.dumps(document), encoding="utf-8")


ONE = {"name": "P", "deploy_method": "scp", "deployment_targets": {"organizational_units": ["Root"]}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", r"manifest\.yaml"),
        ("- a list", "not a mapping"),
        ("version: 2020-01-01\nresources: []", "version 2020-01-01; 2021-03-15 is read"),
        ("version: 2021-03-15\nresources: {a: 1}", "resources is not a list"),
        (json.dumps({"version": "2021-03-15", "resources": [{"name": "x"}]}), "has no deploy_method"),
        (json.dumps({"version": "2021-03-15", "resources": [{**ONE, "resource_file": "../s.json"}]}), "is outside"),
        (json.dumps({"version": "2021-03-15", "resources": [{**ONE, "resource_file": "/etc/passwd"}]}), "is outside"),
        (json.dumps({"version": "2021-03-15", "resources": [{**ONE, "resource_file": "a\0b"}]}), "not a valid path"),
        (json.dumps({"version": "2021-03-15", "resources": [{**ONE, "resource_file": "gone.json"}]}), "gone.json"),
        (json.dumps({"version": "2021-03-15", "resources": [{**ONE, "resource_file": "manifest.yaml"}]}), "yaml:1:1"),
    ],
    ids=["no YAML", "a list", "another version", "no list of resources", "no method", "a file above the directory",
         "a file elsewhere", "no path", "a missing file", "a policy that is no JSON"],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_that_names_it(source: Path, text: str, said: str) -> None:
    body = text if "manifest.yaml" not in text else f"# no JSON\n{text}"
    (source / "manifest.yaml").write_text(body, encoding="utf-8")
    with pytest.raises(ImportFileError, match=said):
        imported(source)


def test_a_large_manifest_and_targets_of_wrong_types_are_read(source: Path) -> None:
    many = [{**ONE, "name": f"p{number}", "resource_file": "policies/leave.json"} for number in range(200)]
    _write(source, [*many, "no mapping", {**ONE, "name": "odd", "resource_file": "policies/leave.json",
                                          "deployment_targets": ["Root"]}])  # fmt: skip
    found = imported(source)
    assert len(found.answers.found["guardrails"]["policies"]) == 200
    assert found.remarks == ("odd is not imported: it has no targets",)
