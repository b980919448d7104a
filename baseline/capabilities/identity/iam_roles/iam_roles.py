"""Roles that every account needs: break-glass, audit, and deployment roles for pipelines."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import StringConstraints

from baseline.capabilities.capability import (
    Capability,
    StackSpec,
    every_account,
    named_accounts,
    one_account,
)
from baseline.capabilities.identity.iam_roles.deployment_roles import DeploymentRole, deployment_problems
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name, trail_stacks
from baseline.capabilities.logs.kms.kms import RolePattern
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.place import Accounts
from baseline.capabilities.respond.response.settings import ResponseSettings
from baseline.capabilities.settings import Settings, tiered
from baseline.findings import Problem
from baseline.frozen import frozen

UserPattern = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._+=@*-]{0,255}$")]

_TRUSTED = [
    "aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*Administrator*",
    "aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*Security*",
]


class IamRolesSettings(Settings):
    """Settings of `iam_roles`."""

    break_glass: bool = tiered(
        "The role `<prefix>-break-glass`: administrator for an hour, for named IAM users with MFA; its use triggers "
        "an alarm if a trail exists.",
        True,
        stronger="true",
        control="break-glass-mfa",
    )
    break_glass_users: list[UserPattern] = tiered(
        "Paths and names of the IAM users that may assume the break-glass roles: users of the security account, and "
        "for the management account its own; `*` stands for any text. Create the users manually.",
        ["break-glass/*"],
        min_length=1,
    )
    security_audit: bool = tiered(
        "The role `<prefix>-security-audit`: reads configuration, but no data.",
        True,
        stronger="true",
        control="security-audit-role",
    )
    incident_response: bool = tiered(
        "The role `<prefix>-incident-response`: reads configuration, isolates instances, keeps snapshots and "
        "disables credentials; it deletes nothing.",
        True,
        starter=False,
        stronger="true",
        control="incident-response-role",
    )
    support: bool = tiered(
        "The role `<prefix>-support`: opens and follows cases of AWS Support.",
        True,
        stronger="true",
        control="support-role",
    )
    trusted_roles: list[RolePattern] = tiered(
        "Paths and names of the roles of the security account that may assume the roles for audit, incident response "
        "and support; `*` stands for any text.",
        _TRUSTED,
        min_length=1,
        examples=[["Administrator"]],
    )
    ssm_instance: bool = tiered(
        "The role and instance profile `<prefix>-ssm-instance`: lets Systems Manager manage an instance.",
        True,
        stronger="true",
        control="ssm-instance-role",
    )
    permissions_boundary: bool = tiered(
        "The policy `<prefix>-permissions-boundary`: principals with this boundary can create roles, but none with "
        "more permissions than their own. Deployment roles have this boundary.",
        True,
        stronger="true",
        control="permissions-boundary",
    )
    delegated_roles: list[RolePattern] = tiered(
        "Paths and names of the roles, policies and instance profiles that principals with the boundary may create, "
        "change and pass; `*` stands for any text.",
        ["delegated/*"],
        min_length=1,
        examples=[["delegated/*", "cdk-*"]],
    )
    deployment_roles: list[DeploymentRole] = tiered(
        "Roles that pipelines of GitHub Actions or GitLab assume with their own token.", []
    )
    oidc_provider_exists_in: Accounts = tiered(
        "The accounts, or groups of accounts, that already have the identity provider; an account can have only one "
        "per address.",
        [],
    )


@frozen
class IamRolesContext:
    """Context of `iam_roles`; `trusted_account` holds the principals that may assume the roles for people.

    The break-glass role of the management account trusts that account itself; the others trust the security account.
    """

    prefix: str
    standalone: bool
    trusted_account: Reference
    break_glass: bool
    break_glass_users: tuple[str, ...]
    security_audit: bool
    incident_response: bool
    answers_playbooks: bool
    support: bool
    trusted_roles: tuple[str, ...]
    ssm_instance: bool
    permissions_boundary: bool
    delegated_roles: tuple[str, ...]


@frozen
class BreakGlassAlarmContext:
    """Context of `iam_roles_alarm`."""

    prefix: str
    log_group_name: str
    pattern: str


@frozen
class OidcProviderContext:
    """Context of `iam_roles_oidc_provider`; `audiences` are the audiences besides AWS STS."""

    issuer: str
    sts_audience: bool
    audiences: tuple[str, ...]


@frozen
class DeploymentRoleContext:
    """Context of `iam_roles_deployment`; `host` is the issuer without `https://`."""

    prefix: str
    name: str
    host: str
    sts_audience: bool
    audience: str
    subject: str
    managed_policies: tuple[str, ...]
    account_policies: tuple[str, ...]
    permissions_boundary: bool


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("iam_roles", IamRolesSettings)
    return (
        *_roles(landscape, settings),
        *_alarm(landscape, settings),
        *_oidc_providers(landscape, settings),
        *(_deployment_role(landscape, settings, role) for role in settings.deployment_roles),
    )


def role_stacks(landscape: Landscape, account: str, names: Iterable[str]) -> Iterator[str]:
    """The stacks that create roles of these names in an account, for `depends_on`."""
    if not landscape.is_on("iam_roles"):
        return
    settings = landscape.settings("iam_roles", IamRolesSettings)
    created = {
        "break-glass": settings.break_glass,
        "security-audit": settings.security_audit,
        "incident-response": settings.incident_response,
        "support": settings.support,
        "ssm-instance": settings.ssm_instance,
    }
    stacks = {f"{landscape.prefix}-{name}": "iam-roles" for name, is_created in created.items() if is_created}
    for role in settings.deployment_roles:
        if account in role.accounts:
            stacks[f"{landscape.prefix}-deployment-{role.name}"] = f"iam-roles-deployment-{role.name}"
    yield from dict.fromkeys(stacks[name] for name in names if name in stacks)


def _has_playbooks(landscape: Landscape) -> bool:
    return landscape.is_on("response") and landscape.settings("response", ResponseSettings).acts


def _roles(landscape: Landscape, settings: IamRolesSettings) -> Iterator[StackSpec]:
    people = any((settings.break_glass, settings.security_audit, settings.incident_response, settings.support))
    if not (people or settings.ssm_instance or settings.permissions_boundary):
        return
    yield StackSpec(
        name="iam-roles",
        template="identity/iam_roles/iam_roles",
        description="IAM roles for emergencies, audit, incident response and support, instances, and delegation.",
        target=every_account(),
        context=IamRolesContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            trusted_account=landscape.account_reference("security"),
            break_glass=settings.break_glass,
            break_glass_users=tuple(settings.break_glass_users),
            security_audit=settings.security_audit,
            incident_response=settings.incident_response,
            answers_playbooks=settings.incident_response and _has_playbooks(landscape),
            support=settings.support,
            trusted_roles=tuple(settings.trusted_roles),
            ssm_instance=settings.ssm_instance,
            permissions_boundary=settings.permissions_boundary,
            delegated_roles=tuple(settings.delegated_roles),
        ),
        parameters=organization_only(
            landscape,
            *(["OrganizationId", "SecurityAccountId"] if people else []),
            *(["ManagementAccountId"] if settings.break_glass else []),
        ),
    )


def _alarm(landscape: Landscape, settings: IamRolesSettings) -> Iterator[StackSpec]:
    if not (settings.break_glass and log_group_name(landscape) and landscape.is_on("notifications")):
        return
    yield StackSpec(
        name="iam-roles-alarm",
        template="identity/iam_roles/alarm",
        description="Metric filter and alarm for the use of the break-glass role in any account.",
        target=one_account("management"),
        context=BreakGlassAlarmContext(
            prefix=landscape.prefix,
            log_group_name=log_group_name(landscape),
            pattern=_break_glass_pattern(landscape.prefix),
        ),
        depends_on=(*trail_stacks(landscape), "notifications"),
    )


def _break_glass_pattern(prefix: str) -> str:
    """An event pattern for assuming the role, calls with it, and changes of its trust policy.

    Source: CloudTrail user guide, userIdentity element; for AssumeRole, requestParameters.roleArn is the role.
    """
    role = f"{prefix}-break-glass"
    return (
        f'{{ ($.requestParameters.roleArn = "*:role/{role}") || '
        f'($.userIdentity.sessionContext.sessionIssuer.userName = "{role}") || '
        f'(($.eventName = "UpdateAssumeRolePolicy") && ($.requestParameters.roleName = "{role}")) }}'
    )


def _new_provider_accounts(settings: IamRolesSettings, host: str) -> tuple[str, ...]:
    """The accounts that need the issuer as a new provider, in the profile's order."""
    wanted = (key for role in settings.deployment_roles if role.host == host for key in role.accounts)
    return tuple(dict.fromkeys(key for key in wanted if key not in settings.oidc_provider_exists_in))


