"""The dashboard: graphs of what the profile deploys, in accounts that the dashboard's account can read."""

import json
from typing import Any

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from tests.landscapes import make_landscape, properties, rendered

SINKS = {"eu-west-1": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"}
OTHERS: dict[str, Any] = {
    "notifications": {"findings": {"guardduty": "high"}, "account_names": True},
    "heartbeat": {"watch": ["trail"], "sign_of_life": "weekly"},
}
EVERY_TITLE = {
    "Alerts by severity, management account",
    "Alerts that a subscriber did not receive, management account",
    "Alerts by severity, security account",
    "Alerts that a subscriber did not receive, security account",
    "Events that were not delivered, by Region",
    "Events by rule, findings among them",
    "Signs of life that arrived",
    "Events that get the name of their account",
    "Events of the trail that reach its log group",
    "Events that alarms on the trail count",
}


def landscape(observability: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    own = {"dashboard": True, **({"observability": observability} if observability else {})}
    return make_landscape(settings={"monitoring": own, **OTHERS, **changes.pop("others", {})}, **changes)


def body(here: Landscape) -> dict[str, Any]:
    template = rendered("monitoring", here)["monitoring-dashboard"]
    (dashboard,) = properties(template, "AWS::CloudWatch::Dashboard").values()
    found: dict[str, Any] = json.loads(text_of(dashboard["DashboardBody"]))
    return found


def graphs(here: Landscape) -> dict[str, dict[str, Any]]:
    return {
        item["properties"]["title"]: item["properties"] for item in body(here)["widgets"] if item["type"] == "metric"
    }


def accounts(metrics: list[Any]) -> set[str | None]:
    return {item[-1].get("accountId") if isinstance(item[-1], dict) else None for item in metrics}


def test_dashboard_has_a_graph_of_everything_that_it_can_read() -> None:
    shared = graphs(landscape({"sinks": SINKS, "to": ["root"]}))
    assert shared.keys() == EVERY_TITLE
    assert accounts(shared["Events of the trail that reach its log group"]["metrics"]) == {"${ManagementAccountId}"}
    assert accounts(shared["Alerts by severity, security account"]["metrics"]) == {None}
    alone = landscape()
    assert graphs(alone).keys() == {
        title for title in EVERY_TITLE if "management" not in title and "trail" not in title
    }
    assert "not shared with this account: alerts by severity, management account" in (
        body(alone)["widgets"][0]["properties"]["markdown"].lower()
    )


def test_monitoring_account_reads_the_security_account_by_its_link() -> None:
    here = landscape({"account": "log_archive", "sinks": SINKS, "to": ["root"]})
    (stack,) = (item for item in build_plan(here).stacks if item.name == "nw-monitoring-dashboard")
    assert [item.account for item in stack.deployments] == ["log_archive"]
    assert {item.name for item in stack.parameters} == {"ManagementAccountId", "SecurityAccountId"}
    found = graphs(here)
    assert accounts(found["Alerts by severity, security account"]["metrics"]) == {"${SecurityAccountId}"}
    ((search,),) = found["Events by rule, findings among them"]["metrics"]
    assert search["expression"] == (
        'SEARCH(\'{AWS/Events,EventBusName,RuleName} EventBusName="nw-events" MetricName="MatchedEvents" '
        ":aws.AccountId=\"${SecurityAccountId}\"', 'Sum', 86400)"
    )


def test_another_account_shows_only_regions_that_have_a_sink() -> None:
    """Elsewhere no link shares the queue, and an empty line would look like no undelivered events."""

    def undelivered(here: Landscape) -> list[str]:
        metrics = graphs(here)["Events that were not delivered, by Region"]["metrics"]
        return [item[-1]["region"] for item in metrics]

    there = landscape({"account": "log_archive", "sinks": SINKS, "to": ["root"]})
    here = landscape({"sinks": SINKS, "to": ["root"]})
    assert undelivered(there) == list(SINKS)
    others = set(undelivered(here)) - SINKS.keys()
    assert "us-east-1" in others
    head = body(there)["widgets"][0]["properties"]["markdown"]
    assert "events that were not delivered, by region (" in head
    assert all(region in head for region in others)
    assert "not delivered" not in body(here)["widgets"][0]["properties"]["markdown"]


def test_graphs_name_what_the_profile_deploys() -> None:
    """Each topic, queue, log group, rule, state machine and metric of a filter is in a rendered template."""
    here = landscape({"sinks": SINKS, "to": ["root"]})
    names = set()
    for capability in ("notifications", "heartbeat", "alarms", "cloudtrail"):
        for template in rendered(capability, here).values():
            for kind, key in (
                ("AWS::SNS::Topic", "TopicName"),
                ("AWS::SQS::Queue", "QueueName"),
                ("AWS::Events::Rule", "Name"),
                ("AWS::Events::EventBus", "Name"),
                ("AWS::Logs::LogGroup", "LogGroupName"),
                ("AWS::StepFunctions::StateMachine", "StateMachineName"),
                ("AWS::CloudWatch::Alarm", "MetricName"),
            ):
                names |= {item.get(key) for item in properties(template, kind).values()}
    for title, graph in graphs(here).items():
        for metric in graph["metrics"]:
            words = [word for word in metric if isinstance(word, str)]
            used = words[1:] if words[:1] == ["LogMetrics"] else words[3::2]
            assert {word.split(":")[-1] for word in used} <= names, title


def test_graphs_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for widget in body(landscape({"sinks": SINKS, "to": ["root"]}))["widgets"]:
        cells = {
            (column, row)
            for column in range(widget["x"], widget["x"] + widget["width"])
            for row in range(widget["y"], widget["y"] + widget["height"])
        }
        assert max(column for column, _ in cells) < 24
        assert not taken & cells
        taken |= cells


def test_standalone_account_shows_itself() -> None:
    here = landscape(standalone=True, others={"notifications": {"findings": {"guardduty": "high"}}})
    found = graphs(here)
    assert "Alerts by severity" in found
    assert {account for graph in found.values() for account in accounts(graph["metrics"])} == {None}


@pytest.mark.parametrize("observability", [{"account": "log_archive"}, {"account": "log_archive", "share": ["logs"]}])
def test_dashboard_that_shows_nothing_is_a_problem(observability: dict[str, Any]) -> None:
    paths = [item.path for item in CAPABILITIES["monitoring"].problems(landscape(observability))]
    assert ("dashboard",) in paths
    assert ("dashboard",) not in [item.path for item in CAPABILITIES["monitoring"].problems(landscape())]
