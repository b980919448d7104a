"""Events of AWS Health and AWS Trusted Advisor, from every account."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.aws.partitions import CONSOLES
from baseline.capabilities.capability import Capability, Regions, StackSpec, every_account
from baseline.capabilities.event_forwarding import asks_for_events, forwarding_stack, missing_topics, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.capabilities.respond.health.digest import MOST_ACCOUNTS, digest_events, digest_stacks
from baseline.capabilities.respond.health.settings import HealthSettings, sends_digest
from baseline.findings import Problem, Severity

_PATHS = {
    "account": "$.detail.affectedAccount",
    "code": "$.detail.eventTypeCode",
    "region": "$.region",
    "service": "$.detail.service",
    "start": "$.detail.startTime",
    "status": "$.detail.statusCode",
}
_DASHBOARD = "https://health.aws.amazon.com/health/home#/account/dashboard/open-issues"
"""The dashboard in the aws partition (docs.aws.amazon.com/health/latest/ug/getting-started-health-dashboard.html).

No page gives its address in other partitions: messages there name the console.
"""


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("health", HealthSettings)
    if not settings.forwards or not landscape.is_on("notifications"):
        return ()
    events = tuple(_linked(landscape, event) for event in _health_events(settings))
    advice = (_advice(),) if _has_advice(landscape, settings) else ()
    digest = digest_events(landscape) if sends_digest(landscape) else ()
    everywhere = every_account(Regions.GOVERNED_AND_SIGN_IN)
    stacks: list[StackSpec] = []
    if events or advice or digest:
        what = "Rules that notify of events of AWS Health and AWS Trusted Advisor."
        stacks += with_routes(landscape, notices_stack(landscape, "health-hub", what, (*events, *advice, *digest)))
    if events:
        what = "Rules that forward events of AWS Health."
        stacks.append(forwarding_stack(landscape, "health-accounts", everywhere, what, tuple(map(_own, events))))
    if advice:
        what = "Rule that forwards AWS Trusted Advisor checks that turn red."
        where = every_account(Regions.SIGN_IN)
        stacks.append(forwarding_stack(landscape, "advisor-accounts", where, what, advice))
    if digest:
        stacks += digest_stacks(landscape, priority=settings.support_plan == "enterprise" and not landscape.standalone)
    return tuple(stacks)


def _has_advice(landscape: Landscape, settings: HealthSettings) -> bool:
    """Whether Trusted Advisor is watched and sends events: its Region outside the aws partition is not documented."""
    return "trusted-advisor" in settings.watch and landscape.partition == "aws"


def _linked(landscape: Landscape, event: WatchedEvent) -> WatchedEvent:
    """The event, with the dashboard's address or name at the end of its message."""
    console = _DASHBOARD if landscape.partition == "aws" else f"https://{CONSOLES[landscape.partition]}"
    message = f"{event.message} Read it in the account, under AWS Health: {console} (<arn>)"
    return replace(event, message=message, paths={**event.paths, "arn": "$.detail.eventArn"})


def _own(event: WatchedEvent) -> WatchedEvent:
    """The event, limited to the account that it affects.

    With the organizational view the management account, or a delegated administrator, receives every account's events
    as well. Source: docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html, which requires
    `affectedAccount` in each event.
    """
    detail = {**event.pattern.get("detail", {}), "affectedAccount": [Reference("${AWS::AccountId}")]}
    return replace(event, pattern={**event.pattern, "detail": detail})


def _health_events(settings: HealthSettings) -> Iterator[WatchedEvent]:
    """The requested events that concern one account; public events would arrive once for each account.

    Source: docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html.
    """
    if "abuse" in settings.watch:
        yield _event(
            "abuse",
            "critical",
            "abuse notices",
            {"detail-type": ["AWS Health Abuse Event"]},
            "AWS reports abuse that comes from account <account>: <code>, since <start>. Resources of the account may "
            "attack others or host prohibited content; AWS may limit the account. Answer AWS within a day, and look "
            "for an intruder.",
        )
    for item, severity, category, title, message in (
        (
            "issues",
            "high",
            ["issue", "investigation"],
            "AWS issues that affect an account",
            (
                "AWS has an issue that affects account <account>: <service>, <code>, since <start>. Resources there "
                "may fail; follow the event before you change anything."
            ),
        ),
        (
            "changes",
            "medium",
            ["scheduledChange"],
            "changes planned by AWS",
            (
                "AWS plans a change for resources of account <account>: <service>, <code>, begins <start>. Some "
                "changes interrupt workloads: check the affected resources, and act before that time."
            ),
        ),
        (
            "notices",
            "medium",
            ["accountNotification"],
            "notices about accounts",
            (
                "AWS has a notice for account <account>: <service>, <code>, <start>. It may ask for action, such as an "
                "upgrade or the rotation of a credential."
            ),
        ),
    ):
        if item in settings.watch:
            detail = {
                "eventTypeCategory": category,
                "eventScopeCode": ["ACCOUNT_SPECIFIC"],
                "statusCode": ["open", "upcoming"],
            }
            yield _event(item, severity, title, {"detail-type": ["AWS Health Event"], "detail": detail}, message)


