"""AWS Config: recorders in every account, an aggregator, and the baseline's rules as conformance packs."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import StringConstraints

from baseline.aws.config_types import GLOBAL_IAM_TYPES
from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, every_account, one_account
from baseline.capabilities.delegation import trusted_by_hand
from baseline.capabilities.detect.config.exclusions import excluded_accounts
from baseline.capabilities.detect.config.packs import ManagedRule, Pack, build_packs, global_region, rules_of_tier
from baseline.capabilities.detect.config.problems import config_problems, weaker_parameters
from baseline.capabilities.detect.config.recording import (
    RecorderOverride,
    Recording,
    ResourceType,
    SnapshotFrequency,
    unrecorded_accounts,
    where_recorded,
)
from baseline.capabilities.landscape import Landscape, Reference, portable_text
from baseline.capabilities.logs.log_archive.log_archive import bucket_name
from baseline.capabilities.organization.account_settings.settings import AccountSettings
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.settings import Settings, tiered
from baseline.frozen import frozen

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
ParameterValue = Annotated[str, StringConstraints(pattern=r"^[^$\x00-\x1f\x7f]+$", max_length=1024)]
"""Text without dollar signs, which CloudFormation could read as references; no managed rule needs one."""

_RECORDER_EXISTS = (
    "A Config recorder and a delivery channel run in every governed Region of every account, and record IAM resources "
    "in one Region: the profile says that others own them (`recorder: existing`)."
)

_SERVICES = ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com")
"""The services of the aggregator and of organization conformance packs."""


class ConfigSettings(Settings):
    """Settings of `config`."""

    recorder: Literal["managed", "existing"] = tiered(
        "`managed`: a recorder and a delivery channel in every account and governed Region. `existing`: AWS Control "
        "Tower or another tool manages them, and the baseline does not change them.",
        "managed",
    )
    recording: Recording = tiered(
        "How often changes are recorded, unless a list below says otherwise. Billed per configuration item.",
        "CONTINUOUS",
        stronger="later",
        ladder=("DAILY", "CONTINUOUS"),
        control="config-recording",
    )
    daily_types: list[ResourceType] = tiered(
        "Resource types to record once a day, even if `recording` is CONTINUOUS.",
        [],
        stronger="subset",
        control="config-recording",
    )
    continuous_types: list[ResourceType] = tiered(
        "Resource types to record at each change, even if `recording` is DAILY.", []
    )
    exclude_types: list[ResourceType] = tiered(
        "Resource types to exclude from recording.", [], stronger="subset", control="config-recorder"
    )
    snapshot_frequency: SnapshotFrequency = tiered(
        "How often a configuration snapshot is delivered to the log archive.", "TwentyFour_Hours"
    )
    aggregator: bool = tiered(
        "One view of every account and Region in the security account, with stored queries.",
        True,
        stronger="true",
        control="config-aggregator",
    )
    rules: bool = tiered(
        "The baseline's managed rules as conformance packs; higher tiers have more rules. Billed per evaluation.",
        True,
        stronger="true",
        control="config-rules",
    )
    exclude_rules: list[str] = tiered(
        "Names of the baseline's rules to exclude.",
        [],
        stronger="subset",
        control="config-rules",
        examples=[["instance-profiles"]],
    )
    exclude_accounts: list[AccountId] = tiered(
        "Ids of accounts of the organization without a recorder of this baseline, because the profile does not list "
        "them: closed, invited, or managed by others. A conformance pack of the organization fails in such an account.",
        [],
        stronger="subset",
        control="config-rules",
        examples=[["666666666666"]],
    )
    rule_parameters: dict[str, dict[str, ParameterValue]] = tiered(
        "Rule → parameter → value, as text; replaces the baseline's value.",
        {},
        examples=[{"access-keys-rotated": {"maxAccessKeyAge": "60"}}],
    )
    overrides: list[RecorderOverride] = tiered(
        "Different recording settings for some places, such as daily recording in a sandbox, or no recording.",
        [],
        examples=[[{"name": "sandbox", "to": ["Sandbox"], "recording": "DAILY", "reason": "Nothing there lasts."}]],
    )


@frozen
class RoleContext:
    """Context of `config_role`. In China, the service principal of a caller may use the partition's own domain."""

    prefix: str
    china: bool
    home_region: str
    log_archive_account: Reference
    bucket_name: Reference


