"""Exports of the example: each in the shape of its target, with the waves and dependencies of the plan."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import BaselineError, ExportError, OutputError
from baseline.export.places import places_in
from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.pipeline import landscape_of
from baseline.plan.model import Deployment, Method, Stack, Template
from baseline.plan.written import read_written_plan
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions, linted

CHECKOUT = Path(__file__).parents[2]
NORTHWIND = profiles_directory() / "northwind.yaml"
UNKNOWN = {
    "DataProdAccountId": "777777777777",
    "IdentityCenterInstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef",
    "IdentityStoreId": "d-1234567890",
    "LogArchiveKeyArn": "arn:aws:kms:eu-west-1:222222222222:key/1",
    "SandboxAccountId": "666666666666",
    "SuspendedOuId": "ou-ab12-99999999",
}
TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}

MANIFEST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["region", "version", "resources"],
    "properties": {
        "region": TEXT,
        "version": {},
        "resources": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "resource_file", "deployment_targets", "deploy_method"],
                "properties": {
                    **dict.fromkeys(("name", "description", "resource_file"), TEXT),
                    "deploy_method": {"enum": ["stack_set", "scp", "rcp"]},
                    "deployment_targets": {
                        "type": "object",
                        "additionalProperties": False,
                        "minProperties": 1,
                        "properties": {"accounts": TEXTS, "organizational_units": TEXTS},
                    },
                    "regions": TEXTS,
                    "parameters": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["parameter_key", "parameter_value"],
                            "properties": {"parameter_key": TEXT, "parameter_value": TEXT},
                        },
                    },
                    "export_outputs": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["name", "value"],
                            "properties": {"name": TEXT, "value": {"pattern": r"^\$\[output_\w+\]$"}},
                        },
                    },
                },
            },
        },
    },
}
"""Own words for the keys of a manifest of 2021-03-15 (docs.aws.amazon.com/controltower/…/cfct-manifest-file…).