def _provider_stack(role: DeploymentRole) -> str:
    return f"iam-roles-oidc-{role.slug}"


def _oidc_providers(landscape: Landscape, settings: IamRolesSettings) -> Iterator[StackSpec]:
    partition = landscape.partition
    for host in dict.fromkeys(role.host for role in settings.deployment_roles):
        accounts = _new_provider_accounts(settings, host)
        same = [role for role in settings.deployment_roles if role.host == host]
        if accounts:
            yield StackSpec(
                name=_provider_stack(same[0]),
                template="identity/iam_roles/oidc_provider",
                description=f"Identity provider for tokens of {host}.",
                target=named_accounts(accounts),
                context=OidcProviderContext(
                    issuer=same[0].issuer,
                    sts_audience=any(role.is_for_sts(partition) for role in same),
                    audiences=tuple(
                        dict.fromkeys(role.audience_in(partition) for role in same if not role.is_for_sts(partition))
                    ),
                ),
            )


def _deployment_role(landscape: Landscape, settings: IamRolesSettings, role: DeploymentRole) -> StackSpec:
    return StackSpec(
        name=f"iam-roles-deployment-{role.name}",
        template="identity/iam_roles/deployment",
        description=f"Deployment role for {role.repository}.",
        target=named_accounts(tuple(role.accounts)),
        context=DeploymentRoleContext(
            prefix=landscape.prefix,
            name=role.name,
            host=role.host,
            sts_audience=role.is_for_sts(landscape.partition),
            audience=role.audience_in(landscape.partition),
            subject=role.subject,
            managed_policies=tuple(role.managed_policies),
            account_policies=tuple(role.account_policies),
            permissions_boundary=settings.permissions_boundary,
        ),
        depends_on=(
            *(["iam-roles"] if settings.permissions_boundary else []),
            *([_provider_stack(role)] if _new_provider_accounts(settings, role.host) else []),
        ),
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("iam_roles", IamRolesSettings)
    return deployment_problems(
        landscape,
        settings.deployment_roles,
        settings.oidc_provider_exists_in,
        boundary=settings.permissions_boundary,
    )


CAPABILITY = Capability(
    name="iam_roles",
    title="IAM roles",
    summary="Break-glass, audit, incident response, support, instance and deployment roles, and a permissions boundary "
    "for delegation.",
    settings=IamRolesSettings,
    stacks=_stacks,
    problems=_problems,
)
