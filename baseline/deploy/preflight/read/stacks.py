"""Facts about existing stacks and StackSets with the plan's names."""

from collections.abc import Iterator

from baseline.deploy.preflight.decide.stacks import STUCK, ExistingStack
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stack_sets import read as stack_sets
from baseline.deploy.stacks.read import deployed_text


def existing_stacks(survey: Survey) -> Iterator[ExistingStack]:
    """The existing stacks and StackSets with the names of chosen ones."""
    for task in survey.stack_targets():
        current = survey.current(task)
        if current is not None:
            text = "" if current.status in STUCK else deployed_text(task)
            yield ExistingStack(
                kind="stack",
                name=task.name,
                where=task.where,
                region=task.region,
                status=current.status,
                text=text or "",
            )
    for target in survey.stack_set_targets():
        text = stack_sets.deployed_text(target)
        if text:
            yield ExistingStack(kind="StackSet", name=target.name, where=target.where, text=text)
