"""Customer managed keys, one per purpose and account, each usable only by the services that need it."""

from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import StringConstraints

from baseline.capabilities.capability import (
    Capability,
    Regions,
    StackSpec,
    every_account,
    member_accounts,
    named_accounts,
    one_account,
)
from baseline.capabilities.cost_alerts import CostPublisher, cost_publishers
from baseline.capabilities.findings_delivery import exports_findings, guardduty_principals
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.macie_results import (
    exports_results,
    macie_account,
    macie_account_parameters,
    macie_principals,
)
from baseline.capabilities.member_functions import member_functions
from baseline.capabilities.parameters import ParameterDeclaration, distinct, organization_only
from baseline.capabilities.response_records import keeps_records, recorder_name
from baseline.capabilities.settings import Settings, tiered
from baseline.findings import Problem
from baseline.frozen import frozen

EBS_KEY_STACK = "kms-ebs"
LOG_ARCHIVE_KEY = "LogArchiveKeyArn"
"""Parameter with the ARN of the log archive's key; the key's stack has it as an output."""

RolePattern = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._+=@*-]{0,255}$")]

_ADMINISTRATORS = [
    "aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*Administrator*",
    "stacksets-exec-*",
    "AWSControlTowerExecution",
    "OrganizationAccountAccessRole",
    "Administrator",
]


_STACK_SETS_ROLE = "stacksets-exec-0123456789abcdef0123456789abcdef"
"""A name like that of the role that service-managed StackSets use in each member account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html
"""


class KmsSettings(Settings):
    """Settings of `kms`."""

    key_administrators: list[RolePattern] = tiered(
        "Paths and names of the IAM roles that may administer the keys (change the policy, disable, delete); `*` "
        "stands for any text. The account's root user always may. The deployer of the stacks must be among them.",
        _ADMINISTRATORS,
        min_length=1,
        examples=[["stacksets-exec-*", "Administrator"]],
    )
    rotation_period_days: int = tiered(
        "Days between automatic rotations of the key material (AWS KMS: 90 to 2,560).",
        365,
        regulated=180,
        stronger="lower",
        control="kms-key-rotation",
        ge=90,
        le=2560,
    )


@frozen
class KeyContext:
    """Context of `kms_logs`, and the fields that every key template has."""

    prefix: str
    administrators: tuple[str, ...]
    rotation_period_days: int


@frozen
class NotificationsKeyContext(KeyContext):
    """Context of `kms_notifications`. `publishers` publish cost alerts."""

    publishers: tuple[CostPublisher, ...]


@frozen
class EbsKeyContext(KeyContext):
    """Context of `kms_ebs`. In China, the service principal of a caller may use the partition's own domain."""

    china: bool


@frozen
class LogArchiveKeyContext(KeyContext):
    """Context of `kms_log_archive`.

    `management_account` owns the trail `trail_name` in `home_region`; `trail` says whether the trail exists.
    `described_by_management` says whether the management account must look up the key's ARN across accounts.
    """

    standalone: bool
    china: bool
    home_region: str
    trail: bool
    management_account: Reference
    trail_name: str
    described_by_management: bool
    guardduty_principals: tuple[str, ...]
    security_account: Reference
    macie_principals: tuple[str, ...]
    macie_account: Reference
    recorder: str


def trail_name(landscape: Landscape) -> str:
    """The trail's name; the key and the bucket accept only this trail."""
    return f"{landscape.prefix}-{'account' if landscape.standalone else 'organization'}-trail"


def log_archive_key_parameter(landscape: Landscape, arn: str | None) -> ParameterDeclaration:
    """The parameter with the ARN of the log archive's key, which other Regions and accounts cannot import.

    GuardDuty and Macie do not accept an alias; DescribeKey accepts an alias ARN of another account
    (docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html, KeyId).
    """
    region, account = landscape.home_region, landscape.account_reference("log_archive")
    alias = f"arn:{landscape.partition}:kms:{region}:{account}:alias/{landscape.prefix}-log-archive"
    return ParameterDeclaration(
        name=LOG_ARCHIVE_KEY,
        description="ARN of the key for the log archive's buckets, an output of the log archive's key stack.",
        pattern="^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
        value=lambda _: arn,
        how="the output LogArchiveKeyArn of the key stack in the log archive's account",
        key_alias="" if landscape.standalone else alias,
    )


