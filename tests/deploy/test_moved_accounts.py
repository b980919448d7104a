"""An account that moves between targets of a StackSet: reported before any change, and fixed."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import boto3

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import WRITES

ACCOUNT = "444444444444"
SANDBOX = "ou-ab12-55555555"


def move(aws: Aws) -> None:
    account = aws.emulator.cloudformation.organization.backend.get_account_by_id(ACCOUNT)
    account.parent_id = SANDBOX


def issues(aws: Aws, directory: Path) -> list[dict[str, str]]:
    result = aws.run("preflight", directory, "--format", "json")
    found = {item["id"]: item for item in json.loads(result.stdout)}["moved-accounts"]
    return list(found["issues"])


def run_aws(command: str) -> Any:
    """Make the call of an AWS CLI command that the program prints."""
    words = shlex.split(command)
    given = " ".join(words[3:])
    options = {name: value.split() for name, value in re.findall(r"--([a-z-]+)((?: (?!--)\S+)*)", given)}
    client = boto3.client("cloudformation", region_name=options["region"][0])
    name = options["stack-set-name"][0]
    if words[2] == "import-stacks-to-stack-set":
        units = options["organizational-unit-ids"]
        return client.import_stacks_to_stack_set(
            StackSetName=name, StackIds=options["stack-ids"], OrganizationalUnitIds=units
        )
    unit, accounts, kind = re.fullmatch(r"\S+=(\S+),\S+=(\S+),\S+=(\S+)", options["deployment-targets"][0]).groups()  # type: ignore[union-attr]
    targets: Any = {"OrganizationalUnitIds": [unit], "Accounts": [accounts], "AccountFilterType": kind}
    retain = "retain-stacks" in options
    return client.delete_stack_instances(
        StackSetName=name, Regions=options["regions"], RetainStacks=retain, DeploymentTargets=targets
    )


def test_moved_account_is_named_before_any_change_with_the_commands_that_mend_it(deployed: Aws, existing: Path) -> None:
    assert issues(deployed, existing) == []
    move(deployed)
    found = issues(deployed, existing)
    sets = [
        name
        for name, item in deployed.emulator.cloudformation.stack_sets.sets.items()
        if (ACCOUNT, "eu-west-1") in item.instances
    ]
    assert len(found) == len(sets) > 1
    assert all(f"the stack of account {ACCOUNT}" in item["message"] and SANDBOX in item["message"] for item in found)
    deployed.emulator.calls.clear()
    result = deployed.run("deploy", existing, "--dry-run")
    assert f"the stack of account {ACCOUNT}" in result.stderr
    assert not set(deployed.calls(*WRITES)) - {"cloudformation.CreateChangeSet", "cloudformation.DeleteChangeSet"}


def test_commands_that_preflight_names_keep_the_stacks_of_a_moved_account(deployed: Aws, existing: Path) -> None:
    sets = deployed.emulator.cloudformation.stack_sets.sets
    before = {(name, key): it.stack.id for name, item in sets.items() for key, it in item.instances.items()}
    move(deployed)
    for issue in issues(deployed, existing):
        for command in issue["fix"].partition(": ")[2].split("; then "):
            run_aws(command)
    assert issues(deployed, existing) == []
    after = {(name, key): it.stack.id for name, item in sets.items() for key, it in item.instances.items()}
    assert after == before
    assert deployed.run("drift", existing).exit_code == 0
