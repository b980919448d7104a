"""Secrets: the message of each event, and nothing of other calls."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from baseline.capabilities.detect.secrets.secrets import SecretEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, rendered

ALL = list(get_args(SecretEvent))
ARN = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:db-1a2b"


def landscape(watch: list[Any] | None = None, **changes: Any) -> Landscape:
    return make_landscape(settings={"secrets": {"watch": ALL if watch is None else watch}}, **changes)


def event(name: str, kind: str = "API Call", **detail: Any) -> dict[str, Any]:
    return {
        "source": "aws.secretsmanager",
        "detail-type": f"AWS {kind} via CloudTrail",
        "account": "222222222222",
        "region": "eu-west-1",
        "time": "2026-11-30T03:00:00Z",
        "detail": {"eventSource": "secretsmanager.amazonaws.com", "eventName": name, **detail},
    }


def call(name: str) -> dict[str, Any]:
    identity = {"arn": "arn:aws:iam::222222222222:user/jane"}
    return event(name, userIdentity=identity, requestParameters={"secretId": ARN})


def service(name: str) -> dict[str, Any]:
    return event(name, "Service Event", additionalEventData={"SecretId": ARN})


EVENTS: list[tuple[SecretEvent, dict[str, Any], str, str]] = [
    ("deletions", call("DeleteSecret"), "medium", "unless it was deleted without recovery or is a replica"),
    ("rotations", call("CancelRotateSecret"), "medium", "enabled again"),
    ("rotations", service("RotationFailed"), "high", "could not be rotated"),
    ("rotations", service("RotationAbandoned"), "medium", "during a rotation"),
    ("policies", call("PutResourcePolicy"), "medium", "review the policy"),
    ("policies", call("DeleteResourcePolicy"), "medium", "review the policy"),
]


@pytest.mark.parametrize(
    ("item", "sent", "topic", "words"), EVENTS, ids=[item[1]["detail"]["eventName"] for item in EVENTS]
)
def test_event_leads_to_one_message_while_it_is_watched(
    item: SecretEvent, sent: dict[str, Any], topic: str, words: str
) -> None:
    ((arn, text),) = notices(rendered("secrets", landscape([item])), sent)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert f"the secret {ARN} in account 222222222222, eu-west-1" in text
    assert words in text
    assert "<" not in text
    others = [other for other in ALL if other != item]
    assert matching(rendered("secrets", landscape(others)), sent) == {}


@pytest.mark.parametrize(
    "sent",
    [
        call("GetSecretValue"),
        call("RestoreSecret"),
        service("RotationSucceeded"),
        event("RotationFailed"),
        {**call("DeleteSecret"), "source": "team.app"},
    ],
    ids=lambda sent: sent["detail"]["eventName"],
)
def test_other_events_stay_in_the_account(sent: dict[str, Any]) -> None:
    assert matching(rendered("secrets", landscape()), sent) == {}


def test_rules_are_in_every_account_and_governed_region() -> None:
    found = {stack.name: stack for stack in build_plan(landscape()).stacks if stack.capability == "secrets"}
    assert set(found) == {"nw-secrets-hub", "nw-secrets-accounts"}
    assert found["nw-secrets-accounts"].regions == ("eu-west-1", "eu-central-1")
    assert {d.method.value for d in found["nw-secrets-accounts"].deployments} == {"stack", "stack-set"}
    assert [d.account for d in found["nw-secrets-hub"].deployments] == ["security"]


def test_single_account_watches_its_secrets() -> None:
    assert notices(rendered("secrets", landscape(standalone=True)), service("RotationFailed"))


def test_nothing_is_deployed_until_the_profile_asks() -> None:
    assert rendered("secrets", landscape([])) == {}


def test_events_without_topics_are_a_problem() -> None:
    off = {name: {"enabled": False} for name in ("notifications", "alarms", "iam_roles", "security_hub")}
    here = make_landscape(settings={"secrets": {"watch": ALL}, **off})
    (problem,) = CAPABILITIES["secrets"].problems(here)
    assert problem.path == ("watch",)
    assert rendered("secrets", here) == {}


def test_unknown_events_are_refused() -> None:
    with pytest.raises(ValidationError):
        landscape(["reads"])
