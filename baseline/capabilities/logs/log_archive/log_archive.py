"""The buckets that keep every account's logs, immutable for the retention period of the profile."""

from typing import Literal

from pydantic import Field

from baseline.capabilities.capability import Capability, Regions, StackSpec, one_account
from baseline.capabilities.findings_delivery import exports_findings, guardduty_principals
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.logs.kms.kms import trail_name
from baseline.capabilities.macie_results import (
    exports_results,
    macie_account,
    macie_account_parameters,
    macie_principals,
)
from baseline.capabilities.parameters import distinct, organization_only
from baseline.capabilities.response_records import keeps_records, recorder_name, records_bucket
from baseline.capabilities.settings import Settings, tiered
from baseline.capabilities.web_acl_logs import archives_web_acl_logs, web_acl_bucket
from baseline.controls.framework import frameworks
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen

StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
ObjectLockMode = Literal["NONE", "GOVERNANCE", "COMPLIANCE"]

_INFREQUENT_ACCESS_MINIMUM_DAYS = 30
"""S3 rejects earlier transitions to STANDARD_IA or ONEZONE_IA (S3 user guide, lifecycle transition considerations)."""


class Transition(Section):
    """A move to a cheaper storage class."""

    days: int = Field(ge=1, le=36500, description="Days after the log was written.", examples=[90])
    storage_class: StorageClass = Field(description="Storage class to move to.", examples=["GLACIER_IR"])


class LogArchiveSettings(Settings):
    """Settings of `log_archive`."""

    retention_days: int = tiered(
        "Days until a log is deleted.",
        starter=365,
        standard=1095,
        regulated=2557,
        stronger="higher",
        control="log-archive-retention",
        ge=1,
        le=36500,
    )
    transitions: list[Transition] = tiered(
        "Transitions to cheaper storage classes, earliest first.",
        starter=[],
        standard=[{"days": 90, "storage_class": "GLACIER_IR"}],
        regulated=[
            {"days": 90, "storage_class": "GLACIER_IR"},
            {"days": 400, "storage_class": "DEEP_ARCHIVE"},
        ],
    )
    object_lock_mode: ObjectLockMode = tiered(
        "S3 Object Lock of the CloudTrail logs: GOVERNANCE can be lifted by roles with "
        "`s3:BypassGovernanceRetention`; COMPLIANCE by no one, not even the root user, until the days are over.",
        "GOVERNANCE",
        regulated="COMPLIANCE",
        stronger="later",
        ladder=("NONE", "GOVERNANCE", "COMPLIANCE"),
        control="log-archive-object-lock",
    )
    object_lock_days: int = tiered(
        "Days for which a CloudTrail log can be neither changed nor deleted.",
        starter=90,
        standard=365,
        regulated=2190,
        stronger="higher",
        control="log-archive-object-lock",
        ge=1,
        le=36500,
    )
    access_log_retention_days: int = tiered(
        "Days until the server access logs of the log buckets themselves are deleted.",
        365,
        regulated=2557,
        stronger="higher",
        control="log-archive-retention",
        ge=1,
        le=36500,
    )
    load_balancer_logs: bool = tiered(
        "A bucket per governed Region for load balancer access logs (they need one in their own Region).",
        True,
        starter=False,
        stronger="true",
        control="load-balancer-logs-bucket",
    )


@frozen
class LogBucket:
    """One encrypted bucket of the log archive.

    `delivery` names the file in `templates/log_archive/` with the statements that allow its producer to write.
    """

    logical_id: str
    delivery: str
    purpose: str
    name: Reference
    locked: bool


@frozen
class LogArchiveContext:
    """Context of `log_archive`."""

    prefix: str
    standalone: bool
    home_region: str
    trail_account: Reference
    trail_name: str
    buckets: tuple[LogBucket, ...]
    retention_days: int
    transitions: tuple[Transition, ...]
    object_lock_mode: str
    object_lock_days: int
    guardduty_principals: tuple[str, ...]
    security_account: Reference
    macie_principals: tuple[str, ...]
    macie_account: Reference
    recorder: str


@frozen
class AccessLogsContext:
    """Context of `log_archive_access_logs`."""

    prefix: str
    standalone: bool
    load_balancer_logs: bool
    retention_days: int
    transitions: tuple[Transition, ...]
    access_log_retention_days: int
    web_acl_logs: bool


