"""Settings of `budgets`. No tier sets a budget, because only the customer knows the amounts."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.place import AnyPlaces
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

CostSeverity = Literal["high", "medium"]
"""Severities that cost alerts may have; costs are never as urgent as `critical`."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
MonitorArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws(-cn)?:ce::[0-9]{12}:anomalymonitor/[A-Za-z0-9-]{1,100}$")
]

MOST_BUDGETS = 100
"""Maximum number: each needs an output, and a template has at most 200 (CloudFormation user guide, quotas)."""
MOST_ALERTS = 10
"""AWS Budgets API reference, CreateBudget: NotificationsWithSubscribers has at most 10 items."""


class Alert(Section):
    """A percentage of the amount at which a topic is notified."""

    threshold: int = Field(ge=1, le=1000, description="Percentage of the amount.", examples=[80])
    kind: Literal["actual", "forecasted"] = Field(
        default="actual",
        description="Costs to compare with the threshold: actual costs so far, or the forecast for the period, "
        "which requires about five weeks of data.",
    )
    severity: CostSeverity = Field(default="medium", description="Topic to notify.")


class Budget(Section):
    """An amount of money for a period, with its alerts."""

    amount: int = Field(
        ge=1,
        le=1_000_000_000_000,
        description="Expected costs per period, in whole US dollars (in China, yuan).",
        examples=[5000],
    )
    period: Literal["monthly", "quarterly", "annually"] = Field(
        default="monthly", description="How often the budget resets."
    )
    accounts: AnyPlaces = Field(
        default=[],
        description="Scope of the budget: accounts, groups of accounts, and units with every account of the profile "
        "below them. Empty: the whole organization.",
        examples=[["Sandbox"]],
    )
    alerts: list[Alert] = Field(
        default=[Alert(threshold=80), Alert(threshold=100, kind="forecasted", severity="high")],
        min_length=1,
        max_length=MOST_ALERTS,
        description="Thresholds, and the topics that they notify. Default: 80 percent spent (medium) and more than "
        "100 percent forecast (high).",
    )


class Anomalies(Section):
    """Alerts on costs that are unusual for the organization."""

    minimum_impact: int = Field(
        ge=1,
        le=10_000_000_000,
        description="Minimum cost of an anomaly that triggers an alert, in whole US dollars (in China, yuan).",
        examples=[100],
    )
    severity: CostSeverity = Field(default="high", description="Topic to notify.")
    monitor_arn: MonitorArn | None = Field(
        default=None,
        description="ARN of the management account's existing monitor of AWS services, as an account can have only "
        "one.",
        examples=["arn:aws:ce::111111111111:anomalymonitor/12345678-1234-1234-1234-123456789012"],
    )


class BudgetsSettings(Settings):
    """Settings of `budgets`."""

    budgets: dict[Key, Budget] = tiered(
        "Budgets by a key of your choice. AWS Budgets compares costs with them and notifies topics.",
        {},
        max_length=MOST_BUDGETS,
        examples=[{"organization": {"amount": 20000}, "sandbox": {"amount": 500, "accounts": ["Sandbox"]}}],
    )
    anomalies: Anomalies | None = tiered(
        "Alerts about unusual costs of any AWS service, by AWS Cost Anomaly Detection.",
        None,
        examples=[{"minimum_impact": 100}],
    )
