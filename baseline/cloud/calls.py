"""Every AWS call of `baseline deploy`, `drift`, `destroy` and `preflight`."""

LOOKS: frozenset[str] = frozenset(
    {
        "account.ListRegions",
        "cloudformation.DescribeAccountLimits",
        "cloudformation.DescribeChangeSet",
        "cloudformation.DescribeEvents",
        "cloudformation.DescribeOrganizationsAccess",
        "cloudformation.DescribeStackDriftDetectionStatus",
        "cloudformation.DescribeStackEvents",
        "cloudformation.DescribeStackResourceDrifts",
        "cloudformation.DescribeStacks",
        "cloudformation.DescribeStackSet",
        "cloudformation.DescribeStackSetOperation",
        "cloudformation.DetectStackDrift",
        "cloudformation.DetectStackSetDrift",
        "cloudformation.GetStackPolicy",
        "cloudformation.GetTemplate",
        "cloudformation.ListChangeSets",
        "cloudformation.ListStackInstanceResourceDrifts",
        "cloudformation.ListStackInstances",
        "cloudformation.ListStackResources",
        "cloudformation.ListStackSetOperationResults",
        "cloudformation.ListStackSetOperations",
        "cloudformation.ListStackSets",
        "cloudcontrol.GetResource",
        "cloudtrail.DescribeTrails",
        "config.DescribeConfigurationRecorders",
        "controltower.ListLandingZones",
        "guardduty.ListDetectors",
        "iam.GetRole",
        "kms.DescribeKey",
        "identitystore.GetGroupId",
        "organizations.DescribeAccount",
        "organizations.DescribeOrganization",
        "organizations.DescribeOrganizationalUnit",
        "organizations.DescribePolicy",
        "organizations.DescribeResourcePolicy",
        "organizations.ListAccounts",
        "organizations.ListAccountsForParent",
        "organizations.ListDelegatedAdministrators",
        "organizations.ListOrganizationalUnitsForParent",
        "organizations.ListParents",
        "organizations.ListPolicies",
        "organizations.ListPoliciesForTarget",
        "organizations.ListRoots",
        "organizations.ListTargetsForPolicy",
        "sso-admin.DescribePermissionSet",
        "sso-admin.ListInstances",
        "sso-admin.ListPermissionSets",
        "sts.GetCallerIdentity",
    }
)
"""Calls that change nothing; detecting drift is one of them."""

CHANGES: frozenset[str] = frozenset(
    {
        "cloudformation.CreateChangeSet",
        "cloudformation.CreateStackInstances",
        "cloudformation.CreateStackSet",
        "cloudformation.DeleteChangeSet",
        "cloudformation.DeleteStack",
        "cloudformation.DeleteStackInstances",
        "cloudformation.DeleteStackSet",
        "cloudformation.ExecuteChangeSet",
        "cloudformation.ImportStacksToStackSet",
        "cloudformation.SetStackPolicy",
        "cloudformation.UpdateStackInstances",
        "cloudformation.UpdateStackSet",
        "cloudformation.UpdateTerminationProtection",
        "sts.AssumeRole",
    }
)
"""Calls that change something, or take a role."""

CALLS = LOOKS | CHANGES
