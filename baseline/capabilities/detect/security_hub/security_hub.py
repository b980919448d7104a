"""Security Hub: aggregated findings, and the standards for all accounts."""

from collections.abc import Iterator, Mapping

from baseline.aws.security_hub import has_control, standards
from baseline.capabilities.account_names import adds_account_names
from baseline.capabilities.capability import (
    Capability,
    Regions,
    StackSpec,
    Target,
    every_account,
    one_account,
)
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.detect.config.config import manages_recorder
from baseline.capabilities.detect.security_hub.findings import AcceptedFindingsContext, suppression_rules
from baseline.capabilities.detect.security_hub.notices import named_notices, names_dependency
from baseline.capabilities.detect.security_hub.parameters import unknown_parameters
from baseline.capabilities.detect.security_hub.policies import (
    NO_POLICIES,
    ConfigurationPolicy,
    DisabledPolicy,
    PolicyTarget,
    configuration_policies,
    unmanaged_places,
)
from baseline.capabilities.detect.security_hub.problems import (
    can_aggregate,
    is_central,
    missing_in_regions,
    security_hub_problems,
)
from baseline.capabilities.detect.security_hub.settings import (
    ControlParameters,
    SecurityHubSettings,
)
from baseline.capabilities.detect.security_hub.v2 import (
    notifies_by_v2,
    v2_management_settings,
    v2_off,
    v2_policy_types,
    v2_problems,
    v2_stacks,
)
from baseline.capabilities.event_forwarding import dead_letter_queue, queue_stacks
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.parameters import (
    PARAMETERS,
    logical_names,
)
from baseline.capabilities.respond.notifications.findings import products_with_own_notices
from baseline.findings import Problem
from baseline.frozen import frozen

_SERVICE = "securityhub.amazonaws.com"

_OF_FRAMEWORK: Mapping[str, str] = {
    "fsbp": "fsbp",
    "cis-7.0": "cis-5.0",
    "cis-6.0": "cis-5.0",
    "cis-5.0": "cis-5.0",
    "cis-3.0": "cis-3.0",
    "nist-800-53-r5": "nist-800-53-r5",
    "fedramp-moderate-r5": "nist-800-53-r5",
    "cmmc-2.0-level-2": "nist-800-171-r2",
    "nist-800-171-r3": "nist-800-171-r2",
    "pci-dss-4.0.1": "pci-dss-4.0.1",
}
"""Framework → the standard for it, or for its newest version that Security Hub supports."""

_RECORDER_ROLE = ControlParameters(
    control="Config.1", parameters={"includeConfigServiceLinkedRoleCheck": {"Boolean": False}}
)
"""Our recorders use a custom role: the service-linked role cannot write to another account."""

_TRUSTED = (
    "Security Hub has trusted access in the organization: "
    f"`aws organizations enable-aws-service-access --service-principal {_SERVICE}`."
)


@frozen
class NamedParameters:
    """A control's parameters as a resource named after the control: deleting it restores the defaults.

    `regions` are the governed Regions with the control, in which `condition` is true; empty if all have it.
    """

    logical_id: str
    entry: ControlParameters
    regions: tuple[str, ...]
    condition: str | None


@frozen
class HubStandard:
    """A standard as a resource: the part of its ARN after the Region; other fields as in `NamedParameters`."""

    logical_id: str
    arn: str
    regions: tuple[str, ...]
    condition: str | None


@frozen
class HubContext:
    """Context of `security_hub`: a hub, with its standards if there is no central configuration.

    `conditions` are the conditions of standards and parameters, with their value in each Region.
    """

    standards: tuple[HubStandard, ...]
    parameters: tuple[NamedParameters, ...]
    conditions: Mapping[str, Mapping[str, bool]]


@frozen
class HubAdministratorContext:
    """Context of `security_hub_administrator`."""


