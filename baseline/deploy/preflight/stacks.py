"""Checks of existing stacks and StackSets with the plan's names."""

from collections.abc import Iterator

from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stack_sets import read as stack_sets
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.read import deployed_text
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.template import is_ours
from baseline.findings import Problem

_STUCK = {
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {name} --region {region}",
    "DELETE_FAILED": "finish its deletion: aws cloudformation delete-stack --stack-name {name} --region {region}",
    "IMPORT_ROLLBACK_FAILED": "see why: aws cloudformation describe-stack-events --stack-name {name} --region {region}",
}


def owners(survey: Survey) -> Iterator[Problem]:
    """Existing stacks and StackSets with the plan's names belong to this baseline, and are not stuck."""
    for task in survey.stack_targets():
        current = survey.current(task)
        if current is None:
            continue
        status = current.status
        if status in _STUCK:
            fix = _STUCK[status].format(name=task.name, region=task.region)
            yield Problem(message=f"{task.name} in {task.region} is {status}", fix=fix)
        else:
            yield from _foreign(task, "stack", deployed_text(task))
    for stack_set in survey.stack_set_targets():
        yield from _foreign(stack_set, "StackSet", stack_sets.deployed_text(stack_set))


def _foreign(task: StackTarget | StackSetTarget, kind: str, text: str | None) -> Iterator[Problem]:
    if text and not is_ours(text):
        yield Problem(
            message=f"a {kind} {task.name} ({task.where}) exists and is not baseline's",
            fix="delete or rename it, or choose another organization.prefix",
        )
