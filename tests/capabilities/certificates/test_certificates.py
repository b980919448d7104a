"""Certificates: the messages of their events, on the days of the profile only, and where the stacks are."""

from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, properties, rendered

DAYS = [30, 14, 7, 1]
ARN = "arn:aws:acm:eu-west-1:222222222222:certificate/1a2b"


def landscape(days: list[int] | None = None, **changes: Any) -> Landscape:
    return make_landscape(settings={"certificates": {"remind_on_days": DAYS if days is None else days}}, **changes)


def stacks(here: Landscape) -> dict[str, Stack]:
    found = build_plan(here).stacks
    return {stack.name.removeprefix("nw-"): stack for stack in found if stack.capability == "certificates"}


def event(kind: str, **detail: Any) -> dict[str, Any]:
    return {
        "source": "aws.acm",
        "detail-type": f"ACM Certificate {kind}",
        "account": "222222222222",
        "region": "eu-west-1",
        "resources": [ARN],
        "detail": {"CommonName": "www.northwind.example", **detail},
    }


@pytest.mark.parametrize(
    ("sent", "topic", "words"),
    [
        (event("Approaching Expiration", DaysToExpiry=30), "medium", "expires in 30 days"),
        (event("Approaching Expiration", DaysToExpiry=14), "medium", "expires in 14 days"),
        (event("Approaching Expiration", DaysToExpiry=7), "high", "expires in 7 days"),
        (event("Approaching Expiration", DaysToExpiry=1), "high", "expires in 1 days"),
        (event("Expired"), "high", "has expired"),
        (event("Renewal Action Required", RenewalStatusReason="CAA_ERROR", DaysToExpiry=9), "high", "CAA_ERROR"),
    ],
)
def test_event_leads_to_one_message_that_names_the_certificate(sent: dict[str, Any], topic: str, words: str) -> None:
    ((arn, text),) = notices(rendered("certificates", landscape()), sent)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert text.startswith(("The certificate www.northwind.example in", "AWS cannot renew the certificate www.north"))
    assert words in text
    assert ARN in text
    assert "<" not in text


@pytest.mark.parametrize(
    "sent",
    [
        event("Approaching Expiration", DaysToExpiry=29),
        event("Available"),
        event("Rotated"),
        {**event("Expired"), "source": "team.app"},
    ],
)
def test_other_days_and_events_send_nothing(sent: dict[str, Any]) -> None:
    assert matching(rendered("certificates", landscape()), sent) == {}


@pytest.mark.parametrize(
    ("days", "names"),
    [
        ([30], {"expiring", "expired", "renewal"}),
        ([7], {"expiring-soon", "expired", "renewal"}),
        ([8, 7], {"expiring", "expiring-soon", "expired", "renewal"}),
    ],
)
def test_reminders_have_rules_for_their_days_only(days: list[int], names: set[str]) -> None:
    found = rendered("certificates", landscape(days))
    for stack, ending in (("certificates-accounts", ""), ("certificates-hub", "-notice")):
        rules = properties(found[stack], "AWS::Events::Rule").values()
        assert {rule["Name"] for rule in rules} == {f"nw-certificates-{name}{ending}" for name in names}


def test_events_begin_before_the_first_reminder() -> None:
    (setting,) = properties(
        rendered("certificates", landscape([3, 41, 7]))["certificates-expiry"], "AWS::CertificateManager::Account"
    ).values()
    assert setting == {"ExpiryEventsConfiguration": {"DaysBeforeExpiry": 41}}


def test_stacks_are_in_every_account_and_in_the_region_of_cloudfront() -> None:
    found = stacks(landscape())
    assert found["certificates-accounts"].regions == ("eu-west-1", "eu-central-1", "us-east-1")
    assert found["certificates-expiry"].regions == ("eu-west-1", "eu-central-1", "us-east-1")
    assert [(d.account, d.regions) for d in found["certificates-hub"].deployments] == [("security", ("eu-west-1",))]


def test_regions_without_the_setting_are_named() -> None:
    here = landscape(regions=("eu-west-1", "eu-central-2"))
    (note,) = CAPABILITIES["certificates"].unsupported(here)
    assert "eu-central-2" in note.message
    assert stacks(here)["certificates-expiry"].regions == ("eu-west-1", "us-east-1")
    assert CAPABILITIES["certificates"].unsupported(landscape()) == ()


def test_home_region_without_the_setting_has_reminders() -> None:
    here = landscape(home_region="eu-central-2", regions=("eu-central-2",))
    assert stacks(here)["certificates-expiry"].regions == ("us-east-1",)


def test_nothing_is_deployed_until_the_profile_asks() -> None:
    assert stacks(landscape([])) == {}


def test_single_account_has_its_reminders() -> None:
    here = landscape(standalone=True)
    assert notices(rendered("certificates", here), event("Expired"))
    assert not any(stack.parameters for stack in stacks(here).values())


def test_reminders_without_topics_are_a_problem() -> None:
    off = {name: {"enabled": False} for name in ("notifications", "alarms", "iam_roles", "security_hub")}
    here = make_landscape(settings={"certificates": {"remind_on_days": DAYS}, **off})
    (problem,) = CAPABILITIES["certificates"].problems(here)
    assert problem.path == ("remind_on_days",)
    assert stacks(here) == {}


@pytest.mark.parametrize("days", [[0], [46], [1.5], list(range(1, 12))])
def test_days_that_acm_cannot_keep_are_refused(days: list[Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(days)