_PURPOSES = {
    ("CloudTrailLogs", "cloudtrail"): "Keeps the CloudTrail log files and their digests.",
    ("ConfigLogs", "config"): "Keeps AWS Config configuration history and snapshots.",
    (
        "VendedLogs",
        "vended",
    ): "Keeps logs that AWS services deliver, such as VPC flow logs and Resolver query logs.",
    ("WebAclLogs", "waf"): "Keeps the logs of requests that web ACLs inspect.",
    ("GuardDutyFindings", "guardduty"): "Keeps GuardDuty findings, which GuardDuty itself deletes after 90 days.",
    ("MacieResults", "macie"): "Keeps Macie's results, which Macie itself deletes after 90 days.",
    (
        "ResponseRecords",
        "response",
    ): "Keeps records of what playbooks did, which Step Functions itself forgets after 90 days.",
}


def bucket_name(landscape: Landscape, purpose: str, account: str) -> Reference:
    """The name of a log bucket of the home Region, for use inside `Fn::Sub`; `account` is the log archive's id."""
    return Reference(f"{landscape.prefix}-{purpose}-logs-{account}-{landscape.home_region}")


def bucket_names(landscape: Landscape, region: str) -> tuple[Reference, ...]:
    """Names of the archive's buckets in a governed Region, for use inside `Fn::Sub` in any account."""
    settings = landscape.settings("log_archive", LogArchiveSettings)
    account, home = landscape.account_reference("log_archive"), region == landscape.home_region
    kinds = (
        *(["access"] if home or settings.load_balancer_logs else []),
        *(["load-balancer"] if settings.load_balancer_logs else []),
    )
    central = [item.delivery for item in _log_buckets(landscape, settings)] if home else []
    return (
        *(Reference(f"{landscape.prefix}-{kind}-logs-{account}-{region}") for kind in kinds),
        *(_name(landscape, kind, account) for kind in central),
    )


_LOCKABLE = frozenset({"cloudtrail"})
"""AWS Config does not deliver to a bucket with Object Lock (CloudFormation reference, AWS::Config::DeliveryChannel).

No AWS page says that vended logs can be delivered to such a bucket. Policies of these buckets deny deletion instead.
"""


def _log_buckets(landscape: Landscape, settings: LogArchiveSettings) -> tuple[LogBucket, ...]:
    return tuple(
        LogBucket(
            logical_id=logical_id,
            delivery=delivery,
            purpose=purpose,
            name=_name(landscape, delivery, THIS_ACCOUNT),
            locked=delivery in _LOCKABLE and settings.object_lock_mode != "NONE",
        )
        for (logical_id, delivery), purpose in _PURPOSES.items()
        if (delivery != "cloudtrail" or landscape.is_on("cloudtrail"))
        and (delivery != "guardduty" or exports_findings(landscape))
        and (delivery != "macie" or exports_results(landscape))
        and (delivery != "waf" or archives_web_acl_logs(landscape))
        and (delivery != "response" or keeps_records(landscape))
    )


def _name(landscape: Landscape, delivery: str, account: str) -> Reference:
    if delivery == "waf":
        return web_acl_bucket(landscape, account)
    if delivery == "response":
        return records_bucket(landscape, account)
    return bucket_name(landscape, delivery, account)


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    return (_access_logs(landscape), _buckets(landscape))


def _access_logs(landscape: Landscape) -> StackSpec:
    settings = landscape.settings("log_archive", LogArchiveSettings)
    return StackSpec(
        name="log-archive-access-logs",
        template="logs/log_archive/access_logs",
        description="Log archive: buckets for S3 server access logs and load balancer logs, one of each per Region.",
        target=one_account(
            landscape.role("log_archive"), Regions.GOVERNED if settings.load_balancer_logs else Regions.HOME
        ),
        context=AccessLogsContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            load_balancer_logs=settings.load_balancer_logs,
            retention_days=settings.retention_days,
            transitions=tuple(settings.transitions),
            access_log_retention_days=settings.access_log_retention_days,
            web_acl_logs=archives_web_acl_logs(landscape),
        ),
        parameters=organization_only(landscape, *(["OrganizationId"] if settings.load_balancer_logs else [])),
    )


