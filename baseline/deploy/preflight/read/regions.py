"""Facts about Regions and quotas."""

from collections import Counter
from collections.abc import Iterator

from baseline.cloud.stack_sets import stack_set_names
from baseline.cloud.stacks import stack_limit, stacks_in
from baseline.deploy.preflight.decide.regions import RegionStatus, StackCount
from baseline.deploy.preflight.survey import Survey


def regions(survey: Survey) -> Iterator[RegionStatus]:
    """The Regions of the chosen stacks; a stack in the home Region enables others."""
    opened = {region for arguments in survey.settings("enabled-regions") for region in arguments["RegionNames"]}
    opened.discard(survey.context.plan.home_region)
    for region in sorted({region for stack in survey.stacks for region in stack.regions}):
        status = survey.region_statuses.get(region, "unknown")
        yield RegionStatus(region=region, status=status, is_opened=region in opened)


def stacks(survey: Survey) -> Iterator[StackCount]:
    """The stacks of the management account, in each Region with a new stack."""
    added = Counter(task.region for task in survey.stack_targets() if survey.current(task) is None)
    session = survey.context.session
    for region, count in sorted(added.items()):
        limit = stack_limit(session, region)
        existing = sum(1 for _ in stacks_in(session, region))
        yield StackCount(region=region, existing=existing, added=count, limit=limit)


def stack_sets(survey: Survey) -> Iterator[int]:
    """The number of StackSets after the deployment."""
    if survey.is_governed:
        yield len(stack_set_names(survey.context.session) | {task.name for task in survey.stack_set_targets()})


def accounts(survey: Survey) -> Iterator[int]:
    """The number of accounts after the deployment, if stacks create any."""
    new = list(survey.resources("AWS::Organizations::Account"))
    if new and survey.is_governed:
        yield len(survey.accounts) + 1 + len(new)
