"""Budgets and cost anomaly alerts: coverage, recipients, and allowed publishers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.cost.budgets.budgets import CAPABILITY
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.settings import Tier
from baseline.errors import ProfileError
from baseline.findings import Finding
from baseline.pipeline import Options, Proof, prove
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.document import text_of
from baseline.validate.validate import ValidateOptions
from tests.landscapes import LOG_ARCHIVE, MANAGEMENT, SECURITY, make_landscape, properties, rendered
from tests.profile.test_places import PROFILE as START

BUDGET = "AWS::Budgets::Budget"
SUBSCRIPTION = "AWS::CE::AnomalySubscription"
MONITOR = "AWS::CE::AnomalyMonitor"
BOTH: dict[str, Any] = {"budgets": {"all": {"amount": 5000}}, "anomalies": {"minimum_impact": 100}}
GOVCLOUD: dict[str, Any] = {
    "partition": "aws-us-gov",
    "home_region": "us-gov-west-1",
    "sign_in_region": "us-gov-west-1",
    "regions": ("us-gov-west-1",),
}
CHINA: dict[str, Any] = {
    "partition": "aws-cn",
    "home_region": "cn-northwest-1",
    "sign_in_region": "cn-north-1",
    "regions": ("cn-northwest-1",),
}
ACCOUNTS = {
    **{account.key: account for account in (MANAGEMENT, LOG_ARCHIVE, SECURITY)},
    **{
        key: Account(key=key, name=key, email=f"{key}@northwind.example", ou=unit)
        for key, unit in (("web", "Workloads/Prod"), ("on", "Workloads"), ("other", "Workloads-2"))
    },
}
OUS = dict.fromkeys(("Security", "Workloads", "Workloads/Prod", "Workloads-2"))


def landscape(settings: dict[str, Any] | None = None, tier: Tier = "standard", **changes: Any) -> Landscape:
    return make_landscape(tier, {"budgets": BOTH if settings is None else settings}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    return {stack.name: stack for stack in build_plan(here).stacks if stack.capability == "budgets"}


def resources(here: Landscape, kind: str) -> dict[str, Any]:
    return {
        name: found
        for template in rendered("budgets", here).values()
        for name, found in properties(template, kind).items()
    }


def one_budget(here: Landscape) -> Mapping[str, Any]:
    (found,) = resources(here, BUDGET).values()
    return dict(found)


def publishers(here: Landscape) -> dict[str, set[str]]:
    """Topic → services that may publish to it."""
    policies = properties(rendered("notifications", here)["notifications"], "AWS::SNS::TopicPolicy").values()
    return {
        policy["Topics"][0]["Ref"]: {
            item["Principal"]["Service"] for item in policy["PolicyDocument"]["Statement"] if item["Effect"] == "Allow"
        }
        for policy in policies
    }


def encrypting(here: Landscape) -> set[str]:
    """Services that the topics' key policy admits."""
    (key,) = properties(rendered("kms", here)["kms-notifications"], "AWS::KMS::Key").values()
    principals = [item["Principal"] for item in key["KeyPolicy"]["Statement"]]
    return {item["Service"] for item in principals if isinstance(item, Mapping) and "Service" in item}


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_no_tier_has_a_budget_of_its_own(tier: Tier, *, standalone: bool) -> None:
    here = landscape({}, tier, standalone=standalone)
    assert here.is_on("budgets")
    assert stacks(here) == {}
    assert all(found == {"cloudwatch.amazonaws.com", "events.amazonaws.com"} for found in publishers(here).values())
    assert encrypting(here) == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}


@pytest.mark.parametrize("tier", ["starter", "standard", "regulated"])
@pytest.mark.parametrize("standalone", [False, True])
def test_stacks_are_in_the_management_account_after_the_topics(tier: Tier, *, standalone: bool) -> None:
    found = stacks(landscape(tier=tier, standalone=standalone))
    assert set(found) == {"nw-budgets", "nw-cost-anomalies"}
    for stack in found.values():
        assert [(item.account, item.regions) for item in stack.deployments] == [("management", ("us-east-1",))]
        assert "nw-notifications" in stack.depends_on


