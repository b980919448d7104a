"""The permissions that the settings function in `templates/functions/settings` requires, by setting.

Sources of the actions: the AWS service authorization reference, with each service's page on designating a delegated
administrator.
"""

from collections.abc import Mapping

from baseline.capabilities.function_permissions import FUNCTION_PERMISSIONS
from baseline.capabilities.setting_permission import DESCRIBE, LIST_ADMINISTRATORS, SettingPermissions

ENABLE, DISABLE = "organizations:EnableAWSServiceAccess", "organizations:DisableAWSServiceAccess"
REGISTER, DEREGISTER = (
    "organizations:RegisterDelegatedAdministrator",
    "organizations:DeregisterDelegatedAdministrator",
)
_READ_ORGANIZATION = (
    *("organizations:DescribeAccount", DESCRIBE, "organizations:DescribeOrganizationalUnit"),
    *("organizations:ListAccounts", "organizations:ListAWSServiceAccessForOrganization", LIST_ADMINISTRATORS),
)
_DELEGATE = (*_READ_ORGANIZATION, ENABLE, REGISTER)
LINK = "iam:CreateServiceLinkedRole"

SETTING_PERMISSIONS: Mapping[str, SettingPermissions] = {
    "trusted-access": SettingPermissions(
        part="organization",
        requested_by="organization.trusted_services, and every capability that is on",
        actions=(ENABLE,),
        revert=(DISABLE,),
    ),
    "delegated-administrator": SettingPermissions(
        part="organization",
        requested_by="organization.delegated_services, and every capability that is on",
        actions=(LIST_ADMINISTRATORS, REGISTER),
        revert=(DEREGISTER,),
    ),
    "policy-type": SettingPermissions(
        part="organization",
        requested_by="organization.policy_types, and every capability that is on",
        actions=("organizations:EnablePolicyType",),
        revert=("organizations:DisablePolicyType",),
    ),
    "service-linked-role": SettingPermissions(
        part="organization",
        requested_by="every capability whose service looks for its role in the management account",
        actions=(LINK,),
    ),
    "security-hub": SettingPermissions(
        part="organization",
        requested_by="security_hub.enabled, in an organization",
        actions=("securityhub:EnableSecurityHub",),
        linked=("securityhub.amazonaws.com",),
        regional=True,
    ),
    "stacksets-access": SettingPermissions(
        part="organization",
        requested_by="organization.enabled",
        actions=("cloudformation:ActivateOrganizationsAccess",),
        forwarded=(DESCRIBE, ENABLE),
        principals=("member.org.stacksets.cloudformation.amazonaws.com", "stacksets.cloudformation.amazonaws.com"),
        linked=("stacksets.cloudformation.amazonaws.com",),
    ),
    "root-credentials": SettingPermissions(
        part="organization",
        requested_by="organization.root_credentials",
        actions=("iam:EnableOrganizationsRootCredentialsManagement",),
        forwarded=(DESCRIBE,),
        revert=("iam:DisableOrganizationsRootCredentialsManagement",),
    ),
    "root-sessions": SettingPermissions(
        part="organization",
        requested_by="organization.root_sessions",
        actions=("iam:EnableOrganizationsRootSessions",),
        forwarded=(DESCRIBE,),
        revert=("iam:DisableOrganizationsRootSessions",),
    ),
    "resource-sharing": SettingPermissions(
        part="organization",
        requested_by="organization.resource_sharing",
        actions=("ram:EnableSharingWithAwsOrganization",),
        forwarded=(DESCRIBE, ENABLE),
        principals=("ram.amazonaws.com",),
        linked=("ram.amazonaws.com",),
    ),
    "health-view": SettingPermissions(
        part="organization",
        requested_by="organization.health_view",
        actions=("health:EnableHealthServiceAccessForOrganization",),
        forwarded=("organizations:ListAccounts", ENABLE, DISABLE),
        revert=("health:DisableHealthServiceAccessForOrganization",),
        principals=("health.amazonaws.com",),
        linked=("health.amazonaws.com",),
    ),
    # Both principals: docs.aws.amazon.com/awscloudtrail, "Required permissions to assign a delegated administrator".
    "cloudtrail-administrator": SettingPermissions(
        part="organization",
        requested_by="organization.delegated_services",
        actions=("cloudtrail:RegisterOrganizationDelegatedAdmin", LIST_ADMINISTRATORS),
        forwarded=("iam:GetRole", *_READ_ORGANIZATION, REGISTER),
        principals=("cloudtrail.amazonaws.com", "context.cloudtrail.amazonaws.com"),
        linked=("cloudtrail.amazonaws.com", "context.cloudtrail.amazonaws.com"),
    ),
    "guardduty-administrator": SettingPermissions(
        part="administrators",
        requested_by="organization.delegated_services",
        actions=("guardduty:EnableOrganizationAdminAccount", "guardduty:ListOrganizationAdminAccounts"),
        forwarded=(*_DELEGATE, DEREGISTER),
        revert=("guardduty:DisableOrganizationAdminAccount",),
        principals=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        linked=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        regional=True,
    ),
    # EnableMacie first, as in the example of Terraform's aws_macie2_organization_admin_account.
    "macie-administrator": SettingPermissions(
        part="administrators",
        requested_by="organization.delegated_services",
        actions=(
            *("macie2:EnableMacie", "macie2:EnableOrganizationAdminAccount"),
            "macie2:ListOrganizationAdminAccounts",
        ),
        forwarded=(*_DELEGATE, DEREGISTER),
        revert=("macie2:DisableOrganizationAdminAccount",),
        principals=("macie.amazonaws.com",),
        linked=("macie.amazonaws.com",),
        regional=True,
    ),
    "inspector-administrator": SettingPermissions(
        part="administrators",
        requested_by="organization.delegated_services",
        actions=("inspector2:EnableDelegatedAdminAccount", "inspector2:ListDelegatedAdminAccounts"),
        forwarded=(*_DELEGATE, DEREGISTER),
        revert=("inspector2:DisableDelegatedAdminAccount",),
        principals=("inspector2.amazonaws.com",),
        linked=("inspector2.amazonaws.com",),
        regional=True,
    ),
    "security-hub-v2-administrator": SettingPermissions(
        part="administrators",
        requested_by="security_hub.v2, in an organization",
        actions=("securityhub:EnableOrganizationAdminAccount", "securityhub:ListOrganizationAdminAccounts"),
        forwarded=(*_DELEGATE, DEREGISTER),
        revert=("securityhub:DisableOrganizationAdminAccount",),
        principals=("securityhub.amazonaws.com",),
        linked=("securityhub.amazonaws.com", "securityhubv2.amazonaws.com"),
        regional=True,
    ),
    "firewall-manager-administrator": SettingPermissions(
        part="administrators",
        requested_by="organization.delegated_services",
        actions=("fms:AssociateAdminAccount", "fms:GetAdminAccount"),
        forwarded=_DELEGATE,
        principals=("fms.amazonaws.com",),
        linked=("fms.amazonaws.com",),
        regional=True,
    ),
    "security-lake-administrator": SettingPermissions(
        part="organization",
        requested_by="organization.delegated_services",
        actions=("securitylake:RegisterDataLakeDelegatedAdministrator", LIST_ADMINISTRATORS),
        forwarded=_DELEGATE,
        revert=("securitylake:DeregisterDataLakeDelegatedAdministrator",),
        principals=("securitylake.amazonaws.com",),
        linked=("securitylake.amazonaws.com",),
    ),
    "telemetry-evaluation": SettingPermissions(
        part="telemetry",
        requested_by="network.record, in an organization",
        actions=(
            "observabilityadmin:GetTelemetryEvaluationStatusForOrganization",
            "observabilityadmin:StartTelemetryEvaluationForOrganization",
        ),
        forwarded=_READ_ORGANIZATION,
        revert=("observabilityadmin:StopTelemetryEvaluationForOrganization",),
        linked=("observabilityadmin.amazonaws.com",),
        regional=True,
    ),
    "password-policy": SettingPermissions(
        part="account",
        requested_by="account_settings.enabled",
        actions=("iam:UpdateAccountPasswordPolicy",),
        revert=("iam:DeleteAccountPasswordPolicy",),
    ),
    "account-alias": SettingPermissions(
        part="account",
        requested_by="account_settings.account_alias",
        actions=("iam:CreateAccountAlias", "iam:ListAccountAliases"),
        revert=("iam:DeleteAccountAlias",),
    ),
    "alternate-contact": SettingPermissions(
        part="account",
        requested_by="organization.contacts (the profile's section)",
        actions=("account:PutAlternateContact",),
        revert=("account:DeleteAlternateContact",),
    ),
    "s3-public-access": SettingPermissions(
        part="account",
        requested_by="account_settings.s3_public_access_block, in a standalone account",
        actions=("s3:PutAccountPublicAccessBlock",),
    ),
    "enabled-regions": SettingPermissions(
        part="account",
        requested_by="account_settings.enable_regions, with Regions that need it",
        actions=("account:EnableRegion", "account:GetRegionOptStatus"),
    ),
    "ebs-encryption": SettingPermissions(
        part="regional",
        requested_by="account_settings.ebs_encryption",
        actions=("ec2:EnableEbsEncryptionByDefault", "ec2:ModifyEbsDefaultKmsKeyId"),
        revert=("ec2:DisableEbsEncryptionByDefault",),
        regional=True,
    ),
    "snapshot-public-access": SettingPermissions(
        part="regional",
        requested_by="account_settings.block_public_snapshots",
        actions=("ec2:EnableSnapshotBlockPublicAccess",),
        revert=("ec2:DisableSnapshotBlockPublicAccess",),
        regional=True,
    ),
    "image-public-access": SettingPermissions(
        part="regional",
        requested_by="account_settings.block_public_images",
        actions=("ec2:EnableImageBlockPublicAccess",),
        revert=("ec2:DisableImageBlockPublicAccess",),
        regional=True,
    ),
    "serial-console": SettingPermissions(
        part="regional",
        requested_by="account_settings.block_serial_console",
        actions=("ec2:DisableSerialConsoleAccess",),
        revert=("ec2:EnableSerialConsoleAccess",),
        regional=True,
    ),
    "cluster-public-access": SettingPermissions(
        part="regional",
        requested_by="account_settings.block_public_clusters",
        actions=("elasticmapreduce:PutBlockPublicAccessConfiguration",),
        regional=True,
    ),
    "instance-metadata": SettingPermissions(
        part="regional",
        requested_by="account_settings.instance_metadata_v2",
        actions=("ec2:ModifyInstanceMetadataDefaults",),
        regional=True,
    ),
    "default-vpc": SettingPermissions(
        part="regional",
        requested_by="account_settings.remove_default_vpcs",
        actions=(
            *("ec2:DeleteInternetGateway", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DetachInternetGateway"),
            *("ec2:DescribeInternetGateways", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
            *("ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcPeeringConnections"),
            *("ec2:DescribeVpcs", "ec2:DescribeVpnGateways"),
        ),
        regional=True,
    ),
    "default-security-groups": SettingPermissions(
        part="regional",
        requested_by="account_settings.close_default_security_groups",
        actions=(
            *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
            *("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"),
        ),
        regional=True,
    ),
    "config-retention": SettingPermissions(
        part="regional",
        requested_by="account_settings.config_retention_days",
        actions=("config:PutRetentionConfiguration",),
        revert=("config:DeleteRetentionConfiguration",),
        regional=True,
    ),
    **FUNCTION_PERMISSIONS,
}
