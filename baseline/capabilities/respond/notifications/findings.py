"""Findings of single services that notify directly, without Security Hub."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baseline.aws.partitions import CONSOLES
from baseline.capabilities.capability import Regions, StackSpec, every_account, one_account
from baseline.capabilities.event_forwarding import forwarding_stack, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.respond.notifications.compliance import compliance_events, notifies_of_every_rule
from baseline.capabilities.respond.notifications.settings import (
    SEVERITIES,
    AlertSeverity,
    FindingSource,
    NotificationsSettings,
    UserFindingSource,
)
from baseline.frozen import frozen


@frozen
class _Source:
    """A service whose findings become messages.

    Messages contain only texts that AWS writes (types, ids, ARNs): titles are texts of other people, and a quotation
    mark in one would make the message invalid, and EventBridge would drop it.

    Attributes:
        title: The service's name.
        service: Its service principal, which identifies the administrator's account; "" for events of every account.
        product: Its product name in Security Hub; "" for a service that sends no findings there.
        stack: Name of the stack that forwards.
        pattern: Source and detail type of the events.
        grades: Severity of the topic → pattern of the events' details.
        paths: Name in the message → JSON path.
        message: The message, `{console}` being the domain of the AWS console.
    """

    title: str
    service: str
    product: str
    stack: str
    pattern: Mapping[str, Any]
    grades: Mapping[AlertSeverity, Mapping[str, Any]]
    paths: Mapping[str, str]
    message: str


def _between(low: float, below: float) -> Sequence[Mapping[str, Any]]:
    return [{"numeric": [">=", low, "<", below]}]


_SOURCES: Mapping[FindingSource, _Source] = {
    # docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html, guardduty_findings-severity.html
    "guardduty": _Source(
        title="Amazon GuardDuty",
        service="guardduty.amazonaws.com",
        product="GuardDuty",
        stack="guardduty-events",
        pattern={"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]},
        grades={
            "critical": {"severity": [{"numeric": [">=", 9]}]},
            "high": {"severity": _between(7, 9)},
            "medium": {"severity": _between(4, 7)},
        },
        paths={
            "account": "$.detail.accountId",
            "id": "$.detail.id",
            "region": "$.detail.region",
            "severity": "$.detail.severity",
            "type": "$.detail.type",
        },
        message="GuardDuty detected a threat in account <account>, <region>: <type>, severity <severity>. An intruder "
        "may use the account or its resources. Review the finding, contain the resource, follow your incident plan: "
        "https://{console}/guardduty/home?region=<region>#/findings?search=id%3D<id>",
    ),
    # docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html; the administrator has all members' events:
    # docs.aws.amazon.com/inspector/latest/user/findings-managing-automating-responses.html
    "inspector": _Source(
        title="Amazon Inspector",
        service="inspector2.amazonaws.com",
        product="Inspector",
        stack="inspector-events",
        pattern={"source": ["aws.inspector2"], "detail-type": ["Inspector2 Finding"]},
        grades={
            "critical": {"severity": ["CRITICAL"], "status": ["ACTIVE"]},
            "high": {"severity": ["HIGH"], "status": ["ACTIVE"]},
            "medium": {"severity": ["MEDIUM"], "status": ["ACTIVE"]},
        },
        paths={
            "account": "$.detail.awsAccountId",
            "finding": "$.detail.findingArn",
            "region": "$.region",
            "resource": "$.detail.resources[0].id",
            "severity": "$.detail.severity",
            "type": "$.detail.type",
            "vulnerability": "$.detail.packageVulnerabilityDetails.vulnerabilityId",
        },
        message="Inspector found a vulnerability in account <account>, <region>: <severity> <type> <vulnerability> in "
        "<resource>. Attackers exploit known vulnerabilities within days. Update the package or rebuild the image: "
        "https://{console}/inspector/v2/home?region=<region>#/findings (<finding>)",
    ),
    # docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
    "macie": _Source(
        title="Amazon Macie",
        service="macie.amazonaws.com",
        product="Macie",
        stack="macie-events",
        pattern={"source": ["aws.macie"], "detail-type": ["Macie Finding"]},
        grades={
            "high": {"severity": {"description": ["High"]}},
            "medium": {"severity": {"description": ["Medium"]}},
        },
        paths={
            "account": "$.detail.accountId",
            "bucket": "$.detail.resourcesAffected.s3Bucket.name",
            "id": "$.detail.id",
            "region": "$.region",
            "severity": "$.detail.severity.description",
            "type": "$.detail.type",
        },
        message="Macie reports <type>, severity <severity>, for the bucket <bucket> in account <account>, <region>. "
        "Sensitive data may be where it should not be, or a bucket may be open. Review the finding <id>, and close "
        "the bucket or move the data: https://{console}/macie/home?region=<region>#findings",
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
    "access-analyzer": _Source(
        title="IAM Access Analyzer",
        service="access-analyzer.amazonaws.com",
        product="IAM Access Analyzer",
        stack="analyzer-events",
        pattern={"source": ["aws.access-analyzer"], "detail-type": ["Access Analyzer Finding"]},
        grades={
            "high": {"status": ["ACTIVE"], "isPublic": [True]},
            "medium": {"status": ["ACTIVE"], "isPublic": [False]},
        },
        paths={
            "account": "$.detail.accountId",
            "id": "$.detail.id",
            "kind": "$.detail.resourceType",
            "public": "$.detail.isPublic",
            "region": "$.region",
            "resource": "$.detail.resource",
        },
        message="Principals outside the organization can use <resource> (<kind>) in account <account>, <region>. "
        "Public: <public>. If this is not meant, change its policy; if it is, archive the finding <id>: "
        "https://{console}/access-analyzer/home?region=<region>#/findings",
    ),
    # docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    "backup": _Source(
        title="AWS Backup",
        service="",
        product="",
        stack="backup-events",
        pattern={
            "source": ["aws.backup"],
            "detail-type": ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
        },
        grades={
            "high": {"$or": [{"state": ["FAILED"]}, {"status": ["FAILED"]}]},
            "medium": {"$or": [{"state": ["ABORTED", "EXPIRED"]}, {"status": ["ABORTED", "EXPIRED"]}]},
        },
        paths={
            "account": "$.account",
            "kind": "$.detail-type",
            "region": "$.region",
            "resource": "$.detail.resourceArn",
            "state": "$.detail.state",
            "status": "$.detail.status",
            "time": "$.time",
        },
        message="<kind> in account <account>, <region>, at <time>: <state><status>, resource <resource>. Without this "
        "job there may be no recovery point to restore from. Check the reason and start the job again: "
        "https://{console}/backup/home?region=<region>#/jobs",
    ),
}


@frozen
class FindingRule:
    """Findings of one service and severity, for receivers other than topics. `detail` is a pattern of their details."""

    logical_id: str
    service: str
    title: str
    source: str
    event_type: str
    detail: Mapping[str, Any]


def finding_rules(
    wanted: Mapping[UserFindingSource, AlertSeverity], severity: AlertSeverity
) -> tuple[FindingRule, ...]:
    """The findings of one severity that the settings request."""
    return tuple(
        FindingRule(
            logical_id=logical_names((name,))[name],
            service=_SOURCES[name].service,
            title=f"{severity}-severity findings of {_SOURCES[name].title}",
            source=_SOURCES[name].pattern["source"][0],
            event_type=_SOURCES[name].pattern["detail-type"][0],
            detail=_SOURCES[name].grades[severity],
        )
        for name, lowest in wanted.items()
        if SEVERITIES.index(severity) <= SEVERITIES.index(lowest) and severity in _SOURCES[name].grades
    )


def finding_stacks(landscape: Landscape, settings: NotificationsSettings) -> Iterator[StackSpec]:
    """The stack that notifies of findings, and the stacks that forward them from each service's administrator."""
    events = {
        name: tuple(_event(landscape, name, severity) for severity in _notifying(settings, name))
        for name in _SOURCES
        if name in settings.findings
    }
    compliance = compliance_events(landscape, settings)
    every = (*(event for items in events.values() for event in items), *compliance)
    if not every:
        return
    yield from with_routes(landscape, notices_stack(landscape, "findings-hub", "Rules that notify of findings.", every))
    for name, own in events.items():
        source = _SOURCES[name]
        where = (
            one_account(landscape.administrator(source.service), Regions.GOVERNED)
            if source.service
            else every_account(Regions.GOVERNED)
        )
        if own:
            yield forwarding_stack(landscape, source.stack, where, f"Rules that forward events of {source.title}.", own)
    if compliance:
        where = every_account(Regions.GOVERNED)
        what = "Rules that forward violations of AWS Config rules."
        yield forwarding_stack(landscape, "compliance-events", where, what, compliance)


