"""Decision about accounts that have moved since a StackSet deployed to them through their former unit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from baseline.cloud.stack_sets import StackInstance
from baseline.findings import Problem, Severity
from baseline.frozen import frozen


@frozen
class Deployed:
    """The instances of a StackSet, with the units through which they were deployed and those that the plan targets.

    Attributes:
        stack_set: Name of the StackSet.
        home_region: Its Region.
        root: Id of the organization's root.
        instances: Account and Region → instance.
        targets: Ids of the units that the plan targets.
        members: Id of each of these units, and of those of the instances → its accounts.
    """

    stack_set: str
    home_region: str
    root: str
    instances: Mapping[tuple[str, str], StackInstance]
    targets: frozenset[str]
    members: Mapping[str, frozenset[str]]


def accounts(fact: Deployed) -> Iterator[Problem]:
    """Check that every stack instance was deployed through the current OU of its account.

    AWS does not document what happens if an account moves between targets of a StackSet: it may keep the stack, or
    remove it from the StackSet and create a second one, whose resource names are then in use.
    """
    moved: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for (account, region), item in fact.instances.items():
        if item.unit and account not in fact.members[item.unit]:
            moved[account, item.unit][region] = item.stack_id
    for (account, former), stacks in sorted(moved.items()):
        present = next((unit for unit in sorted(fact.targets) if account in fact.members[unit]), "")
        if present:
            yield Problem(
                message=f"{fact.stack_set} manages the stack of account {account} ({', '.join(sorted(stacks))}) "
                f"through {former}; the account is in {present} now, and AWS may create a second stack, whose "
                "resource names are already taken",
                fix=_commands(fact, account, present, stacks),
                severity=Severity.WARNING,
            )


def _commands(fact: Deployed, account: str, unit: str, stacks: dict[str, str]) -> str:
    """Commands that remove the stacks from the StackSet, and import them again through the current OU."""
    where = f"--stack-set-name {fact.stack_set} --region {fact.home_region}"
    return (
        "return its stacks to the StackSet through the current unit, with two commands: "
        f"aws cloudformation delete-stack-instances {where} --regions {' '.join(sorted(stacks))} --retain-stacks "
        f"--deployment-targets OrganizationalUnitIds={fact.root},Accounts={account},AccountFilterType=INTERSECTION; "
        f"then aws cloudformation import-stacks-to-stack-set {where} --stack-ids {' '.join(sorted(stacks.values()))} "
        f"--organizational-unit-ids {unit}"
    )
