"""StackSets and organizational units whose names become one identifier."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.plan.model import Deployment, Method, Stack
from baseline.plan.written import read_written_plan


@pytest.fixture(scope="module")
def source(output: Path) -> Source:
    return Source(written=read_written_plan(output))


def alike(source: Source) -> Source:
    """Two StackSets and two OUs whose names differ in nothing but hyphens and slashes."""
    first, second = (
        Stack(
            name=name,
            capability="",
            template="",
            description="",
            context=None,
            parameters=(),
            deployments=(Deployment(method=Method.STACK_SET, ous=(ou,), regions=("eu-west-1",)),),
            depends_on=(),
            prerequisites=(),
        )
        for name, ou in (("nw-waf-a-1", "Work/Prod"), ("nw-waf-a1", "Work-Prod"))
    )
    plan = replace(source.plan, waves=((first, second),), ou_ids=(("Work/Prod", None), ("Work-Prod", None)))
    texts = {stack.name: "Resources: {}\n" for stack in plan.stacks}
    return Source(written=replace(source.written, plan=plan, texts=texts))


def test_terraform_asks_for_each_of_two_units_with_names_alike(source: Source) -> None:
    document = json.loads(export_files(alike(source), "terraform")["main.tf.json"])
    targets = {
        name: body["deployment_targets"]["organizational_unit_ids"]
        for name, body in document["resource"]["aws_cloudformation_stack_set_instance"].items()
    }
    assert targets == {
        "nw-waf-a-1_eu-west-1_work_prod_2": ["${var.OuId_work_prod_2}"],
        "nw-waf-a1_eu-west-1_work_prod": ["${var.OuId_work_prod}"],
    }
    kind = "aws_cloudformation_stack_set_instance"
    moved = {item["from"]: item["to"] for item in document["moved"]}  # of one unit in version 0.2.0 as well
    assert moved == {f"{kind}.{name.partition('_work')[0]}": f"{kind}.{name}" for name in targets}
    assert "removed" not in document
    assert document["variable"]["OuId_work_prod_2"]["description"].endswith("Work/Prod")


def test_parents_keep_stack_sets_and_units_with_names_alike_apart(source: Source) -> None:
    parent = json.loads(export_files(alike(source), "stacksets")["wave-01-eu-west-1.json"])
    targets = {
        body["Properties"]["StackSetName"]: body["Properties"]["StackInstancesGroup"][0]["DeploymentTargets"]
        for body in parent["Resources"].values()
    }
    assert targets == {
        "nw-waf-a-1": {"OrganizationalUnitIds": [{"Ref": "OuIdWorkProdx2"}]},
        "nw-waf-a1": {"OrganizationalUnitIds": [{"Ref": "OuIdWorkProd"}]},
    }
    assert parent["Parameters"]["OuIdWorkProdx2"]["Description"].endswith("Work/Prod")
