"""The organization: OUs, accounts, trusted access, and delegated administrators."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from baseline.aws.availability import regions_with
from baseline.aws.partitions import Presence, presence
from baseline.capabilities.capability import Capability, StackSpec, one_account
from baseline.capabilities.custom_setting import CustomSetting, linked_role, service_id
from baseline.capabilities.custom_settings import function_stack
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.organization.control_tower import control_tower_stacks
from baseline.capabilities.organization.organization.problems import absent_here, organization_problems
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.capabilities.organization.organization.structure import structure_stacks
from baseline.capabilities.parameters import ParameterDeclaration, account_parameter, account_parameters
from baseline.capabilities.policy_type import GUARDDUTY_POLICY, policy_type_setting
from baseline.frozen import frozen

_IAM = "iam.amazonaws.com"

_OWN_API = {
    "cloudtrail.amazonaws.com": "cloudtrail-administrator",
    "fms.amazonaws.com": "firewall-manager-administrator",
    "guardduty.amazonaws.com": "guardduty-administrator",
    "inspector2.amazonaws.com": "inspector-administrator",
    "macie.amazonaws.com": "macie-administrator",
    "securitylake.amazonaws.com": "security-lake-administrator",
}
"""Services with their own delegation call, which also enables trusted access."""

_FIREWALL_MANAGER_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-northwest-1"}
"""Region in which AWS Firewall Manager's administrator is designated.

No page of AWS names the Region for China, which has the service in both Regions. The Landing Zone Accelerator, which is
AWS's own, calls it in cn-northwest-1, read on 2026-11-29 at commit 61bba812c of 2026-06-02
(github.com/awslabs/landing-zone-accelerator-on-aws, source/packages/@aws-accelerator/utils/lib/common-functions.ts,
getGlobalRegion; constructs/lib/aws-fms/enable-organization-admin-account/index.ts).
"""

_REGIONAL: Mapping[str, str] = {
    "guardduty-administrator": "AWS::GuardDuty::Detector",
    "inspector-administrator": "AWS::InspectorV2::Filter",
    "macie-administrator": "AWS::Macie::Session",
}
"""Services that need an administrator in each Region → a resource type that a Region with the service has."""

_NEEDED_BY_POLICIES: Mapping[str, tuple[str, str]] = {
    "INSPECTOR_POLICY": ("inspector2.amazonaws.com", "inspector2.amazonaws.com"),
    "SECURITYHUB_POLICY": ("securityhub.amazonaws.com", "securityhubv2.amazonaws.com"),
}
"""Policy type → the service that needs trusted access, and the one whose role the management account needs.

