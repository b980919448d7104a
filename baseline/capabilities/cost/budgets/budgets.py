"""Budgets and cost anomaly alerts, in the account that pays."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from baseline.aws.quotas import quota
from baseline.capabilities.capability import Capability, Regions, StackSpec, one_account
from baseline.capabilities.cost.budgets.settings import Alert, Budget, BudgetsSettings
from baseline.capabilities.cost_alerts import (
    can_have_anomaly_alerts,
    can_have_budgets,
    has_anomaly_alerts,
    has_budgets,
)
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.parameters import ParameterDeclaration, account_parameters, logical_names
from baseline.findings import Problem
from baseline.frozen import frozen

_KINDS = {"actual": "ACTUAL", "forecasted": "FORECASTED"}
_PERIODS = {"monthly": "MONTHLY", "quarterly": "QUARTERLY", "annually": "ANNUALLY"}


@frozen
class BudgetAlert:
    """An alert in the format of AWS Budgets."""

    kind: str
    threshold: int
    severity: str


@frozen
class PlannedBudget:
    """One budget. `accounts` are names of parameters; empty for all accounts."""

    key: str
    logical_id: str
    amount: int
    unit: str
    period: str
    accounts: tuple[str, ...]
    alerts: tuple[BudgetAlert, ...]


@frozen
class BudgetsContext:
    """Context of `budgets`."""

    prefix: str
    home_region: str
    budgets: tuple[PlannedBudget, ...]


@frozen
class AnomaliesContext:
    """Context of `anomalies`. Without `monitor_arn` the stack creates the monitor."""

    prefix: str
    home_region: str
    severity: str
    threshold_expression: str
    monitor_arn: str


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    specs = []
    if has_budgets(landscape):
        specs.append(_budgets_stack(landscape))
    if has_anomaly_alerts(landscape):
        specs.append(_anomalies_stack(landscape))
    return tuple(specs)


def _budgets_stack(landscape: Landscape) -> StackSpec:
    """AWS Budgets is global, but its type exists only in some Regions: the stack targets one of these."""
    settings = landscape.settings("budgets", BudgetsSettings)
    parameters = _parameters(landscape, settings)
    names = logical_names(sorted(settings.budgets))
    return StackSpec(
        name="budgets",
        template="cost/budgets/budgets",
        description="Budgets and their alerts.",
        target=one_account("management", Regions.SIGN_IN),
        context=BudgetsContext(
            prefix=landscape.prefix,
            home_region=landscape.home_region,
            budgets=tuple(
                PlannedBudget(
                    key=key,
                    logical_id=f"{names[key]}Budget",
                    amount=item.amount,
                    unit=_currency(landscape),
                    period=_PERIODS[item.period],
                    accounts=tuple(parameters[account].name for account in _accounts(landscape, item) if parameters),
                    alerts=tuple(_alert(alert) for alert in item.alerts),
                )
                for key, item in settings.budgets.items()
            ),
        ),
        parameters=tuple(parameters.values()),
        depends_on=("notifications",),
    )


def _anomalies_stack(landscape: Landscape) -> StackSpec:
    """The stack has no tags: `AWS::CE::AnomalyMonitor` and `AnomalySubscription` cannot change tags (ResourceTags)."""
    anomalies = landscape.settings("budgets", BudgetsSettings).anomalies
    if anomalies is None:
        raise ValueError("the stack for cost anomalies requires the setting anomalies")
    impact = {
        "Dimensions": {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": [str(anomalies.minimum_impact)],
        }
    }
    return StackSpec(
        name="cost-anomalies",
        template="cost/budgets/anomalies",
        description="Alerts about unusual costs.",
        target=one_account("management", Regions.SIGN_IN),
        context=AnomaliesContext(
            prefix=landscape.prefix,
            home_region=landscape.home_region,
            severity=anomalies.severity,
            threshold_expression=json.dumps(impact),
            monitor_arn=portable_text(anomalies.monitor_arn or ""),
        ),
        depends_on=("notifications",),
        tagged=False,
    )


def _parameters(landscape: Landscape, settings: BudgetsSettings) -> Mapping[str, ParameterDeclaration]:
    """Key of each account that a budget names → its parameter; empty in standalone mode."""
    keys = (key for item in settings.budgets.values() for key in _accounts(landscape, item))
    return {} if landscape.standalone else account_parameters(landscape, dict.fromkeys(keys))


def _accounts(landscape: Landscape, budget: Budget) -> tuple[str, ...]:
    """Keys of the accounts that the budget covers, in the profile's order."""
    return tuple(key for key in landscape.accounts if any(_is_in(landscape, key, name) for name in budget.accounts))


