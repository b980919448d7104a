"""Checks of the organization: features, trusted access, accounts, delegated administrators, Control Tower."""

from collections.abc import Iterator

from baseline.cloud.account import is_governed_by_control_tower
from baseline.cloud.stack_sets import has_trusted_access
from baseline.deploy.preflight.caller import administrators
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stack_sets.read import places_of
from baseline.deploy.template import resources_of
from baseline.findings import Problem, Severity

_MOST = 20
"""Accounts that are named; more are counted."""


def features(survey: Survey) -> Iterator[Problem]:
    """The organization exists, has all features, and is the one in the plan."""
    if survey.context.plan.standalone:
        return
    organization = survey.organization
    texts = survey.context.written.texts.values()
    creates = any(item.type == "AWS::Organizations::Organization" for text in texts for item in resources_of(text))
    if not organization:
        if not creates:
            yield Problem(
                message="the account has no organization", fix="create one: aws organizations create-organization"
            )
        return
    if not organization.has_all_features:
        yield Problem(
            message="the organization has consolidated billing only",
            fix="enable all features: aws organizations enable-all-features",
        )
    planned = next(
        (p.value for s in survey.context.plan.stacks for p in s.parameters if p.name == "OrganizationId" and p.value),
        None,
    )
    if planned and planned != organization.id:
        yield Problem(
            message=f"the organization is {organization.id}; this plan is for {planned}",
            fix="correct organization.id in the profile and generate again",
        )


def stack_sets_access(survey: Survey) -> Iterator[Problem]:
    """StackSets have trusted access to the organization, or a stack of the plan activates it."""
    turns_on = any(stack.capability == "organization" for stack in survey.context.plan.stacks)
    if not any(survey.stack_set_targets()) or turns_on or not survey.organization:
        return
    if not has_trusted_access(survey.context.session):
        yield Problem(
            message="CloudFormation StackSets have no trusted access to the organization",
            fix="activate it: aws cloudformation activate-organizations-access",
        )


def control_tower(survey: Survey) -> Iterator[Problem]:
    """AWS Control Tower does not govern the organization as well."""
    if survey.context.plan.standalone:
        return
    if is_governed_by_control_tower(survey.context.session):
        yield Problem(
            message="AWS Control Tower governs this organization: its trail, recorders and policies exist already",
            fix="switch off what it does: recorder: existing, cloudtrail: false",
            severity=Severity.WARNING,
        )


def accounts(survey: Survey) -> Iterator[Problem]:
    """Every active account of the organization is in the baseline, or excluded from conformance packs.

    AWS rejects an organization conformance pack while any account has no configuration recorder.
    """
    if not survey.is_governed or not any(survey.stack_set_targets()):
        return
    values = survey.context.values
    reached: set[str] = set()
    for task in survey.stack_set_targets():
        if values.known(task.stack):
            reached |= {member for member, _ in places_of(task)}
    others = [item for item in survey.accounts if item.id not in reached]
    if not reached or not others:
        return
    excluded = {
        str(account)
        for found in survey.resources("AWS::Config::OrganizationConformancePack", new=False)
        for account in found.properties.get("ExcludedAccounts", ())
    }
    packs = any(
        item.type == "AWS::Config::OrganizationConformancePack"
        for task in survey.stack_set_targets()
        for item in resources_of(task.text)
    )
    named = [f"{item.name} ({item.id}, {item.state})" for item in others[:_MOST]]
    more = f" and {len(others) - _MOST} more" if len(others) > _MOST else ""
    active = {item.id for item in others if item.is_active} - excluded
    yield Problem(
        message=f"{len(others)} accounts of the organization are not in the baseline: {', '.join(named)}{more}"
        + (
            "; an active one without a Config recorder fails every organization conformance pack"
            if packs and active
            else ""
        ),
        fix="move them into a unit of the profile (aws organizations move-account), or leave them out of the packs",
        severity=Severity.WARNING,
    )


def delegated_administrators(survey: Survey) -> Iterator[Problem]:
    """No service has a different delegated administrator than in the plan."""
    if not survey.is_governed:
        return
    for arguments in survey.settings("delegated-administrator"):
        service, wanted = arguments.get("ServicePrincipal", ""), arguments.get("AccountId", "")
        others = sorted(administrators(survey, service) - {wanted}) if isinstance(wanted, str) else []
        if others:
            yield Problem(
                message=f"{', '.join(others)} is the delegated administrator of {service}; the plan names {wanted}",
                fix="deregister it, if that is intended: aws organizations deregister-delegated-administrator "
                f"--service-principal {service} --account-id {others[0]}",
                severity=None if service in _SINGLE else Severity.WARNING,
            )


_SINGLE = frozenset({"access-analyzer.amazonaws.com", "sso.amazonaws.com"})
"""Services that take one delegated administrator
(docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html)."""
