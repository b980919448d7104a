"""Facts about service-linked roles that services need in the management account."""

from collections.abc import Iterator

from baseline.cloud.account import role_arn
from baseline.deploy.preflight.decide.roles import ROLES, NeededRole, services_with_roles
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import resources_of

_SETTING = "service-linked-role"


def needed_roles(survey: Survey) -> Iterator[NeededRole]:
    """The roles that the chosen stacks need and that the plan does not create."""
    if not survey.is_governed:
        return
    texts = survey.context.written.texts
    needed = {
        service
        for stack in survey.stacks
        for item in resources_of(texts[stack.name])
        for service in services_with_roles(item)
    }
    for service in sorted(needed - set(_created(survey))):
        yield NeededRole(service=service, exists=bool(role_arn(survey.context.session, ROLES[service])))


def _created(survey: Survey) -> Iterator[str]:
    for text in survey.context.written.texts.values():
        for item in resources_of(text):
            properties = item.body.get("Properties") or {}
            if item.type == "Custom::Setting" and properties.get("Setting") == _SETTING:
                yield str((properties.get("Arguments") or {}).get("AWSServiceName"))
