"""Stacks and StackSets that the plan no longer contains: reported, and deleted only on request."""

import json
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from baseline.cloud.refusals import Refusal
from baseline.deploy import orphans
from baseline.deploy.ownership import is_of_this_baseline
from baseline.pipeline import plan_profile
from baseline.plan.build import build_plan
from baseline.resources import profiles_directory
from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import WRITES, assert_done, everything
from tests.deploy.test_drift import drifts
from tests.emulator.server import Fault
from tests.render.test_templates import LANDSCAPES

pytestmark = pytest.mark.usefixtures("without_preflight")

GONE = {"nw-alarms", "nw-notifications", "nw-config-recorder", "nw-kms-notifications"}
"""Nothing that stays needs them."""


def without(source: Path, target: Path, names: set[str]) -> Path:
    """A copy of an output directory without some stacks in the plan."""
    copytree(source, target)
    path = target / "plan.json"
    plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    plan["waves"] = [[stack for stack in wave if stack["name"] not in names] for wave in plan["waves"]]
    path.write_text(json.dumps(plan), encoding="utf-8")
    return target


@pytest.fixture(scope="session")
def smaller(existing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return without(existing, tmp_path_factory.mktemp("smaller") / "out", GONE)


def named(aws: Aws) -> set[str]:
    sets = aws.emulator.cloudformation.stack_sets.sets
    return {name for *_, name in everything(aws) if not name.startswith("StackSet-")} | set(sets)


def test_orphans_are_listed_and_left(deployed: Aws, smaller: Path) -> None:
    before = everything(deployed)
    result = deployed.run("deploy", smaller, "--yes")
    assert result.exit_code == 0, result.stderr
    assert "orphaned nw-alarms (management in eu-west-1)\n    orphaned: no longer in the plan; --prune deletes it" in (
        result.output
    )
    assert "orphaned nw-config-recorder (12 stack instances)" in result.output
    assert "0 to create, 0 to update, 0 to recreate" in result.output
    assert deployed.calls(*WRITES) == []
    assert everything(deployed) == before


def test_pruned_orphans_go_users_first_and_what_holds_data_is_kept(deployed: Aws, smaller: Path) -> None:
    result = deployed.run("deploy", smaller, "--yes", "--prune")
    assert result.exit_code == 0, result.stderr
    assert "delete nw-alarms (management in eu-west-1)" in result.output
    left = named(deployed) & GONE
    assert left == {"nw-kms-notifications"}
    assert deployed.emulator.cloudformation.stack("nw-kms-notifications", "111111111111", "eu-west-1").protected
    assert "protected from termination" in result.output
    assert "--no-enable-termination-protection --stack-name nw-kms-notifications --region eu-west-1" in result.output
    kept = {type_ for type_, *_ in deployed.emulator.cloudformation.engine.existing}
    assert "AWS::KMS::Key" in kept
    assert_done(deployed, smaller)


def test_without_yes_it_asks_before_it_prunes(deployed: Aws, smaller: Path) -> None:
    before = everything(deployed)
    assert deployed.run("deploy", smaller, "--prune").exit_code == 1
    assert everything(deployed) == before


def test_a_region_that_is_no_longer_governed_leaves_orphans(deployed: Aws, existing: Path, tmp_path: Path) -> None:
    copytree(existing, tmp_path / "out")
    path = tmp_path / "out/plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    for stack in (stack for wave in plan["waves"] for stack in wave):
        for deployment in stack["deployments"]:
            deployment["regions"] = [region for region in deployment["regions"] if region != "eu-central-1"]
    path.write_text(json.dumps(plan), encoding="utf-8")
    result = deployed.run("deploy", tmp_path / "out", "--dry-run")
    assert "orphaned nw-config-recorder (management in eu-central-1)" in result.output


def test_only_chooses_among_orphans_too(deployed: Aws, smaller: Path) -> None:
    result = deployed.run("deploy", smaller, "--yes", "--prune", "--only", "nw-alarms")
    assert result.exit_code == 0, result.stderr
    assert GONE - named(deployed) == {"nw-alarms"}


def test_drift_lists_orphans(deployed: Aws, smaller: Path) -> None:
    found = [item for item in drifts(deployed, smaller) if item["kind"] == "orphaned"]
    assert {item["stack"] for item in found} == GONE
    assert {item["actual"] for item in found} == {"deployed, no longer in the plan"}


def test_destroy_names_the_orphans_that_it_leaves(deployed: Aws, smaller: Path) -> None:
    result = deployed.run("destroy", smaller, "--dry-run")
    assert result.exit_code == 0
    assert f"Not in the plan, and kept: {', '.join(sorted(GONE))}. Delete them first" in result.stderr


EVERY = ("northwind", "govcloud", "starter", "client", "everything-org", "everything-standalone")


def test_every_stack_would_be_known_as_an_orphan() -> None:
    plans = [plan_profile(profiles_directory() / f"{profile}.yaml")[1] for profile in EVERY]
    unknown = {
        stack.name
        for plan in (*plans, build_plan(LANDSCAPES[-2]))
        for stack in plan.stacks
        if not is_of_this_baseline(
            plan.prefix,
            stack.name,
            f"Metadata: {{Baseline: {{Generator: baseline, Capability: {stack.capability}}}}}",
        )
    }
    assert unknown == set()


BODY = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
MARK = {"Metadata": {"Baseline": {"Generator": "baseline", "Capability": "cloudtrail"}}}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("nw-something", BODY),
        ("nw-odd", BODY | {"Metadata": {"Baseline": "ours"}}),
        ("nw-x-cloudtrail", BODY | MARK),
        ("other-cloudtrail", BODY | MARK),
    ],
    ids=[
        "somebody else's",
        "a mark of another kind",
        "a baseline with a longer prefix",
        "a baseline with another prefix",
    ],
)
@pytest.mark.parametrize("make", ["stack", "set"])
def test_what_is_not_of_this_baseline_is_no_orphan(
    settled: Aws, existing: Path, name: str, body: dict[str, Any], make: str
) -> None:
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    text = json.dumps(body, indent="\t")  # YAML would not take it
    if make == "set":
        client.create_stack_set(StackSetName=name, TemplateBody=text, PermissionModel="SERVICE_MANAGED")
    else:
        client.create_change_set(StackName=name, ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=text)
        client.execute_change_set(StackName=name, ChangeSetName="c")
    result = settled.run("deploy", existing, "--dry-run", "--prune")
    assert result.exit_code == 0
    assert name not in result.output
    assert "orphaned" not in result.output


