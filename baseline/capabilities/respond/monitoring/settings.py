"""Settings of `monitoring`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.forwarded_event import ForwardingSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.respond.notifications.settings import AlertSeverity
from baseline.capabilities.settings import Reason, tiered
from baseline.documents.section import Section

ReadyMade = Literal[
    "ec2-launch-spike",
    "vcpu-quota",
    "lambda-concurrency",
    "lambda-errors",
    "nat-traffic",
    "data-transfer",
    "api-throttling",
    "s3-deletions",
    "unused-regions",
    "estimated-charges",
]
Adjustable = Literal[
    "lambda-errors", "nat-traffic", "data-transfer", "api-throttling", "s3-deletions", "unused-regions",
    "estimated-charges",
]  # fmt: skip
Comparison = Literal["above", "at-least", "below", "at-most"]
Text = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 .,;:()/_+=#@%-]+$", max_length=400)]
"""Texts for messages: without quotation marks and angle brackets, which EventBridge would read."""
AlarmName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
CompositeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20)]
"""A short name, because it is part of a rule's name."""
LogGroupName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/#-]{1,512}$")]
"""Source: AWS::Logs::LogGroup, LogGroupName."""
DataIdentifier = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+(-[A-Z]{2})?$")]
"""Source: CloudWatch Logs user guide, Types of data that you can protect
(docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types.html)."""
Shared = Literal["metrics", "logs", "traces"]
SinkId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
DestinationName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/@+=#-]{1,512}$")]
"""CloudWatch Logs allows every character except `:` and `*`; this pattern allows those of usual names.
Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestination.html."""


RetentionDays = Literal[
    30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, "never"
]  # fmt: skip
"""Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html, Retention policy."""


class _PlacedAlarm(Section):
    """Settings that all alarms of the profile have."""

    description: Text = Field(description="What the alarm means, and what to do when it goes off.")
    threshold: int = Field(description="The value that triggers the alarm.")
    period_seconds: Literal[60, 300, 900, 3600] = Field(default=300, description="Length of a period.")
    severity: AlertSeverity = Field(default="medium", description="Which topic it notifies.")
    notifies: bool = Field(
        default=True,
        description="Whether the alarm sends messages. Set `false` for an alarm that only a composite alarm uses.",
    )
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Organizational units, accounts, groups of accounts, or root."
    )


class MetricAlarm(_PlacedAlarm):
    """An alarm of the profile on a metric, in every account of the places and every governed Region."""

    namespace: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._/#-]{1,255}$")] = Field(
        description="Namespace of the metric.", examples=["AWS/Lambda"]
    )
    metric: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._/#-]{1,255}$")] = Field(
        description="Name of the metric.", examples=["Throttles"]
    )
    dimensions: dict[str, str] = Field(default={}, max_length=30, description="Dimensions of the metric.")
    statistic: Literal["Sum", "Average", "Maximum", "Minimum", "SampleCount"] = Field(
        default="Sum", description="How values of a period become one."
    )
    comparison: Comparison = Field(default="at-least", description="How the value relates to the threshold.")
    periods: int = Field(default=1, ge=1, le=24, description="Consecutive periods that trigger the alarm.")
    missing: Literal["ok", "alarm", "ignore"] = Field(default="ok", description="What a period without data means.")


class LogAlarm(_PlacedAlarm):
    """An alarm of the profile on events of a log group that exists in every account of the places."""

    log_group: LogGroupName = Field(
        description="Log group in each account and Region; it must already exist.", examples=["/app/web"]
    )
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = Field(
        description="Filter pattern of CloudWatch Logs.", examples=['{ $.level = "FATAL" }']
    )
    regions: list[RegionName] = Field(
        default=[], description="Governed Regions that have the log group; every governed Region if empty."
    )
    threshold: int = Field(default=1, ge=1, description="Number of events in a period that triggers the alarm.")


class CompositeAlarm(Section):
    """An alarm that goes off when alarms of the profile meet its rule, in the same account and Region."""

    description: Text = Field(description="What the alarm means, and what to do when it goes off.")
    all_of: list[AlarmName] = Field(
        default=[], max_length=20, description="Alarms that must all be in the state ALARM."
    )
    any_of: list[AlarmName] = Field(
        default=[], max_length=20, description="Alarms of which at least one must be in the state ALARM."
    )
    severity: AlertSeverity = Field(default="high", description="Which topic it notifies.")
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Organizational units, accounts, groups of accounts, or root."
    )


