"""Facts about the organization: features, trusted access, accounts, delegated administrators, Control Tower."""

from collections.abc import Iterator

from baseline.cloud.account import is_governed_by_control_tower
from baseline.cloud.stack_sets import has_trusted_access
from baseline.deploy.preflight.decide.organization import Coverage, Delegation, Governed, OrganizationFound
from baseline.deploy.preflight.read.caller import administrators
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stack_sets.read import places_of
from baseline.deploy.template import resources_of
from baseline.plan.model import Method
from baseline.plan.written import WrittenPlan

_PACK = "AWS::Config::OrganizationConformancePack"


def features(survey: Survey) -> Iterator[OrganizationFound]:
    """The organization, and the plan's expectations of it."""
    if survey.context.plan.standalone:
        return
    texts = survey.context.written.texts.values()
    parameters = (parameter for stack in survey.context.plan.stacks for parameter in stack.parameters)
    yield OrganizationFound(
        found=survey.organization,
        is_created=any(item.type == "AWS::Organizations::Organization" for t in texts for item in resources_of(t)),
        planned=next((item.value for item in parameters if item.name == "OrganizationId" and item.value), ""),
    )


def stack_sets_access(survey: Survey) -> Iterator[bool]:
    """Whether StackSets have trusted access, unless the plan activates it or has no StackSet."""
    turns_on = any(stack.capability == "organization" for stack in survey.context.plan.stacks)
    if any(survey.stack_set_targets()) and not turns_on and survey.organization:
        yield has_trusted_access(survey.context.session)


def control_tower(survey: Survey) -> Iterator[Governed]:
    """Whether AWS Control Tower governs the organization, and the stacks that duplicate its resources."""
    if not survey.context.plan.standalone:
        governs = is_governed_by_control_tower(survey.context.session)
        yield Governed(governs=governs, second=tuple(second_of_control_tower(survey.context.written)))


def second_of_control_tower(written: WrittenPlan) -> Iterator[str]:
    """Names of the stacks with an organization trail, and of StackSets with recorders."""
    for stack in written.plan.stacks:
        in_members = any(deployment.method is Method.STACK_SET for deployment in stack.deployments)
        for item in resources_of(written.texts[stack.name]):
            properties = item.body.get("Properties") or {}
            trail = item.type == "AWS::CloudTrail::Trail" and properties.get("IsOrganizationTrail") is True
            if trail or (in_members and item.type == "AWS::Config::ConfigurationRecorder"):
                yield stack.name


def accounts(survey: Survey) -> Iterator[Coverage]:
    """The accounts of the organization, and the accounts that the chosen StackSets target."""
    if not survey.is_governed or not any(survey.stack_set_targets()):
        return
    targets = list(survey.stack_set_targets())
    values = survey.context.values
    yield Coverage(
        reached=frozenset(
            member for target in targets if values.known(target.stack) for member, _ in places_of(target)
        ),
        accounts=survey.accounts,
        excluded=frozenset(
            str(account)
            for found in survey.resources(_PACK, new=False)
            for account in found.properties.get("ExcludedAccounts", ())
        ),
        has_packs=any(item.type == _PACK for target in targets for item in resources_of(target.text)),
    )


def delegated_administrators(survey: Survey) -> Iterator[Delegation]:
    """The administrators of each service for which the plan names one by its id."""
    for arguments in survey.settings("delegated-administrator") if survey.is_governed else ():
        service, wanted = arguments.get("ServicePrincipal", ""), arguments.get("AccountId", "")
        if isinstance(wanted, str):
            yield Delegation(service=service, wanted=wanted, administrators=administrators(survey, service))
