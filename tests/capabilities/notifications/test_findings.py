"""Findings that notify directly: the message of each, its severity, and no second message through Security Hub."""

from typing import Any

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from tests.event_routing import matching, notices
from tests.landscapes import make_landscape, properties, rendered

EVERYTHING = {
    "guardduty": "medium",
    "inspector": "medium",
    "macie": "medium",
    "access-analyzer": "medium",
    "backup": "medium",
}
MEMBER = "444444444444"
KEY = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"


def landscape(findings: dict[str, str] | None = None, **changes: Any) -> Landscape:
    chosen = EVERYTHING if findings is None else findings
    return make_landscape(settings={"notifications": {"findings": chosen}, **changes.pop("others", {})}, **changes)


def event(source: str, kind: str, account: str = "333333333333", **detail: Any) -> dict[str, Any]:
    head = {"account": account, "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": f"aws.{source}", "detail-type": kind, "detail": detail}


def guardduty(severity: float) -> dict[str, Any]:
    named = {"accountId": MEMBER, "region": "eu-west-1", "id": "1a2b", "type": KEY}
    return event("guardduty", "GuardDuty Finding", severity=severity, **named)


def inspector(severity: str, status: str = "ACTIVE") -> dict[str, Any]:
    return event(
        "inspector2",
        "Inspector2 Finding",
        awsAccountId=MEMBER,
        severity=severity,
        status=status,
        type="PACKAGE_VULNERABILITY",
        resources=[{"id": "i-0123456789abcdef0"}],
        packageVulnerabilityDetails={"vulnerabilityId": "CVE-2024-0001"},
        title='A "quoted" title',
    )


def macie(severity: str) -> dict[str, Any]:
    bucket = {"s3Bucket": {"name": "exports"}}
    named: dict[str, Any] = {"accountId": MEMBER, "id": "1a2b", "type": "Policy:IAMUser/S3BucketPublic"}
    named["resourcesAffected"] = bucket
    return event("macie", "Macie Finding", severity={"description": severity}, **named)


def analyzer(status: str = "ACTIVE", *, public: bool) -> dict[str, Any]:
    named = {"accountId": MEMBER, "id": "1a2b", "resourceType": "AWS::S3::Bucket", "resource": "arn:aws:s3:::exports"}
    return event("access-analyzer", "Access Analyzer Finding", status=status, isPublic=public, **named)


def backup(kind: str, **detail: str) -> dict[str, Any]:
    return event(
        "backup",
        f"{kind} Job State Change",
        MEMBER,
        resourceArn="arn:aws:rds:eu-west-1:444444444444:db:orders",
        **detail,
    )


@pytest.mark.parametrize(
    ("sent", "topic", "words"),
    [
        (guardduty(9.0), "critical", KEY),
        (guardduty(8.9), "high", "#/findings?search=id%3D1a2b"),
        (guardduty(4), "medium", KEY),
        (inspector("CRITICAL"), "critical", "CVE-2024-0001 in i-0123456789abcdef0"),
        (inspector("HIGH"), "high", "HIGH PACKAGE_VULNERABILITY"),
        (macie("High"), "high", "bucket exports"),
        (macie("Medium"), "medium", "Policy:IAMUser/S3BucketPublic"),
        (analyzer(public=True), "high", "arn:aws:s3:::exports (AWS::S3::Bucket)"),
        (analyzer(public=False), "medium", "Public: False"),
        (backup("Backup", state="FAILED"), "high", "FAILED, resource arn:aws:rds"),
        (backup("Restore", status="ABORTED"), "medium", "Restore Job State Change"),
    ],
    ids=lambda value: value["detail-type"] if isinstance(value, dict) else str(value)[:12],
)
def test_finding_leads_to_one_readable_message(sent: dict[str, Any], topic: str, words: str) -> None:
    ((arn, text),) = notices(rendered("notifications", landscape()), sent)
    assert arn == f"${{import nw-alerts-{topic}-arn}}"
    assert f"account {MEMBER}, eu-west-1" in text
    assert words in text
    assert "https://console.aws.amazon.com/" in text
    assert not {"<", '"'} & set(text)


@pytest.mark.parametrize(
    "sent",
    [
        guardduty(3.9),
        inspector("LOW"),
        inspector("HIGH", "CLOSED"),
        macie("Low"),
        analyzer("ARCHIVED", public=True),
        backup("Backup", state="COMPLETED"),
        {**guardduty(9), "source": "team.app"},
    ],
    ids=lambda sent: sent["detail-type"],
)
def test_other_findings_stay_where_they_are(sent: dict[str, Any]) -> None:
    assert matching(rendered("notifications", landscape()), sent) == {}


def test_only_findings_of_the_named_severity_and_higher_notify() -> None:
    templates = rendered("notifications", landscape({"guardduty": "high"}))
    assert notices(templates, guardduty(9))
    assert notices(templates, guardduty(7))
    assert not notices(templates, guardduty(5))
    assert not notices(templates, macie("High"))


