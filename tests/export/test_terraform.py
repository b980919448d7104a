"""Terraform: each stack and instance once, after what it depends on, in expressions that HCL's parser reads."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import hcl2

from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.plan.model import Deployment, Method, ParameterValue, Stack
from baseline.plan.operations import auto_deployment_dependencies
from baseline.plan.written import WrittenPlan, read_written_plan

ARGUMENTS = {
    "aws_cloudformation_stack": "name region capabilities template_body parameters tags timeouts depends_on",
    "aws_cloudformation_stack_set": "name description permission_model capabilities template_body parameters tags "
    "auto_deployment managed_execution operation_preferences timeouts lifecycle depends_on",
    "aws_cloudformation_stack_set_instance": "stack_set_name stack_set_instance_region deployment_targets "
    "operation_preferences timeouts lifecycle depends_on",
}
"""Arguments of the resources in version 6 of the provider hashicorp/aws."""


def terraform(source: Source) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(export_files(source, "terraform")["main.tf.json"])
    return document


def test_terraform_has_each_stack_and_instance_in_its_regions_and_nothing_else(source: Source) -> None:
    resources = terraform(source)["resource"]
    for kind, items in resources.items():
        for name, body in items.items():
            assert set(body) <= set(ARGUMENTS[kind].split()), name
    wanted = {"stack": 0, "instance": 0}
    for stack in source.plan.stacks:
        for item in stack.deployments:
            units = 1 if item.account else len(item.ous)
            wanted["stack" if item.method is Method.STACK else "instance"] += len(item.regions) * (units or 1)
    assert len(resources["aws_cloudformation_stack"]) == wanted["stack"]
    assert len(resources["aws_cloudformation_stack_set_instance"]) == wanted["instance"]


def test_terraform_waits_for_what_a_stack_depends_on(source: Source) -> None:
    resources = terraform(source)["resource"]
    seen: set[str] = set()
    stack_of = {
        f"{kind}.{name}": body.get("name") or re.sub(r".*\.(\S+)\.name}", r"\1", body["stack_set_name"])
        for kind, items in resources.items()
        for name, body in items.items()
    }
    waves = {stack.name: number for number, wave in enumerate(source.plan.waves) for stack in wave}
    for kind, items in resources.items():
        for name, body in items.items():
            address = f"{kind}.{name}"
            after = {stack_of[other] for other in body.get("depends_on", ())}
            stack = next(item for item in source.plan.stacks if item.name == stack_of[address])
            assert after == set(stack.depends_on), address
            assert all(waves[other] < waves[stack.name] for other in after)
            seen.add(address)
    assert seen == set(stack_of)


def test_terraform_asks_for_what_nobody_knows_and_refers_to_what_a_stack_makes(source: Source) -> None:
    document = terraform(source)
    assert set(document["variable"]) == {"IdentityCenterInstanceArn", "IdentityStoreId"}
    text = json.dumps(document)
    assert set(re.findall(r"\$\{var\.(\w+)\}", text)) == set(document["variable"])
    made = re.findall(r'\$\{aws_cloudformation_stack\.([\w-]+)\.outputs\[\\"(\w+)\\"\]\}', text)
    assert {output for _, output in made} == {
        *("DataProdAccountId", "SandboxAccountId"),
        *("SandboxOuId", "SuspendedOuId", "WorkloadsDevOuId", "WorkloadsProdOuId"),
    }
    assert {name for name, _ in made} == {"nw-organization_eu-west-1"}
    assert "nw-organization_eu-west-1" in document["resource"]["aws_cloudformation_stack"]


def test_terraform_targets_the_units_that_a_stack_creates(source: Source) -> None:
    for given in (source, Source(written=source.written)):  # a profile is not needed
        instances = terraform(given)["resource"]["aws_cloudformation_stack_set_instance"]
        for stack in source.plan.stacks:
            for item in (item for item in stack.deployments if item.method is Method.STACK_SET):
                name = _instance(stack, item)
                targets = {
                    key: [_unit(source, text) for text in body["deployment_targets"]["organizational_unit_ids"]]
                    for key, body in instances.items()
                    if key == name or key.startswith(f"{name}_")
                }
                if item.account:
                    assert targets == {name: [*item.ous]}
                else:
                    assert targets == {f"{name}_{path.lower().replace('/', '_')}": [path] for path in item.ous}


def _instance(stack: Stack, deployment: Deployment) -> str:
    number = stack.deployments.index(deployment)
    return f"{stack.name}{f'-{number + 1}' if number else ''}_{deployment.regions[0]}"


def test_terraform_never_replaces_instances_whose_units_are_unknown_for_a_while(source: Source) -> None:
    document = terraform(source)
    instances = document["resource"]["aws_cloudformation_stack_set_instance"]
    for body in instances.values():
        assert body["lifecycle"] == {"ignore_changes": ["deployment_targets", "operation_preferences"]}
    kind = "aws_cloudformation_stack_set_instance"
    earlier = {
        f"{kind}.{_instance(stack, item).rpartition('_')[0]}_{region}"
        for stack in source.plan.stacks
        for item in stack.deployments
        if item.method is Method.STACK_SET and not item.account
        for region in item.regions
    }
    assert {item["from"] for item in document["removed"]} == earlier  # each for several units in version 0.2.0
    assert all(item["lifecycle"] == {"destroy": False} for item in document["removed"])
    assert earlier.isdisjoint(f"{kind}.{name}" for name in instances)


def _unit(source: Source, text: str) -> str:
    """The path of a unit, by its id or by the output of the organization's stack."""
    name = text.partition('outputs["')[2].removesuffix('"]}')
    known = {number: path for path, number in source.plan.ou_ids}
    return source.unit_parameters[name] if name else known[text]


