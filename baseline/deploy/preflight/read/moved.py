"""Facts about accounts that have moved since a StackSet deployed to them."""

from collections.abc import Iterator

from baseline.deploy.preflight.decide.moved import Deployed
from baseline.deploy.preflight.survey import Survey
from baseline.plan.units import ROOT


def deployed_stack_sets(survey: Survey) -> Iterator[Deployed]:
    """The chosen StackSets that exist, with their instances."""
    values = survey.context.values
    for task in survey.stack_set_targets() if survey.is_governed else ():
        if task.reader.describe() is None or not values.known(task.stack):
            continue
        instances = task.reader.instances()
        targets = frozenset(unit for deployment in task.deployments for unit in values.targets(deployment)[0])
        units = targets | {item.unit for item in instances.values() if item.unit}
        yield Deployed(
            stack_set=task.name,
            home_region=survey.context.plan.home_region,
            root=values.units.id_of(ROOT),
            instances=instances,
            targets=targets,
            members={unit: values.units.members(unit) for unit in units},
        )
