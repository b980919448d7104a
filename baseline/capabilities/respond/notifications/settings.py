"""Settings of `notifications`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.forwarded_event import ForwardingSettings
from baseline.capabilities.place import AnyPlacesOrRoot
from baseline.capabilities.settings import tiered
from baseline.documents.section import Section

AlertSeverity = Literal["critical", "high", "medium"]
SEVERITIES: tuple[AlertSeverity, ...] = ("critical", "high", "medium")


class Endpoint(Section):
    """A subscriber of a topic."""

    protocol: Literal["email", "email-json", "https", "sqs"] = Field(description="Protocol by which SNS delivers.")
    endpoint: Annotated[str, StringConstraints(pattern=r"^[!-~]{3,2048}$")] = Field(
        description="An e-mail address, an https:// address or the ARN of a queue.",
        examples=["https://alerts.example.com/sns"],
    )


class Subscription(Endpoint):
    """A subscriber to alerts, in addition to the profile's `alerts`."""

    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


_CHANNEL = r"^[a-zA-Z0-9_=+/.,-]*%3[aA][a-zA-Z0-9_=+/.,-]*%40[a-zA-Z0-9_=+/.,-]*$"
_UUID = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"


class SlackChannel(Section):
    """A Slack channel, through Amazon Q Developer in chat applications; the workspace is authorized manually once."""

    workspace_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,255}$")] = Field(
        description="The Slack workspace, as the chat console shows it.", examples=["T0123456789"]
    )
    channel_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,256}$")] = Field(
        description="The Slack channel.", examples=["C0123456789"]
    )


class Slack(SlackChannel):
    """A Slack channel that receives alerts, by severity."""

    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


class TeamsChannel(Section):
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


class Teams(TeamsChannel):
    """A Microsoft Teams channel that receives alerts, by severity."""

    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it receives."
    )


class HttpsApi(Section):
    """The HTTPS API of a pager or another tool, which EventBridge calls with a key."""

    kind: Literal["pagerduty", "opsgenie", "json"] = Field(
        description="Shape of the request: PagerDuty's Events API v2, Opsgenie's Alert API, or a flat JSON object."
    )
    endpoint: Annotated[str, StringConstraints(pattern=r"^https://[-()_.!~*';/?:@&=+$,%A-Za-z0-9]{3,2040}$")] | None = (
        Field(
            default=None,
            description="Address of the API. Default: the United States endpoint of PagerDuty or Opsgenie.",
            examples=["https://api.eu.opsgenie.com/v2/alerts"],
        )
    )
    secret: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$")] = Field(
        description="Name of the secret in AWS Secrets Manager with the key, in the security account and home Region. "
        "You create it; the key is never in the profile or in a template.",
        examples=["alerts/pagerduty"],
    )
    secret_field: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = Field(
        default="key", description="Field of the secret's JSON that contains the key."
    )
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")] | None = Field(
        default=None,
        description="Header that carries the key. Default: `X-Routing-Key` for PagerDuty, `Authorization` for others.",
        examples=["X-Api-Key"],
    )
    revision: int = Field(
        default=1, ge=1, le=9999, description="Increase it after you change the secret, so that the key is read again."
    )


class Route(Section):
    """Messages about some places to one receiver, in addition to the topics for each severity."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,11}$")] = Field(
        description="A short name: part of the names of its topic and rules.", examples=["payments"]
    )
    places: AnyPlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, accounts and groups of accounts whose messages the route carries, or root "
        "for all.",
    )
    severities: list[AlertSeverity] = Field(
        default=["critical", "high", "medium"], min_length=1, description="Severities that it carries."
    )
    subscriptions: list[Endpoint] = Field(default=[], description="Subscribers of its topic.")
    slack: SlackChannel | None = Field(default=None, description="A Slack channel, with messages made for chat.")
    teams: TeamsChannel | None = Field(default=None, description="A Microsoft Teams channel.")
    api: HttpsApi | None = Field(default=None, description="The API of a pager or another tool.")


FindingSource = Literal["guardduty", "inspector", "macie", "access-analyzer", "backup", "config"]

RuleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{3,128}$")]


UserFindingSource = Literal["guardduty", "inspector", "macie", "access-analyzer"]


class UserNotifications(Section):
    """Findings in AWS User Notifications, in the security account."""

    findings: dict[UserFindingSource, AlertSeverity] = Field(
        min_length=1,
        description="Services whose findings notify, each with its minimum severity. Security Hub's messages exclude "
        "them.",
        examples=[{"guardduty": "high", "inspector": "critical"}],
    )
    emails: list[Annotated[str, StringConstraints(pattern=r"^[!-?A-~]+@[!-?A-~]+$", max_length=254)]] = Field(
        default=[],
        description="Addresses that receive them. Default: the profile's `alerts`.",
        examples=[["secops@example.com"]],
    )


class NotificationsSettings(ForwardingSettings):
    """Settings of `notifications`."""

    subscriptions: list[Subscription] = tiered("Subscribers besides the profile's `alerts`.", [])
    slack: Slack | None = Field(default=None, description="A Slack channel that receives alerts.")
    teams: Teams | None = Field(default=None, description="A Microsoft Teams channel that receives alerts.")
    routes: list[Route] = tiered(
        "Messages of some organizational units or accounts to separate receivers: a topic, Slack, Microsoft Teams, or "
        "the HTTPS API of a pager. The topics for each severity receive them as well.",
        [],
        max_length=10,
        examples=[
            [
                {
                    "name": "payments",
                    "places": ["Workloads/Payments"],
                    "severities": ["critical", "high"],
                    "subscriptions": [{"protocol": "email", "endpoint": "payments-oncall@example.com"}],
                },
                {
                    "name": "pager",
                    "places": ["root"],
                    "severities": ["critical"],
                    "api": {"kind": "pagerduty", "secret": "alerts/pagerduty"},
                },
            ]
        ],
    )
    findings: dict[FindingSource, AlertSeverity] = tiered(
        "Services whose findings notify directly, each with its minimum severity: findings of Amazon "
        "GuardDuty, Amazon Inspector, Amazon Macie and IAM Access Analyzer, jobs of AWS Backup that fail, and "
        "resources that begin to violate an AWS Config rule. Security Hub's messages exclude these services.",
        {},
        examples=[{"guardduty": "high", "inspector": "critical", "macie": "high", "backup": "high"}],
    )
    config_rules: dict[Literal["critical", "high"], Annotated[list[RuleName], Field(min_length=1)]] = tiered(
        "AWS Config rules whose results are of critical or high severity under `findings`, by the text that their "
        "names begin with; those of all other rules are of medium severity.",
        {},
        examples=[{"high": ["s3-bucket-level-public-access-prohibited", "nw-own-rules-"]}],
    )
    user_notifications: UserNotifications | None = tiered(
        "Findings in AWS User Notifications, which writes readable mails, collects those of high and medium severity, "
        "and has no charge. In the commercial partition only.",
        None,
        examples=[{"findings": {"guardduty": "medium", "macie": "high"}, "emails": ["secops@example.com"]}],
    )
    account_names: bool = tiered(
        "Whether messages contain the name of the account besides its id, as AWS Organizations knows it. A state "
        "machine reads it for each event. Security Hub's messages are then sentences, and routes carry them and those "
        "about root users.",
        False,
    )
    archive_days: int = tiered(
        "Days for which the bus keeps every forwarded event for replay; 0 for none.",
        0,
        ge=0,
        le=3650,
    )

    @property
    def forwards(self) -> bool:
        """Whether findings notify directly, or other capabilities send messages through the bus."""
        return bool(self.findings) or self.account_names
