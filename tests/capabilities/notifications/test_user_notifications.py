"""AWS User Notifications: the findings of a severity in one configuration, each address in each of them."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.plan.build import build_plan
from tests.event_routing import matching
from tests.landscapes import make_landscape, properties, rendered

FINDINGS = {"guardduty": "medium", "macie": "high", "access-analyzer": "medium"}


def landscape(given: Any = None, **changes: Any) -> Landscape:
    settings = {"user_notifications": given or {"findings": FINDINGS}}
    return make_landscape(settings={"notifications": settings}, **changes)


def resources(here: Landscape, kind: str) -> dict[str, Any]:
    return properties(rendered("notifications", here)["user-notifications"], f"AWS::{kind}")


def test_critical_findings_notify_at_once_and_medium_ones_are_collected() -> None:
    found = resources(landscape(), "Notifications::NotificationConfiguration")
    assert {item["Name"]: item["AggregationDuration"] for item in found.values()} == {
        "nw-critical": "NONE",
        "nw-high": "SHORT",
        "nw-medium": "LONG",
    }


@pytest.mark.parametrize(
    ("detail", "source", "configuration"),
    [
        ({"severity": 9.0}, "aws.guardduty", "CriticalConfiguration"),
        ({"severity": 7.5}, "aws.guardduty", "HighConfiguration"),
        ({"severity": 4}, "aws.guardduty", "MediumConfiguration"),
        ({"severity": 3.9}, "aws.guardduty", ""),
        ({"severity": {"description": "High"}}, "aws.macie", "HighConfiguration"),
        ({"severity": {"description": "Medium"}}, "aws.macie", ""),
        ({"status": "ACTIVE", "isPublic": True}, "aws.access-analyzer", "HighConfiguration"),
    ],
    ids=str,
)
def test_finding_is_in_the_configuration_of_its_severity(detail: Any, source: str, configuration: str) -> None:
    rules = resources(landscape(), "Notifications::EventRule").values()
    found = [
        rule["NotificationConfigurationArn"]["Fn::GetAtt"]
        for rule in rules
        if rule["Source"] == source and EventPattern.load(rule["EventPattern"]).matches_event({"detail": detail})  # type: ignore[typeddict-item]
    ]
    assert [str(item).replace("'", "") for item in found] == ([f"[{configuration}, Arn]"] if configuration else [])


def test_every_address_is_a_channel_of_every_configuration() -> None:
    here = landscape({"findings": FINDINGS, "emails": ["a@b.example", "c@d.example"]})
    emails = {item["EmailAddress"] for item in resources(here, "NotificationsContacts::EmailContact").values()}
    assert emails == {"a@b.example", "c@d.example"}
    channels = resources(here, "Notifications::ChannelAssociation").values()
    pairs = {json.dumps([item["NotificationConfigurationArn"], item["Arn"]]) for item in channels}
    assert len(channels) == len(pairs) == 6


def test_what_is_made_for_an_address_does_not_depend_on_the_others() -> None:
    """Name and address of a contact cannot change."""
    both = landscape({"findings": FINDINGS, "emails": ["a@b.example", "c@d.example"]})
    rest = landscape({"findings": FINDINGS, "emails": ["c@d.example"]})
    for kind in ("NotificationsContacts::EmailContact", "Notifications::ChannelAssociation"):
        assert resources(rest, kind)
        assert resources(rest, kind).items() <= resources(both, kind).items()


def test_alerts_receive_them_if_no_address_is_named() -> None:
    (contact,) = resources(landscape(), "NotificationsContacts::EmailContact").values()
    assert contact["EmailAddress"] == "alerts@northwind.example"


def test_stack_is_in_the_security_account_in_the_region_of_the_service() -> None:
    stack = next(item for item in build_plan(landscape()).stacks if item.name == "nw-user-notifications")
    assert [item.account for item in stack.deployments] == ["security"]
    assert stack.regions == ("us-east-1",)
    rules = resources(landscape(), "Notifications::EventRule").values()
    assert {tuple(rule["Regions"]) for rule in rules} == {("eu-west-1", "eu-central-1")}


def test_security_hub_leaves_out_findings_that_notify_here() -> None:
    finding = {
        "RecordState": "ACTIVE",
        "Severity": {"Label": "HIGH"},
        "Workflow": {"Status": "NEW"},
        "ProductName": "GuardDuty",
    }
    head = {"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported"}
    sent = {**head, "detail": {"findings": finding}}  # moto does not look into lists
    assert not matching(rendered("security_hub", landscape()), sent)
    assert matching(rendered("security_hub", landscape({"findings": {"macie": "high"}})), sent)


@pytest.mark.parametrize(
    ("given", "changes", "path"),
    [
        ({"findings": {"macie": "critical"}}, {}, ("findings", "macie")),
        ({"findings": {"macie": "high"}}, {"alerts": ()}, ("emails",)),
        ({"findings": {"guardduty": "high"}}, {"partition": "aws-us-gov"}, ()),
        (
            {"findings": {"inspector": "high"}},
            {
                "roles": {"inspector": "log_archive"},
                "administrators": {"inspector2.amazonaws.com": "inspector"},
            },
            ("findings", "inspector"),
        ),
    ],
    ids=["no such severity", "no address", "GovCloud", "other administrator"],
)
def test_notifications_that_cannot_arrive_are_a_problem(given: Any, changes: Any, path: Any) -> None:
    problems = CAPABILITY.problems(landscape(given, **changes))
    assert [problem.path for problem in problems] == [("user_notifications", *path)]