def test_capability_that_is_off_has_no_stack_and_admits_no_publisher() -> None:
    here = landscape({**BOTH, "enabled": False})
    assert stacks(here) == {}
    assert "budgets.amazonaws.com" not in encrypting(here)


def test_budget_without_alerts_has_two_default_ones() -> None:
    budget = one_budget(landscape({"budgets": {"all": {"amount": 5000}}}))
    assert budget["Budget"] == {
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": 5000, "Unit": "USD"},
    }
    found = [
        (item["Notification"]["NotificationType"], item["Notification"]["Threshold"], text_of(item["Subscribers"]))
        for item in budget["NotificationsWithSubscribers"]
    ]
    assert [item[:2] for item in found] == [("ACTUAL", 80), ("FORECASTED", 100)]
    assert ":sns:eu-west-1:" in found[0][2]
    assert "nw-alerts-medium" in found[0][2]
    assert "nw-alerts-high" in found[1][2]


def test_alerts_go_to_topics_only_and_budgets_have_no_name_to_collide() -> None:
    """Both are create-only: an address or a name would make later changes fail or replace."""
    budget = one_budget(landscape({"budgets": {"all": {"amount": 1}}}))
    assert "BudgetName" not in budget["Budget"]
    for item in budget["NotificationsWithSubscribers"]:
        assert [subscriber["SubscriptionType"] for subscriber in item["Subscribers"]] == ["SNS"]


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ([], None),
        (["Workloads"], ["WebAccountId", "OnAccountId"]),
        (["Workloads/Prod", "management"], ["ManagementAccountId", "WebAccountId"]),
        (["web", "Workloads"], ["WebAccountId", "OnAccountId"]),
        (["other"], ["OtherAccountId"]),
    ],
    ids=str,
)
def test_places_become_the_accounts_below_them(accounts: list[str], expected: list[str] | None) -> None:
    here = landscape({"budgets": {"some": {"amount": 7, "accounts": accounts}}}, accounts=ACCOUNTS, ous=OUS)
    filters = one_budget(here)["Budget"].get("CostFilters")
    assert filters == (expected and {"LinkedAccount": [{"Ref": name} for name in expected]})
    assert [item.name for item in stacks(here)["nw-budgets"].parameters] == (expected or [])


def test_standalone_account_needs_no_filter_and_no_parameter() -> None:
    here = landscape({"budgets": {"own": {"amount": 7, "accounts": ["management"]}}}, standalone=True)
    assert CAPABILITY.problems(here) == ()
    assert "CostFilters" not in one_budget(here)["Budget"]
    assert stacks(here)["nw-budgets"].parameters == ()


def test_keys_that_yaml_could_misread_become_logical_ids_of_their_own() -> None:
    keys = ("on", "a-007", "a007", "null", "x")
    here = landscape({"budgets": {key: {"amount": number} for number, key in enumerate(keys, start=1)}})
    amounts = {name: item["Budget"]["BudgetLimit"]["Amount"] for name, item in resources(here, BUDGET).items()}
    assert sorted(amounts.values()) == [1, 2, 3, 4, 5]
    assert amounts["OnBudget"] == 1
    assert amounts["NullBudget"] == 4


