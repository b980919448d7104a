"""Violations of AWS Config rules that notify: once, with the severity that the profile gives the rule."""

from typing import Any

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.findings import products_with_own_notices
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.plan.build import build_plan
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, rendered

RULES = {"critical": ["rds-"], "high": ["s3-bucket-", "nw-own-"]}
MEMBER = "444444444444"


def landscape(lowest: str | None = "medium", rules: Any = RULES, **others: Any) -> Landscape:
    findings = {"config": lowest} if lowest else {"guardduty": "high"}
    return make_landscape(settings={"notifications": {"findings": findings, "config_rules": rules}, **others})


def result(rule: str, compliance: str = "NON_COMPLIANT") -> dict[str, Any]:
    detail = {
        "awsAccountId": MEMBER,
        "awsRegion": "eu-central-1",
        "configRuleName": rule,
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": {"complianceType": compliance},
        "resourceId": "exports",
        "resourceType": "AWS::S3::Bucket",
    }
    head = {"account": MEMBER, "region": "eu-central-1", "time": "2026-11-30T03:00:00Z", "source": "aws.config"}
    return {**head, "detail-type": "Config Rules Compliance Change", "detail": detail}


@pytest.mark.parametrize(
    ("rule", "topic"),
    [
        ("rds-storage-encrypted-conformance-pack-1a2b3c4d5", "critical"),
        ("s3-bucket-ssl-requests-only", "high"),
        ("nw-own-tags", "high"),
        ("s3-lifecycle-policy-check", "medium"),
    ],
)
def test_violation_leads_to_one_message_of_the_severity_of_its_rule(rule: str, topic: str) -> None:
    ((arn, text),) = notices(rendered("notifications", landscape()), result(rule))
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert text == (
        f"exports (AWS::S3::Bucket) in account {MEMBER}, eu-central-1, violates the AWS Config rule {rule} since "
        "2026-11-30T03:00:00Z. A setting that the rule requires is missing or was changed. Correct the resource, or "
        "find out who changed it: https://console.aws.amazon.com/config/home?region=eu-central-1#/rules/details?"
        f"configRuleName={rule}"
    )


@pytest.mark.parametrize(
    "sent",
    [
        result("s3-bucket-ssl-requests-only", "COMPLIANT"),
        result("securityhub-s3-bucket-ssl-requests-only-1a2b3c"),
        result("nw-root-mfa-enabled"),
        result("access-keys-rotated"),
        {**result("s3-lifecycle-policy-check"), "source": "team.app"},
    ],
    ids=["compliant", "reported by Security Hub", "reported by alarms", "reported by identity_hygiene", "forged"],
)
def test_result_that_is_no_violation_or_is_reported_elsewhere_does_not_notify(sent: dict[str, Any]) -> None:
    here = landscape(identity_hygiene={"watch": ["old-keys"]})
    assert matching(rendered("notifications", here), sent) == {}
    assert notices(rendered("notifications", here), result("unused-credentials"))


def test_only_rules_of_the_requested_severity_notify() -> None:
    templates = rendered("notifications", landscape("high"))
    assert notices(templates, result("s3-bucket-ssl-requests-only"))
    assert not notices(templates, result("s3-lifecycle-policy-check"))


def test_violations_are_forwarded_from_every_account_and_region() -> None:
    (stack,) = (item for item in build_plan(landscape()).stacks if item.name == "nw-compliance-events")
    assert {item.method.value for item in stack.deployments} == {"stack", "stack-set"}
    assert stack.regions == ("eu-west-1", "eu-central-1")


@pytest.mark.parametrize(("lowest", "excluded"), [("medium", ("Config",)), ("high", ()), (None, ())])
def test_security_hub_excludes_results_only_if_all_rules_notify(lowest: str | None, excluded: tuple[str, ...]) -> None:
    for severity in ("critical", "high"):
        products = products_with_own_notices(landscape(lowest, {}), severity)
        assert tuple(name for name in products if name == "Config") == excluded


@pytest.mark.parametrize(
    ("lowest", "rules", "path"),
    [
        ("high", {}, ("findings", "config")),
        ("critical", {"critical": ["rds-"], "high": ["s3-"]}, ("config_rules", "high")),
        (None, {"high": ["s3-"]}, ("config_rules", "high")),
        ("medium", {"high": ["s3-", "access-keys"]}, ("config_rules", "high", 1)),
        ("medium", {"high": ["securityhub-s3-"]}, ("config_rules", "high", 0)),
        ("high", {"high": [f"rule-{number:0>40}" for number in range(50)]}, ("config_rules",)),
    ],
    ids=["no rules", "lower severity", "no source", "twice", "Security Hub", "long pattern"],
)
def test_rules_that_would_notify_never_or_twice_are_a_problem(lowest: str | None, rules: Any, path: Any) -> None:
    here = landscape(lowest, rules, identity_hygiene={"watch": ["old-keys"]})
    assert [problem.path for problem in CAPABILITY.problems(here)] == [path]