def products_with_own_notices(landscape: Landscape, severity: AlertSeverity) -> tuple[str, ...]:
    """Product names whose findings of a severity notify directly, so that Security Hub's messages leave them out."""
    if not landscape.is_on("notifications"):
        return ()
    settings = landscape.settings("notifications", NotificationsSettings)
    users = settings.user_notifications.findings if settings.user_notifications and landscape.partition == "aws" else {}
    services = {rule.service for rule in finding_rules(users, severity)}
    return (
        *(
            source.product
            for name, source in _SOURCES.items()
            if source.product and (severity in _notifying(settings, name) or source.service in services)
        ),
        # docs.aws.amazon.com/securityhub/latest/userguide/securityhub-internal-providers.html, AWS Config
        *(("Config",) if notifies_of_every_rule(settings) else ()),
    )


def sources_without_messages(settings: NotificationsSettings) -> tuple[FindingSource, ...]:
    """Services in the settings without findings of the configured severity or higher."""
    return tuple(name for name in settings.findings if name in _SOURCES and not _notifying(settings, name))


def _notifying(settings: NotificationsSettings, name: FindingSource) -> tuple[AlertSeverity, ...]:
    if name not in settings.findings:
        return ()
    wanted = SEVERITIES[: SEVERITIES.index(settings.findings[name]) + 1]
    return tuple(severity for severity in wanted if severity in _SOURCES[name].grades)


def _event(landscape: Landscape, name: FindingSource, severity: AlertSeverity) -> WatchedEvent:
    source = _SOURCES[name]
    return WatchedEvent(
        name=f"finding-{name}-{severity}",
        control=f"{name}-notices",
        severity=severity,
        title=f"{severity}-severity {'findings' if source.product else 'events'} of {source.title}",
        pattern={**source.pattern, "detail": source.grades[severity]},
        paths=source.paths,
        message=source.message.replace("{console}", CONSOLES[landscape.partition]),
    )
