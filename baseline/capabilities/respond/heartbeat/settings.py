"""Settings of `heartbeat`. No tier enables anything, so an upgrade adds no stack."""

from typing import Literal, get_args

from baseline.capabilities.forwarded_event import ForwardingSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.kms.kms import RolePattern
from baseline.capabilities.settings import tiered

Watch = Literal["trail", "log-archive", "recorder", "detection", "organization", "identity", "stacks", "topics"]
SignOfLife = Literal["none", "weekly", "daily"]

MOST_IGNORED_ROLES = 10
"""Maximum roles: more would not fit into an event pattern (EventBridge user guide, quotas: 2,048 characters)."""


class HeartbeatSettings(ForwardingSettings):
    """Settings of `heartbeat`."""

    watch: list[Watch] = tiered(
        "The changes to monitor. Every change notifies within minutes, even if AWS rejected it: the trail, the log "
        "archive's buckets and keys, Config recorders, detection services, the organization's policies and "
        "administrators, Identity Center's permissions, and the baseline's stacks that fail or drift. `topics` is a "
        "daily check for topics without a confirmed subscriber.",
        [],
        examples=[list(get_args(Watch))],
    )
    sign_of_life: SignOfLife = tiered(
        "How often a message confirms that alerts arrive, so that its absence is a signal: Mondays or every day at "
        "08:00 UTC.",
        "none",
    )
    count_watchers: bool = tiered(
        "Whether a message says every Monday how many of the baseline's rules, alarms and topics are alive in the home "
        "Region of the security and management accounts, and those that are disabled, missing, or notify nothing.",
        False,
    )
    silent_hours: int = tiered(
        "Hours without an event of the trail after which an alarm is raised, if the trail is monitored.",
        6,
        starter=24,
        regulated=3,
        stronger="lower",
        control="heartbeat-trail-silence",
        ge=1,
        le=24,
    )
    ignored_roles: list[RolePattern] = tiered(
        "Paths and names of IAM roles whose calls are not reported, such as those of the deployer; `*` stands for any "
        "text. A stolen session of such a role is not reported either, so the default reports every call.",
        [],
        max_length=MOST_IGNORED_ROLES,
        examples=[["stacksets-exec-*", "BaselineDeployer"]],
    )

    @property
    def forwards(self) -> bool:
        """Whether anything is watched or counted, or a sign of life is sent."""
        return bool(self.watch) or self.sign_of_life != "none" or self.count_watchers


def checks_topics(landscape: Landscape) -> bool:
    """Whether the subscriptions of topics are checked."""
    if not landscape.is_on("heartbeat") or not landscape.is_on("notifications"):
        return False
    return "topics" in landscape.settings("heartbeat", HeartbeatSettings).watch


def counts_watchers(landscape: Landscape) -> bool:
    """Whether the rules, alarms and topics are counted."""
    if not landscape.is_on("heartbeat") or not landscape.is_on("notifications"):
        return False
    return landscape.settings("heartbeat", HeartbeatSettings).count_watchers
