"""Stacks that were never created: a name and a change set that was not executed."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import everything
from tests.deploy.test_drift import drifts
from tests.deploy.test_orphans import BODY, MARK
from tests.emulator.cut import Cut


def pend(name: str, body: dict[str, Any], region: str = "eu-west-1") -> Any:
    """Create a change set for a new stack without executing it."""
    client = boto3.Session().client("cloudformation", region_name=region)
    client.create_change_set(StackName=name, ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=json.dumps(body))
    return client


def names(aws: Aws) -> set[str]:
    return {name for *_, name in everything(aws)}


def test_one_that_left_the_plan_is_named_everywhere_and_pruned(settled: Aws, existing: Path) -> None:
    pend("nw-cloudtrail-old", BODY | MARK, region="us-east-1")
    shown = settled.run("deploy", existing, "--dry-run")
    assert (
        "orphaned nw-cloudtrail-old (management in us-east-1)\n    orphaned: no longer in the plan; never created: an "
        in (shown.output)
    )
    assert "1 orphaned" in shown.output
    (found,) = [item for item in drifts(settled, existing) if item["kind"] == "orphaned"]
    assert found["stack"] == "nw-cloudtrail-old"
    assert found["actual"] == "never created: an unexecuted change set, no longer in the plan"
    assert "Not in the plan, and kept: nw-cloudtrail-old" in settled.run("destroy", existing, "--dry-run").stderr
    pruned = settled.run("deploy", existing, "--prune", "--yes", "--only", "nw-cloudtrail-old")
    assert pruned.exit_code == 0, pruned.stderr
    assert "KEPT" not in pruned.output
    assert names(settled) == set()


@pytest.mark.parametrize("body", [BODY, None], ids=["somebody else's change set", "no change set at all"])
def test_one_that_nothing_proves_to_be_of_this_baseline_is_left_alone(
    settled: Aws, existing: Path, body: dict[str, Any] | None
) -> None:
    client = pend("nw-cloudtrail-old", body or BODY | MARK)
    if body is None:
        client.delete_change_set(StackName="nw-cloudtrail-old", ChangeSetName="c")
    result = settled.run("deploy", existing, "--dry-run", "--prune")
    assert result.exit_code == 0, result.stderr
    assert "nw-cloudtrail-old" not in result.output
    assert "nw-cloudtrail-old" not in settled.run("destroy", existing, "--dry-run").stderr


def test_destroy_takes_away_what_a_deployment_that_died_has_left(settled: Aws, existing: Path) -> None:
    settled.emulator.cut = Cut(at=1, taken=True)
    assert settled.run("deploy", existing, "--yes", "--workers", "1").exit_code == 7
    settled.emulator.cut = None
    assert set(everything(settled).values()) == {"REVIEW_IN_PROGRESS"}
    result = settled.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 0, result.stderr
    assert "never created: an unexecuted change set" in result.output
    assert names(settled) == set()


def test_destroy_takes_away_a_name_of_the_plan_that_has_nothing_at_all(settled: Aws, existing: Path) -> None:
    client = pend("nw-cloudtrail", BODY)
    client.delete_change_set(StackName="nw-cloudtrail", ChangeSetName="c")
    result = settled.run("destroy", existing, "--confirm", "Northwind")
    assert result.exit_code == 0, result.stderr
    assert names(settled) == set()


def test_a_foreign_stack_of_a_planned_name_stops_deploy_and_is_left_by_destroy(settled: Aws, existing: Path) -> None:
    pend("nw-cloudtrail", BODY)
    refused = settled.run("deploy", existing, "--yes")
    assert refused.exit_code == 5
    assert "a stack nw-cloudtrail (management in eu-west-1) exists and is not baseline's" in refused.stderr
    assert settled.run("destroy", existing, "--confirm", "Northwind").exit_code == 0
    assert names(settled) == {"nw-cloudtrail"}


def test_one_of_ours_under_a_name_of_the_plan_is_made(settled: Aws, existing: Path) -> None:
    pend("nw-cloudtrail", BODY | MARK)
    assert "create nw-cloudtrail" in settled.run("deploy", existing, "--dry-run").output
    result = settled.run("deploy", existing, "--yes")
    assert result.exit_code == 0, result.stderr
    assert set(everything(settled).values()) == {"CREATE_COMPLETE"}
