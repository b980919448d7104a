"""Facts about AWS Audit Manager in the accounts in which new stacks create assessments."""

from collections.abc import Iterator

from baseline.cloud.account import audit_manager_status
from baseline.deploy.preflight.decide.audit_manager import ASSESSMENT, AuditManagerStatus
from baseline.deploy.preflight.read.names import new_instances
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import resources_of


def statuses(survey: Survey) -> Iterator[AuditManagerStatus]:
    """The status in the management account, and with a member role in member accounts."""
    session = survey.context.session
    for stack, region in sorted({(found.stack, found.region) for found in survey.resources(ASSESSMENT)}):
        yield AuditManagerStatus(
            stack=stack, account=survey.identity.account, region=region, status=audit_manager_status(session, region)
        )
    role = f"arn:{survey.context.plan.partition}:iam::{{}}:role/{survey.member_role}"
    for place in new_instances(survey) if survey.member_role else ():
        if any(item.type == ASSESSMENT for item in resources_of(place.task.text)):
            member = session.member(role.format(place.account))
            yield AuditManagerStatus(
                stack=place.task.name,
                account=place.account,
                region=place.region,
                status=audit_manager_status(member, place.region),
            )