def test_anomalies_notify_their_topic_at_once_from_the_amount_on() -> None:
    here = landscape({"anomalies": {"minimum_impact": 250, "severity": "medium"}})
    (monitor,) = resources(here, MONITOR).values()
    assert monitor == {"MonitorName": "nw-services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    (found,) = resources(here, SUBSCRIPTION).values()
    assert found["Frequency"] == "IMMEDIATE"
    assert found["MonitorArnList"] == [{"Ref": "Monitor"}]
    assert json.loads(found["ThresholdExpression"]) == {
        "Dimensions": {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": ["250"],
        }
    }
    assert [(item["Type"], text_of(item["Address"]).rpartition(":")[2]) for item in found["Subscribers"]] == [
        ("SNS", "nw-alerts-medium")
    ]


def test_stack_with_tags_that_aws_cannot_change_has_none() -> None:
    plan = build_plan(landscape(tags={"Owner": "platform"}))
    tags = {stack.name: dict(plan.tags_of(stack)) for stack in plan.stacks if stack.capability == "budgets"}
    assert tags == {"nw-budgets": {"Owner": "platform"}, "nw-cost-anomalies": {}}


def test_existing_monitor_is_used_instead_of_a_second_one() -> None:
    arn = "arn:aws:ce::111111111111:anomalymonitor/12345678-1234-1234-1234-123456789012"
    here = landscape({"anomalies": {"minimum_impact": 1, "monitor_arn": arn}})
    assert CAPABILITY.problems(here) == ()
    assert resources(here, MONITOR) == {}
    (found,) = resources(here, SUBSCRIPTION).values()
    assert [text_of(item) for item in found["MonitorArnList"]] == [arn.replace("arn:aws:", "arn:${AWS::Partition}:")]


@pytest.mark.parametrize(
    ("settings", "high", "medium"),
    [
        (BOTH, {"budgets", "costalerts"}, {"budgets"}),
        ({"anomalies": {"minimum_impact": 1, "severity": "medium"}}, set(), {"costalerts"}),
        ({"budgets": {"a": {"amount": 1, "alerts": [{"threshold": 5, "severity": "high"}]}}}, {"budgets"}, set()),
    ],
    ids=["both", "anomalies", "one alert"],
)
def test_topics_admit_the_services_that_publish_to_them(
    settings: dict[str, Any], high: set[str], medium: set[str]
) -> None:
    here = landscape(settings)
    usual = {"cloudwatch", "events"}
    assert publishers(here) == {
        topic: {f"{name}.amazonaws.com" for name in usual | names}
        for topic, names in (("CriticalTopic", set()), ("HighTopic", high), ("MediumTopic", medium))
    }
    assert encrypting(here) == {f"{name}.amazonaws.com" for name in usual | high | medium}


def test_govcloud_has_neither_service_and_says_so() -> None:
    here = landscape(**GOVCLOUD)
    assert stacks(here) == {}
    assert encrypting(here) == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    found = CAPABILITY.unsupported(here)
    assert [".".join(map(str, item.path)) for item in found] == ["budgets", "anomalies"]
    assert all("aws-us-gov" in item.message for item in found)
    assert CAPABILITY.unsupported(landscape({}, **GOVCLOUD)) == ()
    assert CAPABILITY.unsupported(landscape()) == ()


def test_china_has_both_in_yuan() -> None:
    here = landscape(**CHINA)
    assert CAPABILITY.unsupported(here) == ()
    assert {stack.regions for stack in stacks(here).values()} == {("cn-north-1",)}
    budget = one_budget(here)
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 5000, "Unit": "CNY"}
    assert ":sns:cn-northwest-1:" in text_of(budget["NotificationsWithSubscribers"][0]["Subscribers"][0]["Address"])


def problem(here: Landscape) -> tuple[str, str]:
    (found,) = CAPABILITY.problems(here)
    return ".".join(map(str, found.path)), found.message


@pytest.mark.parametrize("setting", ["budgets", "anomalies"])
def test_alerts_without_topics_are_a_problem(setting: str) -> None:
    here = landscape({setting: BOTH[setting]})
    without = {name: item for name, item in here.capabilities.items() if name != "notifications"}
    assert problem(replace(here, capabilities=without))[0] == setting
    nothing = landscape({})
    assert CAPABILITY.problems(replace(nothing, capabilities={"budgets": nothing.capabilities["budgets"]})) == ()


def test_place_without_an_account_is_a_problem() -> None:
    here = landscape({"budgets": {"some": {"amount": 7, "accounts": ["Security", "Workloads"]}}})
    setting, message = problem(here)
    assert setting == "budgets.some.accounts.1"
    assert "Workloads" in message


