"""Topics that receive cost alerts, and the services that publish them, for topic and key policies."""

from baseline.aws.availability import is_available
from baseline.capabilities.cost.budgets.settings import BudgetsSettings
from baseline.capabilities.landscape import Landscape
from baseline.frozen import frozen


@frozen
class CostPublisher:
    """A service that publishes cost alerts.

    Attributes:
        sid: Sid of the statements that allow it.
        service: Its service principal.
        source: The service in its `aws:SourceArn`, which has no Region; empty if AWS only documents
            `aws:SourceAccount`.
    """

    sid: str
    service: str
    source: str


# https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
_BUDGETS = CostPublisher(sid="Budgets", service="budgets.amazonaws.com", source="budgets")
# https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html
_ANOMALIES = CostPublisher(sid="CostAnomalies", service="costalerts.amazonaws.com", source="")


def has_budgets(landscape: Landscape) -> bool:
    """Whether there are budgets: the profile defines some, and the partition has the service."""
    settings = _settings(landscape)
    return settings is not None and bool(settings.budgets) and can_have_budgets(landscape)


def has_anomaly_alerts(landscape: Landscape) -> bool:
    """Whether anomalies are detected: the profile enables detection, and the partition has the service."""
    settings = _settings(landscape)
    return settings is not None and settings.anomalies is not None and can_have_anomaly_alerts(landscape)


def can_have_budgets(landscape: Landscape) -> bool:
    """Whether the partition has AWS Budgets; GovCloud does not."""
    return is_available("AWS::Budgets::Budget", landscape.sign_in_region) is not False


def can_have_anomaly_alerts(landscape: Landscape) -> bool:
    """Whether the partition has AWS Cost Anomaly Detection; GovCloud does not."""
    return is_available("AWS::CE::AnomalySubscription", landscape.sign_in_region) is not False


def cost_publishers(landscape: Landscape, severity: str = "") -> tuple[CostPublisher, ...]:
    """The services that publish cost alerts to the topic of a severity, or to any topic."""
    settings = _settings(landscape)
    if settings is None:
        return ()
    of_budgets = {alert.severity for item in settings.budgets.values() for alert in item.alerts}
    of_anomalies = {settings.anomalies.severity} if settings.anomalies else set()
    found = []
    if has_budgets(landscape) and (not severity or severity in of_budgets):
        found.append(_BUDGETS)
    if has_anomaly_alerts(landscape) and (not severity or severity in of_anomalies):
        found.append(_ANOMALIES)
    return tuple(found)


def _settings(landscape: Landscape) -> BudgetsSettings | None:
    """The settings, if there are topics to notify."""
    if not landscape.is_on("budgets") or not landscape.is_on("notifications"):
        return None
    return landscape.settings("budgets", BudgetsSettings)