def test_terraform_reads_a_key_by_its_alias_after_the_stack_that_creates_it(source: Source) -> None:
    document = terraform(source)
    key = document["data"]["aws_kms_key"]["LogArchiveKeyArn"]
    assert key["key_id"] == "arn:aws:kms:eu-west-1:222222222222:alias/nw-log-archive"
    assert key["region"] == "eu-west-1"
    assert "aws_cloudformation_stack_set_instance.nw-kms-log-archive_eu-west-1" in key["depends_on"]
    users = {
        f"{kind}.{name}"
        for kind, items in document["resource"].items()
        for name, body in items.items()
        if "${data.aws_kms_key.LogArchiveKeyArn.arn}" in body.get("parameters", {}).values()
    }
    assert users
    assert users.isdisjoint(key["depends_on"])
    unknown = replace(source, written=_without_account_ids(source))
    asked = terraform(unknown)["data"]["aws_kms_key"]["LogArchiveKeyArn"]["key_id"]
    assert asked == "arn:aws:kms:eu-west-1:${var.LogArchiveAccountId}:alias/nw-log-archive"


def _without_account_ids(source: Source) -> WrittenPlan:
    """The plan without the id of the log archive's account."""
    waves = tuple(
        tuple(
            replace(
                stack,
                parameters=tuple(map(_unknown, stack.parameters)),
                deployments=tuple(
                    replace(item, account_id=_unknown(item.account_id)) if item.account_id else item
                    for item in stack.deployments
                ),
            )
            for stack in wave
        )
        for wave in source.plan.waves
    )
    return replace(source.written, plan=replace(source.plan, waves=waves))


def _unknown(parameter: ParameterValue) -> ParameterValue:
    return replace(parameter, value=None) if parameter.name == "LogArchiveAccountId" else parameter


def test_terraform_has_no_circular_reference_and_none_to_nothing(source: Source) -> None:
    document = terraform(source)
    graph: dict[str, set[str]] = {}
    for prefix, kinds in (("", document["resource"]), ("data.", document["data"])):
        for kind, items in kinds.items():
            for name, body in items.items():
                used = re.findall(r"\$\{((?:data\.)?aws_\w+\.[\w-]+)", json.dumps(body))
                graph[f"{prefix}{kind}.{name}"] = {*_after(body), *used}
    assert set(TopologicalSorter(graph).static_order()) == set(graph)


