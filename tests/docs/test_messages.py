"""The page of messages shows what the rules of rendered templates make of sample events."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from baseline.capabilities.detect.secrets.secrets import SecretEvent
from baseline.capabilities.identity.identity_hygiene.identity_hygiene import Watched
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.health.settings import HealthEvent
from baseline.capabilities.respond.heartbeat.settings import Watch
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from baseline.policy.document import text_of
from baseline.render.render import render_stack
from baseline.validate.subject import Subject, read_template
from tests.capabilities.certificates import test_certificates as certificates
from tests.capabilities.health import test_health as health
from tests.capabilities.heartbeat import test_heartbeat as heartbeat
from tests.capabilities.identity_hygiene import test_identity_hygiene as hygiene
from tests.capabilities.notifications import test_compliance as compliance
from tests.capabilities.notifications import test_findings as findings
from tests.capabilities.notifications.test_routes import PAGER, SLACK
from tests.capabilities.secrets import test_secrets as secrets
from tests.event_routing import matching, values_of
from tests.landscapes import make_landscape

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"
BEGIN, END = "<!-- messages:begin -->\n", "<!-- messages:end -->"
STATES = {
    "${AWS::AccountId}": "333333333333",
    "${AWS::Region}": "eu-west-1",
    "${ManagementAccountId}": "111111111111",
}
BUSES = {"nw-security-events": {"Ref": "SecurityEventBus"}}
"""Bus whose rules are in its own template → how these name it."""
ROUTES = [
    {"name": "chat", "places": ["root"], "slack": SLACK},
    {"name": "pager", "places": ["root"], "api": PAGER},
    {"name": "opsgenie", "places": ["root"], "api": {"kind": "opsgenie", "secret": "o"}},
    {"name": "tickets", "places": ["root"], "api": {"kind": "json", "endpoint": "https://t.example", "secret": "t"}},
]
Event = Mapping[str, Any]


def landscape() -> Landscape:
    services = ("guardduty", "inspector", "macie", "access-analyzer", "backup", "config")
    settings: dict[str, Any] = {
        "certificates": {"remind_on_days": [30, 7]},
        "health": {"watch": list(get_args(HealthEvent)), "support_plan": "business", "digest": "weekly"},
        "heartbeat": {"watch": list(get_args(Watch)), "sign_of_life": "weekly", "count_watchers": True},
        "identity_hygiene": {"watch": list(get_args(Watched))},
        "notifications": {"findings": dict.fromkeys(services, "high") | {"config": "medium"}, "routes": ROUTES},
        "response": {"playbooks": {"isolate-instance": {"approve": ["root"]}}},
        "secrets": {"watch": list(get_args(SecretEvent))},
    }
    return make_landscape("regulated", settings)


def reported(kind: str, **detail: Any) -> Event:
    """An event of one of the baseline's state machines in the security account."""
    head = {"account": "${AWS::AccountId}", "region": "eu-west-1", "time": "2026-11-30T08:00:00Z"}
    source = {"Response": "response", "Weekly digest of Trusted Advisor": "advisor"}.get(kind, "heartbeat")
    return {**head, "source": f"nw.{source}", "detail-type": kind, "detail": detail}


def more(event: Event, **detail: Any) -> Event:
    """The event with further values that a message has."""
    return {**event, "detail": {**event["detail"], **detail}}


def run(outcome: str) -> Event:
    return reported(
        "Response",
        account="444444444444",
        execution="arn:aws:states:eu-west-1:333333333333:execution:nw-response-instance:0a1b",
        finding="1a2b",
        outcome=outcome,
        playbook="isolate-instance",
        subject="i-0123456789abcdef0",
        token="AQB8…",  # noqa: S106 - an example
    )


def counted(complete: str, alive: int, silent: str = "") -> Event:
    kinds = "34 rules, 4 alarms, 3 topics"
    return reported("Count of watchers", complete=complete, alive=alive, wanted=41, kinds=kinds, silent=silent)