@frozen
class ConfigurationContext:
    """Context of `security_hub_configuration`: no policies without central configuration.

    `critical_elsewhere` and `high_elsewhere` are products whose findings of that severity notify directly.
    `named`: whether messages contain account names.
    """

    prefix: str
    linked_regions: tuple[str, ...]
    policies: tuple[ConfigurationPolicy, ...]
    disabled_policies: tuple[DisabledPolicy, ...]
    self_managed: tuple[PolicyTarget, ...]
    parameters: tuple[ControlParameters, ...]
    notify: bool
    named: bool
    critical_elsewhere: tuple[str, ...]
    high_elsewhere: tuple[str, ...]
    queue: Reference | None


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("security_hub", SecurityHubSettings)
    own = () if settings.existing_hub and is_central(landscape) else (_hub(landscape, settings),)
    hubs = (*own, *(() if landscape.standalone else (_administrator(landscape, after=tuple(i.name for i in own)),)))
    configuration = _configuration(landscape, settings, after=hubs[-1].name)
    last = (*hubs, *configuration[:1])[-1].name
    return (
        *hubs,
        *configuration,
        *_accepted(landscape, settings, after=last),
        *v2_stacks(landscape, after=last),
    )


def _hub(landscape: Landscape, settings: SecurityHubSettings) -> StackSpec:
    """The administrator's hub under central configuration; otherwise a hub with standards in every account.

    The administrator's hub is created before the delegation, as AWS would otherwise create one. It is in every governed
    Region, since rules need a hub. Under central configuration AWS rejects UpdateSecurityHubConfiguration, with which
    CloudFormation updates a hub: the stack has no tags, so that a changed tag does not update it. Source:
    github.com/hashicorp/terraform-provider-aws/issues/39687.
    """
    central = is_central(landscape)
    judging = () if central else tuple(_standards(landscape, settings))
    parameters = () if central else tuple(_named(landscape, settings))
    resources: tuple[HubStandard | NamedParameters, ...] = (*judging, *parameters)
    conditional = [item for item in resources if item.condition]
    return StackSpec(
        name="security-hub",
        template="detect/security_hub/security_hub",
        description="Security Hub in its administrator account." if central else "Security Hub's standards.",
        target=one_account("security", Regions.GOVERNED) if central else every_account(Regions.GOVERNED),
        context=HubContext(
            standards=judging,
            parameters=parameters,
            conditions={
                region: {str(item.condition): region in item.regions for item in conditional}
                for region in (landscape.regions if conditional else ())
            },
        ),
        depends_on=_recorder(landscape),
        tagged=not central,
    )