def test_a_pruning_that_fails_is_finished_by_the_next(deployed: Aws, smaller: Path) -> None:
    deployed.emulator.faults.append(Fault(on="cloudformation.DeleteStackInstances", code="AccessDenied", times=1))
    first = deployed.run("deploy", smaller, "--yes", "--prune")
    assert first.exit_code == 7
    assert "AWS refused DeleteStackInstances: AccessDenied" in first.stderr
    second = deployed.run("deploy", smaller, "--yes", "--prune")
    assert second.exit_code == 0, second.stderr
    assert named(deployed) & GONE == {"nw-kms-notifications"}


def depend(aws: Aws, name: str, on: str) -> None:
    """Add an auto-deployment dependency between two StackSets."""
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    arn = client.describe_stack_set(StackSetName=on)["StackSet"]["StackSetARN"]
    found = aws.emulator.cloudformation.stack_sets.sets[name].definition
    found["AutoDeployment"] = {**found.get("AutoDeployment", {}), "Enabled": True, "DependsOn": [arn]}


def test_an_orphan_goes_after_the_one_that_new_accounts_would_get_after_it(settled: Aws, existing: Path) -> None:
    client = boto3.Session().client("cloudformation", region_name="eu-west-1")
    for name in ("nw-cloudtrail-a", "nw-cloudtrail-b"):
        text = json.dumps(BODY | MARK)
        client.create_stack_set(StackSetName=name, TemplateBody=text, PermissionModel="SERVICE_MANAGED")
    depend(settled, "nw-cloudtrail-b", on="nw-cloudtrail-a")
    result = settled.run("deploy", existing, "--yes", "--prune", "--only", "nw-cloudtrail-?")
    assert result.exit_code == 0, result.stderr
    assert settled.emulator.cloudformation.stack_sets.sets == {}


def test_what_stays_no_longer_waits_for_an_orphan_before_it_goes(deployed: Aws, smaller: Path) -> None:
    depend(deployed, "nw-config-role", on="nw-config-recorder")
    result = deployed.run("deploy", smaller, "--yes", "--prune")
    assert result.exit_code == 0, result.stderr
    assert named(deployed) & GONE == {"nw-kms-notifications"}


def test_stack_set_that_aws_does_not_show_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be an orphan or not; the others are looked at."""

    def refuse() -> None:
        raise Refusal("no", operation="DescribeStackSet", code="AccessDenied", message="not authorized")

    target = SimpleNamespace(reader=SimpleNamespace(describe=refuse))
    monkeypatch.setattr(orphans, "StackSetTarget", lambda **_: target)
    monkeypatch.setattr(orphans, "stack_set_names", lambda _: ["nw-new", "nw-old", "other"])
    plan = SimpleNamespace(standalone=False, stacks=(), prefix="nw", waves=())
    session = SimpleNamespace(options=SimpleNamespace(delegated_admin=True, profile=""))
    context: Any = SimpleNamespace(plan=plan, session=session, options=SimpleNamespace(only=(), wave=None))
    found = orphans.orphans_of(context)
    assert found.waves == ()
    assert found.notes == tuple(
        f"not known whether StackSet {name} is orphaned: DescribeStackSet: AccessDenied: not authorized"
        for name in ("nw-new", "nw-old")
    )
