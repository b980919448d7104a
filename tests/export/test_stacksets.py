"""Parents of CloudFormation: every stack in its wave and Region, with references to earlier parents."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from baseline.export import stacksets
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.plan.model import Deployment, Method, Stack, Template
from baseline.plan.operations import auto_deployment_dependencies
from baseline.validate.validate import ValidateOptions, linted

PARENT = Stack(
    name="parent",
    capability="",
    template="",
    description="",
    context=None,
    parameters=(),
    deployments=(Deployment(method=Method.STACK, account="management", regions=("eu-west-1",)),),
    depends_on=(),
    prerequisites=(),
)


@pytest.fixture(scope="module")
def parents(source: Source) -> dict[str, dict[str, Any]]:
    files = export_files(source, "stacksets")
    return {name: json.loads(content) for name, content in files.items() if name.startswith("wave-")}


def test_parents_have_every_stack_in_its_region_and_wave(
    source: Source, parents: Mapping[str, Mapping[str, Any]]
) -> None:
    found: set[tuple[Any, ...]] = set()
    for name, parent in parents.items():
        wave, region = int(name[5:7]), name[8:].removesuffix(".json")
        for resource in parent["Resources"].values():
            properties = resource["Properties"]
            stack = properties["TemplateURL"]["Fn::Sub"].rpartition("/")[2].removesuffix(".yaml")
            if resource["Type"] == "AWS::CloudFormation::Stack":
                found.add((wave, stack, region))
            else:
                assert properties["StackSetName"] == stack
                groups = [(group["DeploymentTargets"], group["Regions"]) for group in properties["StackInstancesGroup"]]
                found |= {(wave, stack, tuple(regions)) for _, regions in groups}
    assert found == {
        (wave, stack.name, place)
        for wave, stacks in enumerate(source.plan.waves, start=1)
        for stack in stacks
        for item in stack.deployments
        for place in (item.regions if item.method is Method.STACK else (item.regions,))
    }


def test_parents_are_valid(parents: Mapping[str, Mapping[str, Any]]) -> None:
    """With a planted fault in the parent that has both kinds of resources, and outputs."""
    text = json.dumps(parents["wave-04-eu-west-1.json"])
    texts = {name: json.dumps(parent) for name, parent in parents.items()} | {
        "property": text.replace('"ManagedExecution"', '"ManagedExecutions"', 1),
        "reference": text.replace("${NwConfigRoleStackSet}", "${NwConfigRolesStackSet}"),
    }
    assert {texts["property"], texts["reference"]}.isdisjoint([text])
    templates = [Template(stack=replace(PARENT, name=name, template=name), text=text) for name, text in texts.items()]
    with linted(templates, partition="aws", options=ValidateOptions()) as found:
        assert {finding.location.file for finding in found} == {"templates/property.yaml", "templates/reference.yaml"}


def test_parents_declare_what_they_refer_to(parents: Mapping[str, Mapping[str, Any]]) -> None:
    for parent in parents.values():
        text = json.dumps(parent["Resources"])
        assert set(re.findall(r'{"Ref": "(\w+)"}', text)) | {"TemplateBaseUrl"} == set(parent["Parameters"])
        assert len(text) < 1_000_000


def test_stack_sets_wait_for_each_other_in_accounts_that_join(
    source: Source, parents: Mapping[str, Mapping[str, Any]]
) -> None:
    found = {}
    for parent in parents.values():
        for body in (body for body in parent["Resources"].values() if body["Type"].endswith("::StackSet")):
            awaited = body["Properties"]["AutoDeployment"].get("DependsOn", [])
            found[body["Properties"]["StackSetName"]] = tuple(_stack_set(parents, value) for value in awaited)
    stacks = (stack for stack in source.plan.stacks if stack.name in found)
    assert found == {stack.name: auto_deployment_dependencies(source.plan, stack) for stack in stacks}
    assert any(found.values())


def _stack_set(parents: Mapping[str, Mapping[str, Any]], value: Mapping[str, Any]) -> str:
    """The name of the StackSet whose ARN a value is."""
    parent = parents[f"{value['Fn::GetStackOutput']['StackName']}.json"]
    arn = parent["Outputs"][value["Fn::GetStackOutput"]["OutputName"]]["Value"]["Fn::Sub"]
    place, _, name = arn.partition(":stackset/")
    assert place == "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}"
    return str(parent["Resources"][name.removeprefix("${").removesuffix("}")]["Properties"]["StackSetName"])


def test_parents_read_what_earlier_parents_make(parents: Mapping[str, Mapping[str, Any]]) -> None:
    used: dict[str, set[str]] = {}
    for name, parent in parents.items():
        for reference in references(parent["Resources"]):
            assert reference["StackName"] < name[: len("wave-00")]
            assert reference["StackName"].endswith(reference["Region"])
            used.setdefault(f"{reference['StackName']}.json", set()).add(reference["OutputName"])
    assert used == {name: set(parent["Outputs"]) for name, parent in parents.items() if "Outputs" in parent}
    first = parents["wave-01-eu-west-1.json"]["Outputs"]
    assert {name: item["Value"]["Fn::GetAtt"] for name, item in first.items()} == {
        name: ["NwOrganizationStack", f"Outputs.{name}"]
        for name in (
            *("DataProdAccountId", "SandboxAccountId"),
            *("SandboxOuId", "SuspendedOuId", "WorkloadsDevOuId", "WorkloadsProdOuId"),
        )
    }
    asked = {name for parent in parents.values() for name in parent["Parameters"]}
    assert asked == {"TemplateBaseUrl", "IdentityCenterInstanceArn", "IdentityStoreId", "LogArchiveKeyArn"}


def references(value: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(value, dict):
        if "Fn::GetStackOutput" in value:
            yield value["Fn::GetStackOutput"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_page_has_a_command_for_each_parent_with_its_values(
    source: Source, parents: Mapping[str, Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = export_files(source, "stacksets")["README.md"].decode()
    found = commands(page)
    assert [words[words.index("--template-file") + 1] for words in found] == sorted(
        parents, key=lambda name: (name[:7], "eu-west-1" not in name, name)
    )
    for words in found:
        name = words[words.index("--template-file") + 1]
        given = {word.partition("=")[0] for word in words[words.index("--parameter-overrides") + 1 :]}
        assert given == set(parents[name]["Parameters"])
        assert name == f"{words[words.index('--stack-name') + 1]}.json"
        assert name.endswith(f"-{words[words.index('--region') + 1]}.json")
        assert "--s3-bucket" not in words
        assert ("--disable-rollback" in words) == (name == "wave-01-eu-west-1.json")  # with accounts and units
    before, _, _ = page.partition("LogArchiveKeyArn=VALUE")
    assert "`aws kms describe-key --key-id arn:aws:kms:eu-west-1:222222222222:alias/nw-log-archive" in before
    assert "--template-file wave-05-eu-west-1.json" in before  # the key is made in an earlier wave
    monkeypatch.setattr(stacksets, "_INLINE", 14_000)
    large = [words[words.index("--template-file") + 1] for words in commands_of(source) if "--s3-bucket" in words]
    assert large == ["wave-04-eu-west-1.json", "wave-07-eu-west-1.json"]


def commands_of(source: Source) -> list[list[str]]:
    return commands(export_files(source, "stacksets")["README.md"].decode())


def commands(page: str) -> list[list[str]]:
    return [shlex.split(text) for text in re.findall(r"- `(aws cloudformation deploy [^`]+)`", page)]


def test_template_has_another_address_when_it_changes(source: Source) -> None:
    name = "nw-config-role"
    texts = {**source.written.texts, name: f"{source.written.texts[name]}# changed\n"}
    changed = export_files(replace(source, written=replace(source.written, texts=texts)), "stacksets")
    before = {path for path in export_files(source, "stacksets") if path.startswith("templates/")}
    after = {path for path in changed if path.startswith("templates/")}
    assert {Path(path).stem for path in before ^ after} == {name}
    addresses = set(re.findall(r"TemplateBaseUrl}/([^\"]+)", "".join(map(bytes.decode, changed.values()))))
    assert {f"templates/{address}" for address in addresses} == after
