"""One organization trail: all accounts and Regions, validated, encrypted and monitored."""

from typing import Literal

from baseline.capabilities.capability import Capability, StackSpec, one_account
from baseline.capabilities.control_tower import LOG_GROUP as CONTROL_TOWER_LOG_GROUP
from baseline.capabilities.custom_setting import linked_role
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.logs.kms.kms import trail_name
from baseline.capabilities.logs.log_archive.log_archive import bucket_name
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.settings import Settings, tiered
from baseline.findings import Problem
from baseline.frozen import frozen

DataEvents = Literal["none", "write", "all"]
Insight = Literal["ApiCallRateInsight", "ApiErrorRateInsight"]

LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
"""Retention periods that CloudWatch Logs accepts (PutRetentionPolicy, API reference)."""

_TRUSTED_ACCESS = (
    "CloudTrail has trusted access in the organization: "
    "`aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com`."
)


class CloudTrailSettings(Settings):
    """Settings of `cloudtrail`."""

    log_retention_days: int = tiered(
        f"Days that the trail's CloudWatch log group keeps events; one of {', '.join(map(str, LOG_RETENTION_DAYS))}.",
        365,
        regulated=731,
        stronger="higher",
        control="cloudtrail-log-group-retention",
        ge=1,
        le=3653,
    )
    s3_data_events: DataEvents = tiered(
        "Which S3 object-level events the trail records. Billed per event.",
        starter="none",
        standard="write",
        regulated="all",
        stronger="later",
        ladder=("none", "write", "all"),
        control="cloudtrail-s3-data-events",
    )
    lambda_data_events: bool = tiered(
        "Whether the trail records every Lambda invocation. Billed per event.",
        False,
        regulated=True,
        stronger="true",
        control="cloudtrail-lambda-data-events",
    )
    insights: list[Insight] = tiered(
        "CloudTrail Insights: unusual rates of write calls and of errors. Billed per analyzed event.",
        ["ApiCallRateInsight", "ApiErrorRateInsight"],
        starter=[],
        stronger="superset",
        control="cloudtrail-insights",
    )


@frozen
class CloudTrailContext:
    """Context of `cloudtrail`."""

    prefix: str
    standalone: bool
    home_region: str
    log_archive_account: Reference
    bucket_name: Reference
    trail_name: str
    log_group_name: str
    log_retention_days: int
    s3_data_events: bool
    s3_write_events_only: bool
    lambda_data_events: bool
    insights: tuple[Insight, ...]


def log_group_name(landscape: Landscape) -> str:
    """The log group of the organization trail, this capability's or Control Tower's; "" without one."""
    if landscape.is_on("cloudtrail"):
        return f"/{landscape.prefix}/cloudtrail"
    return CONTROL_TOWER_LOG_GROUP if landscape.leaves("centralized_logging") else ""


def records_object_writes(landscape: Landscape) -> bool:
    """Whether the trail is known to record writes and deletions of objects; an adopted trail gets these selectors too.

    The trail of Control Tower is not the baseline's, and trails record no data events by default
    (docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html).
    """
    return (
        landscape.is_on("cloudtrail") and landscape.settings("cloudtrail", CloudTrailSettings).s3_data_events != "none"
    )


def trail_stacks(landscape: Landscape) -> tuple[str, ...]:
    """The stack that creates this log group, for `depends_on`."""
    return ("cloudtrail",) if landscape.is_on("cloudtrail") else ()


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("cloudtrail", CloudTrailSettings)
    log_archive = landscape.account_reference("log_archive")
    kind = "Account" if landscape.standalone else "Organization"
    return (
        StackSpec(
            name="cloudtrail",
            template="logs/cloudtrail/cloudtrail",
            description=f"{kind} trail for every Region: validated, encrypted, and delivered to the log archive.",
            target=one_account("management"),
            context=CloudTrailContext(
                prefix=landscape.prefix,
                standalone=landscape.standalone,
                home_region=landscape.home_region,
                log_archive_account=log_archive,
                bucket_name=bucket_name(landscape, "cloudtrail", log_archive),
                trail_name=trail_name(landscape),
                log_group_name=log_group_name(landscape),
                log_retention_days=settings.log_retention_days,
                s3_data_events=settings.s3_data_events != "none",
                s3_write_events_only=settings.s3_data_events == "write",
                lambda_data_events=settings.lambda_data_events,
                insights=tuple(settings.insights),
            ),
            parameters=organization_only(landscape, "OrganizationId", "LogArchiveAccountId"),
            depends_on=("kms-logs", "kms-log-archive", "log-archive"),
            prerequisites=() if landscape.standalone or landscape.is_on("organization") else (_TRUSTED_ACCESS,),
        ),
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    days = landscape.settings("cloudtrail", CloudTrailSettings).log_retention_days
    if days in LOG_RETENTION_DAYS:
        return ()
    longer = next(choice for choice in LOG_RETENTION_DAYS if choice > days)
    return (
        Problem(
            path=("log_retention_days",),
            message=f"CloudWatch Logs has no retention of {days} days: it supports "
            f"{', '.join(map(str, LOG_RETENTION_DAYS))}",
            fix=f"use {longer}, the next longer one",
        ),
    )


CAPABILITY = Capability(
    name="cloudtrail",
    title="AWS CloudTrail",
    summary="One trail for every account and Region, validated, encrypted, delivered to the log archive and watched.",
    same_everywhere="An organization trail records every account in the same way, and accounts cannot change it.",
    settings=CloudTrailSettings,
    stacks=_stacks,
    requires=("kms", "log_archive"),
    trusted_access=("cloudtrail.amazonaws.com",),
    # Creating the trail makes the role if the caller may create it; an execution role of CloudFormation often may not.
    management_settings=lambda _: (linked_role("cloudtrail.amazonaws.com"),),
    problems=_problems,
)