Keys, required ones and methods are those of source/src/cfct/validation/manifest-v2.schema.yaml in
aws-solutions/aws-control-tower-customizations (read on 2026-11-30).
"""

ACCELERATOR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "template", "runOrder", "terminationProtection", "regions", "deploymentTargets"],
    "properties": {
        "name": {"type": "string", "pattern": r"^\S{1,128}$"},
        "description": TEXT,
        "template": TEXT,
        "runOrder": {"type": "integer", "minimum": 1},
        "terminationProtection": {"type": "boolean"},
        "regions": TEXTS,
        "deploymentTargets": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"accounts": TEXTS, "organizationalUnits": TEXTS, "excludedAccounts": TEXTS},
        },
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "value"],
                "properties": {"name": TEXT, "value": TEXT},
            },
        },
    },
}
"""Own words for CloudFormationStackConfig (the accelerator's configuration reference, version 1.15).

Keys and required ones are those of ICloudFormationStack in config/lib/schemas/customizations-config.json of
awslabs/landing-zone-accelerator-on-aws (read on 2026-11-30).
"""

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

ARGUMENTS = {
    "aws_cloudformation_stack": "name region capabilities template_body parameters tags depends_on",
    "aws_cloudformation_stack_set": "name description permission_model capabilities template_body parameters tags "
    "auto_deployment managed_execution operation_preferences lifecycle depends_on",
    "aws_cloudformation_stack_set_instance": "stack_set_name stack_set_instance_region deployment_targets "
    "operation_preferences depends_on",
}
"""Arguments of the resources in version 6 of the provider hashicorp/aws."""


@pytest.fixture(scope="module")
def source(output: Path) -> Source:
    written = read_written_plan(output)
    return Source(
        written=written,
        **vars(places_in(landscape_of(NORTHWIND, written.plan))),
        directory="output/northwind",
        profile="profiles/northwind.yaml",
    )


def terraform(source: Source) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(export_files(source, "terraform")["main.tf.json"])
    return document


def manifest(source: Source) -> list[dict[str, Any]]:
    document = yaml.safe_load(export_files(source, "cfct")["manifest.yaml"])
    jsonschema.validate({**document, "version": str(document["version"])}, MANIFEST)
    assert document["version"] == date(2021, 3, 15)  # a date, as the schema of the solution demands
    resources: list[dict[str, Any]] = document["resources"]
    return resources


def accelerator(source: Source, **names: str) -> list[dict[str, Any]]:
    given = Source(written=source.written, units=source.units, values=UNKNOWN, names=names)
    document = yaml.safe_load(export_files(given, "lza")["customizations-config.yaml"])
    stacks: list[dict[str, Any]] = document["customizations"]["cloudFormationStacks"]
    jsonschema.validate(stacks, {"type": "array", "items": ACCELERATOR})
    return stacks


def export(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, ["export", *map(str, words)])


@pytest.mark.parametrize("target", ["terraform", "cdk", "stacksets", "cfct", "lza"])
def test_templates_are_the_reviewed_ones_and_the_page_names_the_plan(source: Source, target: str) -> None:
    given = Source(written=source.written, units=source.units, values=UNKNOWN)
    files = export_files(given, target)
    templates = {Path(path).stem: content for path, content in files.items() if "templates/" in path}
    assert {name: content.decode() for name, content in templates.items()} == dict(source.written.texts)
    page = files["README.md"].decode()
    assert source.written.sha256 in page
    assert "IAM Identity Center is enabled" in page
    assert files == export_files(given, target)


def test_terraform_has_each_stack_and_instance_in_its_regions_and_nothing_else(source: Source) -> None:
    resources = terraform(source)["resource"]
    for kind, items in resources.items():
        for name, body in items.items():
            assert set(body) <= set(ARGUMENTS[kind].split()), name
    wanted = {"stack": 0, "instance": 0}
    for stack in source.plan.stacks:
        for item in stack.deployments:
            wanted["stack" if item.method is Method.STACK else "instance"] += len(item.regions)
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
    assert set(document["variable"]) == {
        *("IdentityCenterInstanceArn", "IdentityStoreId", "LogArchiveKeyArn"),
        *("OuId_sandbox", "OuId_workloads_dev", "OuId_workloads_prod"),
    }
    text = json.dumps(document)
    assert set(re.findall(r"\$\{var\.(\w+)\}", text)) == set(document["variable"])
    made = re.findall(r'\$\{aws_cloudformation_stack\.([\w-]+)\.outputs\[\\"(\w+)\\"\]\}', text)
    assert {output for _, output in made} == {"DataProdAccountId", "SandboxAccountId", "SuspendedOuId"}
    assert {name for name, _ in made} <= set(document["resource"]["aws_cloudformation_stack"])


def test_terraform_reads_no_text_of_the_plan_as_an_expression(source: Source) -> None:
    given = Source(written=source.written, values={"IdentityStoreId": "${file(1)}%{if}"})
    assert '"IdentityStoreId": "$${file(1)}%%{if}"' in json.dumps(terraform(given))


def test_manifest_goes_to_accounts_and_to_every_unit_below(source: Source) -> None:
    resources = {item["name"]: item for item in manifest(source)}
    everywhere = next(item for item in resources.values() if "organizational_units" in item["deployment_targets"])
    assert everywhere["deployment_targets"]["organizational_units"] == [
        *("Sandbox", "Security", "Workloads", "Workloads:Prod", "Workloads:Dev")
    ]
    assert resources["nw-organization"]["deployment_targets"] == {"accounts": ["111111111111"]}
    assert [item["name"] for item in manifest(source)] == [
        stack.name if number == 0 else f"{stack.name}-{number + 1}"
        for stack in source.plan.stacks
        for number in range(len(stack.deployments))
    ]


def test_manifest_hands_outputs_on_by_parameters_of_systems_manager(source: Source) -> None:
    resources = manifest(source)
    exported = {
        output["name"]: number for number, item in enumerate(resources) for output in item.get("export_outputs", ())
    }
    assert set(exported) == {"/nw/DataProdAccountId", "/nw/SandboxAccountId", "/nw/SuspendedOuId"}
    for number, item in enumerate(resources):
        for parameter in item.get("parameters", ()):
            name = parameter["parameter_value"].removeprefix("$[alfred_ssm_").removesuffix("]")
            assert name not in exported or exported[name] < number
    page = export_files(source, "cfct")["README.md"].decode()
    assert "`/nw/IdentityStoreId`" in page


POLICY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "description", "policy", "deploymentTargets"],
    "properties": {
        **dict.fromkeys(("name", "description", "policy"), TEXT),
        "type": {"const": "customerManaged"},
        "strategy": {"const": "deny-list"},
        "deploymentTargets": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {"accounts": TEXTS, "organizationalUnits": TEXTS},
        },
    },
}
"""Own words for IServiceControlPolicyConfig and IResourceControlPolicyConfig, of which only the first has `type`.

Keys and required ones are those of config/lib/schemas/organization-config.json of
awslabs/landing-zone-accelerator-on-aws (read on 2026-12-01).
"""


def natively(source: Source) -> Source:
    return replace(source, native_policies=True, values=UNKNOWN)


def evaluated(files: Mapping[str, bytes], path: str) -> Any:
    """A policy document, in which nothing is left to fill in but IAM's own variables."""
    text = files[path].decode()
    assert "Fn::" not in text
    assert '"Ref"' not in text
    assert not re.search(r"\$\{(?!aws:|saml:|[a-z-]+:)", text)
    return json.loads(text)


def test_manifest_attaches_policies_to_units(source: Source) -> None:
    files = export_files(natively(source), "cfct")
    document = yaml.safe_load(files["manifest.yaml"])
    jsonschema.validate({**document, "version": str(document["version"])}, MANIFEST)
    policies = {item["name"]: item for item in document["resources"] if item["deploy_method"] != "stack_set"}
    assert {item["deploy_method"] for item in policies.values()} == {"scp", "rcp"}
    units = {name: item["deployment_targets"]["organizational_units"] for name, item in policies.items()}
    assert units["nw-guardrails-scp-record"] == ["Root"]
    assert units["nw-guardrails-scp-suspended"] == ["Suspended"]
    for name, item in policies.items():
        assert evaluated(files, item["resource_file"])["Statement"], name
        assert f"templates/{name}.yaml" not in files
    record = evaluated(files, "policies/nw-guardrails-scp-record.json")["Statement"][0]
    assert record["Resource"] == ["arn:aws:cloudtrail:*:*:trail/nw-*"]
    first = yaml.safe_load(export_files(replace(source, native_policies=True), "cfct")["manifest.yaml"])["resources"]
    later = {item["name"]: item["deploy_method"] for item in first}
    assert later["nw-guardrails-scp-suspended"] == "stack_set"  # nw-organization makes the unit, after the policies
    assert later["nw-guardrails-scp-security"] == "scp"
    others = {item["name"] for item in document["resources"]} - set(policies)
    assert "never detaches or deletes a policy" in files["README.md"].decode()
    assert "nw-guardrails-ai-opt-out" in others  # other types stay stacks of the management account
    assert len(document["resources"]) == len(manifest(replace(source, values=UNKNOWN)))


def test_accelerator_attaches_policies_by_its_own_sections(source: Source) -> None:
    files = export_files(natively(source), "lza")
    document = yaml.safe_load(files["organization-config.yaml"])
    assert set(document) == {"serviceControlPolicies", "resourceControlPolicies"}
    for section, items in document.items():
        jsonschema.validate(items, {"type": "array", "minItems": 1, "items": POLICY})
        for item in items:
            assert ("type" in item) == (section == "serviceControlPolicies")
            assert evaluated(files, item["policy"])["Statement"]
            assert f"baseline/templates/{item['name']}.yaml" not in files
    stacks = yaml.safe_load(files["customizations-config.yaml"])["customizations"]["cloudFormationStacks"]
    assert not {item["name"] for item in stacks} & {item["name"] for items in document.values() for item in items}
    page = files["README.md"].decode()
    assert "`cdk-accel*`" in page
    assert "5 service control policies are attached to one place" in page
    assert "organization-config.yaml" in page


def test_nested_units_and_accounts_of_policies_are_named_as_the_target_does(source: Source) -> None:
    given = natively(source)
    nested = replace(
        given,
        unit_parameters={**given.unit_parameters, "SuspendedOuId": "Old/Suspended"},
        account_parameters={**given.account_parameters, "SecurityOuId": "web-prod"},
    )
    nested = replace(nested, unit_parameters={k: v for k, v in nested.unit_parameters.items() if k != "SecurityOuId"})
    with pytest.raises(ExportError, match=r"nw-guardrails-scp-security is attached to web-prod.*--policies stacks"):
        export_files(nested, "cfct")
    found = yaml.safe_load(export_files(nested, "lza")["organization-config.yaml"])["serviceControlPolicies"]
    targets = {item["name"]: item["deploymentTargets"] for item in found}
    assert targets["nw-guardrails-scp-security"] == {"accounts": ["web-prod"]}
    assert targets["nw-guardrails-scp-suspended"] == {"organizationalUnits": ["Old/Suspended"]}
    assert ":" not in str(targets["nw-guardrails-scp-suspended"]["organizationalUnits"])


def test_a_policy_that_is_attached_to_nothing_stays_a_stack(source: Source) -> None:
    name = "nw-guardrails-scp-security"
    texts = dict(source.written.texts)
    texts[name] = re.sub(r" +TargetIds:\n( +- .*\n)", "", texts[name])
    given = replace(natively(source), written=replace(source.written, texts=texts))
    resources = yaml.safe_load(export_files(given, "cfct")["manifest.yaml"])["resources"]
    assert {item["deploy_method"] for item in resources if item["name"] == name} == {"stack_set"}


def test_policies_name_the_values_and_places_that_they_lack(source: Source) -> None:
    bare = replace(natively(source), values={}, unit_parameters={}, account_parameters={})
    with pytest.raises(ExportError) as caught:
        export_files(bare, "cfct")
    assert "nw-guardrails-scp-record is attached to OrganizationRootId: name the profile" in str(caught.value)
    texts = {
        name: text.replace("${AWS::Partition}:cloudtrail", "${AWS::Region}:cloudtrail")
        for name, text in source.written.texts.items()
    }
    with pytest.raises(ExportError, match=r"the parameter AWS::Region of the policy nw-guardrails-scp-record"):
        export_files(replace(natively(source), written=replace(source.written, texts=texts)), "cfct")


def test_accelerator_runs_waves_in_order_in_its_own_names(source: Source) -> None:
    stacks = {item["name"]: item for item in accelerator(source, **{"web-prod": "WebProd"})}
    waves = {stack.name: number for number, wave in enumerate(source.plan.waves, start=1) for stack in wave}
    assert {name: item["runOrder"] for name, item in stacks.items() if name in waves} == waves
    accounts = {name for item in stacks.values() for name in item["deploymentTargets"].get("accounts", ())}
    assert accounts == {"Management", "LogArchive", "Audit", "WebProd", "web-dev"}


def test_accelerator_names_every_value_that_it_needs(source: Source) -> None:
    with pytest.raises(ExportError) as caught:
        export_files(source, "lza")
    assert all(name in str(caught.value) for name in UNKNOWN)


def test_workflow_reviews_deploys_the_reviewed_plan_and_looks_for_drift(source: Source) -> None:
    files = export_files(source, "github")
    workflow = yaml.safe_load(files[".github/workflows/baseline.yml"])
    assert set(workflow[True]) == {"pull_request", "push", "schedule"}  # YAML 1.1 reads `on` as true
    jobs = workflow["jobs"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "id-token" not in jobs["review"]["permissions"]
    for name in ("deploy", "drift"):
        job = jobs[name]
        assert job["environment"] == ("production" if name == "deploy" else "drift")  # reviewers sleep at night
        assert job["steps"][-1]["run"].startswith(f"baseline {name} output/northwind --plan-sha256 ")
        assert job["env"]["AWS_REGION"] == "eu-west-1"
        assert job["env"]["AWS_WEB_IDENTITY_TOKEN_FILE"] in job["steps"][-2]["run"]
    used = {step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step}
    assert all(re.search("@([0-9a-f]{40}|REVISION)$", name) for name in used)
    assert "Replace `OWNER/baseline@REVISION`" in files["README.md"].decode()
    page = files["README.md"].decode()
    assert "only its own environment in the subject" in page
    for repository in ("OWNER/REPOSITORY", "OWNER@OWNER-ID/REPOSITORY@REPOSITORY-ID"):
        assert f"`repo:{repository}:environment:ENVIRONMENT`" in page  # older repositories, and those with ids


def test_pipeline_of_gitlab_does_the_same(source: Source) -> None:
    files = export_files(source, "gitlab")
    assert "every job on the main branch can assume the role of `production`" in files["README.md"].decode()
    pipeline = yaml.safe_load(files[".gitlab-ci.yml"])
    inputs = yaml.safe_load((CHECKOUT / "templates" / "baseline.yml").read_text().partition("---")[0])
    assert set(pipeline["include"][0]["inputs"]) <= set(inputs["spec"]["inputs"])
    for name in ("deploy", "drift"):
        job = pipeline[f"baseline-{name}"]
        assert job["environment"] == ("production" if name == "deploy" else "drift")
        assert job["stage"] in pipeline["stages"]
        assert job["script"][-1].startswith(f"baseline {name} output/northwind --plan-sha256 ")
        assert job["variables"]["AWS_WEB_IDENTITY_TOKEN_FILE"] in job["script"][0]
        assert job["id_tokens"]["BASELINE_TOKEN"] == {"aud": "sts.amazonaws.com"}


@pytest.mark.parametrize("target", ["github", "gitlab"])
def test_pipeline_needs_the_path_of_the_profile(source: Source, target: str) -> None:
    with pytest.raises(ExportError, match="the profile's path"):
        export_files(Source(written=source.written, directory="output/northwind"), target)
    for path in ("/home/northwind/output", "../output"):
        with pytest.raises(ExportError, match="is not below the repository"):
            export_files(Source(written=source.written, directory=path, profile="profile.yaml"), target)


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


def test_parents_are_valid_and_declare_what_they_refer_to(parents: Mapping[str, Mapping[str, Any]]) -> None:
    name, parent = max(parents.items(), key=lambda item: len(item[1]["Resources"]))
    template = Template(stack=PARENT, text=json.dumps(parent))
    with linted([template], partition="aws", options=ValidateOptions()) as found:
        assert [finding.message for finding in found] == [], name
    for parent in parents.values():
        text = json.dumps(parent["Resources"])
        assert set(re.findall(r'{"Ref": "(\w+)"}', text)) | {"TemplateBaseUrl"} == set(parent["Parameters"])
        assert len(text) < 1_000_000


@pytest.mark.parametrize("target", ["cfct", "lza"])
def test_targets_that_do_not_look_into_units_need_the_profile(target: str, tmp_path: Path, output: Path) -> None:
    failed = export(output, "--to", target, "-o", tmp_path / "out")
    assert isinstance(failed.exception, ExportError)
    assert "name the profile with --profile" in str(failed.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", ["cfct", "lza"])
def test_single_account_is_refused(source: Source, target: str) -> None:
    alone = replace(source.written, plan=replace(source.plan, standalone=True))
    with pytest.raises(ExportError, match="single account"):
        export_files(Source(written=alone, units=source.units, values=UNKNOWN), target)


def test_profile_of_another_organization_is_refused(tmp_path: Path, output: Path) -> None:
    other = profiles_directory() / "meridian-health.yaml"
    failed = export(output, "--to", "cfct", "--profile", other, "-o", tmp_path / "out")
    assert isinstance(failed.exception, ExportError)
    assert "has other stacks or targets" in str(failed.exception)


def test_directory_with_files_is_left_alone(tmp_path: Path, output: Path) -> None:
    out = tmp_path / "out"
    assert export(output, "--to", "terraform", "-o", out).exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    failed = export(output, "--to", "terraform", "-o", out)
    assert isinstance(failed.exception, OutputError)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_changed_template_is_not_exported(tmp_path: Path, output: Path) -> None:
    copy = tmp_path / "copy"
    for path in (item for item in output.rglob("*") if item.is_file()):
        target = copy / path.relative_to(output)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (copy / "templates" / "nw-kms-logs.yaml").write_text("Resources: {}\n")
    failed = export(copy, "--to", "terraform", "-o", tmp_path / "out")
    assert isinstance(failed.exception, BaselineError)
    assert failed.exception.exit_code == 5


def test_option_without_a_value_is_wrong_usage(tmp_path: Path, output: Path) -> None:
    failed = export(output, "--to", "terraform", "-o", tmp_path / "out", "--parameter", "IdentityStoreId")
    assert failed.exit_code == 2
    assert "is not NAME=VALUE" in failed.output


@pytest.mark.parametrize(
    "value",
    [
        {"a": "x: y # z", "b": ["on", "012", "- a"], "c": [{"d": 1, "e": {"f": True}}, {"g": []}]},
        {"a": {}, "b": [], "c": "line\nbreak", "d": [["x"], "é"]},
    ],
)
def test_yaml_reads_back_as_what_it_was(value: Mapping[str, Any]) -> None:
    from baseline.export.yaml_text import yaml_text

    assert yaml.safe_load(yaml_text(value)) == value