class Observability(Section):
    """Metrics, logs and traces of other accounts, read in one account."""

    account: str | None = Field(
        default=None, description="Key of the monitoring account; the security account if not set.", examples=["web"]
    )
    share: list[Shared] = Field(
        default=["metrics", "logs", "traces"], min_length=1, description="What accounts share with it."
    )
    to: PlacesOrRoot = Field(
        default=["root"],
        min_length=1,
        description="Organizational units, accounts, groups of accounts, or root, that share.",
    )
    sinks: dict[RegionName, SinkId] = Field(
        default={},
        description="Region → id of the sink there: the last part of its ARN, which AWS assigns when it "
        "creates the sink.",
        examples=[{"eu-west-1": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"}],
    )


class LogProtection(Section):
    """Data that is masked in the log events of whole accounts."""

    identifiers: list[DataIdentifier] = Field(
        default=["AwsSecretKey", "OpenSshPrivateKey", "PgpPrivateKey", "PkcsPrivateKey", "PuttyPrivateKey"],
        min_length=1,
        description="Kinds of data, as CloudWatch Logs names them.",
        examples=[["AwsSecretKey", "CreditCardNumber"]],
    )
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Organizational units, accounts, groups of accounts, or root."
    )


class LogSubscription(Section):
    """New log events of whole accounts, sent to a destination of another account."""

    account: str = Field(
        description="Key of the account that has the destination, or the 12-digit id of an account outside the "
        "organization. It sends nothing itself.",
        examples=["log_archive", "999999999999"],
    )
    destination: DestinationName = Field(
        description="Name of the destination of CloudWatch Logs, the same in each Region.", examples=["siem"]
    )
    pattern: Annotated[str, StringConstraints(max_length=1024)] = Field(
        default="",
        description="Filter pattern of the events that are sent; every event if empty.",
        examples=['{ $.level = "ERROR" }'],
    )
    exclude: list[LogGroupName] = Field(
        default=[],
        description="Log groups that are left out, with their whole names: those that the delivery itself writes to.",
        examples=[["/aws/lambda/siem-shipper"]],
    )
    distribution: Literal["ByLogStream", "Random"] = Field(
        default="ByLogStream",
        description="How events are distributed to the shards of a Kinesis stream; other targets do not read it.",
    )
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Organizational units, accounts, groups of accounts, or root."
    )
    regions: list[RegionName] = Field(
        default=[], description="Governed Regions that have the destination; every governed Region if empty."
    )


class LogCopies(Section):
    """Copies of all accounts' new log events in one account."""

    account: str = Field(description="Key of the account that receives the copies.", examples=["log_archive"])
    # A filter takes five conditional operands, AND or OR.
    # docs.aws.amazon.com/OAM/latest/APIReference/API_LogGroupConfiguration.html
    prefixes: list[LogGroupName] = Field(
        min_length=1,
        max_length=6,
        description="Beginnings of the names of log groups that are copied.",
        examples=[["/app/"]],
    )
    regions: list[RegionName] = Field(
        default=[], description="Governed Regions whose log groups are copied; every governed Region if empty."
    )
    region: RegionName | None = Field(
        default=None, description="Governed Region that receives the copies; the home Region if not set."
    )
    key: KeyId | None = Field(
        default=None,
        description="Id of the KMS key for the copies, in that account and Region. Without one, log groups that a "
        "customer's key encrypts are not copied.",
    )
    backup_region: RegionName | None = Field(
        default=None, description="Another governed Region of the account, for a second copy."
    )
    backup_key: KeyId | None = Field(default=None, description="Id of the KMS key in `backup_region`.")


class LogRetention(Section):
    """The retention of log groups with certain name prefixes, in the accounts of some places."""

    name: AlarmName = Field(
        description="Name of the entry; the policy is `<prefix>-log-retention-<name>`.", examples=["app"]
    )
    # We could not read how many prefixes a policy takes; its criteria have at most 25 KB.
    prefixes: list[LogGroupName] = Field(
        min_length=1,
        max_length=10,
        description="Beginnings of the names of the log groups.",
        examples=[["/app/"]],
    )
    days: RetentionDays = Field(description="Days that they keep events, or `never` if events never expire.")
    mode: Literal["new-only", "retroactive"] = Field(
        default="new-only",
        description="`new-only` is for log groups that are created after the policy; `retroactive` also for existing "
        "ones, which lose older events.",
    )
    reason: Reason | None = Field(
        default=None, description="Why existing log groups may lose events: accepts the finding about `retroactive`."
    )
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Organizational units, accounts, groups of accounts, or root."
    )
    regions: list[RegionName] = Field(
        default=[], description="Governed Regions that have the policy; every governed Region if empty."
    )