def test_two_alerts_at_one_threshold_are_a_problem() -> None:
    alerts = [{"threshold": 80}, {"threshold": 80, "severity": "high"}, {"threshold": 80, "kind": "forecasted"}]
    setting, message = problem(landscape({"budgets": {"some": {"amount": 7, "alerts": alerts}}}))
    assert setting == "budgets.some.alerts"
    assert "2 alerts at 80 percent actual" in message


def test_more_accounts_than_a_stack_has_parameters_are_a_problem() -> None:
    many = {
        f"a{number}": Account(key=f"a{number}", name="a", email=f"a{number}@northwind.example", ou="Workloads")
        for number in range(199)
    }
    settings = {"budgets": {"some": {"amount": 7, "accounts": ["Workloads"]}}}
    assert "201 accounts" in problem(landscape(settings, ous=OUS, accounts={**ACCOUNTS, **many}))[1]


def test_monitor_of_another_account_is_a_problem() -> None:
    arn = "arn:aws:ce::222222222222:anomalymonitor/12345678-1234-1234-1234-123456789012"
    setting, message = problem(landscape({"anomalies": {"minimum_impact": 1, "monitor_arn": arn}}))
    assert setting == "anomalies.monitor_arn"
    assert "222222222222" in message


@pytest.mark.parametrize(
    "settings",
    [
        {"budgets": {"a": {"amount": 0}}},
        {"budgets": {"a": {"amount": "5"}}},
        {"budgets": {"a": {"amount": float("inf")}}},
        {"budgets": {"a": {}}},
        {"budgets": {"A b": {"amount": 1}}},
        {"budgets": {"a": {"amount": 1, "period": "daily"}}},
        {"budgets": {"a": {"amount": 1, "alerts": []}}},
        {"budgets": {"a": {"amount": 1, "alerts": [{"threshold": n} for n in range(1, 12)]}}},
        {"budgets": {"a": {"amount": 1, "alerts": [{"threshold": 0}]}}},
        {"budgets": {"a": {"amount": 1, "alerts": [{"threshold": 1, "severity": "critical"}]}}},
        {"budgets": {f"a{number}": {"amount": 1} for number in range(101)}},
        {"anomalies": {}},
        {"anomalies": {"minimum_impact": 0}},
        {"anomalies": {"minimum_impact": 1, "monitor_arn": "arn:aws:ce::1:anomalymonitor/x"}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_value_that_aws_would_reject_is_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(settings)


PROFILE = START.replace("capabilities:\n", "") + "capabilities:\n"
WITHOUT_LINT = Options(validation=ValidateOptions(lint=False), fail_on=None)


def proof(directory: Path, budgets: str) -> Proof:
    path = directory / "profile.yaml"
    path.write_text(f"{PROFILE}  budgets: {budgets}\n", encoding="utf-8")
    return prove(path, WITHOUT_LINT)


def found_by(proof: Proof, *checks: str) -> list[Finding]:
    return [item for item in proof.findings if item.id in checks]


def test_deliveries_names_and_effects_hold_with_both(tmp_path: Path) -> None:
    budgets = "{budgets: {all: {amount: 5}, cards: {amount: 5, accounts: [card-data]}}, anomalies: {minimum_impact: 5}}"
    found = proof(tmp_path, budgets)
    assert {"nw-budgets", "nw-cost-anomalies"} <= {stack.name for stack in found.plan.stacks}
    assert found_by(found, "BL112", "BL131", "BL132", "BL134") == []
    states = {item.control.id: str(item.state.value) for item in found.evidence.assessments}
    assert states["budget-alerts"] == states["cost-anomaly-alerts"] == "deployed"


def test_unknown_place_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        proof(tmp_path, "{budgets: {all: {amount: 5, accounts: [Workload]}}}")
    (found,) = caught.value.problems
    assert found.id == "profile-place"
    assert "Workloads" in f"{found.message} {found.fix}"
