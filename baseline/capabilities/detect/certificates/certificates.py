"""Certificates of AWS Certificate Manager: reminders before they expire, and notices of renewals that fail."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from baseline.aws.availability import is_available
from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, every_account
from baseline.capabilities.event_forwarding import asks_for_events, forwarding_stack, missing_topics, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import ForwardingSettings, WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import tiered
from baseline.findings import Problem
from baseline.frozen import frozen

MOST_DAYS = 45
"""ACM sends events only in a certificate's last 45 days (ACM user guide, Amazon EventBridge support for ACM)."""
_ACCOUNT = "AWS::CertificateManager::Account"
_URGENT_DAYS = 7
"""Reminders from this day on have the severity `high`."""
_CONTROL = "certificate-reminders"
_PATHS = {
    "account": "$.account",
    "certificate": "$.resources[0]",
    "name": "$.detail.CommonName",
    "region": "$.region",
}


class CertificatesSettings(ForwardingSettings):
    """Settings of `certificates`. No tier enables anything, so an upgrade adds no stack."""

    remind_on_days: list[Annotated[int, Field(ge=1, le=MOST_DAYS)]] = tiered(
        "Days before a certificate expires on which a message is sent, if it still exists and is not renewed. "
        "Includes messages about expired certificates, and about renewals that wait for an action.",
        [],
        max_length=10,
        examples=[[30, 14, 7, 3, 1]],
    )

    @property
    def forwards(self) -> bool:
        """Whether there are reminders."""
        return bool(self.remind_on_days)


@frozen
class ExpiryContext:
    """Context of `expiry`."""

    prefix: str
    days_before_expiry: int


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("certificates", CertificatesSettings)
    if not settings.forwards or not landscape.is_on("notifications"):
        return ()
    events = tuple(_events(settings))
    where = every_account(Regions.GOVERNED_AND_SIGN_IN)
    first = _regions_with_setting(landscape)
    return (
        *((_expiry_stack(landscape, settings, first),) if first else ()),
        *with_routes(
            landscape,
            notices_stack(landscape, "certificates-hub", "Rules that notify of expiring certificates.", events),
        ),
        forwarding_stack(
            landscape, "certificates-accounts", where, "Rules that forward events of expiring certificates.", events
        ),
    )


def _regions_with_setting(landscape: Landscape) -> tuple[str, ...]:
    return tuple(region for region in _regions(landscape) if is_available(_ACCOUNT, region))


def _regions(landscape: Landscape) -> tuple[str, ...]:
    """The Regions whose events are forwarded: CloudFront uses certificates from the sign-in Region only."""
    return tuple(dict.fromkeys((*landscape.regions, landscape.sign_in_region)))


def _expiry_stack(landscape: Landscape, settings: CertificatesSettings, regions: tuple[str, ...]) -> StackSpec:
    return StackSpec(
        name="certificates-expiry",
        template="detect/certificates/expiry",
        description="Days before a certificate expires at which AWS Certificate Manager starts to send events.",
        target=Target(
            accounts=(),
            regions=Regions.GOVERNED_AND_SIGN_IN,
            only=() if regions == _regions(landscape) else regions,
        ),
        context=ExpiryContext(prefix=landscape.prefix, days_before_expiry=max(settings.remind_on_days)),
        tagged=False,
    )


def _events(settings: CertificatesSettings) -> Iterator[WatchedEvent]:
    """Events that ACM sends itself, without CloudTrail.

    Source: docs.aws.amazon.com/acm/latest/userguide/supported-events.html.
    """
    days = sorted(set(settings.remind_on_days), reverse=True)
    later = [day for day in days if day > _URGENT_DAYS]
    soon = [day for day in days if day <= _URGENT_DAYS]
    if later:
        yield _reminder("expiring", "medium", "certificates that expire within weeks", later)
    if soon:
        yield _reminder("expiring-soon", "high", "certificates that expire within days", soon)
    yield WatchedEvent(
        name="certificates-expired",
        control=_CONTROL,
        severity="high",
        title="certificates that have expired, except imported ones, for which ACM sends no such event",
        pattern={"source": ["aws.acm"], "detail-type": ["ACM Certificate Expired"]},
        paths=_PATHS,
        message="The certificate <name> in account <account>, <region>, has expired (<certificate>). Services that use "
        "it refuse connections: replace it now.",
    )
    yield WatchedEvent(
        name="certificates-renewal",
        control=_CONTROL,
        severity="high",
        title="certificates that AWS cannot renew without help",
        pattern={"source": ["aws.acm"], "detail-type": ["ACM Certificate Renewal Action Required"]},
        paths={**_PATHS, "days": "$.detail.DaysToExpiry", "reason": "$.detail.RenewalStatusReason"},
        message="AWS cannot renew the certificate <name> in account <account>, <region> (<certificate>): <reason>. It "
        "expires in <days> days. Fix the reason; for example, restore the DNS record that validates the domain.",
    )


def _reminder(name: str, severity: str, title: str, days: list[int]) -> WatchedEvent:
    return WatchedEvent(
        name=f"certificates-{name}",
        control=_CONTROL,
        severity=severity,
        title=title,
        pattern={
            "source": ["aws.acm"],
            "detail-type": ["ACM Certificate Approaching Expiration"],
            "detail": {"DaysToExpiry": days},
        },
        paths={**_PATHS, "days": "$.detail.DaysToExpiry"},
        message="The certificate <name> in account <account>, <region>, expires in <days> days (<certificate>). "
        "ACM renews eligible certificates that it issued; replace an imported certificate yourself.",
    )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("certificates", CertificatesSettings)
    yield from missing_topics(landscape, settings, "remind_on_days")


def _unsupported(landscape: Landscape) -> Iterator[Problem]:
    """Regions without the setting, where ACM's defaults apply: 45 days, or 30 for public certificates."""
    settings = landscape.settings("certificates", CertificatesSettings)
    lacking = [region for region in _regions(landscape) if region not in _regions_with_setting(landscape)]
    if settings.forwards and lacking:
        yield Problem(
            path=("remind_on_days",),
            message=f"CloudFormation has no {_ACCOUNT} in {', '.join(lacking)}: events start there at ACM's "
            "default, 45 days before expiry, or 30 for public certificates",
            fix="run aws acm put-account-configuration there for an earlier start, or set 30 days or fewer",
        )


CAPABILITY = Capability(
    name="certificates",
    title="Certificates",
    summary="Reminders before AWS Certificate Manager certificates expire, and notices of failed renewals.",
    same_everywhere="ACM has one setting for each account and Region, which the reminders share.",
    settings=CertificatesSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    unsupported=lambda landscape: tuple(_unsupported(landscape)),
    is_asked=asks_for_events,
    since="2026.12",
)