Without these the policies are attached and turn nothing on. Source: AWS Organizations user guide, Getting started with
Amazon Inspector policies, and with Security Hub policies.
"""


@frozen
class OrganizationSettingsContext:
    """Context of `organization_settings`."""

    prefix: str
    function: str
    settings: tuple[CustomSetting, ...]
    revert: bool
    policy_delegation: bool
    policy_roles: tuple[str, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    if landscape.standalone:
        return ()
    structure = tuple(structure_stacks(landscape))
    after = tuple(spec.name for spec in structure)
    return (*structure, *_settings_stacks(landscape, after), *control_tower_stacks(landscape, after))


def _settings_stacks(landscape: Landscape, after: tuple[str, ...]) -> tuple[StackSpec, ...]:
    settings = landscape.settings("organization", OrganizationSettings)
    wanted = tuple(_regions_first(tuple(_custom_settings(landscape, settings))))
    name = "organization-settings"
    function = function_stack(
        landscape,
        name=name,
        description="Function that makes organization settings for which CloudFormation has no resource type.",
        target=one_account("management"),
        settings=wanted,
        revert=settings.revert,
        depends_on=("kms-logs", *after),
        foundation=True,
    )
    return (
        function,
        StackSpec(
            name=name,
            template="organization/organization/settings",
            description="Trusted access, policy types, delegated administrators and central root access.",
            target=one_account("management"),
            context=OrganizationSettingsContext(
                prefix=landscape.prefix,
                function=name,
                settings=wanted,
                revert=settings.revert,
                policy_delegation=settings.policy_delegation,
                policy_roles=tuple(settings.policy_roles),
            ),
            parameters=(
                *(("OrganizationRootId",) if _policy_types(landscape, settings) else ()),
                *_named_accounts(landscape, wanted, settings),
            ),
            depends_on=(function.name,),
            foundation=True,
        ),
    )


def _named_accounts(
    landscape: Landscape, wanted: tuple[CustomSetting, ...], settings: OrganizationSettings
) -> Iterator[ParameterDeclaration]:
    """Parameters for the accounts whose ids the template needs."""
    keys = dict.fromkeys(("security", *landscape.roles.values()))
    for key, parameter in account_parameters(landscape, keys).items():
        delegated = key == "security" and settings.policy_delegation
        if delegated or any(parameter.reference in item.arguments.values() for item in wanted):
            yield parameter


def _policy_types(landscape: Landscape, settings: OrganizationSettings) -> tuple[str, ...]:
    """Policy types to enable in this partition, certain types first; absent types are left out."""
    wanted = dict.fromkeys((*settings.policy_types, *landscape.policy_types))
    if landscape.is_on("guardduty"):
        wanted.pop(GUARDDUTY_POLICY, None)  # enabled by that capability, right before its policy
    there = [name for name in wanted if presence(name, landscape.partition) is not Presence.ABSENT]
    return tuple(sorted(there, key=lambda name: _is_optional(landscape, name)))


def _is_optional(landscape: Landscape, name: str) -> bool:
    """Whether AWS may reject the setting without a failure, because some partitions lack the feature."""
    return presence(name, landscape.partition) is Presence.UNKNOWN


def _enabled_policy_types(landscape: Landscape, settings: OrganizationSettings) -> Iterator[CustomSetting]:
    """Policy types one after the other: AWS accepts one call per second, and rejects it during another change.

    Source: AWS Organizations API, EnablePolicyType (PolicyChangesInProgressException) and quotas.
    """
    before: tuple[str, ...] = ()
    for policy_type in _policy_types(landscape, settings):
        setting = policy_type_setting(
            policy_type,
            logical_id=f"PolicyType{''.join(word.capitalize() for word in policy_type.split('_'))}",
            control="organization-policy-types",
            depends_on=before,
            optional=_is_optional(landscape, policy_type),
        )
        yield setting
        before = (setting.logical_id,)


def _custom_settings(landscape: Landscape, settings: OrganizationSettings) -> Iterator[CustomSetting]:
    asked = dict.fromkeys((*landscape.delegated_administration, *settings.delegated_services))
    delegated = tuple(name for name in asked if presence(name, landscape.partition) is not Presence.ABSENT)
    trusted = dict.fromkeys(
        (
            *landscape.trusted_access,
            *settings.trusted_services,
            *(service for service, _ in _policy_services(landscape)),
            *(service for service in delegated if service not in _OWN_API),
            *((_IAM,) if settings.root_credentials or settings.root_sessions else ()),
        )
    )
    yield CustomSetting(
        logical_id="StackSetsAccess",
        setting="stacksets-access",
        purpose="Lets StackSets deploy to every member account.",
    )
    yield from landscape.management_settings
    yield from (linked_role(service) for _, service in _policy_services(landscape))
    for service in trusted:
        yield CustomSetting(
            logical_id=f"TrustedAccess{service_id(service)}",
            setting="trusted-access",
            purpose=f"Enables trusted access for {service}.",
            arguments={"ServicePrincipal": service},
        )
    for service in delegated:
        yield _delegated(landscape, service)
    yield from _enabled_policy_types(landscape, settings)
    yield from _switches(landscape, settings)


def _policy_services(landscape: Landscape) -> tuple[tuple[str, str], ...]:
    """Services that the policies of the plan need, by type; empty for types that the partition does not have."""
    return tuple(
        needed
        for type_, needed in _NEEDED_BY_POLICIES.items()
        if type_ in landscape.policy_types and presence(type_, landscape.partition) is not Presence.ABSENT
    )


def _regions_first(settings: tuple[CustomSetting, ...]) -> Iterator[CustomSetting]:
    """The settings, with Regional ones after the opt-in to Regions."""
    before = tuple(item.logical_id for item in settings if item.setting == "enabled-regions")
    for item in settings:
        yield replace(item, depends_on=(*item.depends_on, *before)) if item.regions else item


def _switches(landscape: Landscape, settings: OrganizationSettings) -> Iterator[CustomSetting]:
    after_iam = (f"TrustedAccess{service_id(_IAM)}",)
    if settings.root_credentials:
        yield CustomSetting(
            logical_id="RootCredentials",
            setting="root-credentials",
            purpose="Allows management of member accounts' root credentials from this account.",
            control="central-root-access",
            depends_on=after_iam,
            optional=_is_optional(landscape, "RootCredentialsManagement"),
        )
    if settings.root_sessions:
        yield CustomSetting(
            logical_id="RootSessions",
            setting="root-sessions",
            purpose="Allows privileged root sessions in member accounts from this account.",
            control="central-root-access",
            depends_on=after_iam,
            optional=_is_optional(landscape, "RootSessions"),
        )
    if settings.resource_sharing:
        yield CustomSetting(
            logical_id="ResourceSharing",
            setting="resource-sharing",
            purpose="Enables resource sharing within the organization, without invitations.",
            control="organization-resource-sharing",
        )
    if settings.health_view:
        yield CustomSetting(
            logical_id="HealthView",
            setting="health-view",
            purpose="Enables the organizational view of AWS Health events.",
            control="organization-health-view",
            # AWS Health has one endpoint per partition that takes changes.
            regions=({"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}.get(landscape.partition, "cn-northwest-1"),),
        )


def _delegated(landscape: Landscape, service: str) -> CustomSetting:
    own = _OWN_API.get(service)
    account = landscape.administrator(service)
    administrator = account_parameter(landscape, account).reference
    whose = "the security account" if account == "security" else f"the account {account}"
    regions: tuple[str, ...] = ()
    if own == "firewall-manager-administrator":
        regions = (_FIREWALL_MANAGER_REGIONS[landscape.partition],)
    elif own is not None and own in _REGIONAL:
        regions = regions_with(landscape.regions, _REGIONAL[own])
    key = "MemberAccountId" if own == "cloudtrail-administrator" else "AccountId"
    return CustomSetting(
        logical_id=f"Administrator{service_id(service)}",
        setting=own or "delegated-administrator",
        purpose=f"Lets {whose} administer {service} for every account.",
        arguments={key: administrator} if own else {"AccountId": administrator, "ServicePrincipal": service},
        regions=regions,
        control="delegated-administration",
        depends_on=() if own and own != "cloudtrail-administrator" else (f"TrustedAccess{service_id(service)}",),
    )


CAPABILITY = Capability(
    name="organization",
    title="AWS Organizations",
    summary="Units and accounts, trusted access, policy types, delegated administrators and central root access.",
    same_everywhere="There is one organization; a unit can be suspended.",
    settings=OrganizationSettings,
    needs_organization=True,
    stacks=_stacks,
    requires=("kms",),
    problems=organization_problems,
    unsupported=lambda landscape: tuple(absent_here(landscape)),
)
