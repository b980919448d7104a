"""Checks of the caller: account, delegated administrator, and key administration."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any

from baseline.cloud.account import role_arn
from baseline.cloud.organizations import administrators_of
from baseline.cloud.refusals import Refusal
from baseline.deploy.preflight.survey import Survey
from baseline.findings import Problem, Severity
from baseline.plan.model import Method

CALLER = "caller"
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
_MANAGEMENT = (
    "use credentials of the management account, or name a role in it with --assume-role; a delegated administrator for "
    "StackSets says --delegated-admin"
)


def account(survey: Survey) -> Iterator[Problem]:
    """The caller is in the plan's management account, or is the delegated administrator if one is expected."""
    context, caller = survey.context, survey.identity.account
    if context.session.options.delegated_admin:
        yield from _delegate(survey, caller)
        return
    planned = next(
        (
            d.account_id.value
            for s in context.plan.stacks
            for d in s.deployments
            if d.account == "management" and d.account_id
        ),
        None,
    )
    if planned and planned != caller:
        yield Problem(message=f"the credentials are of account {caller}; this plan is for {planned}", fix=_MANAGEMENT)
    elif not context.plan.standalone and survey.organization and survey.organization.management != caller:
        yield Problem(
            message=f"account {caller} is a member of its organization; ordinary stacks go to the management account",
            fix=_MANAGEMENT,
        )


def delegation(survey: Survey) -> Iterator[Problem]:
    """A delegated administrator only deploys StackSets, as it cannot reach the management account."""
    if not survey.context.session.options.delegated_admin:
        return
    methods = {stack.name: {deployment.method for deployment in stack.deployments} for stack in survey.stacks}
    beyond = [name for name, some in methods.items() if some == {Method.STACK}]
    partly = [name for name, some in methods.items() if len(some) > 1]
    within = " ".join(f"--only {name}" for name, some in methods.items() if Method.STACK_SET in some)
    if beyond:
        yield Problem(
            message="stacks of the management account, which a delegated administrator cannot deploy, are chosen: "
            f"{', '.join(beyond)}",
            fix=(f"choose the others: {within} - and " if within else "")
            + "deploy these with credentials of the management account",
        )
    if partly:
        yield Problem(
            message=f"only the member accounts' part is looked at and deployed of: {', '.join(partly)}",
            fix="deploy the management account's part with its own credentials, without --delegated-admin",
            severity=Severity.WARNING,
        )


def stack_set_administrators(survey: Survey) -> Iterator[Problem]:
    """No member account administers StackSets: its StackSets are not subject to service control policies."""
    if not survey.is_governed:
        return
    for name in sorted(administrators(survey, STACK_SETS)):
        yield Problem(
            message=f"account {name} is a delegated administrator for StackSets: its StackSets act in every member "
            "account as a role that the guardrails exempt",
            fix="limit cloudformation:*StackSet and *StackInstances there to the roles that deploy",
            severity=Severity.WARNING,
        )


def key_administrators(survey: Survey) -> Iterator[Problem]:
    """The policies of new keys name the caller as administrator: KMS rejects keys of other callers."""
    principal = ""
    for found in survey.resources("AWS::KMS::Key"):
        patterns = list(_exempt(found.properties.get("KeyPolicy") or {}))
        principal = principal or _principal(survey)
        if patterns and not any(fnmatchcase(principal, pattern) for pattern in patterns):
            yield Problem(
                message=f"{found.stack}: the key's policy refuses administration by {principal}; it allows "
                f"{', '.join(patterns)}",
                fix="deploy as one of these, or add the role to capabilities.kms.key_administrators and generate again",
            )


def administrators(survey: Survey, service: str) -> frozenset[str]:
    """Accounts that administer a service; empty if the caller may not list them, so that it is not one."""
    try:
        return administrators_of(survey.context.session, service)
    except Refusal as error:
        if not error.code.startswith("AccessDenied"):
            raise
        return frozenset()


def _delegate(survey: Survey, caller: str) -> Iterator[Problem]:
    if survey.context.plan.standalone or not survey.organization or survey.organization.management == caller:
        yield Problem(
            message=f"account {caller} is not a member of an organization, so it cannot be a delegated administrator",
            fix="leave out --delegated-admin",
        )
        return
    if caller not in administrators(survey, STACK_SETS):
        yield Problem(
            message=f"account {caller} is not a delegated administrator for CloudFormation StackSets, or its identity "
            "may not call organizations:ListDelegatedAdministrators, which StackSets ask for",
            fix="register it, in the management account: aws organizations register-delegated-administrator "
            f"--service-principal {STACK_SETS} --account-id {caller}",
        )


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


def _exempt(policy: Mapping[str, Any]) -> Iterator[str]:
    """Patterns of the principals that are exempt from the denial of key administration."""
    for statement in policy.get("Statement", ()):
        if statement.get("Effect") == "Deny":
            found = (statement.get("Condition") or {}).get("ArnNotLike", {}).get("aws:PrincipalArn", ())
            for pattern in [found] if isinstance(found, str | dict) else found:
                yield pattern.get("Fn::Sub", "") if isinstance(pattern, dict) else pattern
