"""The permissions of settings that separate functions apply, mostly in the account that administers a service.

Source: as in `setting_permissions`.
"""

from collections.abc import Mapping

from baseline.capabilities.setting_permission import DESCRIBE, LIST_ADMINISTRATORS, SettingPermissions

DETECTIVE_FUNCTION, MACIE_FUNCTION = "detective-settings", "macie-settings"
SECURITY_LAKE_FUNCTION, HOOKS_FUNCTION = "security-lake-settings", "hooks-settings"
INSPECTOR_FUNCTION, LISTS_FUNCTION = "inspector-settings", "guardduty-lists-settings"
RETENTION_FUNCTION = "log-retention-settings"


def _macie(
    requested_by: str, *actions: str, revert: tuple[str, ...], forwarded: tuple[str, ...] = ()
) -> SettingPermissions:
    """A setting of Amazon Macie in the account that administers it."""
    return SettingPermissions(
        part="macie",
        before=("listing",),
        requested_by=requested_by,
        actions=actions,
        revert=revert,
        forwarded=forwarded,
        regional=True,
        function=MACIE_FUNCTION,
    )


_SCOPE = ("macie2:GetClassificationScope", "macie2:ListClassificationScopes", "macie2:UpdateClassificationScope")
_TEMPLATE = (
    *("macie2:GetSensitivityInspectionTemplate", "macie2:ListSensitivityInspectionTemplates"),
    *("macie2:ListAllowLists", "macie2:ListCustomDataIdentifiers", "macie2:UpdateSensitivityInspectionTemplate"),
)

_MACIE: Mapping[str, SettingPermissions] = {
    "macie-members": _macie(
        "macie.mode, in an organization",
        *("macie2:CreateMember", "macie2:ListMembers", "macie2:UpdateMemberSession"),
        "macie2:UpdateOrganizationConfiguration",
        revert=("macie2:UpdateOrganizationConfiguration",),
        forwarded=("organizations:ListAccounts",),
    ),
    "macie-discovery": _macie(
        "macie.mode: discover",
        *("macie2:BatchUpdateAutomatedDiscoveryAccounts", "macie2:ListMembers"),
        "macie2:UpdateAutomatedDiscoveryConfiguration",
        revert=("macie2:UpdateAutomatedDiscoveryConfiguration",),
    ),
    "macie-excluded-buckets": _macie("macie.exclude_log_buckets, macie.excluded_buckets", *_SCOPE, revert=_SCOPE),
    "macie-identifiers": _macie("macie.allow_lists, macie.custom_data_identifiers", *_TEMPLATE, revert=_TEMPLATE),
    "macie-results": _macie(
        "macie.export_results",
        "macie2:PutClassificationExportConfiguration",
        revert=("macie2:PutClassificationExportConfiguration",),
    ),
    "macie-publication": _macie(
        "macie.security_hub_findings",
        "macie2:PutFindingsPublicationConfiguration",
        revert=("macie2:PutFindingsPublicationConfiguration",),
    ),
}

_DETECTIVE: Mapping[str, SettingPermissions] = {
    "detective-members": SettingPermissions(
        part="detective",
        before=("listing",),
        requested_by="detective.graph, in an organization",
        actions=(
            *("detective:CreateMembers", "detective:DeleteMembers", "detective:ListGraphs", "detective:ListMembers"),
            "detective:UpdateOrganizationConfiguration",
        ),
        revert=("detective:UpdateOrganizationConfiguration",),
        forwarded=("organizations:ListAccounts",),
        regional=True,
        function=DETECTIVE_FUNCTION,
    ),
    "detective-packages": SettingPermissions(
        part="detective",
        before=("listing",),
        requested_by="detective.packages",
        actions=("detective:ListGraphs", "detective:UpdateDatasourcePackages"),
        regional=True,
        function=DETECTIVE_FUNCTION,
    ),
}

_INSPECTOR: Mapping[str, SettingPermissions] = {
    "inspector-configuration": SettingPermissions(
        part="inspector",
        requested_by="inspector.image_rescans, inspector.scan_mode",
        actions=("inspector2:GetConfiguration", "inspector2:UpdateConfiguration"),
        regional=True,
        function=INSPECTOR_FUNCTION,
    ),
}

_SECURITY_LAKE: Mapping[str, SettingPermissions] = {
    "security-lake-new-accounts": SettingPermissions(
        part="security_lake",
        requested_by="security_lake.new_accounts, in an organization",
        actions=(
            "securitylake:CreateDataLakeOrganizationConfiguration",
            "securitylake:DeleteDataLakeOrganizationConfiguration",
            "securitylake:GetDataLakeOrganizationConfiguration",
        ),
        forwarded=(DESCRIBE, LIST_ADMINISTRATORS),
        regional=True,
        function=SECURITY_LAKE_FUNCTION,
    ),
}

_HOOKS: Mapping[str, SettingPermissions] = {
    "stored-file": SettingPermissions(
        part="storage",
        requested_by="hooks.hooks, guardduty.lists with entries",
        actions=(),
        stores=("s3:PutObject",),
        function=HOOKS_FUNCTION,
    ),
}

# A retention policy needs the permission for the policy of an account and the one for that of a log group; the resource
# on which the second is authorized is not documented. The first has neither resource types nor condition keys.
# docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html, API_DeleteAccountPolicy.html
_RETENTION: Mapping[str, SettingPermissions] = {
    "log-retention": SettingPermissions(
        part="log_retention",
        requested_by="monitoring.log_retention",
        actions=("logs:DescribeAccountPolicies", "logs:PutAccountPolicy", "logs:PutRetentionPolicy"),
        revert=("logs:DeleteAccountPolicy", "logs:DeleteRetentionPolicy", "logs:DescribeAccountPolicies"),
        regional=True,
        function=RETENTION_FUNCTION,
    ),
}

FUNCTION_PERMISSIONS: Mapping[str, SettingPermissions] = {
    **_DETECTIVE,
    **_INSPECTOR,
    **_MACIE,
    **_SECURITY_LAKE,
    **_HOOKS,
    **_RETENTION,
}
