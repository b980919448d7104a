"""Exports in the syntax of their targets, and the same bytes each time."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import hcl2
import jsonschema
import pytest
import yaml

from baseline.export.places import places_in
from baseline.export.registry import TARGETS
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.pipeline import landscape_of
from baseline.plan.operations import auto_deployment_dependencies
from baseline.plan.written import read_written_plan
from tests.export.test_export import NORTHWIND, UNKNOWN


@pytest.fixture(scope="module")
def source(output: Path) -> Source:
    written = read_written_plan(output)
    ids = tuple((path, number or f"ou-ab12-{index:08}") for index, (path, number) in enumerate(written.plan.ou_ids))
    return Source(
        written=replace(written, plan=replace(written.plan, ou_ids=ids)),
        **vars(places_in(landscape_of(NORTHWIND, written.plan))),
        values=UNKNOWN,
        names={"web-prod": "WebProd", "web-dev": "WebDev"},
        directory="output/northwind",
        profile="profiles/northwind.yaml",
    )


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_plan_gives_the_same_bytes_in_any_order_of_what_is_given(source: Source, target: str) -> None:
    found = export_files(source, target)
    turned = replace(
        source,
        written=replace(source.written, texts=_turned(source.written.texts)),
        values=_turned(source.values),
        names=_turned(source.names),
    )
    assert found
    assert export_files(turned, target) == found


def test_terraform_has_expressions_that_a_parser_of_hcl_reads(output: Path) -> None:
    """The JSON syntax has HCL's expressions in its texts, and bare references in `depends_on`."""
    given = Source(written=read_written_plan(output), values={"IdentityStoreId": "${file(1)}%{if}"})
    document = json.loads(export_files(given, "terraform")["main.tf.json"])
    texts = {text for text in _texts(document) if "${" in text or "%{" in text}
    forms = {re.sub(r"/[\w-]+\.yaml", "/x.yaml", text) for text in texts}
    references = {item for kind in document["resource"].values() for body in kind.values() for item in _after(body)}
    expressions = [*map(json.dumps, sorted(forms)), *sorted(references)]
    lines = [f"a{number} = {expression}\n" for number, expression in enumerate(expressions)]
    assert len(hcl2.loads("".join(lines))) == len(lines)
    assert {"$${file(1)}%%{if}", '${file("${path.module}/templates/x.yaml")}'} <= forms
    assert references


def test_terraform_has_the_order_of_stack_sets_for_accounts_that_join(source: Source) -> None:
    resource = json.loads(export_files(source, "terraform")["main.tf.json"])["resource"]["aws_cloudformation_stack_set"]
    found = {
        name: [item[2:-5].partition(".")[2] for item in body["auto_deployment"].get("depends_on_stack_sets", [])]
        for name, body in resource.items()
    }
    stacks = (stack for stack in source.plan.stacks if stack.name in resource)
    assert found == {stack.name: [*auto_deployment_dependencies(source.plan, stack)] for stack in stacks}
    assert any(found.values())


def test_terraform_attaches_policies_in_the_place_of_their_stacks(source: Source) -> None:
    files = export_files(replace(source, native_policies=True), "terraform")
    resource = json.loads(files["main.tf.json"])["resource"]
    stacks = json.loads(export_files(source, "terraform")["main.tf.json"])["resource"]["aws_cloudformation_stack"]
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


@pytest.mark.parametrize(
    ("target", "path", "schema"),
    [
        ("github", ".github/workflows/baseline.yml", "github-workflows"),
        ("gitlab", ".gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_pipeline_is_valid_by_the_published_schema(source: Source, target: str, path: str, schema: str) -> None:
    """Copies of json.schemastore.org/github-workflow and of GitLab's ci.json, from the package check-jsonschema."""
    text = files("check_jsonschema.builtin_schemas.vendor").joinpath(f"{schema}.json").read_text(encoding="utf-8")
    validator = jsonschema.validators.validator_for(json.loads(text))(json.loads(text))
    pipeline = {str(key): value for key, value in yaml.safe_load(export_files(source, target)[path]).items()}
    if target == "github":
        pipeline["on"] = pipeline.pop("True")  # YAML 1.1 reads `on` as true
    jobs = pipeline["jobs"] if target == "github" else pipeline
    assert [error.message for error in validator.iter_errors(pipeline)] == []
    for job in (value for name, value in jobs.items() if "deploy" in name):
        job["rnus-on"] = job.pop("runs-on", "") or job.pop("script")
    assert [*validator.iter_errors(pipeline)]


def _turned(items: Mapping[str, str]) -> dict[str, str]:
    return dict(reversed([*items.items()]))


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
