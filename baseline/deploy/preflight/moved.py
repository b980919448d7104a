"""Accounts that have moved since a StackSet deployed to them through their former unit."""

from collections import defaultdict
from collections.abc import Iterator

from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.findings import Problem, Severity
from baseline.plan.units import ROOT


def accounts(survey: Survey) -> Iterator[Problem]:
    """Every stack instance was deployed through the current OU of its account.

    AWS does not document what happens if an account moves between targets of a StackSet: it may keep the stack, or
    remove it from the StackSet and create a second one, whose resource names are then in use.
    """
    if not survey.is_governed:
        return
    for task in survey.stack_set_targets():
        if task.reader.describe() is not None and survey.context.values.known(task.stack):
            yield from _moved(survey, task)


def _moved(survey: Survey, task: StackSetTarget) -> Iterator[Problem]:
    values = survey.context.values
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for (account, region), item in task.reader.instances().items():
        if item.unit and account not in values.units.members(item.unit):
            found[account, item.unit][region] = item.stack_id
    targets = {unit for deployment in task.deployments for unit in values.targets(deployment)[0]}
    for (account, former), stacks in sorted(found.items()):
        present = next((unit for unit in sorted(targets) if account in values.units.members(unit)), "")
        if present:
            yield Problem(
                message=f"{task.name} manages the stack of account {account} ({', '.join(sorted(stacks))}) through "
                f"{former}; the account is in {present} now, and AWS may create a second stack, whose names are taken",
                fix=_commands(survey, task.name, account, present, stacks),
                severity=Severity.WARNING,
            )


def _commands(survey: Survey, name: str, account: str, unit: str, stacks: dict[str, str]) -> str:
    """Commands that remove the stacks from the StackSet, and import them again through the current OU."""
    where = f"--stack-set-name {name} --region {survey.context.plan.home_region}"
    root = survey.context.values.units.id_of(ROOT)
    return (
        "give its stacks back through the present unit, with two commands: "
        f"aws cloudformation delete-stack-instances {where} --regions {' '.join(sorted(stacks))} --retain-stacks "
        f"--deployment-targets OrganizationalUnitIds={root},Accounts={account},AccountFilterType=INTERSECTION; then "
        f"aws cloudformation import-stacks-to-stack-set {where} --stack-ids {' '.join(sorted(stacks.values()))} "
        f"--organizational-unit-ids {unit}"
    )