@frozen
class RecorderContext:
    """Context of `config_recorder`. `global_region` is '' if no governed Region can record IAM resources."""

    prefix: str
    bucket_name: Reference
    global_region: str
    excluded_types: tuple[str, ...]
    excluded_types_elsewhere: tuple[str, ...]
    recording: str
    override: str
    override_types: tuple[str, ...]
    snapshot_frequency: str


@frozen
class AggregatorContext:
    """Context of `config_aggregator`."""

    prefix: str
    standalone: bool
    regions: tuple[str, ...]
    management_account: Reference


@frozen
class PackContext:
    """Context of `config_packs`: one pack. `excluded_accounts` are names of parameters, each an id or a list of ids."""

    organization: bool
    pack_name: str
    substituted: bool
    rules: tuple[ManagedRule, ...]
    excluded_accounts: tuple[str, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("config", ConfigSettings)
    return (
        *((_role(landscape), _recorder(landscape, settings)) if settings.recorder == "managed" else ()),
        *((_aggregator(landscape, settings),) if settings.aggregator else ()),
        *(_packs(landscape, settings) if settings.rules else ()),
    )


def manages_recorder(landscape: Landscape) -> bool:
    """Whether this baseline creates the recorders that Config rules need."""
    return landscape.is_on("config") and landscape.settings("config", ConfigSettings).recorder == "managed"


def with_a_recorder(landscape: Landscape, target: Target) -> Target:
    """The target without places in which the recorder is off: AWS Config accepts no rule there."""
    if not manages_recorder(landscape):
        return target
    return where_recorded(target, landscape.settings("config", ConfigSettings).overrides)


def _bucket_name(landscape: Landscape) -> Reference:
    return bucket_name(landscape, "config", landscape.account_reference("log_archive"))


def _role(landscape: Landscape) -> StackSpec:
    return StackSpec(
        name="config-role",
        template="detect/config/role",
        description="Role of the Config recorders: reads the account, delivers to the log archive.",
        target=every_account(Regions.HOME),
        context=RoleContext(
            prefix=landscape.prefix,
            china=landscape.partition == "aws-cn",
            home_region=landscape.home_region,
            log_archive_account=landscape.account_reference("log_archive"),
            bucket_name=_bucket_name(landscape),
        ),
        parameters=organization_only(landscape, "LogArchiveAccountId"),
    )


def _recorder(landscape: Landscape, settings: ConfigSettings) -> StackSpec:
    excluded = tuple(dict.fromkeys(settings.exclude_types))
    daily = settings.recording == "DAILY"
    return StackSpec(
        name="config-recorder",
        template="detect/config/recorder",
        description="Config recorder and its delivery to the log archive, in every account and governed Region.",
        target=every_account(Regions.GOVERNED),
        context=RecorderContext(
            prefix=landscape.prefix,
            bucket_name=_bucket_name(landscape),
            global_region=global_region(landscape),
            excluded_types=excluded,
            excluded_types_elsewhere=tuple(dict.fromkeys((*excluded, *GLOBAL_IAM_TYPES))),
            recording=settings.recording,
            override="CONTINUOUS" if daily else "DAILY",
            override_types=tuple(dict.fromkeys(settings.continuous_types if daily else settings.daily_types)),
            snapshot_frequency=settings.snapshot_frequency,
        ),
        parameters=organization_only(landscape, "LogArchiveAccountId"),
        depends_on=("config-role", "kms-log-archive", "log-archive"),
        varies=True,
    )


def deployed_rules(landscape: Landscape) -> tuple[ManagedRule, ...]:
    """The rules that this capability deploys to every account; none if it is off."""
    settings = landscape.settings("config", ConfigSettings) if landscape.is_on("config") else None
    return _chosen_rules(landscape, settings) if settings and settings.rules else ()


def needs_recorder(settings: ConfigSettings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The dependencies and prerequisites of a stack that needs the recorders."""
    return (("config-recorder",), ()) if settings.recorder == "managed" else ((), (_RECORDER_EXISTS,))


def _aggregator(landscape: Landscape, settings: ConfigSettings) -> StackSpec:
    depends_on, prerequisites = needs_recorder(settings)
    return StackSpec(
        name="config-aggregator",
        template="detect/config/aggregator",
        description="Config aggregator and stored queries of the security team.",
        target=one_account(landscape.role("config")),
        context=AggregatorContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            regions=landscape.regions,
            management_account=landscape.account_reference("management"),
        ),
        parameters=organization_only(landscape, "ManagementAccountId"),
        depends_on=depends_on,
        prerequisites=(*prerequisites, *trusted_by_hand(landscape, "config.amazonaws.com", "Config aggregators")),
    )


def _chosen_rules(landscape: Landscape, settings: ConfigSettings) -> tuple[ManagedRule, ...]:
    return tuple(
        _adjusted(rule, {**_own_values(landscape, rule.name), **settings.rule_parameters.get(rule.name, {})})
        for rule in rules_of_tier(landscape.tier, landscape.release)
        if rule.name not in settings.exclude_rules
    )


def _adjusted(rule: ManagedRule, values: Mapping[str, str | None]) -> ManagedRule:
    """The rule with changed parameters, without those that are None; CloudFormation fills in the partition of ARNs."""
    arns = {name: Reference(portable_text(value)) for name, value in values.items() if value and _ARNS.fullmatch(value)}
    return replace(
        rule,
        parameters={
            name: value
            for name, value in {**rule.parameters, **values}.items()
            if name not in arns and value is not None
        },
        references={**{name: value for name, value in rule.references.items() if name not in values}, **arns},
    )


_ARNS = re.compile(r"arn:aws(-cn|-us-gov)?:[A-Za-z0-9:/._+=@,*-]*[A-Za-z0-9*]")
"""An ARN, or several with commas between them."""


def _own_values(landscape: Landscape, rule: str) -> Mapping[str, str | None]:
    """Parameters of a rule whose expected values this baseline sets itself; None for one that it leaves out.

    AWS Config does not compare a parameter that is left out: Security Hub's IAM.11 to IAM.15 are this rule with one
    parameter each (docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html).
    """
    if rule != "iam-password-policy" or not landscape.is_on("account_settings"):
        return {}
    account = landscape.settings("account_settings", AccountSettings)
    return {
        "MinimumPasswordLength": str(account.password_minimum_length),
        "PasswordReusePrevention": str(account.password_reuse_prevention),
        "MaxPasswordAge": str(account.password_max_age_days) if account.password_max_age_days else None,
    }


def _packs(landscape: Landscape, settings: ConfigSettings) -> tuple[StackSpec, ...]:
    """The packs; in an organization, each has a copy for the management account, which the original leaves out."""
    packs = build_packs(landscape, _chosen_rules(landscape, settings))
    own = [_pack(landscape, settings, pack, managements=landscape.standalone) for pack in packs]
    if not landscape.standalone:
        own.extend(_pack(landscape, settings, pack, managements=True) for pack in packs)
    return tuple(own)


def _pack(landscape: Landscape, settings: ConfigSettings, pack: Pack[ManagedRule], *, managements: bool) -> StackSpec:
    depends_on, prerequisites = needs_recorder(settings)
    organization = not managements
    part = "management" if managements and not landscape.standalone else ""
    kind = "of every member account" if organization else "of the management account" if part else "of the account"
    unrecorded = unrecorded_accounts(landscape, settings.overrides)
    excluded = excluded_accounts(landscape, settings.exclude_accounts, unrecorded) if organization else ()
    trusted = trusted_by_hand(landscape, "config-multiaccountsetup.amazonaws.com", "Organization conformance packs")
    return StackSpec(
        name="-".join(filter(None, ("config-packs", part, pack.suffix))),
        template="detect/config/packs",
        description=f"Conformance pack {kind}: {len(pack.rules)} managed rules.",
        target=Target(
            accounts=("management" if managements else landscape.role("config"),),
            regions=Regions.GOVERNED,
            only=pack.regions,
        ),
        context=PackContext(
            organization=organization,
            pack_name="-".join(filter(None, (landscape.prefix, "baseline", pack.suffix))),
            substituted=any(rule.references for rule in pack.rules),
            rules=pack.rules,
            excluded_accounts=tuple(parameter.name for parameter in excluded),
        ),
        parameters=excluded,
        depends_on=depends_on,
        prerequisites=(*prerequisites, *(trusted if organization else ())),
    )


CAPABILITY = Capability(
    name="config",
    title="AWS Config",
    summary="A recorder in every account and Region, one aggregator with stored queries, rules as conformance packs.",
    settings=ConfigSettings,
    stacks=_stacks,
    requires=("kms", "log_archive"),
    trusted_access=_SERVICES,
    delegated_administration=_SERVICES,
    has_role=True,
    problems=lambda landscape: tuple(config_problems(landscape, landscape.settings("config", ConfigSettings))),
    weakened=lambda landscape: tuple(weaker_parameters(landscape, landscape.settings("config", ConfigSettings))),
)