def _is_in(landscape: Landscape, key: str, place: str) -> bool:
    if place in landscape.accounts:
        return key == place
    unit = landscape.accounts[key].ou or ""
    return unit == place or unit.startswith(f"{place}/")


def _alert(alert: Alert) -> BudgetAlert:
    return BudgetAlert(kind=_KINDS[alert.kind], threshold=alert.threshold, severity=alert.severity)


def _currency(landscape: Landscape) -> str:
    """AWS bills in US dollars, and in China in yuan."""
    return "CNY" if landscape.partition == "aws-cn" else "USD"


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("budgets", BudgetsSettings)
    return (
        *_missing_topics(landscape, settings),
        *_empty_places(landscape, settings.budgets),
        *_repeated_alerts(settings.budgets),
        *_too_many_accounts(landscape, settings),
        *_foreign_monitor(landscape, settings),
    )


def _missing_topics(landscape: Landscape, settings: BudgetsSettings) -> Iterator[Problem]:
    asked = [name for name in ("budgets", "anomalies") if getattr(settings, name)]
    if asked and not landscape.is_on("notifications"):
        yield Problem(
            path=(asked[0],),
            message="notifications is off: cost alerts have no topic",
            fix="turn notifications on, or remove the budgets and anomalies",
            fallback=(("capabilities", "notifications"),),
        )


def _empty_places(landscape: Landscape, budgets: Mapping[str, Budget]) -> Iterator[Problem]:
    """Budgets without accounts, which would cover the whole organization."""
    for key, item in budgets.items():
        for index, place in enumerate(item.accounts):
            if not any(_is_in(landscape, account, place) for account in landscape.accounts):
                yield Problem(
                    path=("budgets", key, "accounts", index),
                    message=f"{place} has no account in the profile: the budget would have no costs to compare",
                    fix="name a unit with accounts, or remove it",
                )


def _repeated_alerts(budgets: Mapping[str, Budget]) -> Iterator[Problem]:
    """AWS Budgets rejects a second notification of the same kind and threshold (DuplicateRecordException)."""
    for key, item in budgets.items():
        for (kind, threshold), count in Counter((alert.kind, alert.threshold) for alert in item.alerts).items():
            if count > 1:
                yield Problem(
                    path=("budgets", key, "alerts"),
                    message=f"{count} alerts at {threshold} percent {kind}: a budget accepts at most one",
                    fix="keep one of them",
                )


def _too_many_accounts(landscape: Landscape, settings: BudgetsSettings) -> Iterator[Problem]:
    count, most = len(_parameters(landscape, settings)), quota("cloudformation.parameters")
    if count > most:
        yield Problem(
            path=("budgets",),
            message=f"budgets name {count} accounts: a stack has at most {most} parameters",
            fix="name fewer accounts; a budget without `accounts` covers the whole organization",
        )


def _foreign_monitor(landscape: Landscape, settings: BudgetsSettings) -> Iterator[Problem]:
    arn = settings.anomalies.monitor_arn if settings.anomalies else None
    management = landscape.accounts.get("management")
    own = management.id if management else None
    if arn and own and arn.split(":")[4] != own:
        yield Problem(
            path=("anomalies", "monitor_arn"),
            message=f"the monitor is in the account {arn.split(':')[4]}, the management account is {own}",
            fix="write the ARN of a monitor of the management account, or remove it",
        )


def _unsupported(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("budgets", BudgetsSettings)
    return tuple(
        Problem(
            path=(setting,),
            message=f"{service} does not exist in {landscape.partition}: {setting} is left out",
            fix=f"remove {setting}; GovCloud costs are in the bill of the account's standard AWS account",
        )
        for setting, service, is_there in (
            ("budgets", "AWS Budgets", can_have_budgets(landscape)),
            ("anomalies", "AWS Cost Anomaly Detection", can_have_anomaly_alerts(landscape)),
        )
        if getattr(settings, setting) and not is_there
    )


CAPABILITY = Capability(
    name="budgets",
    title="Budgets",
    summary="Budgets with alerts for the organization, units and accounts, and alerts about unusual costs.",
    settings=BudgetsSettings,
    stacks=_stacks,
    problems=_problems,
    unsupported=_unsupported,
    is_asked=lambda settings: isinstance(settings, BudgetsSettings) and bool(settings.budgets or settings.anomalies),
)
