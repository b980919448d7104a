"""Settings of `notifications`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.event_forwarding import ForwardingSettings
from baseline.capabilities.settings import tiered
from baseline.documents.section import Section

AlertSeverity = Literal["critical", "high", "medium"]
SEVERITIES: tuple[AlertSeverity, ...] = ("critical", "high", "medium")


class Subscription(Section):
    """A subscriber to alerts, besides the profile's `alerts`."""

    protocol: Literal["email", "email-json", "https", "sqs"] = Field(description="Protocol by which SNS delivers.")
    endpoint: Annotated[str, StringConstraints(pattern=r"^[!-~]{3,2048}$")] = Field(
        description="An e-mail address, an https:// address or the ARN of a queue.",
        examples=["https://alerts.example.com/sns"],
    )
    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


_CHANNEL = r"^[a-zA-Z0-9_=+/.,-]*%3[aA][a-zA-Z0-9_=+/.,-]*%40[a-zA-Z0-9_=+/.,-]*$"
_UUID = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"


class Slack(Section):
    """A Slack channel, through Amazon Q Developer in chat applications; the workspace is authorized manually once."""

    workspace_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,255}$")] = Field(
        description="The Slack workspace, as the chat console shows it.", examples=["T0123456789"]
    )
    channel_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,256}$")] = Field(
        description="The Slack channel.", examples=["C0123456789"]
    )
    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


class Teams(Section):
    """A Microsoft Teams channel, through Amazon Q Developer in chat applications; the tenant is authorized manually."""

    tenant_id: Annotated[str, StringConstraints(pattern=_UUID)] = Field(
        description="The tenant of Microsoft Entra ID.", examples=["0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"]
    )
    team_id: Annotated[str, StringConstraints(pattern=_UUID)] = Field(
        description="The team, as the chat console shows it.", examples=["0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"]
    )
    channel_id: Annotated[str, StringConstraints(pattern=_CHANNEL, max_length=256)] = Field(
        description="The channel: the part of its link after `channel/`, still encoded.",
        examples=["19%3a0123456789abcdef%40thread.tacv2"],
    )
    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


FindingSource = Literal["guardduty", "inspector", "macie", "access-analyzer", "backup"]


class NotificationsSettings(ForwardingSettings):
    """Settings of `notifications`."""

    subscriptions: list[Subscription] = tiered("Subscribers besides the profile's `alerts`.", [])
    slack: Slack | None = Field(default=None, description="A Slack channel that receives alerts.")
    teams: Teams | None = Field(default=None, description="A Microsoft Teams channel that receives alerts.")
    findings: dict[FindingSource, AlertSeverity] = tiered(
        "Services whose findings notify directly, each with its minimum severity: findings of Amazon "
        "GuardDuty, Amazon Inspector, Amazon Macie and IAM Access Analyzer, and jobs of AWS Backup that fail. "
        "Security Hub's messages exclude these services.",
        {},
        examples=[{"guardduty": "high", "inspector": "critical", "macie": "high", "backup": "high"}],
    )
    archive_days: int = tiered(
        "Days for which the bus keeps every event that accounts forward, so that it can be replayed; 0 for none.",
        0,
        ge=0,
        le=3650,
    )

    @property
    def forwards(self) -> bool:
        """Whether findings notify directly."""
        return bool(self.findings)
