"""Problems of organization settings."""

from collections.abc import Iterator

from baseline.aws.partitions import Presence, presence
from baseline.aws.service_principals import is_known_principal, nearest_principal
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.findings import Problem, Severity

_OWN_TYPE = {
    "detective.amazonaws.com": "AWS::Detective::OrganizationAdmin",
    "securityhub.amazonaws.com": "AWS::SecurityHub::DelegatedAdmin",
}


def organization_problems(landscape: Landscape) -> tuple[Problem, ...]:
    """Settings that conflict with another value."""
    settings = landscape.settings("organization", OrganizationSettings)
    return (
        *_unknown_services(settings),
        *_own_types(settings),
        *_unreachable(landscape, settings),
        *_unnamed(landscape, settings),
        *_uncreatable(landscape),
    )


def _unknown_services(settings: OrganizationSettings) -> Iterator[Problem]:
    for setting in ("trusted_services", "delegated_services"):
        for index, service in enumerate(getattr(settings, setting)):
            if not is_known_principal(service):
                nearest = nearest_principal(service)
                yield Problem(
                    path=(setting, index),
                    message=f"unknown service principal {service}",
                    fix=f"did you mean {nearest}?" if nearest else "look it up in the AWS Organizations user guide",
                )


def _own_types(settings: OrganizationSettings) -> Iterator[Problem]:
    for index, service in enumerate(settings.delegated_services):
        if service in _OWN_TYPE:
            yield Problem(
                path=("delegated_services", index),
                message=f"{service} is delegated by the CloudFormation type {_OWN_TYPE[service]}, not by a call",
                fix="remove it here",
            )


def _unreachable(landscape: Landscape, settings: OrganizationSettings) -> Iterator[Problem]:
    """CloudTrail registers its own delegated administrator, but its trusted access must be enabled."""
    for index, service in enumerate(settings.delegated_services):
        if service == "cloudtrail.amazonaws.com" and service not in (
            *landscape.trusted_access,
            *settings.trusted_services,
        ):
            yield Problem(
                path=("delegated_services", index),
                message=f"{service} cannot be delegated before it has trusted access",
                fix="turn on the capability cloudtrail, or add it to trusted_services",
            )


def _unnamed(landscape: Landscape, settings: OrganizationSettings) -> Iterator[Problem]:
    """Delegated policy management only has an effect for roles that no guardrail prevents from using it."""
    if settings.policy_delegation and not settings.policy_roles and not landscape.standalone:
        yield Problem(
            path=("policy_delegation",),
            message="policy_roles is empty: with the guardrail organization-changes, only break-glass access can "
            "manage policies in the security account",
            fix="name the roles in policy_roles; until then the delegation contributes to no requirement",
            severity=Severity.INFO,
        )
    elif settings.policy_roles and not settings.policy_delegation:
        yield Problem(
            path=("policy_roles",),
            message="policies are not delegated to the security account, so its roles cannot manage them",
            fix="turn policy_delegation on, or remove the roles",
        )


def _uncreatable(landscape: Landscape) -> Iterator[Problem]:
    """In AWS GovCloud (US), accounts are created from a commercial account (AWS GovCloud user guide)."""
    missing = [key for key, account in landscape.accounts.items() if account.id is None and key != "management"]
    if landscape.partition == "aws-us-gov" and missing and not landscape.standalone:
        yield Problem(
            path=("enabled",),
            message=f"accounts.{missing[0]} has no id, and AWS GovCloud (US) cannot create accounts from a template",
            fix="create it with CreateGovCloudAccount from a commercial account, and give its id",
        )


def absent_here(landscape: Landscape) -> Iterator[Problem]:
    """Policy types and services that the partition does not have: the plan leaves them out."""
    settings = landscape.settings("organization", OrganizationSettings)
    for setting in ("policy_types", "delegated_services"):
        for index, name in enumerate(getattr(settings, setting)):
            if presence(name, landscape.partition) is Presence.ABSENT:
                yield Problem(
                    path=(setting, index),
                    message=f"{name} is left out: {landscape.partition} does not have the service",
                    fix="remove it from the list",
                )
