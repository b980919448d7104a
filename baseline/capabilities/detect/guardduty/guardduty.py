"""GuardDuty in every account and Region, administered from one account."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.capability import ROOT, Capability, Regions, StackSpec, Target, one_account, target_places
from baseline.capabilities.custom_setting import CustomSetting, linked_role
from baseline.capabilities.custom_settings import function_stack
from baseline.capabilities.delegation import linked_role_by_hand
from baseline.capabilities.detect.guardduty.lists import ListResource, list_resources, list_stacks
from baseline.capabilities.detect.guardduty.plans import RegionPlans, detector_plans, missing_plans
from baseline.capabilities.detect.guardduty.policies import (
    PlacePolicy,
    organization_policy,
    place_parameters,
    place_policies,
)
from baseline.capabilities.detect.guardduty.problems import (
    guardduty_problems,
    missing_policy_type,
    unexported_findings,
    unwatched_runtimes,
)
from baseline.capabilities.detect.guardduty.settings import GuardDutySettings, MalwarePlan, Suppression
from baseline.capabilities.expiry import end_of
from baseline.capabilities.findings_delivery import exporting_regions, exports_findings
from baseline.capabilities.function_permissions import LISTS_FUNCTION
from baseline.capabilities.landscape import Landscape, Reference, portable
from baseline.capabilities.logs.kms.kms import log_archive_key_parameter
from baseline.capabilities.logs.log_archive.log_archive import bucket_name
from baseline.capabilities.member_functions import stores_lists
from baseline.capabilities.parameters import PARAMETERS, distinct, logical_names, organization_only
from baseline.capabilities.policy_type import GUARDDUTY_POLICY, policy_type_setting
from baseline.frozen import frozen

_ADMINISTRATOR = "guardduty-administrator"

_NOT_IN_DESCRIPTIONS = re.compile(r"[^A-Za-z0-9\s.:_(){}\[\]/-]", re.ASCII)
"""Characters that filter descriptions may not contain (API reference, CreateFilter), such as comma and apostrophe."""


@frozen
class Existing:
    """An existing detector."""

    region: str
    detector: str


@frozen
class SuppressionRule:
    """A suppression rule in CloudFormation's format.

    Attributes:
        logical_id: Logical id of its resource.
        name: Name of the filter.
        reason: The reason in the profile.
        description: The reason, limited to characters that GuardDuty accepts.
        rank: Its rank among the rules, from 1.
        criterion: Field → comparison → values.
    """

    logical_id: str
    name: str
    reason: str
    description: str
    rank: int
    criterion: Mapping[str, Mapping[str, Any]]


@frozen
class GuardDutyContext:
    """Context of `guardduty`: the administrator's detector, with filters, lists and exports.

    `features` are set in standalone mode; in an organization the policy sets them. `lacking` are the governed Regions
    that do not support all of these features. `existing` maps every governed Region to a detector's id, or "" if one is
    created; empty if all are created.
    """

    prefix: str
    features: tuple[Mapping[str, Any], ...]
    lacking: tuple[RegionPlans, ...]
    finding_frequency: str
    existing: tuple[Existing, ...]
    lists: tuple[ListResource, ...]
    suppressions: tuple[SuppressionRule, ...]


@frozen
class AdministratorContext:
    """Context of `guardduty_administrator`. `content` is the organization policy, `places` the overrides' policies.

    `policy` tells whether the stack has these policies, `plans` whether it enables more than foundational detection.
    """

    prefix: str
    function: str
    settings: tuple[CustomSetting, ...]
    revert: bool
    policy: bool
    plans: bool
    content: Mapping[str, Any]
    places: tuple[PlacePolicy, ...]


@frozen
class ExportContext:
    """Context of `guardduty_export`."""

    prefix: str
    bucket_name: Reference


@frozen
class BucketPlan:
    """A bucket, its name in logical ids, and its own key if it has one."""

    name: str
    entry: MalwarePlan
    key: Reference | None


@frozen
class MalwareContext:
    """Context of `guardduty_malware`: plans of one account and Region."""

    china: bool
    plans: tuple[BucketPlan, ...]


@frozen
class BackupScannerContext:
    """Context of `backup_scanner`. `whole` is true if every account has the role."""

    prefix: str
    whole: bool


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("guardduty", GuardDutySettings)
    return (
        *list_stacks(landscape, settings),
        _detector(landscape, settings),
        *(() if landscape.standalone else _administration(landscape, settings)),
        *_export(landscape, settings),
        *_malware(settings),
        *_backup_scanner(landscape, settings),
    )


def _detector(landscape: Landscape, settings: GuardDutySettings) -> StackSpec:
    existing = settings.existing_detectors
    suppressions = logical_names(item.name for item in settings.suppressions)
    features, lacking = detector_plans(landscape, settings) if landscape.standalone else ((), ())
    return StackSpec(
        name="guardduty",
        template="detect/guardduty/guardduty",
        description="GuardDuty detector of the administrator account, with its lists and suppression rules.",
        target=one_account(landscape.role("security"), Regions.GOVERNED),
        context=GuardDutyContext(
            prefix=landscape.prefix,
            features=features,
            lacking=lacking,
            finding_frequency=settings.finding_frequency,
            existing=tuple(Existing(region=r, detector=existing.get(r, "")) for r in landscape.regions)
            if existing
            else (),
            lists=list_resources(landscape, settings),
            suppressions=tuple(
                _suppression(item, f"Suppression{suppressions[item.name]}", rank)
                for rank, item in enumerate(settings.suppressions, start=1)
            ),
        ),
        parameters=organization_only(landscape, "LogArchiveAccountId") if stores_lists(landscape) else (),
        depends_on=(LISTS_FUNCTION,) if stores_lists(landscape) else (),
    )


def _suppression(item: Suppression, logical_id: str, rank: int) -> SuppressionRule:
    names = {
        "equals": "Equals",
        "not_equals": "NotEquals",
        "at_least": "GreaterThanOrEqual",
        "at_most": "LessThanOrEqual",
    }
    ends = {"updatedAt": {"LessThanOrEqual": int(end_of(item.expires).timestamp()) * 1000}} if item.expires else {}
    return SuppressionRule(
        logical_id=logical_id,
        name=item.name,
        reason=item.reason,
        description=_NOT_IN_DESCRIPTIONS.sub(" ", item.reason),
        rank=rank,
        criterion={
            criterion.field: {
                names[key]: portable(getattr(criterion, key))
                for key in names
                if getattr(criterion, key) not in (None, [])
            }
            for criterion in item.criteria
        }
        | ends,
    )


def _administration(landscape: Landscape, settings: GuardDutySettings) -> tuple[StackSpec, ...]:
    """The stack that makes the security account the administrator, after its detector, as AWS would create another one.

    The policy type is enabled directly before its policy. From then on GuardDuty ignores the Regional settings that
    enable it in new accounts (GuardDuty user guide, considerations for organization policies). If it is unknown whether
    the partition has the type, the policy is in a separate stack that is deployed last.
    """
    known = presence(GUARDDUTY_POLICY, landscape.partition)
    administrator = CustomSetting(
        logical_id="Administrator",
        setting=_ADMINISTRATOR,
        purpose="Lets the security account administer GuardDuty for every account.",
        arguments={"AccountId": PARAMETERS["SecurityAccountId"].reference},
        regions=landscape.regions,
        control=_ADMINISTRATOR,
    )
    if known is Presence.ABSENT:
        return _administrator_stacks(landscape, settings, (administrator,))
    if known is Presence.PRESENT:
        type_ = policy_type_setting(GUARDDUTY_POLICY, depends_on=(administrator.logical_id,))
        return _administrator_stacks(landscape, settings, (administrator, type_))
    function, policy = _administrator_stacks(
        landscape, settings, (policy_type_setting(GUARDDUTY_POLICY, optional=True),), name="guardduty-policy"
    )
    return (
        *_administrator_stacks(landscape, settings, (administrator,)),
        function,
        replace(policy, depends_on=(*policy.depends_on, _ADMINISTRATOR), uncertain=True),
    )


def _administrator_stacks(
    landscape: Landscape, settings: GuardDutySettings, made: tuple[CustomSetting, ...], name: str = _ADMINISTRATOR
) -> tuple[StackSpec, StackSpec]:
    """A function, and the stack of the same name with the settings, and the policy if its type is one of them."""
    named, policy = (any(item.setting == kind for item in made) for kind in (_ADMINISTRATOR, "policy-type"))
    parts = [
        *(["GuardDuty's delegated administrator"] if named else []),
        *(["the policy that turns GuardDuty on in every account"] if policy else []),
    ]
    text = ", and ".join(parts)
    function = function_stack(
        landscape,
        name=name,
        description="Function that registers GuardDuty's delegated administrator."
        if named
        else "The function that enables GuardDuty policies.",
        target=one_account("management"),
        settings=made,
        revert=settings.revert,
        depends_on=("kms-logs", "guardduty"),
    )
    stack = StackSpec(
        name=name,
        template="detect/guardduty/administrator",
        description=f"{text[0].upper()}{text[1:]}.",
        target=one_account("management"),
        context=AdministratorContext(
            prefix=landscape.prefix,
            function=name,
            settings=made,
            revert=settings.revert,
            policy=policy,
            plans=bool(settings.features),
            content=organization_policy(settings),
            places=place_policies(landscape, settings) if policy else (),
        ),
        parameters=distinct(
            *(("OrganizationRootId",) if policy else ()),
            *(("SecurityAccountId",) if named else ()),
            *(place_parameters(landscape, settings) if policy else ()),
        ),
        depends_on=(function.name,),
        prerequisites=linked_role_by_hand(landscape, "guardduty.amazonaws.com") if named else (),
    )
    return function, stack


def _export(landscape: Landscape, settings: GuardDutySettings) -> Iterator[StackSpec]:
    if not (exports_findings(landscape) and landscape.is_on("log_archive")):
        return
    account = landscape.account_reference("log_archive")
    yield StackSpec(
        name="guardduty-export",
        template="detect/guardduty/export",
        description="Export of GuardDuty findings to the log archive.",
        target=Target(
            accounts=(landscape.role("security"),), regions=Regions.GOVERNED, only=exporting_regions(landscape)
        ),
        context=ExportContext(prefix=landscape.prefix, bucket_name=bucket_name(landscape, "guardduty", account)),
        parameters=(
            *organization_only(landscape, "LogArchiveAccountId"),
            log_archive_key_parameter(landscape, settings.export_key_arn),
        ),
        depends_on=("guardduty", "kms-log-archive", "log-archive"),
    )


def _malware(settings: GuardDutySettings) -> Iterator[StackSpec]:
    places = dict.fromkeys((item.account, item.region) for item in settings.malware_protection)
    for account, region in places:
        here = [plan for plan in settings.malware_protection if (plan.account, plan.region) == (account, region)]
        names = logical_names(plan.bucket for plan in here)
        yield StackSpec(
            name=f"guardduty-malware-{account.replace('_', '-')}-{region}",
            template="detect/guardduty/malware",
            description=f"Malware Protection for S3 in {account}.",
            target=Target(accounts=(account,), regions=Regions.GOVERNED, only=(region,)),
            context=MalwareContext(
                china=region.startswith("cn-"),
                plans=tuple(
                    BucketPlan(
                        name=names[plan.bucket], entry=plan, key=portable(plan.key_arn) if plan.key_arn else None
                    )
                    for plan in here
                ),
            ),
        )


def _backup_scanner(landscape: Landscape, settings: GuardDutySettings) -> Iterator[StackSpec]:
    if not settings.backup_scanner_in:
        return
    yield StackSpec(
        name="guardduty-backup-scanner",
        template="detect/guardduty/backup_scanner",
        description="Role that GuardDuty uses to scan recovery points of AWS Backup for malware.",
        target=Target(accounts=(), regions=Regions.HOME, places=target_places(settings.backup_scanner_in)),
        context=BackupScannerContext(prefix=landscape.prefix, whole=ROOT in settings.backup_scanner_in),
    )


CAPABILITY = Capability(
    name="guardduty",
    title="Amazon GuardDuty",
    summary="Threat detection in every account and Region by organization policy, seen from the security account.",
    settings=GuardDutySettings,
    stacks=_stacks,
    requires=("kms",),
    problems=lambda landscape: tuple(guardduty_problems(landscape, landscape.settings("guardduty", GuardDutySettings))),
    weakened=lambda landscape: tuple(unwatched_runtimes(landscape.settings("guardduty", GuardDutySettings))),
    unsupported=lambda landscape: (
        *missing_plans(landscape, landscape.settings("guardduty", GuardDutySettings)),
        *missing_policy_type(landscape),
        *unexported_findings(landscape),
    ),
    # Without it the policy leaves the management account out, and nothing says so (GuardDuty user guide,
    # guardduty-organization-policies-considerations).
    management_settings=lambda _: (linked_role("guardduty.amazonaws.com"),),
)
