"""The CDK app, run against stand-ins for the classes of aws-cdk-lib that it uses."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from baseline.documents.template import read_data
from baseline.export.source import Source
from baseline.export.write import export_files, write_export
from baseline.plan.model import Method
from baseline.plan.operations import auto_deployment_dependencies
from baseline.plan.written import read_written_plan

CDK = os.environ.get("BASELINE_CDK_PYTHON", "")
"""A Python with aws-cdk-lib, which is too large for the environment of the tests."""


@dataclass
class Made:
    """A construct: what it was made of, and what it waits for."""

    kind: str
    given: tuple[Any, ...]
    named: dict[str, Any]
    after: list["Made"] = field(default_factory=list)
    overrides: dict[str, Any] = field(default_factory=dict)
    target_filters: Any = "those that the class rejects"

    @property
    def ref(self) -> str:
        return f"ref-of-{self.named['stack_set_name']}"

    def add_stack_dependency(self, other: "Made") -> None:
        self.after.append(other)

    def get_resource(self, name: str) -> "Made":
        self.named.setdefault("resources", {})[name] = Made("resource", (name,), {})
        found: Made = self.named["resources"][name]
        return found

    def add_property_override(self, path: str, value: object) -> None:
        self.overrides[path] = value

    def format_arn(self, **parts: str) -> str:
        return f"arn:{parts['service']}:{parts['resource']}/{parts['resource_name']}"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Made]:
    """Every construct, in order; the modules are stand-ins until the test ends."""
    found: list[Made] = []

    def maker(kind: str) -> Callable[..., Made]:
        def make(*given: Any, **named: Any) -> Made:
            found.append(Made(kind, given, named))
            return found[-1]

        return make

    class App:
        context: ClassVar[dict[str, str]] = {}

        def __init__(self) -> None:
            self.node = self

        def try_get_context(self, name: str) -> str | None:
            return self.context.get(name)

        def synth(self) -> None:
            found.append(Made("synth", (), {}))

    stack_set = maker("stack-set")
    for name in ("Parameter", "AutoDeployment", "OperationPreferences", "StackInstances", "DeploymentTargets"):
        setattr(stack_set, f"{name}Property", lambda **named: named)
    core, include = ModuleType("aws_cdk"), ModuleType("aws_cdk.cloudformation_include")
    vars(core).update(
        App=App,
        Stack=maker("stack"),
        CfnStackSet=stack_set,
        CfnOutput=maker("output"),
        CfnTag=lambda **named: named,
        Environment=lambda **named: named,
        Fn=SimpleNamespace(get_stack_output=lambda stack, output: (stack, output)),
    )
    vars(include).update(CfnInclude=maker("include"))
    monkeypatch.setitem(sys.modules, "aws_cdk", core)
    monkeypatch.setitem(sys.modules, "aws_cdk.cloudformation_include", include)
    return found


def run(directory: Path, **context: str) -> None:
    path = directory / "app.py"
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    sys.modules["aws_cdk"].App.context = context
    exec(code, {"__name__": "__main__", "__file__": str(path)})  # noqa: S102 - the code under test


@pytest.fixture(scope="module")
def source(output: Path) -> Source:
    return Source(written=read_written_plan(output))


@pytest.fixture(scope="module")
def app(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cdk") / "app"
    write_export(directory, export_files(source, "cdk"))
    return directory


def unknown(directory: Path) -> dict[str, str]:
    values = json.loads((directory / "baseline.json").read_text())["values"]
    return {name: f"value-of-{name}" for name, value in values.items() if value is None}


def test_app_includes_each_template_in_its_regions_after_what_it_depends_on(
    source: Source, app: Path, made: list[Made]
) -> None:
    run(app, **unknown(app))
    assert made[-1].kind == "synth"
    included = [item for item in made if item.kind == "include"]
    in_management = [d for stack in source.plan.stacks for d in stack.deployments if d.method is Method.STACK]
    assert len(included) == sum(len(item.regions) for item in in_management)
    assert all(Path(item.named["template_file"]).is_file() for item in included)
    names = {stack.named["stack_name"].removesuffix("-stack-set"): stack for stack in made if stack.kind == "stack"}
    for stack in source.plan.stacks:
        after = {item.named["stack_name"].removesuffix("-stack-set") for item in names[stack.name].after}
        assert after == set(stack.depends_on), stack.name
    assert {stack.named["env"]["account"] for stack in names.values()} == {"111111111111"}


def test_stack_set_reaches_the_places_of_the_plan(source: Source, app: Path, made: list[Made]) -> None:
    run(app, **unknown(app))
    sets = {item.named["stack_set_name"]: item.named for item in made if item.kind == "stack-set"}
    ids = dict(source.plan.ou_ids)
    for stack in source.plan.stacks:
        wanted = [
            (
                [ids[path] or f"value-of-OuId:{path}" for path in item.ous],
                [item.account_id.value or f"value-of-{item.account_id.name}"] if item.account_id else None,
                list(item.regions),
            )
            for item in stack.deployments
            if item.method is Method.STACK_SET
        ]
        groups = sets[stack.name]["stack_instances_group"] if wanted else []
        assert wanted == [
            (targets["organizational_unit_ids"], targets["accounts"], group["regions"])
            for group in groups
            for targets in (group["deployment_targets"],)
        ]


def test_stack_sets_wait_for_each_other_in_accounts_that_join(source: Source, app: Path, made: list[Made]) -> None:
    run(app, **unknown(app))
    outputs = {
        (item.given[0].named["stack_name"], item.given[1]): item.named["value"]
        for item in made
        if item.kind == "output"
    }
    found = {
        item.named["stack_set_name"]: [outputs[place] for place in item.named["auto_deployment"]["depends_on"] or ()]
        for item in made
        if item.kind == "stack-set"
    }
    stacks = (stack for stack in source.plan.stacks if stack.name in found)
    assert found == {
        stack.name: [
            f"arn:cloudformation:stackset/ref-of-{name}" for name in auto_deployment_dependencies(source.plan, stack)
        ]
        for stack in stacks
    }
    assert any(found.values())


HOOK = """
Resources:
  Hook:
    Type: AWS::CloudFormation::GuardHook
    Properties:
      TargetFilters:
        Actions: [CREATE]
        TargetNames: ["AWS::S3::Bucket"]
  Plain:
    Type: AWS::CloudFormation::GuardHook
    Properties:
      FailureMode: WARN
