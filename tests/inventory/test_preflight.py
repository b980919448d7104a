"""`baseline preflight --inventory`: the same decisions, with facts from an inventory."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.deploy.preflight import PREFLIGHT_CHECKS, PreflightResult
from baseline.inventory.document import write_inventory
from baseline.inventory.facts.defaults import DeployedStack
from baseline.inventory.facts.identity_center import IdentityCenter, PermissionSet
from baseline.inventory.facts.organization import Administrator, Identity, Policies, Policy
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import Inventory
from baseline.inventory.preflight import offline_preflight
from baseline.inventory.preflight.run import OFFLINE
from baseline.plan.written import WrittenPlan, read_written_plan
from tests.inventory.made import DETECTOR, MANAGEMENT, RECORDER, WEB, inventory, stack_set, trail
from tests.inventory.test_conflicts import tower

NORTHWIND = Path(__file__).parents[2] / "output" / "northwind"
_SERVICES = ("member.org.stacksets.cloudformation.amazonaws.com",)


@cache
def written() -> WrittenPlan:
    return read_written_plan(NORTHWIND)


def results(live: Inventory) -> dict[str, PreflightResult]:
    return {item.check.id: item for item in offline_preflight(written(), live)}


def scp(name: str, *targets: str) -> Policies:
    one = Policy(
        id="p-1a2b3c4d", name=name, type="SERVICE_CONTROL_POLICY", aws_managed=False, content="{}", targets=targets
    )
    return Policies(policies=(one,), unknown_types={}, free_slots={})


def center(**values: Any) -> IdentityCenter:
    given: dict[str, Any] = {
        "arn": "arn", "identity_store": "d-1", "region": "eu-west-1", "owner": "1", "permission_sets": (),
        "groups": (), "assignments": (), **values,
    }  # fmt: skip
    return IdentityCenter(**given)


def test_every_check_has_a_result_and_those_without_facts_say_why() -> None:
    found = results(inventory(identity_center=center()))

    assert list(found) == [check.id for check in PREFLIGHT_CHECKS]
    assert OFFLINE.keys() <= found.keys()
    assert {id_ for id_, item in found.items() if item.skipped} - {"existing"} == found.keys() - OFFLINE.keys()
    assert found["existing"].skipped == "the management account was not read in eu-central-1"
    assert found["names"].skipped == "an inventory does not contain the data for this check"
    assert {id_ for id_, item in found.items() if item.state == "ok"} >= {"policies", "units", "members"}


_ADMINISTERS = (Administrator(account=WEB, services=("access-analyzer.amazonaws.com", *_SERVICES)),)

CASES: dict[str, tuple[Inventory, str]] = {
    "organization": (
        inventory(identity=Identity(id="o-0therorg01", management_account=MANAGEMENT, all_features=True)),
        "the organization is o-0therorg01",
    ),
    "accounts": (inventory(), "accounts of the organization are not in the baseline"),
    "stackset-administrators": (inventory(delegated_administrators=_ADMINISTERS), WEB),
    "delegated-administrators": (inventory(delegated_administrators=_ADMINISTERS), f"{WEB} is the delegated"),
    "identity-center": (inventory(identity_center=center(region="us-west-2")), "it is in us-west-2"),
    "identity-center-names": (
        inventory(identity_center=center(
            permission_sets=(PermissionSet(name="ReadOnly", arn="a", session="PT1H", managed_policies=()),)
        )),
        "a permission set ReadOnly exists already",
    ),
    "policies": (inventory(policies=scp("nw-guardrails-scp-identity")), "(p-1a2b3c4d) exists already"),
    "existing": (
        inventory({MANAGEMENT: {"eu-west-1": {"recorders": (RECORDER,)}}}), "ConfigurationRecorder default already",
    ),
    "stacks": (inventory(stack_sets=(stack_set("nw-config-role", ""),)), "a StackSet nw-config-role"),
    "control-tower": (inventory(control_tower=tower()), "nw-cloudtrail"),
}  # fmt: skip


@pytest.mark.parametrize("check", CASES)
def test_a_check_finds_in_the_inventory_what_it_would_find_live(check: str) -> None:
    live, said = CASES[check]
    issues = [issue.message for issue in results(live)[check].issues]
    assert any(said in message for message in issues), issues


def test_what_a_stack_has_made_is_not_in_its_way() -> None:
    stack = DeployedStack(name="nw-cloudtrail", status="CREATE_COMPLETE")
    facts: dict[str, Any] = {"trails": (trail("b", name="other"),), "detectors": (DETECTOR,)}
    new = results(inventory({MANAGEMENT: {"eu-west-1": facts}}))["existing"].issues
    made = results(inventory({MANAGEMENT: {"eu-west-1": {**facts, "stacks": (stack,)}}}))["existing"].issues

    assert any("Trail other already" in issue.message for issue in new)
    assert not any("Trail other already" in issue.message for issue in made)


def test_unknown_facts_skip_their_checks_with_the_reason() -> None:
    found = results(inventory(policies=Unknown(unknown="ListPolicies: AccessDenied"), identity_center=center()))
    assert found["policies"].skipped == "unknown in the inventory: ListPolicies: AccessDenied"
    assert found["units"].state == "ok"


def test_the_command_needs_no_credentials_and_refuses_options_about_live_accounts(tmp_path: Path) -> None:
    file = tmp_path / "inventory.json"
    write_inventory(inventory(policies=scp("nw-guardrails-scp-identity")), file)
    command = ["preflight", str(NORTHWIND), "--inventory", str(file), "--format", "json"]

    result = CliRunner().invoke(baseline, command, standalone_mode=False)
    refused = CliRunner().invoke(baseline, [*command, "--member-role", "x"])

    assert result.return_value == 5
    assert [item["state"] for item in json.loads(result.stdout) if item["id"] == "policies"] == ["error"]
    assert "--inventory checks the whole plan" in refused.output
