"""Settings without a CloudFormation type: what the function in `templates/functions/settings` is asked to do.

The function's role holds exactly the actions of the settings that a stack asks for. Sources of the actions: the AWS
service authorization reference, with each service's page on designating a delegated administrator.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.aws.function_runtime import RUNTIME
from baseline.capabilities.capability import StackSpec, Target
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import PARAMETERS, account_parameters


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the function has to be allowed.

    Attributes:
        part: The file in `templates/functions/settings` that makes the setting.
        asked_by: What in a profile asks for the setting.
        actions: Calls of the function that make the setting.
        forwarded: Calls that the service makes with the function's permissions on the way, also when it is undone.
        revert: Calls of the function that undo it.
        principals: Service principals that organization-wide access is given to on the way.
        linked: Services whose service-linked role may be created on the way.
        regional: Whether it is made in each governed Region.
    """

    part: str
    asked_by: str
    actions: tuple[str, ...]
    forwarded: tuple[str, ...] = ()
    revert: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    regional: bool = False


_LIST_ADMINISTRATORS = "organizations:ListDelegatedAdministrators"
_ENABLE, _DISABLE = "organizations:EnableAWSServiceAccess", "organizations:DisableAWSServiceAccess"
_REGISTER, _DEREGISTER = (
    "organizations:RegisterDelegatedAdministrator",
    "organizations:DeregisterDelegatedAdministrator",
)
_DESCRIBE = "organizations:DescribeOrganization"
_READ_ORGANIZATION = (
    *("organizations:DescribeAccount", _DESCRIBE, "organizations:DescribeOrganizationalUnit"),
    *("organizations:ListAccounts", "organizations:ListAWSServiceAccessForOrganization", _LIST_ADMINISTRATORS),
)
_DELEGATE = (*_READ_ORGANIZATION, _ENABLE, _REGISTER)
_LINK = "iam:CreateServiceLinkedRole"