def _buckets(landscape: Landscape) -> StackSpec:
    settings = landscape.settings("log_archive", LogArchiveSettings)
    return StackSpec(
        name="log-archive",
        template="logs/log_archive/log_archive",
        description="Log archive: encrypted and versioned buckets for the logs of AWS services.",
        target=one_account(landscape.role("log_archive")),
        context=LogArchiveContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            home_region=landscape.home_region,
            trail_account=landscape.account_reference("management"),
            trail_name=trail_name(landscape),
            buckets=_log_buckets(landscape, settings),
            retention_days=settings.retention_days,
            transitions=tuple(settings.transitions),
            object_lock_mode=settings.object_lock_mode,
            object_lock_days=settings.object_lock_days,
            guardduty_principals=guardduty_principals(landscape),
            security_account=landscape.account_reference("security"),
            macie_principals=macie_principals(landscape),
            macie_account=macie_account(landscape),
            recorder=recorder_name(landscape),
        ),
        parameters=distinct(
            *organization_only(landscape, "OrganizationId"),
            *(organization_only(landscape, "ManagementAccountId") if landscape.is_on("cloudtrail") else ()),
            *(
                organization_only(landscape, "SecurityAccountId")
                if exports_findings(landscape) or keeps_records(landscape)
                else ()
            ),
            *(macie_account_parameters(landscape) if exports_results(landscape) else ()),
        ),
        depends_on=("kms-log-archive", "log-archive-access-logs"),
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("log_archive", LogArchiveSettings)
    return (
        *_transition_problems(settings),
        *_lock_problems(settings),
        *_framework_problems(landscape, settings),
    )


_RETENTION = (("capabilities", "log_archive", "retention_days"),)
"""The setting that may conflict with the tier's locks and transitions if the profile sets nothing else."""


def _transition_problems(settings: LogArchiveSettings) -> list[Problem]:
    problems = []
    previous = 0
    for index, transition in enumerate(settings.transitions):
        place = ("transitions", index, "days")
        if transition.days >= settings.retention_days:
            problems.append(
                Problem(
                    path=place,
                    message=f"transition after {transition.days} days: the log is deleted after "
                    f"{settings.retention_days}",
                    fix="move it earlier, or raise retention_days",
                    fallback=_RETENTION,
                )
            )
        if transition.days <= previous:
            problems.append(
                Problem(
                    path=place,
                    message=f"the transition after {transition.days} days is not later than the one before "
                    f"it ({previous} days)",
                    fix="list the transitions earliest first",
                )
            )
        if transition.storage_class.endswith("_IA") and transition.days < _INFREQUENT_ACCESS_MINIMUM_DAYS:
            problems.append(
                Problem(
                    path=place,
                    message=f"{transition.storage_class} after {transition.days} days: S3 keeps an object in STANDARD "
                    f"for at least {_INFREQUENT_ACCESS_MINIMUM_DAYS}",
                    fix=f"use {_INFREQUENT_ACCESS_MINIMUM_DAYS} days or more, or GLACIER_IR",
                )
            )
        previous = transition.days
    return problems


def _lock_problems(settings: LogArchiveSettings) -> list[Problem]:
    if settings.object_lock_mode == "NONE" or settings.object_lock_days <= settings.retention_days:
        return []
    return [
        Problem(
            path=("object_lock_days",),
            message=f"locked for {settings.object_lock_days} days but deleted after {settings.retention_days}: "
            "S3 would keep, and bill, objects that the lifecycle rule cannot delete",
            fix="raise retention_days to at least object_lock_days",
            fallback=_RETENTION,
        )
    ]


def _framework_problems(landscape: Landscape, settings: LogArchiveSettings) -> list[Problem]:
    locked_days = 0 if settings.object_lock_mode == "NONE" else settings.object_lock_days
    asked = [frameworks()[name] for name in sorted(landscape.compliance)]
    return [
        Problem(
            path=("object_lock_days",),
            message=f"Object Lock for {locked_days} days is shorter than the {framework.minimum_log_retention_days} "
            f"that {framework.id} requires ({framework.retention_source})",
            fix=f"raise object_lock_days to {framework.minimum_log_retention_days}, or choose the tier regulated",
        )
        for framework in asked
        if framework.minimum_log_retention_days and locked_days < framework.minimum_log_retention_days
    ]


CAPABILITY = Capability(
    name="log_archive",
    title="Log archive",
    summary="Encrypted, versioned and locked buckets in an account of their own for every log the baseline produces.",
    same_everywhere="One account keeps the logs of all; retention is by bucket.",
    settings=LogArchiveSettings,
    stacks=_stacks,
    requires=("kms",),
    problems=_problems,
)