def test_findings_come_from_the_administrator_of_each_service() -> None:
    inspector = {"inspector": "log_archive"}
    stacks = {
        stack.name: stack
        for stack in build_plan(
            landscape(roles=inspector, administrators={"inspector2.amazonaws.com": "inspector"})
        ).stacks
    }
    accounts = {
        name: [item.account for item in stacks[f"nw-{name}-events"].deployments] for name in ("guardduty", "macie")
    }
    assert accounts == {"guardduty": ["security"], "macie": ["security"]}
    assert [item.account for item in stacks["nw-inspector-events"].deployments] == ["log_archive"]
    assert {item.method.value for item in stacks["nw-backup-events"].deployments} == {"stack", "stack-set"}
    assert stacks["nw-guardduty-events"].regions == ("eu-west-1", "eu-central-1")


@pytest.mark.parametrize(
    ("product", "label", "direct", "through_hub"),
    [
        ("GuardDuty", "HIGH", {"guardduty": "high"}, False),
        ("GuardDuty", "HIGH", {"guardduty": "critical"}, True),
        ("GuardDuty", "CRITICAL", {"guardduty": "critical"}, False),
        ("Config", "HIGH", {"guardduty": "high"}, True),
        ("IAM Access Analyzer", "HIGH", {}, True),
    ],
)
def test_security_hub_leaves_out_what_notifies_directly(
    product: str, label: str, direct: dict[str, str], *, through_hub: bool
) -> None:
    finding = {
        "RecordState": "ACTIVE",
        "Severity": {"Label": label},
        "Workflow": {"Status": "NEW"},
        "ProductName": product,
    }
    sent = event("securityhub", "Security Hub Findings - Imported", findings=finding)  # moto does not look into lists
    assert bool(matching(rendered("security_hub", landscape(direct)), sent)) == through_hub


@pytest.mark.parametrize(("partition", "domain"), [("aws-us-gov", "amazonaws-us-gov.com"), ("aws-cn", "amazonaws.cn")])
def test_links_lead_to_the_console_of_the_partition(partition: str, domain: str) -> None:
    here = landscape({"guardduty": "high"}, partition=partition)
    ((_, text),) = notices(rendered("notifications", here), guardduty(8))
    assert f"https://console.{domain}/guardduty" in text


def test_service_without_findings_of_that_severity_is_a_problem() -> None:
    (problem,) = CAPABILITY.problems(landscape({"macie": "critical", "guardduty": "critical"}))
    assert problem.path == ("findings", "macie")


def test_every_rule_keeps_undelivered_events_and_every_queue_raises_an_alarm() -> None:
    here = landscape()
    templates = rendered("notifications", here)
    for stack, template in (templates | rendered("alarms", here) | rendered("security_hub", here)).items():
        for rule in properties(template, "AWS::Events::Rule").values():
            (target,) = rule["Targets"]
            assert text_of(target["DeadLetterConfig"]["Arn"]).endswith(":nw-undelivered-events"), stack
    (home,) = properties(templates["notifications-undelivered"], "AWS::CloudWatch::Alarm").values()
    assert home["AlarmActions"] == [{"Fn::ImportValue": "nw-alerts-high-arn"}]
    (elsewhere,) = properties(templates["notifications-undelivered-regions"], "AWS::CloudWatch::Alarm").values()
    assert "AlarmActions" not in elsewhere
    changed = event(
        "cloudwatch", "CloudWatch Alarm State Change", alarmName=elsewhere["AlarmName"], state={"value": "ALARM"}
    )
    ((arn, text),) = notices(templates, {**changed, "region": "us-east-1"})
    assert arn == "${import nw-alerts-high-arn}"
    assert "not delivered in us-east-1" in text
    where = {stack.name: stack for stack in build_plan(here).stacks}
    assert where["nw-notifications-undelivered"].regions == ("eu-west-1",)
    assert where["nw-notifications-undelivered-regions"].regions == ("eu-central-1", "us-east-1")
    assert where["nw-undelivered"].regions == ("eu-west-1", "eu-central-1", "us-east-1")
    assert not matching(templates, changed)  # at home the alarm notifies its topic itself


@pytest.mark.parametrize("days", [0, 30])
def test_bus_has_an_archive_if_the_profile_says_how_long(days: int) -> None:
    here = make_landscape(settings={"notifications": {"findings": {"guardduty": "high"}, "archive_days": days}})
    found = properties(rendered("notifications", here)["notifications-events"], "AWS::Events::Archive")
    assert [item["RetentionDays"] for item in found.values()] == ([days] if days else [])


def test_rules_name_no_queue_while_there_is_none() -> None:
    here = landscape({})
    assert "notifications-undelivered" not in rendered("notifications", here)
    for template in (rendered("alarms", here) | rendered("security_hub", here)).values():
        for rule in properties(template, "AWS::Events::Rule").values():
            assert "DeadLetterConfig" not in rule["Targets"][0]


def test_single_account_in_one_region_has_one_queue() -> None:
    here = landscape({"guardduty": "high"}, standalone=True, regions=("us-east-1",), home_region="us-east-1")
    templates = rendered("notifications", here)
    assert "notifications-undelivered-regions" not in templates
    assert notices(templates, guardduty(8))
    (policy,) = properties(templates["notifications-undelivered"], "AWS::SQS::QueuePolicy").values()
    (grant,) = [item for item in policy["PolicyDocument"]["Statement"] if item["Effect"] == "Allow"]
    assert ":${AWS::AccountId}:rule/nw-*" in text_of(grant["Condition"]["ArnLike"]["aws:SourceArn"])