NEEDS: Mapping[str, Needs] = {
    "trusted-access": Needs(
        part="organization",
        asked_by="organization.trusted_services, and every capability that is on",
        actions=(_ENABLE,),
        revert=(_DISABLE,),
    ),
    "delegated-administrator": Needs(
        part="organization",
        asked_by="organization.delegated_services, and every capability that is on",
        actions=(_LIST_ADMINISTRATORS, _REGISTER),
        revert=(_DEREGISTER,),
    ),
    "policy-type": Needs(
        part="organization",
        asked_by="organization.policy_types, and every capability that is on",
        actions=("organizations:EnablePolicyType",),
        revert=("organizations:DisablePolicyType",),
    ),
    "service-linked-role": Needs(
        part="organization",
        asked_by="every capability whose service looks for its role in the management account",
        actions=(_LINK,),
    ),
    "security-hub": Needs(
        part="organization",
        asked_by="security_hub.enabled, in an organization",
        actions=("securityhub:EnableSecurityHub",),
        linked=("securityhub.amazonaws.com",),
        regional=True,
    ),
    "stacksets-access": Needs(
        part="organization",
        asked_by="organization.enabled",
        actions=("cloudformation:ActivateOrganizationsAccess",),
        forwarded=(_DESCRIBE, _ENABLE),
        principals=("member.org.stacksets.cloudformation.amazonaws.com", "stacksets.cloudformation.amazonaws.com"),
        linked=("stacksets.cloudformation.amazonaws.com",),
    ),
    "root-credentials": Needs(
        part="organization",
        asked_by="organization.root_credentials",
        actions=("iam:EnableOrganizationsRootCredentialsManagement",),
        forwarded=(_DESCRIBE,),
        revert=("iam:DisableOrganizationsRootCredentialsManagement",),
    ),
    "root-sessions": Needs(
        part="organization",
        asked_by="organization.root_sessions",
        actions=("iam:EnableOrganizationsRootSessions",),
        forwarded=(_DESCRIBE,),
        revert=("iam:DisableOrganizationsRootSessions",),
    ),
    "resource-sharing": Needs(
        part="organization",
        asked_by="organization.resource_sharing",
        actions=("ram:EnableSharingWithAwsOrganization",),
        forwarded=(_DESCRIBE, _ENABLE),
        principals=("ram.amazonaws.com",),
        linked=("ram.amazonaws.com",),
    ),
    "health-view": Needs(
        part="organization",
        asked_by="organization.health_view",
        actions=("health:EnableHealthServiceAccessForOrganization",),
        forwarded=("organizations:ListAccounts", _ENABLE, _DISABLE),
        revert=("health:DisableHealthServiceAccessForOrganization",),
        principals=("health.amazonaws.com",),
        linked=("health.amazonaws.com",),
    ),
    # Both principals: docs.aws.amazon.com/awscloudtrail, "Required permissions to assign a delegated administrator".
    "cloudtrail-administrator": Needs(
        part="organization",
        asked_by="organization.delegated_services",
        actions=("cloudtrail:RegisterOrganizationDelegatedAdmin", _LIST_ADMINISTRATORS),
        forwarded=("iam:GetRole", *_READ_ORGANIZATION, _REGISTER),
        principals=("cloudtrail.amazonaws.com", "context.cloudtrail.amazonaws.com"),
        linked=("cloudtrail.amazonaws.com", "context.cloudtrail.amazonaws.com"),
    ),
    "guardduty-administrator": Needs(
        part="administrators",
        asked_by="organization.delegated_services",
        actions=("guardduty:EnableOrganizationAdminAccount", "guardduty:ListOrganizationAdminAccounts"),
        forwarded=(*_DELEGATE, _DEREGISTER),
        revert=("guardduty:DisableOrganizationAdminAccount",),
        principals=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        linked=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        regional=True,
    ),
    # EnableMacie first, as in the example of Terraform's aws_macie2_organization_admin_account.
    "macie-administrator": Needs(
        part="administrators",
        asked_by="organization.delegated_services",
        actions=(
            *("macie2:EnableMacie", "macie2:EnableOrganizationAdminAccount"),
            "macie2:ListOrganizationAdminAccounts",
        ),
        forwarded=(*_DELEGATE, _DEREGISTER),
        revert=("macie2:DisableOrganizationAdminAccount",),
        principals=("macie.amazonaws.com",),
        linked=("macie.amazonaws.com",),
        regional=True,
    ),
    "inspector-administrator": Needs(
        part="administrators",
        asked_by="organization.delegated_services",
        actions=("inspector2:EnableDelegatedAdminAccount", "inspector2:ListDelegatedAdminAccounts"),
        forwarded=(*_DELEGATE, _DEREGISTER),
        revert=("inspector2:DisableDelegatedAdminAccount",),
        principals=("inspector2.amazonaws.com",),
        linked=("inspector2.amazonaws.com",),
        regional=True,
    ),
    "firewall-manager-administrator": Needs(
        part="administrators",
        asked_by="organization.delegated_services",
        actions=("fms:AssociateAdminAccount", "fms:GetAdminAccount"),
        forwarded=_DELEGATE,
        principals=("fms.amazonaws.com",),
        linked=("fms.amazonaws.com",),
        regional=True,
    ),
    "password-policy": Needs(
        part="account",
        asked_by="account_settings.enabled",
        actions=("iam:UpdateAccountPasswordPolicy",),
        revert=("iam:DeleteAccountPasswordPolicy",),
    ),
    "account-alias": Needs(
        part="account",
        asked_by="account_settings.account_alias",
        actions=("iam:CreateAccountAlias", "iam:ListAccountAliases"),
        revert=("iam:DeleteAccountAlias",),
    ),
    "alternate-contact": Needs(
        part="account",
        asked_by="organization.contacts (the profile's section)",
        actions=("account:PutAlternateContact",),
        revert=("account:DeleteAlternateContact",),
    ),
    "s3-public-access": Needs(
        part="account",
        asked_by="account_settings.s3_public_access_block, in a standalone account",
        actions=("s3:PutAccountPublicAccessBlock",),
    ),
    "enabled-regions": Needs(
        part="account",
        asked_by="account_settings.enable_regions, with Regions that need it",
        actions=("account:EnableRegion", "account:GetRegionOptStatus"),
    ),
    "ebs-encryption": Needs(
        part="regional",
        asked_by="account_settings.ebs_encryption",
        actions=("ec2:EnableEbsEncryptionByDefault", "ec2:ModifyEbsDefaultKmsKeyId"),
        revert=("ec2:DisableEbsEncryptionByDefault",),
        regional=True,
    ),
    "snapshot-public-access": Needs(
        part="regional",
        asked_by="account_settings.block_public_snapshots",
        actions=("ec2:EnableSnapshotBlockPublicAccess",),
        revert=("ec2:DisableSnapshotBlockPublicAccess",),
        regional=True,
    ),
    "image-public-access": Needs(
        part="regional",
        asked_by="account_settings.block_public_images",
        actions=("ec2:EnableImageBlockPublicAccess",),
        revert=("ec2:DisableImageBlockPublicAccess",),
        regional=True,
    ),
    "serial-console": Needs(
        part="regional",
        asked_by="account_settings.block_serial_console",
        actions=("ec2:DisableSerialConsoleAccess",),
        revert=("ec2:EnableSerialConsoleAccess",),
        regional=True,
    ),
    "instance-metadata": Needs(
        part="regional",
        asked_by="account_settings.instance_metadata_v2",
        actions=("ec2:ModifyInstanceMetadataDefaults",),
        regional=True,
    ),
    "default-vpc": Needs(
        part="regional",
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
        part="regional",
        asked_by="account_settings.close_default_security_groups",
        actions=(
            *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
            *("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
        ),
        regional=True,
    ),
    "config-retention": Needs(
        part="regional",
        asked_by="account_settings.config_retention_days",
        actions=("config:PutRetentionConfiguration",),
        revert=("config:DeleteRetentionConfiguration",),
        regional=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """Actions that the function's role allows, grouped by the condition that limits them.

    AWS services call `forwarded` actions with the function's permissions. The function itself calls the others, and
    some of the forwarded ones, too.

    Attributes:
        actions: Limited to the function.
        regional: Limited to the function and to `regions`.
        forwarded: Reads of the organization and of roles.
        trusted_access: Limited to `principals`.
        delegation: Limited to `administered` and to `accounts`.
        linked: Services whose service-linked role may be created.
        regions: The Regions of Regional settings.
        principals: The services that receive trusted access.
        administered: The services with a delegated administrator.
        accounts: The accounts that may become delegated administrators.
    """

    actions: tuple[str, ...]
    regional: tuple[str, ...]
    forwarded: tuple[str, ...]
    trusted_access: tuple[str, ...]
    delegation: tuple[str, ...]
    linked: tuple[str, ...]
    regions: tuple[str, ...]
    principals: tuple[str, ...]
    administered: tuple[str, ...]
    accounts: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True)
class FunctionContext:
    """Context of `settings_function`. `name` follows the prefix in names; `parts` are all if settings are undone."""

    prefix: str
    name: str
    parts: tuple[str, ...]
    permissions: Permissions
    runtime: str = RUNTIME


@dataclass(frozen=True, kw_only=True)
class CustomSettingsContext:
    """Context of a template with only custom settings. `function` is that function's `name`."""

    prefix: str
    function: str
    settings: tuple[CustomSetting, ...]
    revert: bool


_KINDS = ("actions", "regional", "forwarded", "trusted_access", "delegation")
_ACCOUNTS = ("AccountId", "MemberAccountId")
_ACCOUNT_ARN = "arn:${AWS::Partition}:organizations::${AWS::AccountId}:account/*/"
"""Account resources of AWS Organizations: the management account, the organization's id, the account (service
authorization reference: RegisterDelegatedAdministrator takes them)."""


def permissions(settings: Iterable[CustomSetting], *, revert: bool) -> Permissions:
    """The least permissions with which the function can make and, if requested, revert the settings."""
    kinds: dict[str, dict[str, None]] = {name: {} for name in _KINDS}
    linked, regions, principals, administered, accounts = (dict[Any, None]() for _ in range(5))
    for setting in settings:
        needs = NEEDS[setting.setting]
        service = setting.arguments.get("AWSServiceName")
        linked.update({service: None} if service else {})
        for action in (*needs.actions, *(needs.revert if revert else ())):
            if action != _LINK:  # which is allowed for the services named, and for no other
                kinds[_kind(action, "regional" if needs.regional else "actions")][action] = None
        for action in needs.forwarded:
            kinds[_kind(action, "forwarded")][action] = None
        linked.update(dict.fromkeys(needs.linked))
        regions.update(dict.fromkeys(setting.regions))
        named = setting.arguments.get("ServicePrincipal")
        services = dict.fromkeys((*needs.principals, *((named,) if named else ())))
        administers = any(key in setting.arguments for key in _ACCOUNTS)
        administered.update(services if administers else {})
        principals.update({} if administers and named else services)
        accounts.update({setting.arguments[key]: None for key in _ACCOUNTS if key in setting.arguments})
    return Permissions(
        **{name: tuple(sorted(kinds[name])) for name in _KINDS},
        linked=tuple(sorted(linked)),
        regions=tuple(regions),
        principals=tuple(sorted(principals)),
        administered=tuple(sorted(administered)),
        accounts=tuple(Reference(f"{_ACCOUNT_ARN}{account}") for account in accounts) if kinds["delegation"] else (),
    )


def _kind(action: str, otherwise: str) -> str:
    """The condition group of an action; trusted access and delegation have their own condition keys."""
    if action in (_ENABLE, _DISABLE):
        return "trusted_access"
    return "delegation" if action in (_REGISTER, _DEREGISTER) else otherwise


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
    """The stack `<name>-function`, which `settings` depend on."""
    allowed, wanted = permissions(settings, revert=revert), [item.setting for item in settings]
    return StackSpec(
        name=f"{name}-function",
        template="functions/settings_function",
        description=description,
        target=target,
        context=FunctionContext(
            prefix=landscape.prefix,
            name=name,
            parts=tuple(dict.fromkeys(NEEDS[name].part for name in (NEEDS if revert else wanted))),
            permissions=allowed,
        ),
        parameters=tuple(
            parameter
            for parameter in (*PARAMETERS.values(), *account_parameters(landscape, landscape.roles.values()).values())
            if any(parameter.reference in account for account in allowed.accounts)
        ),
        depends_on=depends_on,
        foundation=foundation,
    )