class MonitoringSettings(ForwardingSettings):
    """Settings of `monitoring`. No tier enables anything, so an upgrade adds no stack."""

    ready_made: list[ReadyMade] = tiered(
        "Alarms that need only their name; the documentation lists the metric and threshold of each.",
        [],
        examples=[["ec2-launch-spike", "vcpu-quota"]],
    )
    launch_spike_width: int = tiered(
        "Width of the band of expected launches, in standard deviations: a lower number triggers the alarm more often.",
        3,
        regulated=2,
        ge=1,
        le=10,
    )
    quota_percent: int = tiered(
        "Percentage of the quota that triggers `vcpu-quota` and `lambda-concurrency`.", 80, ge=1, le=100
    )
    thresholds: dict[Adjustable, Annotated[int, Field(ge=1, le=1_000_000_000)]] = tiered(
        "Thresholds of ready-made alarms, by name, if the built-in value does not fit; the documentation "
        "lists their units.",
        {},
        examples=[{"nat-traffic": 20}],
    )
    alarms: dict[AlarmName, MetricAlarm] = tiered("Alarms of your own on any metric, by name.", {})
    log_alarms: dict[AlarmName, LogAlarm] = tiered("Alarms of your own on events of any log group, by name.", {})
    composites: dict[CompositeName, CompositeAlarm] = tiered(
        "Alarms that go off when `alarms` and `log_alarms` meet their rule, by name.", {}
    )

    observability: Observability | None = tiered(
        "An account that reads metrics, logs and traces of other accounts in CloudWatch, without signing in to them.",
        None,
    )

    log_protection: LogProtection | None = tiered(
        "Data that CloudWatch Logs masks in new events of every log group of the accounts, in the Standard class. "
        "Billed per scanned gigabyte.",
        None,
        examples=[{"identifiers": ["AwsSecretKey"], "to": ["Workloads"]}],
    )

    log_subscription: LogSubscription | None = tiered(
        "A destination of CloudWatch Logs, such as that of a SIEM, to which new events of every log group of the "
        "accounts are sent. It is in another account, and not created here.",
        None,
        examples=[{"account": "log_archive", "destination": "siem", "to": ["Workloads"]}],
    )

    log_copies: LogCopies | None = tiered(
        "A rule by which CloudWatch copies new log events of every account to one account. The copies are stored, and "
        "billed, a second time.",
        None,
        examples=[{"account": "log_archive", "prefixes": ["/app/"]}],
    )

    log_retention: list[LogRetention] = tiered(
        "How long CloudWatch Logs keeps events in log groups whose names begin with a prefix, whatever their owners "
        "set; older events are deleted. AWS takes 20 such policies in an account and Region.",
        [],
        max_length=20,
        examples=[[{"name": "app", "prefixes": ["/app/"], "days": 90, "to": ["Workloads"]}]],
    )

    dashboard: bool = tiered(
        "Whether there is a CloudWatch dashboard of alerts, undelivered events, the trail and its alarms, in the "
        "account that reads the others, or in the security account.",
        False,
    )

    @property
    def placed(self) -> dict[str, MetricAlarm | LogAlarm]:
        """Name → each alarm of the profile that is in places."""
        return {**self.alarms, **self.log_alarms}

    @property
    def forwards(self) -> bool:
        """Whether an alarm of another account or Region has to notify."""
        return bool(self.placed or self.composites) or not FORWARDED.keys().isdisjoint(self.ready_made)


FORWARDED: Mapping[str, AlertSeverity] = {
    "vcpu-quota": "medium",
    "lambda-concurrency": "medium",
    "lambda-errors": "medium",
    "nat-traffic": "high",
    "data-transfer": "high",
    "estimated-charges": "high",
}
"""Ready-made alarm outside the account and Region of the topics → its severity; all other alarms read the trail."""


def subscription_roles(landscape: Landscape) -> tuple[str, ...]:
    """The role behind the subscription filters, also in quarantine units: it can only write log events."""
    wanted = landscape.is_on("monitoring") and landscape.settings("monitoring", MonitoringSettings).log_subscription
    return (f"{landscape.prefix}-log-subscription",) if wanted else ()