"""


def test_hook_keeps_the_filters_that_its_class_rejects(source: Source, tmp_path: Path, made: list[Made]) -> None:
    texts = {**source.written.texts, "nw-config-role": HOOK}
    given = replace(source, written=replace(source.written, texts=texts))
    write_export(tmp_path / "app", export_files(given, "cdk"))
    run(tmp_path / "app", **unknown(tmp_path / "app"))
    [included] = [item for item in made if "resources" in item.named]
    assert included.named["template_file"].endswith("nw-config-role.yaml")
    [hook] = included.named["resources"].values()
    assert hook.given == ("Hook",)
    assert hook.target_filters is None
    assert hook.overrides == {"TargetFilters": {"Actions": ["CREATE"], "TargetNames": ["AWS::S3::Bucket"]}}


FIRST = {"IdentityCenterInstanceArn": "arn:aws:sso:::instance/ssoins-1", "IdentityStoreId": "d-1234567890"}


def test_app_says_which_values_are_missing(app: Path, made: list[Made]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(app)
    assert all(name in str(caught.value) for name in FIRST)
    assert "SuspendedOuId" not in str(caught.value)
    assert not made


def test_app_leaves_stacks_out_until_other_stacks_have_made_their_values(
    source: Source, app: Path, made: list[Made], capsys: pytest.CaptureFixture[str]
) -> None:
    run(app, **FIRST)
    said = capsys.readouterr().err
    later = set(unknown(app)) - set(FIRST)
    assert later == {
        *("DataProdAccountId", "LogArchiveKeyArn", "SandboxAccountId", "SuspendedOuId"),
        *("OuId:Sandbox", "OuId:Workloads/Dev", "OuId:Workloads/Prod"),
    }
    assert all(name in said for name in later)
    assert made[-1].kind == "synth"
    names = {item.named["stack_name"].removesuffix("-stack-set") for item in made if item.kind == "stack"}
    assert "nw-organization" in names
    assert "nw-kms-log-archive" in names
    assert "nw-guardrails-scp-suspended" not in names
    assert "nw-guardduty-export" not in names
    for stack in (stack for stack in source.plan.stacks if stack.name in names):
        assert set(stack.depends_on) <= names
    page = export_files(source, "cdk")["README.md"].decode()
    assert "`cdk deploy nw-organization-eu-west-1 --no-rollback`" in page
    first, _, second = page.partition("`cdk deploy --all`")
    assert all(f"`--context {name}=VALUE`" in first for name in FIRST)
    assert all(f"`{name}`, which a stack assigns" in second for name in later)


@pytest.mark.skipif(
    not (CDK and shutil.which("node")), reason="NO CDK: set BASELINE_CDK_PYTHON, with Node.js, to synthesize the app"
)
def test_cdk_synthesizes_each_stack_with_the_resources_of_its_template(
    source: Source, app: Path, tmp_path: Path
) -> None:
    copy, target = tmp_path / "app", tmp_path / "cdk.out"
    shutil.copytree(app, copy)
    data = json.loads((app / "baseline.json").read_text())
    data["values"] |= {name: f"value-of-{number}" for number, name in enumerate(unknown(app))}
    (copy / "baseline.json").write_text(json.dumps(data))
    subprocess.run([CDK, "app.py"], cwd=copy, env={**os.environ, "CDK_OUTDIR": str(target)}, check=True)
    found = {path.name.removesuffix(".template.json"): path for path in target.glob("*.template.json")}
    assert set(found) == {f"{item['id']}-{region}" for item in data["stacks"] for region in item["regions"]}
    for item in (item for item in data["stacks"] if not item["stack_set"]):
        wanted = read_data(source.written.texts[item["name"]])[0]["Resources"]
        for region in item["regions"]:
            made = json.loads(found[f"{item['id']}-{region}"].read_text())["Resources"]
            assert {name: body["Type"] for name, body in made.items() if name != "CDKMetadata"} == {
                name: body["Type"] for name, body in wanted.items()
            }
    for item in (item for item in data["stacks"] if item["stack_set"]):
        document = json.loads(found[f"{item['id']}-{item['regions'][0]}"].read_text())
        after = document["Resources"]["StackSet"]["Properties"]["AutoDeployment"].get("DependsOn", [])
        assert [value["Fn::GetStackOutput"] for value in after] == [
            {"StackName": name, "OutputName": "StackSetArn"} for name in item["stack_set"]["after"]
        ]
        assert set(document["Outputs"]) == {"StackSetArn"}