def test_terraform_reads_no_text_of_the_plan_as_an_expression(source: Source) -> None:
    given = Source(written=source.written, values={"IdentityStoreId": "${file(1)}%{if}"})
    assert '"IdentityStoreId": "$${file(1)}%%{if}"' in json.dumps(terraform(given))


def test_terraform_has_expressions_that_a_parser_of_hcl_reads(output: Path) -> None:
    """The JSON syntax has HCL's expressions in its texts, and bare references in `depends_on`."""
    given = Source(written=read_written_plan(output), values={"IdentityStoreId": "${file(1)}%{if}"})
    document = json.loads(export_files(given, "terraform")["main.tf.json"])
    texts = {text for text in _texts(document) if "${" in text or "%{" in text}
    forms = {re.sub(r"/[\w-]+\.yaml", "/x.yaml", text) for text in texts}
    kinds = [*document["resource"].values(), *document["data"].values()]
    references = {item for kind in kinds for body in kind.values() for item in _after(body)}
    references |= {block["from"] for block in document["removed"]}
    expressions = [*map(json.dumps, sorted(forms)), *sorted(references)]
    lines = [f"a{number} = {expression}\n" for number, expression in enumerate(expressions)]
    assert len(hcl2.loads("".join(lines))) == len(lines)
    assert {"$${file(1)}%%{if}", '${file("${path.module}/templates/x.yaml")}'} <= forms
    assert references


def test_terraform_has_the_order_of_stack_sets_for_accounts_that_join(complete: Source) -> None:
    resource = json.loads(export_files(complete, "terraform")["main.tf.json"])["resource"][
        "aws_cloudformation_stack_set"
    ]
    found = {
        name: [item[2:-5].partition(".")[2] for item in body["auto_deployment"].get("depends_on_stack_sets", [])]
        for name, body in resource.items()
    }
    stacks = (stack for stack in complete.plan.stacks if stack.name in resource)
    assert found == {stack.name: [*auto_deployment_dependencies(complete.plan, stack)] for stack in stacks}
    assert any(found.values())


def test_terraform_attaches_policies_in_the_place_of_their_stacks(complete: Source) -> None:
    files = export_files(replace(complete, native_policies=True), "terraform")
    resource = json.loads(files["main.tf.json"])["resource"]
    stacks = json.loads(export_files(complete, "terraform")["main.tf.json"])["resource"]["aws_cloudformation_stack"]
    policies, attachments = resource["aws_organizations_policy"], resource["aws_organizations_policy_attachment"]
    assert {body["type"] for body in policies.values()} == {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}
    for name, body in policies.items():
        stack = stacks[f"{name}_eu-west-1"]
        assert f"{name}_eu-west-1" not in resource["aws_cloudformation_stack"]
        assert f"templates/{name}.yaml" not in files
        assert {_stack_name(item) for item in _after(body)} == {_stack_name(item) for item in _after(stack)} != set()
        assert body["tags"] == stack["tags"]
        assert json.loads(body["content"])["Statement"]
        assert not re.search(r"(?<!\$)\$\{", body["content"])
        policy_id = f"${{aws_organizations_policy.{name}.id}}"
        ids = {item["target_id"] for item in attachments.values() if item["policy_id"] == policy_id}
        assert set() < ids <= set(stack["parameters"].values())
    later = [item for body in resource["aws_cloudformation_stack"].values() for item in _after(body)]
    assert {item.partition(".")[0] for item in later} >= {"aws_organizations_policy_attachment"}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _stack_name(address: str) -> str:
    return address.partition(".")[2].partition("_")[0]


def _after(body: Mapping[str, Any]) -> list[str]:
    found: list[str] = body.get("depends_on", [])
    return found
