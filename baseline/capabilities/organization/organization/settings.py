"""Settings of the organization."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from baseline.capabilities.settings import Settings, tiered

ServicePrincipal = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.amazonaws\.com$")]

RolePattern = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._+=@*-]{0,255}$")]

PolicyType = Literal[
    "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "S3_POLICY",
    "GUARDDUTY_POLICY",
    "INSPECTOR_POLICY",
    "SECURITYHUB_POLICY",
    "BEDROCK_POLICY",
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
]
"""Policy types that `AWS::Organizations::Policy` accepts (CloudFormation's schema of the type)."""

_POLICY_TYPES: list[PolicyType] = [
    "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "S3_POLICY",
]


class OrganizationSettings(Settings):
    """Settings of `organization`."""

    policy_types: list[PolicyType] = tiered(
        "Kinds of organization policies that are enabled at the root besides those that the capabilities need.",
        _POLICY_TYPES,
        stronger="superset",
        control="organization-policy-types",
    )
    trusted_services: list[ServicePrincipal] = tiered(
        "Service principals that receive trusted access besides those that the capabilities need.",
        [],
        examples=[["tagpolicies.tag.amazonaws.com"]],
    )
    delegated_services: list[ServicePrincipal] = tiered(
        "Service principals that the security account administers besides those that the capabilities need.",
        [],
        examples=[["guardduty.amazonaws.com"]],
    )
    root_credentials: bool = tiered(
        "Whether the management account manages the root credentials of member accounts, which then need none.",
        True,
        stronger="true",
        control="central-root-access",
    )
    root_sessions: bool = tiered(
        "Whether the management account may take short root sessions in member accounts, for tasks that only root can.",
        True,
        stronger="true",
        control="central-root-access",
    )
    resource_sharing: bool = tiered(
        "Whether AWS RAM shares resources inside the organization without invitations.", False
    )
    health_view: bool = tiered(
        "Whether AWS Health shows the events of every account; its API needs a Business support plan or better.", False
    )
    policy_delegation: bool = tiered(
        "Whether the security account may manage the organization's policies.",
        False,
        regulated=True,
        stronger="true",
        control="policy-delegation",
    )
    policy_roles: list[RolePattern] = tiered(
        "Roles of the security account that manage the organization's policies, by name with their path; `*` is a "
        "wildcard. Other roles cannot, and the guardrail `organization-changes` exempts these roles.",
        [],
        examples=[["PolicyAdministrator"]],
    )
    revert: bool = tiered("Whether deleting the stack reverts the settings. Otherwise they remain.", False)
