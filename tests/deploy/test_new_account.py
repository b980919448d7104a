"""An account that joins later receives its stacks from AWS in a working order."""

from pathlib import Path

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import everything
from tests.emulator.cloudformation.stack_sets import StackSet

NEW = "666666666666"
WORKLOADS = "ou-ab12-22222222"
"""The unit that the StackSets have, above that of the account."""


def joined(aws: Aws, account: str) -> list[str]:
    """The stacks that a new account receives in its home Region, in order, if all succeed."""
    organization, api = aws.emulator.cloudformation.organization, aws.emulator.cloudformation.stack_sets
    organization.account(account, f"new-{account}", "Workloads/Prod")
    api.join(account, WORKLOADS)
    found = {place: status for place, status in everything(aws).items() if place[0] == account}
    assert set(found.values()) == {"CREATE_COMPLETE"}
    return [name.removeprefix("StackSet-") for _, region, name in found if region == "eu-west-1"]


def automatic(aws: Aws) -> dict[str, StackSet]:
    sets = aws.emulator.cloudformation.stack_sets.sets
    return {name: item for name, item in sets.items() if item.definition["AutoDeployment"]["Enabled"]}


def test_what_an_account_needs_first_comes_first(deployed: Aws) -> None:
    found = joined(deployed, NEW)
    assert set(found) == automatic(deployed).keys()
    assert found.index("nw-config-role") < found.index("nw-config-recorder")


def test_a_stack_set_that_new_accounts_do_not_get_is_given_to_them(deployed: Aws, existing: Path) -> None:
    before = automatic(deployed).keys()
    deployed.emulator.cloudformation.stack_sets.sets["nw-config-role"].definition["AutoDeployment"] = {"Enabled": False}
    assert "whether new accounts get it" in deployed.run("deploy", existing, "--dry-run").stdout
    assert deployed.run("deploy", existing, "--yes").exit_code == 0
    assert automatic(deployed).keys() == before


def test_a_stack_set_without_that_order_is_brought_into_it(deployed: Aws, existing: Path) -> None:
    ordered = [item for item in automatic(deployed).values() if item.definition["AutoDeployment"].get("DependsOn")]
    assert ordered
    for item in ordered:
        item.definition["AutoDeployment"] = {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    assert joined(deployed, NEW) == ["nw-config-recorder", "nw-config-role"]
    shown = deployed.run("deploy", existing, "--dry-run")
    assert shown.stdout.count("what new accounts get before it") == len(ordered)
    assert deployed.run("deploy", existing, "--yes").exit_code == 0
    assert joined(deployed, "777777777777") == ["nw-config-role", "nw-config-recorder"]
