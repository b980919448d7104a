"""Hygiene of identities: the message of each event, and nothing of other events."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from baseline.capabilities.identity.identity_hygiene.identity_hygiene import Watched
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.plan.build import build_plan
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, rendered

ALL = list(get_args(Watched))
HEAD = {"account": "444444444444", "region": "us-east-1", "time": "2026-11-30T03:00:00Z"}


def landscape(watch: list[Any] | None = None, **changes: Any) -> Landscape:
    settings = {"identity_hygiene": {"watch": ALL if watch is None else watch}, **changes.pop("others", {})}
    return make_landscape(settings=settings, **changes)


def verdict(rule: str, result: str = "NON_COMPLIANT") -> dict[str, Any]:
    detail = {
        "messageType": "ComplianceChangeNotification",
        "configRuleName": f"{rule}-conformance-pack-x1y2z3",
        "resourceId": "AIDAEXAMPLE",
        "newEvaluationResult": {"complianceType": result},
    }
    return {**HEAD, "source": "aws.config", "detail-type": "Config Rules Compliance Change", "detail": detail}


def call(service: str, name: str) -> dict[str, Any]:
    detail = {
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "userIdentity": {"arn": "arn:aws:iam::444444444444:user/jane"},
    }
    return {
        **HEAD,
        "source": f"aws.{service}",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": detail,
    }


def finding(status: str = "ACTIVE") -> dict[str, Any]:
    detail = {
        "findingId": "b8ae0460",
        "resource": "arn:aws:iam::444444444444:role/old",
        "status": status,
        "findingType": "UnusedIAMRole",
        "accountId": "444444444444",
    }
    kind = "Unused Access Finding for IAM entities"
    return {**HEAD, "account": "333333333333", "source": "aws.access-analyzer", "detail-type": kind, "detail": detail}


EVENTS: list[tuple[Watched, dict[str, Any], str, str]] = [
    ("old-keys", verdict("access-keys-rotated"), "medium", "older than allowed"),
    ("unused-credentials", verdict("unused-credentials"), "medium", "not used for too long"),
    ("users-without-mfa", verdict("console-access-with-mfa"), "high", "without MFA"),
    ("password-policy", verdict("iam-password-policy"), "medium", "weaker than required"),
    ("new-credentials", call("iam", "CreateAccessKey"), "medium", "by arn:aws:iam::444444444444:user/jane"),
    ("identity-providers", call("iam", "CreateSAMLProvider"), "high", "CreateSAMLProvider"),
    ("identity-providers", call("rolesanywhere", "CreateTrustAnchor"), "high", "CreateTrustAnchor"),
    ("unused-access", finding(), "medium", "archive the finding b8ae0460"),
]


@pytest.mark.parametrize(("item", "sent", "topic", "words"), EVENTS, ids=[f"{item[0]} {item[3]}" for item in EVENTS])
def test_event_leads_to_one_message_while_it_is_watched(
    item: Watched, sent: dict[str, Any], topic: str, words: str
) -> None:
    ((arn, text),) = notices(rendered("identity_hygiene", landscape()), sent)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert words in text
    assert "account 444444444444" in text
    assert "<" not in text
    others = [other for other in ALL if other != item]
    assert matching(rendered("identity_hygiene", landscape(others)), sent) == {}


@pytest.mark.parametrize(
    "sent",
    [
        verdict("access-keys-rotated", "COMPLIANT"),
        verdict("root-access-key"),
        call("iam", "ListUsers"),
        call("iam", "DeleteAccessKey"),
        {**call("iam", "CreateAccessKey"), "source": "team.app"},
        finding("ARCHIVED"),
    ],
    ids=lambda sent: f"{sent['source']} {sent['detail'].get('eventName', '')}",
)
def test_other_events_stay_in_the_account(sent: dict[str, Any]) -> None:
    assert matching(rendered("identity_hygiene", landscape()), sent) == {}


def test_rules_are_where_calls_of_global_services_are_recorded() -> None:
    found = {stack.name: stack for stack in build_plan(landscape()).stacks if stack.capability == "identity_hygiene"}
    assert set(found) == {"nw-identity-hygiene-hub", "nw-identity-hygiene-accounts"}
    assert set(found["nw-identity-hygiene-accounts"].regions) == {"eu-west-1", "eu-central-1", "us-east-1"}
    assert {item.method.value for item in found["nw-identity-hygiene-accounts"].deployments} == {"stack", "stack-set"}


def test_single_account_watches_its_identities() -> None:
    assert notices(rendered("identity_hygiene", landscape(standalone=True)), verdict("unused-credentials"))


def test_nothing_is_deployed_until_the_profile_asks() -> None:
    assert rendered("identity_hygiene", landscape([])) == {}


def test_verdict_of_a_rule_that_is_not_deployed_is_a_problem() -> None:
    here = landscape(["new-credentials", "old-keys"], others={"config": {"exclude_rules": ["access-keys-rotated"]}})
    (problem,) = CAPABILITIES["identity_hygiene"].problems(here)
    assert problem.path == ("watch", 1)
    assert "access-keys-rotated" in problem.message


def test_unused_access_without_its_analyzer_is_a_problem() -> None:
    capability = CAPABILITIES["identity_hygiene"]
    (problem,) = capability.problems(landscape(["unused-access"]))
    assert problem.path == ("watch", 0)
    assert capability.problems(landscape(["unused-access"], others={"access_analyzer": {"unused_access": True}})) == ()


def test_events_without_topics_are_a_problem() -> None:
    off = {name: {"enabled": False} for name in ("notifications", "alarms", "iam_roles", "security_hub")}
    here = landscape(["new-credentials"], others=off)
    (problem,) = CAPABILITIES["identity_hygiene"].problems(here)
    assert problem.path == ("watch",)
    assert rendered("identity_hygiene", here) == {}


def test_unknown_items_are_refused() -> None:
    with pytest.raises(ValidationError):
        landscape(["reads"])
