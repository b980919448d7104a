"""Settings of `monitoring`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.event_forwarding import ForwardingSettings
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.respond.notifications.settings import AlertSeverity
from baseline.capabilities.settings import tiered
from baseline.documents.section import Section

ReadyMade = Literal["ec2-launch-spike", "vcpu-quota"]
Comparison = Literal["above", "at-least", "below", "at-most"]
Text = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 .,;:()/_+=#@%-]+$", max_length=400)]
"""Texts that stand in messages: without quotation marks and angle brackets, which EventBridge would read."""
AlarmName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]


class MetricAlarm(Section):
    """An alarm of the profile on a metric, in every account of the places and every governed Region."""

    description: Text = Field(description="What it means and what to do when it rings.")
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
    threshold: int = Field(description="The value that rings the alarm.")
    period_seconds: Literal[60, 300, 900, 3600] = Field(default=300, description="Length of a period.")
    periods: int = Field(default=1, ge=1, le=24, description="Periods in a row that ring the alarm.")
    missing: Literal["ok", "alarm", "ignore"] = Field(default="ok", description="What a period without data means.")
    severity: AlertSeverity = Field(default="medium", description="Which topic it notifies.")
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Units, accounts, groups of accounts, or root."
    )


class MonitoringSettings(ForwardingSettings):
    """Settings of `monitoring`. No tier asks for anything: an upgrade adds no stack."""

    ready_made: list[ReadyMade] = tiered(
        "Alarms that need no more than their name: more launches of EC2 instances in the organization than a model of "
        "the last weeks expects, and an account that uses much of its quota of vCPUs.",
        [],
        examples=[["ec2-launch-spike", "vcpu-quota"]],
    )
    launch_spike_width: int = tiered(
        "Width of the band of expected launches, in standard deviations: a lower number rings more often.",
        3,
        regulated=2,
        ge=1,
        le=10,
    )
    quota_percent: int = tiered("Percentage of the quota of vCPUs that rings the alarm.", 80, ge=1, le=100)
    alarms: dict[AlarmName, MetricAlarm] = tiered(
        "Alarms of your own on any metric, by name. A metric of a log pattern comes from a metric filter of yours.", {}
    )

    @property
    def forwards(self) -> bool:
        """Whether an alarm of another account or Region has to notify."""
        return bool(self.alarms) or "vcpu-quota" in self.ready_made
