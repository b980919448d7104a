"""Every AWS call of `baseline inventory`: none of them changes anything."""

from enum import StrEnum

from baseline.frozen import frozen


class Scope(StrEnum):
    """The account and Regions in which a call is made."""

    ORGANIZATION = "management account"
    ACCOUNT = "each account"
    REGION = "each account and Region"


@frozen
class InventoryCall:
    """One call.

    Attributes:
        name: Service and operation as botocore names them, such as `guardduty.GetDetector`.
        scope: The account and Regions in which it is made.
        reads: Purpose of the call.
        action: The IAM action, if it is not the operation with the service's prefix; "" if no permission is needed.
    """

    name: str
    scope: Scope
    reads: str
    action: str

    @property
    def service(self) -> str:
        """The service as botocore names it."""
        return self.name.partition(".")[0]

    @property
    def operation(self) -> str:
        """The operation as the service's model names it."""
        return self.name.partition(".")[2]


_PREFIXES = {"accessanalyzer": "access-analyzer", "sso-admin": "sso", "s3control": "s3"}
"""Service as botocore names it → its prefix in IAM actions, where these differ."""

_ACTIONS = {
    "budgets.DescribeBudgets": "budgets:ViewBudget",
    "s3.ListBuckets": "s3:ListAllMyBuckets",
    "s3control.GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "sts.GetCallerIdentity": "",
}
"""Calls whose IAM action has another name
(docs.aws.amazon.com/service-authorization/latest/reference/, docs.aws.amazon.com/AmazonS3/latest/userguide/)."""


def _calls(scope: Scope, service: str, **operations: str) -> tuple[InventoryCall, ...]:
    prefix = _PREFIXES.get(service, service)
    return tuple(
        InventoryCall(
            name=f"{service}.{operation}",
            scope=scope,
            reads=reads,
            action=_ACTIONS.get(f"{service}.{operation}", f"{prefix}:{operation}"),
        )
        for operation, reads in operations.items()
    )


INVENTORY_CALLS: tuple[InventoryCall, ...] = (
    *_calls(Scope.ORGANIZATION, "sts", GetCallerIdentity="the account of the credentials"),
    *_calls(
        Scope.ORGANIZATION,
        "organizations",
        DescribeOrganization="id, management account, feature set",
        ListRoots="root, policy types that are enabled",
        ListOrganizationalUnitsForParent="units",
        ListAccountsForParent="accounts with state and unit",
        ListPolicies="policies of every type",
        DescribePolicy="contents of the policies that are not AWS's own",
        ListTargetsForPolicy="attachments, and so free slots",
        ListAWSServiceAccessForOrganization="services with trusted access",
        ListDelegatedAdministrators="accounts that administer services",
        ListDelegatedServicesForAccount="services that they administer",
        DescribeResourcePolicy="whether there is a delegation policy",
    ),
    *_calls(Scope.ORGANIZATION, "iam", ListOrganizationsFeatures="central root credentials management"),
    *_calls(
        Scope.ORGANIZATION,
        "sso-admin",
        ListInstances="the instance of IAM Identity Center, and its Region",
        ListPermissionSets="permission sets",
        DescribePermissionSet="names and session durations",
        ListManagedPoliciesInPermissionSet="AWS managed policies",
        ListAccountAssignmentsForPrincipal="assignments of groups",
    ),
    *_calls(Scope.ORGANIZATION, "identitystore", ListGroups="groups, and whether an identity provider manages them"),
    *_calls(
        Scope.ORGANIZATION,
        "controltower",
        ListLandingZones="the landing zone, and its Region",
        GetLandingZone="version, status and settings",
        ListBaselines="names of baselines",
        ListEnabledBaselines="baselines that units and accounts have",
        ListEnabledControls="controls that units have",
    ),
    *_calls(Scope.ORGANIZATION, "controlcatalog", ListControls="ARN of each control, by its public names"),
    *_calls(
        Scope.ORGANIZATION,
        "cloudformation",
        ListStackSets="StackSets of every enabled Region",
        DescribeStackSet="units, Regions, and the mark of this program",
    ),
    *_calls(
        Scope.ACCOUNT,
        "account",
        ListRegions="Regions that are enabled",
        GetAlternateContact="whether the contacts exist; their data is left out",
    ),
    *_calls(
        Scope.ACCOUNT,
        "iam",
        GetAccountSummary="MFA and access keys of the root user",
        GetAccountPasswordPolicy="password policy",
        ListRoles="service-linked roles",
    ),
    *_calls(Scope.ACCOUNT, "s3control", GetPublicAccessBlock="block public access to S3"),
    *_calls(Scope.ACCOUNT, "s3", ListBuckets="owners of the buckets that logs are delivered to; no other is kept"),
    *_calls(Scope.ACCOUNT, "budgets", DescribeBudgets="budgets, without subscribers"),
    *_calls(
        Scope.REGION,
        "config",
        DescribeConfigurationRecorders="recorders",
        DescribeConfigurationRecorderStatus="whether they record",
        DescribeDeliveryChannels="delivery channels",
        DescribeConfigurationAggregators="aggregators",
    ),
    *_calls(Scope.REGION, "cloudtrail", DescribeTrails="trails of this Region", GetTrailStatus="whether they log"),
    *_calls(Scope.REGION, "guardduty", ListDetectors="detectors", GetDetector="whether they are enabled"),
    *_calls(Scope.REGION, "securityhub", DescribeHub="Security Hub", GetEnabledStandards="standards"),
    *_calls(Scope.REGION, "accessanalyzer", ListAnalyzers="analyzers"),
    *_calls(Scope.REGION, "macie2", GetMacieSession="Macie"),
    *_calls(Scope.REGION, "detective", ListGraphs="Amazon Detective behavior graphs that the account administers"),
    *_calls(Scope.REGION, "inspector2", BatchGetAccountStatus="Amazon Inspector by type of resource"),
    *_calls(
        Scope.REGION,
        "ec2",
        GetEbsEncryptionByDefault="encryption of new volumes",
        GetSnapshotBlockPublicAccessState="block public access to snapshots",
        GetImageBlockPublicAccessState="block public access to images",
        GetSerialConsoleAccessStatus="serial console",
        DescribeVpcs="default VPC",
    ),
    *_calls(Scope.REGION, "logs", DescribeMetricFilters="filters for use of the root user"),
    *_calls(Scope.REGION, "cloudwatch", DescribeAlarmsForMetric="alarms on these filters"),
    *_calls(Scope.REGION, "events", ListRules="rules for use of the root user"),
    *_calls(Scope.REGION, "cloudformation", DescribeStacks="stacks, without parameters, outputs and tags"),
)
"""In the order in which they are made."""

ALLOWED: frozenset[str] = frozenset(call.name for call in INVENTORY_CALLS)
"""Names of the calls."""
