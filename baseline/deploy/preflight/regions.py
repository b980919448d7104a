"""Checks of Regions and quotas."""

from collections import Counter
from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.cloud.account import ENABLED
from baseline.cloud.stack_sets import stack_set_names
from baseline.cloud.stacks import stack_limit, stacks_in
from baseline.deploy.preflight.survey import Survey
from baseline.findings import Problem, Severity


def enabled(survey: Survey) -> Iterator[Problem]:
    """Every Region of the plan is enabled in the caller's account, or the plan enables it."""
    opened = {region for arguments in survey.settings("enabled-regions") for region in arguments["RegionNames"]}
    for region in sorted({region for stack in survey.stacks for region in stack.regions}):
        status = survey.region_statuses.get(region, "unknown")
        if status not in ENABLED and region not in opened - {survey.context.plan.home_region}:
            yield Problem(
                message=f"Region {region} is {status} in this account",
                fix=f"enable it: aws account enable-region --region-name {region}",
            )


def stacks(survey: Survey) -> Iterator[Problem]:
    """The existing and new stacks of the management account fit into its quota in each Region."""
    wanted = Counter(task.region for task in survey.stack_targets() if survey.current(task) is None)
    for region, count in sorted(wanted.items()):
        limit = stack_limit(survey.context.session, region)
        there = sum(1 for _ in stacks_in(survey.context.session, region))
        if limit is not None and there + count > limit:
            yield Problem(
                message=f"{region} has {there} stacks, the plan adds {count}, and the account may have {limit} there",
                fix="raise the quota: aws service-quotas request-service-quota-increase --service-code cloudformation",
            )


def stack_sets(survey: Survey) -> Iterator[Problem]:
    """The existing and new StackSets fit into the quota."""
    if not survey.is_governed:
        return
    there = stack_set_names(survey.context.session)
    total, most = len(there | {task.name for task in survey.stack_set_targets()}), quota("cloudformation.stack_sets")
    if total > most:
        yield Problem(
            message=f"there would be {total} StackSets; an account may have {most} unless AWS has raised its quota",
            fix="raise the quota, or delete unneeded StackSets",
            severity=Severity.WARNING,
        )


def accounts(survey: Survey) -> Iterator[Problem]:
    """The new accounts fit into the organization's quota."""
    new = list(survey.resources("AWS::Organizations::Account"))
    if not new or not survey.is_governed:
        return
    total, most = len(survey.accounts) + 1 + len(new), quota("organizations.default_accounts")
    if total > most:
        yield Problem(
            message=f"there would be {total} accounts; a new organization may have {most} until AWS raises its quota",
            fix="look at the quota `Default maximum number of accounts` of AWS Organizations in Service Quotas",
            severity=Severity.WARNING,
        )
