"""Every finding in one place, and the standards by which accounts are judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from baseline.aws.security_hub import standards
from baseline.capabilities.capability import Capability, Regions, SettingProblem, StackSpec, every_account, one_account
from baseline.capabilities.config import manages_recorder
from baseline.capabilities.landscape import Landscape, Reference, portable
from baseline.capabilities.parameters import (
    PARAMETERS,
    ParameterDeclaration,
    account_parameter,
    logical_names,
    ou_parameter,
)
from baseline.capabilities.security_hub_problems import is_central, missing_standards, security_hub_problems
from baseline.capabilities.security_hub_settings import (
    AcceptedFindings,
    ControlParameters,
    DisabledControl,
    SecurityHubSettings,
)

_SERVICE = "securityhub.amazonaws.com"

_OF_FRAMEWORK: Mapping[str, str] = {
    "fsbp": "fsbp",
    "cis-7.0": "cis-5.0",
    "cis-6.0": "cis-5.0",
    "cis-5.0": "cis-5.0",
    "cis-3.0": "cis-3.0",
    "nist-800-53-r5": "nist-800-53-r5",
    "fedramp-moderate-r5": "nist-800-53-r5",
    "pci-dss-4.0.1": "pci-dss-4.0.1",
}
"""Framework → the standard that judges by it, or by the newest version of it that Security Hub has."""

_RECORDER_ROLE = ControlParameters(
    control="Config.1", parameters={"includeConfigServiceLinkedRoleCheck": {"Boolean": False}}
)
"""Our recorders have a role of their own: the service-linked role cannot write to another account."""

_TRUSTED = (
    "Security Hub has trusted access in the organization: "
    f"`aws organizations enable-aws-service-access --service-principal {_SERVICE}`."
)


@dataclass(frozen=True, kw_only=True)
class SuppressionRule:
    """An automation rule that suppresses what meets its criteria."""

    logical_id: str
    name: str
    order: int
    reason: str
    criteria: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class HubContext:
    """Context of `security_hub`: a hub, and what it judges by where nobody configures it centrally.

    `standards` are what follows the Region in their ARNs, with the logical ids of their resources.
    """

    standards: tuple[Mapping[str, str], ...]
    parameters: tuple[ControlParameters, ...]
    rules: tuple[SuppressionRule, ...]
    prefix: str
    notify: bool


@dataclass(frozen=True, kw_only=True)
class HubAdministratorContext:
    """Context of `security_hub_administrator`."""


@dataclass(frozen=True, kw_only=True)
class ConfigurationPolicy:
    """A configuration policy and its targets: (logical id, type, parameter)."""

    logical_id: str
    name: str
    description: str
    standards: tuple[str, ...]
    disabled: tuple[DisabledControl, ...]
    targets: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ConfigurationContext:
    """Context of `security_hub_configuration`."""

    prefix: str
    linked_regions: tuple[str, ...]
    policies: tuple[ConfigurationPolicy, ...]
    parameters: tuple[ControlParameters, ...]
    rules: tuple[SuppressionRule, ...]
    notify: bool


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("security_hub", SecurityHubSettings)
    if landscape.standalone:
        return (_local_hub(landscape, settings),)
    hub = () if settings.existing_hub and is_central(landscape) else (_hub(landscape, settings),)
    administrator = _administrator(landscape, after=tuple(item.name for item in hub))
    configuration = (_configuration(landscape, settings),) if is_central(landscape) else ()
    return (*hub, administrator, *configuration)


def _hub(landscape: Landscape, settings: SecurityHubSettings) -> StackSpec:
    """The security account's hub comes before it is made administrator: AWS would make one of its own otherwise."""
    if not is_central(landscape):
        return _local_hub(landscape, settings)
    return StackSpec(
        name="security-hub",
        template="security_hub",
        description="Security Hub of the account that sees every finding.",
        target=one_account("security"),
        context=HubContext(prefix=landscape.prefix, standards=(), parameters=(), rules=(), notify=False),
        depends_on=_recorder(landscape),
    )


def _local_hub(landscape: Landscape, settings: SecurityHubSettings) -> StackSpec:
    """Every account's own hub, with its standards."""
    return StackSpec(
        name="security-hub",
        template="security_hub",
        description="Security Hub with its standards.",
        target=every_account(Regions.GOVERNED),
        context=HubContext(
            prefix=landscape.prefix,
            standards=tuple(
                {"id": f"Standard{''.join(part.capitalize() for part in name.replace('.', '-').split('-'))}"}
                | {"arn": standards()[name].arn}
                for name in _chosen(landscape, settings)
            ),
            parameters=_parameters(landscape, settings),
            rules=_rules(landscape, settings) if landscape.standalone else (),
            notify=False,
        ),
        depends_on=_recorder(landscape),
    )


def _recorder(landscape: Landscape) -> tuple[str, ...]:
    return ("config-recorder",) if manages_recorder(landscape) else ()


def _administrator(landscape: Landscape, after: tuple[str, ...]) -> StackSpec:
    regions = Regions.HOME if is_central(landscape) else Regions.GOVERNED
    return StackSpec(
        name="security-hub-administrator",
        template="security_hub_administrator",
        description="Security Hub's delegated administrator.",
        target=one_account("management", regions),
        context=HubAdministratorContext(),
        parameters=("SecurityAccountId",),
        depends_on=after,
        prerequisites=() if landscape.is_on("organization") else (_TRUSTED,),
    )