def notification_accounts(landscape: Landscape) -> tuple[str, ...]:
    """The accounts with notification topics: the accounts of the alarms and of the security team."""
    return ("management",) if landscape.standalone else ("management", "security")


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    context = _key_context(landscape)
    specs = []
    if landscape.is_on("log_archive"):
        specs.append(_log_archive_key(landscape, context))
    if any(landscape.is_on(name) for name in ("cloudtrail", "organization", "account_settings", "guardduty")) or (
        member_functions(landscape)
    ):
        specs.append(_logs_key(landscape, context))
    if (landscape.is_on("account_settings") or member_functions(landscape)) and not landscape.standalone:
        specs.append(_account_logs_key(landscape, context))
    if landscape.is_on("notifications"):
        specs.append(_notifications_key(landscape, context))
    return tuple(specs)


def _key_context(landscape: Landscape) -> KeyContext:
    settings = landscape.settings("kms", KmsSettings)
    return KeyContext(
        prefix=landscape.prefix,
        administrators=tuple(settings.key_administrators),
        rotation_period_days=settings.rotation_period_days,
    )


def _log_archive_key(landscape: Landscape, common: KeyContext) -> StackSpec:
    return StackSpec(
        name="kms-log-archive",
        template="logs/kms/log_archive",
        description="Customer managed key for the log archive's buckets.",
        target=one_account(landscape.role("log_archive")),
        context=LogArchiveKeyContext(
            **vars(common),
            standalone=landscape.standalone,
            china=landscape.partition == "aws-cn",
            home_region=landscape.home_region,
            trail=landscape.is_on("cloudtrail"),
            management_account=landscape.account_reference("management"),
            trail_name=trail_name(landscape),
            described_by_management=not landscape.standalone
            and (landscape.is_on("cloudtrail") or exports_findings(landscape) or exports_results(landscape)),
            guardduty_principals=guardduty_principals(landscape),
            security_account=landscape.account_reference("security"),
            macie_principals=macie_principals(landscape),
            macie_account=macie_account(landscape),
            recorder=recorder_name(landscape) if keeps_records(landscape) else "",
        ),
        parameters=distinct(
            *organization_only(landscape, "OrganizationId", "ManagementAccountId"),
            *(
                organization_only(landscape, "SecurityAccountId")
                if exports_findings(landscape) or keeps_records(landscape)
                else ()
            ),
            *(macie_account_parameters(landscape) if exports_results(landscape) else ()),
        ),
        provides=(LOG_ARCHIVE_KEY,) if landscape.standalone else (),
    )


def _logs_key(landscape: Landscape, common: KeyContext) -> StackSpec:
    return StackSpec(
        name="kms-logs",
        template="logs/kms/logs",
        description="Customer managed key for CloudWatch log groups.",
        target=one_account("management"),
        context=common,
        # The functions that open the organization and its Regions log under it.
        foundation=landscape.is_on("organization") or landscape.is_on("account_settings"),
    )


def _account_logs_key(landscape: Landscape, common: KeyContext) -> StackSpec:
    foundation = bool(landscape.opt_in_regions)
    return StackSpec(
        name="kms-logs-accounts",
        template="logs/kms/logs",
        description="Customer managed key for CloudWatch log groups.",
        target=member_accounts(),
        context=common,
        depends_on=("organization-settings",) if foundation and landscape.is_on("organization") else (),
        foundation=foundation,
    )


def ebs_key_stack(landscape: Landscape) -> StackSpec:
    """The stack with the default keys for new EBS volumes."""
    return StackSpec(
        name=EBS_KEY_STACK,
        template="logs/kms/ebs",
        description="Customer managed key for EBS volumes and snapshots.",
        target=every_account(Regions.GOVERNED),
        context=EbsKeyContext(**vars(_key_context(landscape)), china=landscape.partition == "aws-cn"),
    )


def _notifications_key(landscape: Landscape, common: KeyContext) -> StackSpec:
    return StackSpec(
        name="kms-notifications",
        template="logs/kms/notifications",
        description="Customer managed key for notification topics.",
        target=named_accounts(notification_accounts(landscape), Regions.ALERT),
        context=NotificationsKeyContext(**vars(common), publishers=cost_publishers(landscape)),
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    administrators = landscape.settings("kms", KmsSettings).key_administrators
    if landscape.standalone or any(fnmatchcase(_STACK_SETS_ROLE, pattern) for pattern in administrators):
        return ()
    return (
        Problem(
            path=("key_administrators",),
            message="no pattern matches stacksets-exec-…: service-managed StackSets deploy the keys of member "
            "accounts, "
            "and their role could not change or delete them",
            fix="add stacksets-exec-*",
        ),
    )


CAPABILITY = Capability(
    name="kms",
    title="AWS KMS keys",
    summary="Customer managed keys by purpose and account, rotated, retained, and usable only by the services named.",
    same_everywhere="Each key has one policy and one period of rotation, for services in every account.",
    settings=KmsSettings,
    stacks=_stacks,
    problems=_problems,
)
