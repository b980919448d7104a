"""Settings without a CloudFormation type: what the function in `templates/functions/settings.py` is asked to do.

The function's role holds exactly the actions of the settings that a stack asks for. Sources of the actions: the AWS
service authorization reference, with each service's page on designating a delegated administrator.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from baseline.capabilities.capability import StackSpec, Target
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the function has to be allowed.

    Attributes:
        asked_by: What in a profile asks for the setting.
        actions: To make the setting.
        revert: To undo it.
        principals: Service principals that organization-wide access is given to on the way.
        linked: Services whose service-linked role may be created on the way.
        regional: Whether it is made in each governed Region.
    """

    asked_by: str
    actions: tuple[str, ...]
    revert: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    regional: bool = False


_READ_ORGANIZATION = (
    "organizations:DescribeAccount",
    "organizations:DescribeOrganization",
    "organizations:DescribeOrganizationalUnit",
    "organizations:ListAccounts",
    "organizations:ListAWSServiceAccessForOrganization",
    "organizations:ListDelegatedAdministrators",
)
_ENABLE = "organizations:EnableAWSServiceAccess"
_REGISTER = "organizations:RegisterDelegatedAdministrator"

_LINK = "iam:CreateServiceLinkedRole"

_BY_PRINCIPAL = frozenset(
    {
        *(_ENABLE, "organizations:DisableAWSServiceAccess"),
        *(_REGISTER, "organizations:DeregisterDelegatedAdministrator"),
    }
)
"""Actions that the condition key `organizations:ServicePrincipal` binds to services."""

