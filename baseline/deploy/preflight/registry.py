"""Every preflight check, in the order in which they run: the caller first, conflicts last."""

from collections.abc import Sequence

from baseline.deploy.preflight import decide, read
from baseline.deploy.preflight.check import PreflightCheck, each

_CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
_ORG = "https://docs.aws.amazon.com/organizations/latest/userguide"

CALLER = PreflightCheck(
    id="caller",
    title="The credentials belong to the deploying account.",
    source="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
    run=each(read.caller.account, decide.caller.account),
    delegated=True,
)

PREFLIGHT_CHECKS: Sequence[PreflightCheck] = (
    CALLER,
    PreflightCheck(
        id="delegation",
        title="A delegated administrator only deploys StackSets.",
        source=f"{_CFN}/stacksets-orgs-delegated-admin.html",
        run=each(read.caller.delegation, decide.caller.delegation),
        delegated=True,
    ),
    PreflightCheck(
        id="stackset-administrators",
        title="No member account administers StackSets.",
        source=f"{_CFN}/stacksets-orgs-delegated-admin.html",
        run=each(read.caller.stack_set_administrators, decide.caller.stack_set_administrators),
    ),
    PreflightCheck(
        id="organization",
        title="The organization is the one in the plan, with all features enabled.",
        source=f"{_ORG}/orgs_manage_org_support-all-features.html",
        run=each(read.organization.features, decide.organization.features),
        delegated=True,
    ),
    PreflightCheck(
        id="stacksets",
        title="StackSets have trusted access, or the plan activates it.",
        source=f"{_CFN}/stacksets-orgs-activate-trusted-access.html",
        run=each(read.organization.stack_sets_access, decide.organization.stack_sets_access),
        delegated=True,
    ),
    PreflightCheck(
        id="accounts",
        title="Every account of the organization is in the baseline.",
        source="https://docs.aws.amazon.com/config/latest/developerguide/conformance-pack-organization-apis.html",
        run=each(read.organization.accounts, decide.organization.accounts),
        delegated=True,
    ),
    PreflightCheck(
        id="regions",
        title="Every Region of the plan is enabled.",
        source="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
        run=each(read.regions.regions, decide.regions.enabled),
    ),
    PreflightCheck(
        id="stacks",
        title="Existing stacks and StackSets with the plan's names belong to baseline and are not stuck.",
        source=f"{_CFN}/view-stack-events.html",
        run=each(read.stacks.existing_stacks, decide.stacks.owners),
        delegated=True,
    ),
    PreflightCheck(
        id="moved-accounts",
        title="Every stack instance was deployed through a unit that still contains its account.",
        source=f"{_CFN}/stacksets-orgs-manage-auto-deployment.html",
        run=each(read.moved.deployed_stack_sets, decide.moved.accounts),
        delegated=True,
    ),
    PreflightCheck(
        id="key-administrators",
        title="The caller may administer the keys that the plan creates.",
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
        run=each(read.caller.new_keys, decide.caller.key_administrators),
    ),
    PreflightCheck(
        id="keys",
        title="Keys in the lock file are the ones that the aliases refer to.",
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html",
        run=each(read.keys.known_keys, decide.keys.known_keys),
    ),
    PreflightCheck(
        id="service-linked-roles",
        title="Service-linked roles that services need exist, or the plan creates them.",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
        run=each(read.roles.needed_roles, decide.roles.service_linked),
    ),
    PreflightCheck(
        id="delegated-administrators",
        title="No service has another delegated administrator.",
        source=f"{_ORG}/orgs_integrate_services_list.html",
        run=each(read.organization.delegated_administrators, decide.organization.delegated_administrators),
    ),
    PreflightCheck(
        id="identity-center",
        title="IAM Identity Center has its instance where the plan needs it.",
        source="https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html",
        run=each(read.identity_center.instance, decide.identity_center.instance),
    ),
    PreflightCheck(
        id="identity-center-names",
        title="Permission sets and groups that the plan creates do not exist.",
        source="https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html",
        run=each(read.identity_center.new_names, decide.identity_center.names),
    ),
    PreflightCheck(
        id="units",
        title="Organizational units that the plan creates do not exist.",
        source="https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html",
        run=each(read.policies.new_units, decide.policies.units),
    ),
    PreflightCheck(
        id="new-accounts",
        title="Accounts that the plan creates do not exist.",
        source="https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html",
        run=each(read.policies.new_accounts, decide.policies.new_accounts),
    ),
    PreflightCheck(
        id="delegation-policy",
        title="The organization has no delegation policy other than the plan's.",
        source="https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html",
        run=each(read.policies.new_delegation_policies, decide.policies.delegation_policy),
    ),
    PreflightCheck(
        id="policies",
        title="Organization policies that the plan creates do not exist.",
        source="https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html",
        run=each(read.policies.new_policies, decide.policies.names),
    ),
    PreflightCheck(
        id="policy-slots",
        title="The root and the units have slots for the policies that the plan attaches.",
        source=f"{_ORG}/orgs_reference_limits.html",
        run=each(read.policies.slots, decide.policies.slots),
    ),
    PreflightCheck(
        id="guardrails",
        title="Guardrails are not attached immediately to accounts with workloads.",
        source=f"{_ORG}/orgs_manage_policies_scps.html",
        run=each(read.policies.new_guardrails, decide.policies.brownfield),
    ),
    PreflightCheck(
        id="guardrail-exemptions",
        title="Deployed guardrails deny nothing to functions of member accounts that the plan's guardrails, deployed "
        "last, allow.",
        source=f"{_ORG}/orgs_manage_policies_scps.html",
        run=each(read.guardrails.function_roles, decide.guardrails.exemptions),
    ),
    PreflightCheck(
        id="lost-exemptions",
        title="Guardrails of the plan stop no function that is no longer in the plan from undoing its settings.",
        source=f"{_ORG}/orgs_manage_policies_scps.html",
        run=each(read.guardrails.orphaned_roles, decide.guardrails.lost_exemptions),
    ),
    PreflightCheck(
        id="adoptions",
        title="Resources that the profile adopts exist, are accessible, and are not replaced.",
        source=f"{_CFN}/import-resources-manually.html",
        run=each(read.adoptions.adoptions, decide.adoptions.adoptions),
        delegated=True,
    ),
    PreflightCheck(
        id="names",
        title="Resources that new stacks create by name do not exist in the management account.",
        source=f"{_CFN}/troubleshooting.html",
        run=each(read.names.existing_resources, decide.names.existing_resources),
    ),
    PreflightCheck(
        id="existing",
        title="No resource of which the management account has one, such as a recorder, conflicts with the plan.",
        source="https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",
        run=each(read.names.singletons, decide.names.singletons),
    ),
    PreflightCheck(
        id="members",
        title="Resources that new stack instances create by name do not exist in member accounts.",
        source=f"{_CFN}/troubleshooting.html",
        run=each(read.names.member_resources, decide.names.member_resources),
        delegated=True,
        member_role=True,
    ),
    PreflightCheck(
        id="audit-manager",
        title="Audit Manager is active where new stacks create assessments (member accounts: with a role there).",
        source="https://docs.aws.amazon.com/audit-manager/latest/userguide/audit-manager-availability-change.html",
        run=each(read.audit_manager.statuses, decide.audit_manager.account_status),
        delegated=True,
    ),
    PreflightCheck(
        id="public-access-exclusions",
        title="AWS allows the exclusions from VPC Block Public Access of new stacks, and their VPCs and subnets exist "
        "(member accounts: with a role there).",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html",
        run=each(read.public_access.exclusions, decide.public_access.exclusions),
        delegated=True,
    ),
    PreflightCheck(
        id="log-destinations",
        title="Destinations of log events that new policies name are in other accounts, and exist in accounts of the "
        "organization (member accounts: with a role there).",
        source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html",
        run=each(read.log_destinations.destinations, decide.log_destinations.destinations),
        delegated=True,
    ),
    PreflightCheck(
        id="control-tower",
        title="Stacks do not duplicate resources of AWS Control Tower.",
        source="https://docs.aws.amazon.com/controltower/latest/userguide/what-is-control-tower.html",
        run=each(read.organization.control_tower, decide.organization.control_tower),
    ),
    PreflightCheck(
        id="quotas",
        title="The stacks fit into the quota of each Region.",
        source=f"{_CFN}/cloudformation-limits.html",
        run=each(read.regions.stacks, decide.regions.stacks),
    ),
    PreflightCheck(
        id="stackset-quota",
        title="The StackSets fit into the quota.",
        source=f"{_CFN}/cloudformation-limits.html",
        run=each(read.regions.stack_sets, decide.regions.stack_sets),
        delegated=True,
    ),
    PreflightCheck(
        id="account-quota",
        title="The accounts that the plan creates fit into the quota.",
        source=f"{_ORG}/orgs_reference_limits.html",
        run=each(read.regions.accounts, decide.regions.accounts),
    ),
)