def _event(name: str, severity: str, title: str, pattern: Mapping[str, Any], message: str) -> WatchedEvent:
    return WatchedEvent(
        name=f"health-{name}",
        control=f"health-{name}",
        severity=severity,
        title=title,
        pattern={"source": ["aws.health"], **pattern},
        paths={key: path for key, path in _PATHS.items() if f"<{key}>" in message},
        message=message,
    )


def _advice() -> WatchedEvent:
    """Checks that turn red. Source: docs.aws.amazon.com/eventbridge/latest/ref/events-ref-trustedadvisor.html."""
    return WatchedEvent(
        name="health-trusted-advisor",
        control="trusted-advisor-checks",
        severity="medium",
        title="AWS Trusted Advisor checks that turn red",
        pattern={
            "source": ["aws.trustedadvisor"],
            "detail-type": ["Trusted Advisor Check Item Refresh Notification"],
            "detail": {"status": ["ERROR"]},
        },
        paths={
            "account": "$.account",
            "check": "$.detail.check-name",
            "resource": "$.detail.resource_id",
            "time": "$.time",
        },
        message="Trusted Advisor recommends action in account <account>: the check <check> is red for <resource> since "
        "<time>. It finds open ports, missing backups and quotas that are nearly used: "
        "https://console.aws.amazon.com/trustedadvisor/home",
    )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("health", HealthSettings)
    yield from missing_topics(landscape, settings, "watch")
    yield from _plan_problems(settings)
    if settings.digest != "none" and len(landscape.accounts) > MOST_ACCOUNTS:
        yield Problem(
            path=("digest",),
            message=f"the organization has {len(landscape.accounts):,} accounts: one digest covers {MOST_ACCOUNTS:,}",
            fix="remove digest, and use the organizational view in the console of Trusted Advisor",
        )
    if settings.support_plan == "basic" and landscape.is_on("organization") and not landscape.standalone:
        view = landscape.settings("organization", OrganizationSettings).health_view
        if view:
            yield Problem(
                path=("support_plan",),
                message="the support plan is basic: AWS answers the call that turns on organization.health_view with "
                "SubscriptionRequiredException",
                fix="turn the organizational view on in the console of AWS Health, and health_view off",
            )


def _plan_problems(settings: HealthSettings) -> Iterator[Problem]:
    """Report settings that the support plan does not include, or might not include."""
    wanted = [
        name
        for name, is_on in (
            ("watch", "trusted-advisor" in settings.watch),
            ("digest", settings.digest != "none"),
        )
        if is_on
    ]
    if wanted and settings.support_plan not in ("business", "enterprise"):
        yield Problem(
            path=("support_plan",),
            message=f"the support plan is {settings.support_plan}: Trusted Advisor sends events of all checks, and "
            "answers calls, with business and enterprise only",
            fix=f"write the plan of the organization, or remove Trusted Advisor from {' and '.join(wanted)}",
        )
    elif settings.forwards and settings.support_plan == "unknown":
        yield Problem(
            path=("support_plan",),
            message="the support plan is unknown: with business or enterprise, watch can include trusted-advisor, and "
            "digest can be weekly",
            fix="write the plan of the organization: basic, business or enterprise",
            severity=Severity.INFO,
        )


def _unsupported(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("health", HealthSettings)
    if "trusted-advisor" in settings.watch and not _has_advice(landscape, settings):
        yield Problem(
            path=("watch",),
            message=f"AWS does not document in which Region of {landscape.partition} Trusted Advisor sends events: "
            "its rule is left out",
            fix="remove trusted-advisor, and read its checks in each account",
        )
    if settings.digest != "none" and not sends_digest(landscape):
        yield Problem(
            path=("digest",),
            message=f"the API of Trusted Advisor is not in {landscape.partition}: the digest is left out",
            fix="remove digest, and read the checks in each account",
        )


CAPABILITY = Capability(
    name="health",
    title="AWS Health and Trusted Advisor",
    summary="Messages of AWS about accounts: abuse, issues, planned changes, notices, and red checks.",
    same_everywhere="AWS writes to every account, and each message goes to the same topics.",
    settings=HealthSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    unsupported=lambda landscape: tuple(_unsupported(landscape)),
    is_asked=asks_for_events,
    since="2026.12",
)
