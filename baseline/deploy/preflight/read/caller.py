"""Facts about the caller: account, delegated administrator, and key administration."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from baseline.cloud.account import role_arn
from baseline.cloud.organizations import administrators_of
from baseline.cloud.refusals import Refusal
from baseline.deploy.preflight.decide.caller import STACK_SETS, CallerOfManagement, Delegate, NewKey
from baseline.deploy.preflight.survey import Survey
from baseline.plan.model import Method


def account(survey: Survey) -> Iterator[CallerOfManagement | Delegate]:
    """The caller, and its management account unless the plan is for another account or standalone."""
    context, caller = survey.context, survey.identity.account
    if context.session.options.delegated_admin:
        is_member = not context.plan.standalone and _management(survey) not in ("", caller)
        administers = is_member and caller in administrators(survey, STACK_SETS)
        yield Delegate(account=caller, is_member=is_member, administers=administers)
        return
    planned = next(
        (
            d.account_id.value or ""
            for s in context.plan.stacks
            for d in s.deployments
            if d.account == "management" and d.account_id
        ),
        "",
    )
    needed = planned in ("", caller) and not context.plan.standalone
    yield CallerOfManagement(account=caller, planned=planned, management=_management(survey) if needed else "")


def _management(survey: Survey) -> str:
    """The management account of the caller's organization; "" if it is in none."""
    return survey.organization.management if survey.organization else ""


def delegation(survey: Survey) -> Iterator[Mapping[str, frozenset[Method]]]:
    """The deployment methods of the chosen stacks, if a delegated administrator deploys them."""
    if survey.context.session.options.delegated_admin:
        yield {stack.name: frozenset(item.method for item in stack.deployments) for stack in survey.stacks}


def stack_set_administrators(survey: Survey) -> Iterator[frozenset[str]]:
    """The accounts that administer StackSets."""
    if survey.is_governed:
        yield administrators(survey, STACK_SETS)


def new_keys(survey: Survey) -> Iterator[NewKey]:
    """The keys that stacks create."""
    principal = ""
    for found in survey.resources("AWS::KMS::Key"):
        principal = principal or _principal(survey)
        yield NewKey(stack=found.stack, policy=found.properties.get("KeyPolicy") or {}, principal=principal)


def administrators(survey: Survey, service: str) -> frozenset[str]:
    """Accounts that administer a service; empty if the caller may not list them, and so is not one of them."""
    try:
        return administrators_of(survey.context.session, service)
    except Refusal as error:
        if not error.code.startswith("AccessDenied"):
            raise
        return frozenset()


def _principal(survey: Survey) -> str:
    """ARN of the user or role that creates the keys: the execution role or the caller, with its path if known."""
    role = survey.context.session.options.execution_role
    arn = role or survey.identity.arn
    if ":assumed-role/" not in arn:
        return arn
    name = arn.split(":assumed-role/")[1].partition("/")[0]
    with suppress(Refusal):
        arn = role_arn(survey.context.session, name) or arn
    return arn if ":role/" in arn else f"{arn.split(':assumed-role/')[0].replace(':sts:', ':iam:')}:role/{name}"
