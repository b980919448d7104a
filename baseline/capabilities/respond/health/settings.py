"""Settings of `health`."""

from typing import Literal, get_args

from baseline.capabilities.forwarded_event import ForwardingSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import tiered

HealthEvent = Literal["abuse", "issues", "changes", "notices", "trusted-advisor"]
SupportPlan = Literal["unknown", "basic", "business", "enterprise"]


class HealthSettings(ForwardingSettings):
    """Settings of `health`. No tier enables anything, so an upgrade adds no stack."""

    watch: list[HealthEvent] = tiered(
        "Events that notify, in every account: abuse notices, AWS issues that affect the account, changes that AWS "
        "plans for its resources, other notices about it, and AWS Trusted Advisor checks that turn red.",
        [],
        examples=[list(get_args(HealthEvent))],
    )
    support_plan: SupportPlan = tiered(
        "The support plan of the organization. Checks of Trusted Advisor send events, and the organizational view can "
        "be turned on by a call, with `business` (Business Support+ and its predecessors) or `enterprise` only.",
        "unknown",
    )

    digest: Literal["none", "weekly"] = tiered(
        "Whether a message on Mondays names the red checks of AWS Trusted Advisor in every account, and with "
        "`enterprise` how many recommendations of Trusted Advisor Priority are red.",
        "none",
    )

    @property
    def forwards(self) -> bool:
        """Whether anything is watched, or a digest is sent."""
        return bool(self.watch) or self.digest != "none"


def sends_digest(landscape: Landscape) -> bool:
    """Whether there is a digest of Trusted Advisor, whose API is in the aws partition only."""
    if not landscape.is_on("health") or not landscape.is_on("notifications"):
        return False
    return landscape.settings("health", HealthSettings).digest != "none" and landscape.partition == "aws"


def reader_roles(landscape: Landscape) -> tuple[str, ...]:
    """The role with which the digest reads each account, also in quarantine units: it can change nothing."""
    return (f"{landscape.prefix}-advisor-reader",) if sends_digest(landscape) else ()


def digest_roles(landscape: Landscape) -> tuple[str, ...]:
    """Roles of the digest's machine if the Region of Trusted Advisor's API is not governed."""
    region = landscape.sign_in_region
    if not sends_digest(landscape) or region in landscape.regions:
        return ()
    names = ("advisor-digest", "scheduled-start-advisor-digest")
    return tuple(f"{landscape.prefix}-{name}-{region}" for name in names)