NEEDS: Mapping[str, Needs] = {
    "trusted-access": Needs(
        asked_by="organization.trusted_services, and every capability that is on",
        actions=(_ENABLE,),
        revert=("organizations:DisableAWSServiceAccess",),
    ),
    "delegated-administrator": Needs(
        asked_by="organization.delegated_services, and every capability that is on",
        actions=(_REGISTER,),
        revert=("organizations:DeregisterDelegatedAdministrator",),
    ),
    "policy-type": Needs(
        asked_by="organization.policy_types",
        actions=("organizations:EnablePolicyType",),
        revert=("organizations:DisablePolicyType",),
    ),
    "service-linked-role": Needs(
        asked_by="every capability whose service looks for its role in the management account",
        actions=(_LINK,),
    ),
    "security-hub": Needs(
        asked_by="security_hub.enabled, in an organization",
        actions=("securityhub:EnableSecurityHub",),
        linked=("securityhub.amazonaws.com",),
        regional=True,
    ),
    "stacksets-access": Needs(
        asked_by="organization.enabled",
        actions=("cloudformation:ActivateOrganizationsAccess", "organizations:DescribeOrganization", _ENABLE),
        principals=("member.org.stacksets.cloudformation.amazonaws.com", "stacksets.cloudformation.amazonaws.com"),
        linked=("stacksets.cloudformation.amazonaws.com",),
    ),
    "root-credentials": Needs(
        asked_by="organization.root_credentials",
        actions=("iam:EnableOrganizationsRootCredentialsManagement", "organizations:DescribeOrganization"),
        revert=("iam:DisableOrganizationsRootCredentialsManagement",),
    ),
    "root-sessions": Needs(
        asked_by="organization.root_sessions",
        actions=("iam:EnableOrganizationsRootSessions", "organizations:DescribeOrganization"),
        revert=("iam:DisableOrganizationsRootSessions",),
    ),
    "resource-sharing": Needs(
        asked_by="organization.resource_sharing",
        actions=("ram:EnableSharingWithAwsOrganization", "organizations:DescribeOrganization", _ENABLE),
        principals=("ram.amazonaws.com",),
        linked=("ram.amazonaws.com",),
    ),
    "health-view": Needs(
        asked_by="organization.health_view",
        actions=("health:EnableHealthServiceAccessForOrganization", "organizations:ListAccounts", _ENABLE),
        revert=("health:DisableHealthServiceAccessForOrganization", "organizations:DisableAWSServiceAccess"),
        principals=("health.amazonaws.com",),
        linked=("health.amazonaws.com",),
    ),
    "cloudtrail-administrator": Needs(
        asked_by="organization.delegated_services",
        actions=("cloudtrail:RegisterOrganizationDelegatedAdmin", "iam:GetRole", *_READ_ORGANIZATION, _REGISTER),
        principals=("cloudtrail.amazonaws.com",),
        linked=("cloudtrail.amazonaws.com",),
    ),
    "guardduty-administrator": Needs(
        asked_by="organization.delegated_services",
        actions=(
            "guardduty:EnableOrganizationAdminAccount",
            "guardduty:ListOrganizationAdminAccounts",
            *_READ_ORGANIZATION,
            *(_ENABLE, _REGISTER),
        ),
        revert=("guardduty:DisableOrganizationAdminAccount", "organizations:DeregisterDelegatedAdministrator"),
        principals=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        linked=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        regional=True,
    ),
    "macie-administrator": Needs(
        asked_by="organization.delegated_services",
        actions=(
            "macie2:EnableOrganizationAdminAccount",
            "macie2:ListOrganizationAdminAccounts",
            *_READ_ORGANIZATION,
            *(_ENABLE, _REGISTER),
        ),
        revert=("macie2:DisableOrganizationAdminAccount", "organizations:DeregisterDelegatedAdministrator"),
        principals=("macie.amazonaws.com",),
        linked=("macie.amazonaws.com",),
        regional=True,
    ),
    "inspector-administrator": Needs(
        asked_by="organization.delegated_services",
        actions=(
            "inspector2:EnableDelegatedAdminAccount",
            "inspector2:ListDelegatedAdminAccounts",
            *_READ_ORGANIZATION,
            *(_ENABLE, _REGISTER),
        ),
        revert=("inspector2:DisableDelegatedAdminAccount", "organizations:DeregisterDelegatedAdministrator"),
        principals=("inspector2.amazonaws.com",),
        linked=("inspector2.amazonaws.com",),
        regional=True,
    ),
    "firewall-manager-administrator": Needs(
        asked_by="organization.delegated_services",
        actions=("fms:AssociateAdminAccount", "fms:GetAdminAccount", *_READ_ORGANIZATION, _ENABLE, _REGISTER),
        principals=("fms.amazonaws.com",),
        linked=("fms.amazonaws.com",),
        regional=True,
    ),
    "password-policy": Needs(
        asked_by="account_settings.enabled",
        actions=("iam:UpdateAccountPasswordPolicy",),
        revert=("iam:DeleteAccountPasswordPolicy",),
    ),
    "account-alias": Needs(
        asked_by="account_settings.account_alias",
        actions=("iam:CreateAccountAlias", "iam:ListAccountAliases"),
        revert=("iam:DeleteAccountAlias",),
    ),
    "alternate-contact": Needs(
        asked_by="organization.contacts (the profile's section)",
        actions=("account:PutAlternateContact",),
        revert=("account:DeleteAlternateContact",),
    ),
    "s3-public-access": Needs(
        asked_by="account_settings.s3_public_access_block, in a standalone account",
        actions=("s3:PutAccountPublicAccessBlock",),
    ),
    "enabled-regions": Needs(
        asked_by="account_settings.enable_regions, with Regions that need it",
        actions=("account:EnableRegion", "account:GetRegionOptStatus"),
    ),
    "ebs-encryption": Needs(
        asked_by="account_settings.ebs_encryption",
        actions=("ec2:EnableEbsEncryptionByDefault", "ec2:ModifyEbsDefaultKmsKeyId"),
        revert=("ec2:DisableEbsEncryptionByDefault",),
        regional=True,
    ),
    "snapshot-public-access": Needs(
        asked_by="account_settings.block_public_snapshots",
        actions=("ec2:EnableSnapshotBlockPublicAccess",),
        revert=("ec2:DisableSnapshotBlockPublicAccess",),
        regional=True,
    ),
    "image-public-access": Needs(
        asked_by="account_settings.block_public_images",
        actions=("ec2:EnableImageBlockPublicAccess",),
        revert=("ec2:DisableImageBlockPublicAccess",),
        regional=True,
    ),
    "serial-console": Needs(
        asked_by="account_settings.block_serial_console",
        actions=("ec2:DisableSerialConsoleAccess",),
        revert=("ec2:EnableSerialConsoleAccess",),
        regional=True,
    ),
    "instance-metadata": Needs(
        asked_by="account_settings.instance_metadata_v2", actions=("ec2:ModifyInstanceMetadataDefaults",), regional=True
    ),
    "default-vpc": Needs(
        asked_by="account_settings.remove_default_vpcs",
        actions=(
            *("ec2:DeleteInternetGateway", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DetachInternetGateway"),
            *("ec2:DescribeInternetGateways", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
            *("ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcPeeringConnections"),
            *("ec2:DescribeVpcs", "ec2:DescribeVpnGateways"),
        ),
        regional=True,
    ),
    "default-security-groups": Needs(
        asked_by="account_settings.close_default_security_groups",
        actions=(
            *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
            *("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
        ),
        regional=True,
    ),
    "config-retention": Needs(
        asked_by="account_settings.config_retention_days",
        actions=("config:PutRetentionConfiguration",),
        revert=("config:DeleteRetentionConfiguration",),
        regional=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What the function's role allows, by what binds it.

    Attributes:
        actions: Bound by nothing but the account.
        regional: Bound to `regions`.
        by_principal: Bound to the service principals in `principals`.
        linked: Services whose service-linked role may be created.
        regions: The Regions that regional settings are made in.
        principals: The services that get access to the organization or are administered by an account.
    """

    actions: tuple[str, ...]
    regional: tuple[str, ...]
    by_principal: tuple[str, ...]
    linked: tuple[str, ...]
    regions: tuple[str, ...]
    principals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FunctionContext:
    """Context of `settings_function`. `name` follows the prefix in every name."""

    prefix: str
    name: str
    permissions: Permissions


@dataclass(frozen=True, kw_only=True)
class CustomSettingsContext:
    """Context of a template that holds nothing but custom settings. `function` is that function's `name`."""

    prefix: str
    function: str
    settings: tuple[CustomSetting, ...]
    revert: bool


def permissions(settings: Iterable[CustomSetting], *, revert: bool) -> Permissions:
    """The fewest permissions with which the function can make, and if wanted undo, the settings."""
    anywhere, regional, by_principal, linked, regions, principals = (dict[str, None]() for _ in range(6))
    for setting in settings:
        needs = NEEDS[setting.setting]
        service = setting.arguments.get("AWSServiceName")
        linked.update({service: None} if service else {})
        for action in (*needs.actions, *(needs.revert if revert else ())):
            if action == _LINK:
                continue  # allowed for the services named, and for no other
            kind = by_principal if action in _BY_PRINCIPAL else regional if _is_regional(needs, action) else anywhere
            kind[action] = None
        linked.update(dict.fromkeys(needs.linked))
        regions.update(dict.fromkeys(setting.regions))
        principals.update(dict.fromkeys(needs.principals))
        named = setting.arguments.get("ServicePrincipal")
        principals.update({named: None} if named else {})
    return Permissions(
        actions=tuple(sorted(anywhere)),
        regional=tuple(sorted(regional)),
        by_principal=tuple(sorted(by_principal)),
        linked=tuple(sorted(linked)),
        regions=tuple(regions),
        principals=tuple(sorted(principals)),
    )


def _is_regional(needs: Needs, action: str) -> bool:
    return needs.regional and not action.startswith("organizations:")


def function_stack(  # noqa: PLR0913 - keyword-only, each named where it is given
    landscape: Landscape,
    *,
    name: str,
    description: str,
    target: Target,
    settings: tuple[CustomSetting, ...],
    revert: bool,
    depends_on: tuple[str, ...],
    foundation: bool = False,
) -> StackSpec:
    """The stack `<name>-function` that `settings` need before them."""
    return StackSpec(
        name=f"{name}-function",
        template="settings_function",
        description=description,
        target=target,
        context=FunctionContext(prefix=landscape.prefix, name=name, permissions=permissions(settings, revert=revert)),
        depends_on=depends_on,
        foundation=foundation,
    )