def hub_finding(label: str) -> Event:
    """A finding of Security Hub: moto looks into mappings only, so that the pattern's keys are beside its number."""
    named = {"AwsAccountId": "444444444444", "Region": "eu-west-1", "Title": "S3 buckets should block public access"}
    named["Id"] = "arn:aws:securityhub:eu-west-1:444444444444:security-control/S3.8/finding/1a2b"
    matched = {"RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, "Severity": {"Label": label}}
    detail = {"findings": {"0": named, "ProductName": "Security Hub", **matched}}
    return {**findings.event("securityhub", "Security Hub Findings - Imported"), "detail": detail}


def root_activity() -> Event:
    detail = {"eventName": "ConsoleLogin", "sourceIPAddress": "198.51.100.7", "userIdentity": {"type": "Root"}}
    head = {"account": "444444444444", "region": "us-east-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": "aws.signin", "detail-type": "AWS Console Sign In via CloudTrail", "detail": detail}


DIGEST = reported(
    "Weekly digest of Trusted Advisor",
    priority="Red recommendations in Priority: 2.",
    red=1,
    text=" web-prod (444444444444): VPC; Security Groups.",
    unread="777777777777",
)
SAMPLES: Mapping[str, Mapping[str, Event]] = {
    "Findings": {
        "Amazon GuardDuty": findings.guardduty(9.0),
        "AWS Security Hub CSPM": hub_finding("CRITICAL"),
        "Amazon Inspector": more(
            findings.inspector("CRITICAL"), findingArn="arn:aws:inspector2:eu-west-1:444444444444:finding/1a2b"
        ),
        "Amazon Macie": findings.macie("High"),
        "IAM Access Analyzer": findings.analyzer(public=True),
        "Unused access, by IAM Access Analyzer": hygiene.finding(),
        "AWS Backup": findings.backup("Backup", state="FAILED"),
        "AWS Config": compliance.result("s3-lifecycle-policy-check"),
    },
    "Messages of AWS": {
        "AWS Health, abuse": health.health("issue", kind="Health Abuse"),
        "AWS Health, issue": health.health("issue"),
        "AWS Health, planned change": health.health("scheduledChange", status="upcoming"),
        "AWS Trusted Advisor": health.advice("ERROR"),
        "AWS Trusted Advisor, weekly digest": DIGEST,
    },
    "Certificates, secrets and identities": {
        "Certificate that will expire": certificates.event("Approaching Expiration", DaysToExpiry=7),
        "Certificate that has expired": certificates.event("Expired"),
        "Secret that is deleted": secrets.call("DeleteSecret"),
        "Rotation that failed": secrets.service("RotationFailed"),
        "Policy of a secret": secrets.call("PutResourcePolicy"),
        "Old access key": hygiene.verdict("access-keys-rotated"),
        "New access key": hygiene.call("iam", "CreateAccessKey"),
        "Root user": root_activity(),
    },
    "The baseline itself": {
        "Trail": heartbeat.call("cloudtrail", "StopLogging", name="nw-organization-trail"),
        "Log archive": heartbeat.call("s3", "PutBucketPolicy", bucketName="nw-cloudtrail-logs-222222222222-eu-west-1"),
        "Recorder": heartbeat.call("config", "StopConfigurationRecorder"),
        "Detection": heartbeat.call("guardduty", "DeleteDetector", error="AccessDenied"),
        "Organization": heartbeat.call("organizations", "DetachPolicy"),
        "Identity Center": heartbeat.call("sso", "CreateAccountAssignment"),
        "Failed stack instance": more(
            heartbeat.instance("nw-config-recorder", "OUTDATED", "FAILED"),
            **{"stack-id": "arn:aws:cloudformation:eu-west-1:444444444444:stack/StackSet-nw-config-recorder-1a2b/3c4d"},
        ),
        "Drift": more(
            heartbeat.drift("nw-cloudtrail", "DRIFTED"),
            **{"drift-detection-details": {"drifted-stack-resource-count": 2}},
        ),
        "Topic without subscriber": reported(
            "Topic without subscriber",
            topic="arn:aws:sns:eu-west-1:333333333333:nw-alerts-critical",
            notify="high",
            confirmed="0",
            pending="1",
        ),
        "Sign of life": {**heartbeat.SIGN_OF_LIFE, "time": "2026-11-30T08:00:00Z"},
        "Weekly count": counted("yes", 41),
        "Weekly count, not complete": counted("no", 40, "rule nw-heartbeat-recorder (disabled)"),
    },
    "Playbooks": {
        "Nothing is done (`notify`)": run("not-enabled"),
        "A person is asked (`approve`)": run("approval"),
        "Action": run("contained"),
        "Way back": run("restored"),
        "Failure": run("failed"),
        "Hourly limit": run("limited"),
        "Dry run": run("would-act"),
        "Record that is lost": run("unrecorded"),
    },
}


def templates(here: Landscape) -> dict[str, Subject]:
    """The templates with rules or alarms, rendered once."""
    found = [stack for stack in build_plan(here).stacks if _speaks(stack)]
    return {stack.name: read_template(render_stack(stack)) for stack in found}


def _speaks(stack: Stack) -> bool:
    names = ("events/forwarding", "events/notices", "detect/alarms/", "heartbeat/heartbeat")
    others = ("security_hub/configuration", "iam_roles/alarm", "notifications/undelivered")
    return "findings-hub" in stack.name or any(name in stack.template for name in (*names, *others))


def messages(found: Mapping[str, Subject], event: Event, bus: Any = "") -> Iterator[tuple[str, str]]:
    """Receiver and text of each message, over the buses that rules forward to."""
    for rule in matching(found, event, bus).values():
        for target in rule["Targets"]:
            arn = text_of(target["Arn"])
            if ":event-bus/" in arn:
                name = arn.rpartition("/")[2]
                yield from messages(found, event, BUSES.get(name, name))
            elif "InputTransformer" in target:
                yield arn.removeprefix("${import nw-").removesuffix("-arn}"), text(target["InputTransformer"], event)


def text(transformer: Mapping[str, Any], event: Event) -> str:
    """The template as EventBridge fills it in: a name between two others of JSON is a value, otherwise a text."""
    made = str(transformer["InputTemplate"])
    values = {name: _stated(value) for name, value in values_of(transformer, event).items()}
    made = re.sub(r'(?<=": )<(\w+)>(?=[,}])', lambda m: json.dumps(values[m[1]]), made) if made[0] == "{" else made
    return re.sub(r"<(\w+)>", lambda m: str(values[m[1]]), made).strip('"').rstrip()


def _stated(value: Any) -> Any:
    return STATES.get(value, value) if isinstance(value, str) else value


def sections(found: Mapping[str, Subject]) -> Iterator[str]:
    for section, samples in SAMPLES.items():
        yield f"## {section}\n"
        for title, event in samples.items():
            (topic, words), *others = [item for item in messages(found, event) if item[0].startswith("alerts-")]
            assert not others, title
            assert "<" not in words, title
            shown = f"> {words}" if words[0] != "{" else f"```json\n{words}\n```"
            yield f"**{title}**, to the topic `{topic.removeprefix('alerts-')}`:\n\n{shown}\n"
    yield from _of_routes(found)
    yield from _of_alarms(found)


def _of_routes(found: Mapping[str, Subject]) -> Iterator[str]:
    """The first finding, as each kind of receiver gets it."""
    yield "## The same finding through routes\n"
    received = dict(messages(found, SAMPLES["Findings"]["Amazon GuardDuty"]))
    for route, kind in (
        ("chat", "Slack or Microsoft Teams"),
        ("pager", "PagerDuty"),
        ("opsgenie", "Opsgenie"),
        ("tickets", "HTTPS with `kind: json`"),
    ):
        (sent,) = [words for name, words in received.items() if f"route-{route}" in name]
        yield f"**{kind}**:\n\n```json\n{json.dumps(json.loads(sent), indent=2)}\n```\n"


def _of_alarms(found: Mapping[str, Subject]) -> Iterator[str]:
    """CloudWatch writes the messages of alarms; the description in them is ours."""
    yield "## Alarms\n"
    yield "CloudWatch writes these messages; each has the alarm's name, its state, the reason and this description.\n"
    rows = {
        item.properties["AlarmName"]: text_of(item.properties["AlarmDescription"])
        for template in found.values()
        for item in template.of_type("AWS::CloudWatch::Alarm")
        if "AlarmActions" in item.properties
    }
    assert {"nw-trail-silent", "nw-root-usage", "nw-break-glass", "nw-undelivered-events"} <= set(rows)
    yield "| alarm | description |\n|---|---|"
    yield from (f"| `{name}` | {words} |" for name, words in rows.items())


def test_the_page_of_messages_shows_one_of_each_kind(*, rewrite_golden: bool) -> None:
    made = "\n".join(sections(templates(landscape()))) + "\n"
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    kept, _, tail = rest.partition(END)
    if rewrite_golden:
        PAGE.write_text(f"{head}{BEGIN}{made}{END}{tail}", encoding="utf-8")
        kept = made
    assert kept == made, "messages.md is out of date: make docs"
