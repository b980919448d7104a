"""Tasks of org-formation: each deployment once, in its place, after what it depends on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from baseline.errors import ExportError
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.plan.written import read_written_plan
from tests.export.conftest import TEXT, TEXTS, UNKNOWN

REF = {"type": "object", "additionalProperties": False, "required": ["Ref"], "properties": {"Ref": TEXT}}
REFS = {"type": "array", "items": REF, "minItems": 1}
TASK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["Type", "Template", "StackName", "DefaultOrganizationBinding", "DefaultOrganizationBindingRegion"],
    "properties": {
        "Type": {"const": "update-stacks"},
        "DependsOn": TEXTS,
        **dict.fromkeys(("Template", "StackName", "StackDescription"), TEXT),
        "TerminationProtection": {"type": "boolean"},
        "MaxConcurrentStacks": {"type": "integer", "minimum": 1},
        "DefaultOrganizationBindingRegion": TEXTS,
        "DefaultOrganizationBinding": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "IncludeMasterAccount": {"type": "boolean"},
                "Account": {"anyOf": [{"const": "*"}, REFS]},
                "OrganizationalUnit": REFS,
            },
        },
        "Parameters": {"type": "object", "additionalProperties": {"anyOf": [TEXT, REF]}},
        "Tags": {"type": "object", "additionalProperties": TEXT},
    },
}
"""Own words for a task `update-stacks` (docs/task-files.md of org-formation/org-formation-cli)."""


@pytest.fixture(scope="module")
def source(output: Path) -> Source:
    written = read_written_plan(output)
    ids = tuple((path, number or f"ou-ab12-{index:08}") for index, (path, number) in enumerate(written.plan.ou_ids))
    values = {name: value for name, value in UNKNOWN.items() if name.endswith("AccountId")}
    return Source(written=replace(written, plan=replace(written.plan, ou_ids=ids)), values=values)


@pytest.fixture(scope="module")
def document(source: Source) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(export_files(source, "org-formation")["organization-tasks.yml"])
    return found


def tasks(document: dict[str, Any]) -> dict[str, Any]:
    return {name: body for name, body in document.items() if name not in ("Parameters", "Organization")}


def test_tasks_have_the_keys_of_org_formation_and_names_of_their_own(source: Source, document: dict[str, Any]) -> None:
    found, files = tasks(document), export_files(source, "org-formation")
    jsonschema.validate([*found.values()], {"type": "array", "items": TASK})
    assert document["Organization"]["Type"] == "annotate-organization"
    templates = {Path(path).stem: text.decode() for path, text in files.items() if path.startswith("templates/")}
    assert templates == dict(source.written.texts)
    assert len({task["StackName"] for task in found.values()}) == len(found)
    assert all(name.isalnum() for name in document)


def test_each_task_waits_for_the_stacks_that_the_plan_names(source: Source, document: dict[str, Any]) -> None:
    stack_of = {name: Path(task["Template"]).stem for name, task in tasks(document).items()}
    for stack in source.plan.stacks:
        for name in (name for name, template in stack_of.items() if template == stack.name):
            first, *after = document[name]["DependsOn"]
            assert first == "Organization"
            assert {stack_of[other] for other in after} == set(stack.depends_on)


def test_bindings_are_the_places_of_the_plan(source: Source, document: dict[str, Any]) -> None:
    organization = document["Organization"]
    units = organization["OrganizationalUnitMapping"]
    paths = {number: path for path, number in source.plan.ou_ids}
    for stack in source.plan.stacks:
        wanted = {
            (region, deployment.account or ou)
            for deployment in stack.deployments
            for region in deployment.regions
            for ou in (deployment.ous or ("",))
        }
        found = set()
        for task in (task for task in tasks(document).values() if Path(task["Template"]).stem == stack.name):
            binding = task["DefaultOrganizationBinding"]
            places = [paths[units[item["Ref"]]] for item in binding.get("OrganizationalUnit", ())]
            places += [key(item["Ref"]) for item in binding.get("Account", ())]
            places += ["management"] if binding["IncludeMasterAccount"] else []
            found |= {(region, place) for region in task["DefaultOrganizationBindingRegion"] for place in places}
        assert found == wanted, stack.name
    assert organization["AccountMapping"]["SecurityAccount"] == "333333333333"


def key(name: str) -> str:
    keys = {"LogArchiveAccount": "log_archive", "SecurityAccount": "security"}
    return keys.get(name) or {"WebProdAccount": "web-prod", "WebDevAccount": "web-dev"}[name]


def test_values_that_aws_assigns_are_parameters_and_unknown_places_an_error(
    source: Source, document: dict[str, Any], output: Path
) -> None:
    used = {
        value["Ref"]
        for task in tasks(document).values()
        for value in task.get("Parameters", {}).values()
        if isinstance(value, dict)
    }
    assert used == set(document["Parameters"])
    assert "IdentityStoreId" in used
    page = export_files(source, "org-formation")["README.md"].decode()
    assert "--parameters IdentityStoreId=VALUE" in page
    assert "add this role to `capabilities.guardrails.exempt_roles`" in page
    with pytest.raises(ExportError, match="unit Sandbox is not known: the output SandboxOuId of the stack nw-org"):
        export_files(Source(written=read_written_plan(output)), "org-formation")