def _named(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[NamedParameters]:
    """Parameters of controls that a governed Region has: AWS rejects parameters of unavailable controls.

    Source: Security Hub CSPM user guide, Understanding control parameters.
    """
    entries = _parameters(landscape, settings)
    names = logical_names(item.control for item in entries)
    for item in entries:
        regions = tuple(region for region in landscape.regions if has_control(item.control, region))
        name = names[item.control]
        condition = None if regions == landscape.regions else f"Has{name}"
        if regions:
            yield NamedParameters(logical_id=f"{name}Parameters", entry=item, regions=regions, condition=condition)


def _standards(landscape: Landscape, settings: SecurityHubSettings) -> Iterator[HubStandard]:
    """The standards that a governed Region has."""
    for item in (standards()[name] for name in _chosen(landscape, settings)):
        regions = tuple(region for region in landscape.regions if region not in item.missing)
        name = _standard_id(item.id)
        condition = None if regions == landscape.regions else f"Has{name}"
        if regions:
            yield HubStandard(logical_id=name, arn=item.arn, regions=regions, condition=condition)


def _standard_id(name: str) -> str:
    return f"Standard{''.join(word.capitalize() for word in name.replace('.', '-').split('-'))}"


def _administrators(landscape: Landscape, regions: Regions) -> Target:
    """The administrator account; in standalone mode the account itself."""
    return every_account(regions) if landscape.standalone else one_account("security", regions)


def _recorder(landscape: Landscape) -> tuple[str, ...]:
    return ("config-recorder",) if manages_recorder(landscape) else ()


def _administrator(landscape: Landscape, after: tuple[str, ...]) -> StackSpec:
    regions = Regions.HOME if is_central(landscape) else Regions.GOVERNED
    return StackSpec(
        name="security-hub-administrator",
        template="detect/security_hub/administrator",
        description="Security Hub's delegated administrator.",
        target=one_account("management", regions),
        context=HubAdministratorContext(),
        parameters=("SecurityAccountId",),
        depends_on=after,
        prerequisites=() if landscape.is_on("organization") else (_TRUSTED,),
    )


def _configuration(landscape: Landscape, settings: SecurityHubSettings, after: str) -> tuple[StackSpec, ...]:
    central = is_central(landscape)
    policies = configuration_policies(landscape, settings, _chosen(landscape, settings)) if central else NO_POLICIES
    linked = tuple(region for region in landscape.regions if region != landscape.home_region)
    notify = settings.notify and landscape.is_on("notifications") and not notifies_by_v2(landscape)
    where = _administrators(landscape, Regions.HOME)
    context = ConfigurationContext(
        prefix=landscape.prefix,
        linked_regions=linked if can_aggregate(landscape) else (),
        policies=policies.enabled,
        disabled_policies=policies.disabled,
        self_managed=policies.self_managed,
        parameters=_parameters(landscape, settings) if central else (),
        notify=notify,
        named=adds_account_names(landscape),
        critical_elsewhere=products_with_own_notices(landscape, "critical") if notify else (),
        high_elsewhere=products_with_own_notices(landscape, "high") if notify else (),
        queue=dead_letter_queue(landscape, THIS_ACCOUNT) if notify else None,
    )
    if not context.linked_regions and not notify:
        return ()
    return (
        StackSpec(
            name="security-hub-configuration",
            template="detect/security_hub/configuration",
            description="Security Hub central configuration, cross-Region aggregation and notifications.",
            target=where,
            context=context,
            parameters=policies.parameters,
            depends_on=(
                after,
                *(("notifications", *queue_stacks(landscape, where), *names_dependency(landscape)) if notify else ()),
            ),
        ),
        *(named_notices(landscape) if notify else ()),
    )


def _accepted(landscape: Landscape, settings: SecurityHubSettings, after: str) -> tuple[StackSpec, ...]:
    """Suppression rules: they apply in their own Region, to the members of the account that creates them.

    Source: Security Hub CSPM user guide, Understanding automation rules.
    """
    rules = suppression_rules(landscape, settings)
    if not rules:
        return ()
    ours = landscape.is_on("log_archive") and not landscape.standalone
    return (
        StackSpec(
            name="security-hub-accepted-findings",
            template="detect/security_hub/accepted_findings",
            description="Accepted findings, each with its reason.",
            target=_administrators(landscape, Regions.GOVERNED),
            context=AcceptedFindingsContext(prefix=landscape.prefix, rules=rules),
            parameters=(PARAMETERS["LogArchiveAccountId"],) if ours else (),
            depends_on=(after,),
        ),
    )


def _chosen(landscape: Landscape, settings: SecurityHubSettings) -> tuple[str, ...]:
    asked = {*settings.standards, *(_OF_FRAMEWORK[name] for name in landscape.compliance if name in _OF_FRAMEWORK)}
    return tuple(name for name in standards() if name in asked)


def _parameters(landscape: Landscape, settings: SecurityHubSettings) -> tuple[ControlParameters, ...]:
    own = (_RECORDER_ROLE,) if manages_recorder(landscape) else ()
    named = {item.control for item in settings.parameters}
    return (*(item for item in own if item.control not in named), *settings.parameters)


def _unsupported(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("security_hub", SecurityHubSettings)
    return (*missing_in_regions(landscape, settings, _chosen(landscape, settings)), *unknown_parameters(settings))


def _management_settings(landscape: Landscape) -> tuple[CustomSetting, ...]:
    """Security Hub in the management account, the only account in which AWS does not enable it automatically.

    Source: Security Hub CSPM user guide, Enabling Security Hub CSPM (securityhub-settingup). Without central
    configuration the stack of every account has the hub.
    """
    if not is_central(landscape):
        return v2_management_settings(landscape)
    return (
        CustomSetting(
            logical_id="SecurityHub",
            setting="security-hub",
            purpose="Enables Security Hub in this account, so that the root's configuration policy applies to it.",
            arguments={"EnableDefaultStandards": False},
            regions=landscape.regions,
        ),
        *v2_management_settings(landscape),
    )


CAPABILITY = Capability(
    name="security_hub",
    title="AWS Security Hub",
    summary="Standards in every account by central configuration, and every finding in one place.",
    settings=SecurityHubSettings,
    stacks=_stacks,
    problems=lambda landscape: (
        *security_hub_problems(landscape, landscape.settings("security_hub", SecurityHubSettings)),
        *v2_problems(landscape, landscape.settings("security_hub", SecurityHubSettings)),
    ),
    weakened=lambda landscape: (
        *unmanaged_places(landscape.settings("security_hub", SecurityHubSettings)),
        *v2_off(landscape.settings("security_hub", SecurityHubSettings)),
    ),
    policy_types=v2_policy_types,
    unsupported=_unsupported,
    trusted_access=(_SERVICE,),
    management_settings=_management_settings,
)