def _configuration(landscape: Landscape, settings: SecurityHubSettings) -> StackSpec:
    policies, parameters = _policies(landscape, settings)
    notify = settings.notify and landscape.is_on("notifications")
    return StackSpec(
        name="security-hub-configuration",
        template="security_hub_configuration",
        description="Central configuration of Security Hub: standards, controls, accepted findings and notifications.",
        target=one_account("security"),
        context=ConfigurationContext(
            prefix=landscape.prefix,
            linked_regions=tuple(region for region in landscape.regions if region != landscape.home_region),
            policies=policies,
            parameters=_parameters(landscape, settings),
            rules=_rules(landscape, settings),
            notify=notify,
        ),
        parameters=tuple(dict.fromkeys((*parameters, *_log_archive_account(landscape)))),
        depends_on=("security-hub-administrator", *(("notifications",) if notify else ())),
    )


def _log_archive_account(landscape: Landscape) -> tuple[ParameterDeclaration, ...]:
    return (PARAMETERS["LogArchiveAccountId"],) if landscape.is_on("log_archive") else ()


def _chosen(landscape: Landscape, settings: SecurityHubSettings) -> tuple[str, ...]:
    asked = {*settings.standards, *(_OF_FRAMEWORK[name] for name in landscape.compliance if name in _OF_FRAMEWORK)}
    return tuple(name for name in standards() if name in asked)


def _parameters(landscape: Landscape, settings: SecurityHubSettings) -> tuple[ControlParameters, ...]:
    own = (_RECORDER_ROLE,) if manages_recorder(landscape) else ()
    named = {item.control for item in settings.parameters}
    return (*(item for item in own if item.control not in named), *settings.parameters)


def _policies(
    landscape: Landscape, settings: SecurityHubSettings
) -> tuple[tuple[ConfigurationPolicy, ...], tuple[ParameterDeclaration, ...]]:
    root = PARAMETERS["OrganizationRootId"]
    found = [
        ConfigurationPolicy(
            logical_id="OrganizationPolicy",
            name=f"{landscape.prefix}-organization",
            description="What every account is judged by.",
            standards=tuple(standards()[name].arn for name in _chosen(landscape, settings)),
            disabled=tuple(settings.disabled_controls),
            targets=({"id": "OrganizationAssociation", "type": "ROOT", "parameter": root.name},),
        )
    ]
    parameters: dict[str, ParameterDeclaration] = {root.name: root}
    names = logical_names(policy.name for policy in settings.policies)
    for policy in settings.policies:
        targets = []
        for target in policy.to:
            account = target in landscape.accounts
            parameter = account_parameter(landscape, target) if account else ou_parameter(landscape, target)
            parameters[parameter.name] = parameter
            kind = "ACCOUNT" if account else "ORGANIZATIONAL_UNIT"
            name = f"{parameter.name.removesuffix('Id')}Association"
            targets.append({"id": name, "type": kind, "parameter": parameter.name})
        found.append(
            ConfigurationPolicy(
                logical_id=f"{names[policy.name]}Policy",
                name=f"{landscape.prefix}-{policy.name}",
                description=f"What {', '.join(policy.to)} is judged by."[:512],
                standards=tuple(standards()[item].arn for item in standards() if item in policy.standards),
                disabled=tuple(policy.disabled_controls),
                targets=tuple(targets),
            )
        )
    return tuple(found), tuple(parameters.values())


def _rules(landscape: Landscape, settings: SecurityHubSettings) -> tuple[SuppressionRule, ...]:
    own = AcceptedFindings(
        name="log-archive",
        reason="Buckets of the log archive refuse deletion by policy and, for the trail, by Object Lock; nobody reads "
        "their events, and MFA delete cannot be set by a template.",
        controls=["S3.7", "S3.11", "S3.15", "S3.20"],
    )
    rules = [_rule(landscape, item, item.resources, item.accounts) for item in settings.accepted_findings]
    if landscape.is_on("log_archive"):
        buckets = [Reference(f"arn:${{AWS::Partition}}:s3:::{landscape.prefix}-")]
        rules.insert(0, _rule(landscape, own, buckets, [landscape.account_reference("log_archive")]))
    return tuple(replace(rule, order=order) for order, rule in enumerate(rules, start=1))


def _rule(
    landscape: Landscape, item: AcceptedFindings, resources: Sequence[str], accounts: Sequence[str]
) -> SuppressionRule:
    def filters(values: Sequence[str], comparison: str) -> list[dict[str, Any]]:
        return [{"Comparison": comparison, "Value": portable(value)} for value in values]

    return SuppressionRule(
        logical_id=f"Accept{''.join(part[:1].upper() + part[1:] for part in item.name.replace('_', '-').split('-'))}",
        name=f"{landscape.prefix}-{item.name}",
        order=0,
        reason=item.reason,
        criteria={
            "ComplianceSecurityControlId": filters(item.controls, "EQUALS"),
            **({"ResourceId": filters(resources, "PREFIX")} if resources else {}),
            **({"AwsAccountId": filters(accounts, "EQUALS")} if accounts else {}),
        },
    )


def _unsupported(landscape: Landscape) -> tuple[SettingProblem, ...]:
    settings = landscape.settings("security_hub", SecurityHubSettings)
    return tuple(missing_standards(landscape, _chosen(landscape, settings)))


CAPABILITY = Capability(
    name="security_hub",
    title="AWS Security Hub",
    summary="Standards in every account by central configuration, and every finding in one place.",
    settings=SecurityHubSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(
        security_hub_problems(landscape, landscape.settings("security_hub", SecurityHubSettings))
    ),
    unsupported=_unsupported,
    trusted_access=(_SERVICE,),
)
