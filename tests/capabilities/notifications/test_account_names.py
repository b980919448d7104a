"""Names of accounts: an event on the bus, the state machine as moto runs it, and the message that has the name."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from baseline.capabilities.account_names import account_paths
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.account_names import machine_definition
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from tests.event_routing import filled, matching, values_of
from tests.landscapes import make_landscape, properties, rendered
from tests.state_machines import Services, run, running

NAMES = {"444444444444": "web-prod", "555555555555": 'The "new" one', "666666666666": "back\\slash"}
SOURCES = {"guardduty": "medium", "inspector": "medium", "backup": "medium", "config": "medium"}
ROUTE = {"name": "ops", "places": ["root"], "slack": {"workspace_id": "T0", "channel_id": "C0"}}
V2: dict[str, Any] = {"v2": {"accepts_billing": True, "notify": True}}
OTHERS: dict[str, Any] = {
    "heartbeat": {"watch": ["trail", "log-archive", "recorder", "detection", "organization", "identity", "stacks"]},
    "health": {"watch": ["abuse", "issues", "changes", "notices", "trusted-advisor"], "support_plan": "enterprise"},
    "secrets": {"watch": ["deletions", "rotations", "policies"]},
    "certificates": {"remind_on_days": [30, 3]},
    "identity_hygiene": {"watch": ["old-keys", "new-credentials", "unused-access"]},
    "monitoring": {"ready_made": ["ec2-launch-spike", "unused-regions"]},
    "response": {"playbooks": {"close-bucket": {"automatic": ["root"]}}},
    "security_hub": {"notify": True},
    "alarms": {"root_activity": True, "root_mfa": "any"},
}


def landscape(**settings: Any) -> Landscape:
    own = {"findings": SOURCES, "account_names": True, **settings}
    return make_landscape(settings={"notifications": own, **OTHERS})


class _Aws(Services):
    """Organizations, and the bus, which knows the account of the state machine."""

    def describe_account(self, **given: str) -> dict[str, Any]:
        """An account of the organization, or an error."""
        if given["AccountId"] in NAMES:
            return {"Account": {"Name": NAMES[given["AccountId"]]}}
        answer: Any = {"HTTPStatusCode": 400, "RequestId": "1a2b"}
        error: Any = {"Code": "AccountNotFoundException", "Message": "no such account"}
        raise ClientError({"Error": error, "ResponseMetadata": answer}, "DescribeAccount")

    def put_events(self, **given: Any) -> dict[str, Any]:
        """Only events for the bus of forwarded events."""
        assert given["Entries"][0]["EventBusName"] == "nw-events"
        return super().put_events(**given)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Aws]:
    here = _Aws()
    with running(here, monkeypatch):
        yield here


def named(aws: _Aws, *events: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events that the state machine puts on the bus."""
    assert run(machine_definition("nw"), *events) == ["SUCCEEDED"] * len(events)
    return [{**event, "account": "${AWS::AccountId}"} for event in aws.sent]


def finding(account: str) -> Mapping[str, Any]:
    detail = {"accountId": account, "region": "eu-west-1", "id": "1a2b", "type": "Recon:EC2/Portscan", "severity": 9.1}
    head = {"account": "333333333333", "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": detail}


def messages(here: Landscape, event: Mapping[str, Any], capability: str = "notifications") -> list[str]:
    found = matching(rendered(capability, here), event, "nw-events").values()
    return [
        filled(item["Targets"][0]["InputTransformer"], event)
        for item in found
        if "InputTransformer" in item["Targets"][0]
    ]


def test_message_has_the_name_of_the_account_that_the_event_is_about(aws: _Aws) -> None:
    job = {"source": "aws.backup", "detail-type": "Backup Job State Change", "detail": {"state": "FAILED"}}
    backup = {**finding(""), **job, "account": "444444444444"}
    strangers = [finding(account) for account in ("555555555555", "666666666666", "777777777777")]
    first, second, *others = named(aws, finding("444444444444"), backup, *strangers)
    here = landscape(routes=[{"name": "ops", "places": ["root"], "api": {"kind": "opsgenie", "secret": "s"}}])
    sentence, routed = sorted(messages(here, first))
    assert sentence.startswith('"GuardDuty detected a threat in account web-prod (444444444444), eu-west-1: Recon:EC2')
    assert json.loads(routed)["message"] == "Critical, web-prod (444444444444): findings of Amazon GuardDuty"
    assert json.loads(routed)["alias"] == "finding-guardduty-critical/444444444444/1a2b"
    assert "in account web-prod (444444444444)" in messages(here, second)[0]
    assert [item["detail"]["accountName"] for item in others] == ["unnamed"] * 3
    assert "in account unnamed (555555555555)" in min(messages(here, others[0]))


def shaped(capability: str, here: Landscape, name: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input with which the rule of a capability starts the state machine for an event."""
    found = (properties(item, "AWS::Events::Rule").values() for item in rendered(capability, here).values())
    (target,) = next(rule["Targets"] for rules in found for rule in rules if rule["Name"] == f"nw-{name}")
    assert text_of(target["Arn"]).endswith(":stateMachine:nw-account-names")
    assert text_of(target["RoleArn"]).endswith(":role/nw-account-names-start-${AWS::Region}")
    text = text_of(target["InputTransformer"]["InputTemplate"])
    for key, value in values_of(target["InputTransformer"], event).items():
        text = text.replace(f"<{key}>", json.dumps(value))
    made: Mapping[str, Any] = json.loads(text)
    return made


def security_hub_finding(title: str) -> Mapping[str, Any]:
    """A finding as Security Hub CSPM and Security Hub send it, with what the messages need."""
    cspm = {"AwsAccountId": "444444444444", "Region": "eu-west-1", "Id": "f-1", "Title": title}
    cloud = {"account": {"uid": "444444444444"}, "region": "eu-west-1"}
    finding = {**cspm, "cloud": cloud, "finding_info": {"title": title, "uid": "f-1"}}
    return {"source": "aws.securityhub", "detail": {"findings": [finding]}}


def by_root(account: str, **detail: Any) -> Mapping[str, Any]:
    return {"account": account, "region": "us-east-1", "time": "2026-11-30T03:00:00Z", "detail": detail}


def test_messages_of_security_hub_and_root_users_have_names_and_reach_routes(aws: _Aws) -> None:
    here = landscape(routes=[ROUTE])
    v2 = make_landscape(settings={"notifications": {"account_names": True}, "security_hub": V2})
    plain, quoted, newer, signed_in, lacking = named(
        aws,
        shaped("security_hub", here, "security-hub-critical", security_hub_finding("S3 bucket is public")),
        shaped("security_hub", here, "security-hub-critical", security_hub_finding('A "quoted" title')),
        shaped("security_hub", v2, "security-hub-v2-critical", security_hub_finding("An exposed role")),
        shaped(
            "alarms",
            here,
            "root-activity",
            by_root("444444444444", eventName="ConsoleLogin", sourceIPAddress="192.0.2.1"),
        ),
        shaped("alarms", here, "root-mfa", by_root("555555555555", configRuleName="nw-root-mfa-enabled")),
    )
    sentence, routed = sorted(messages(here, plain, "security_hub"))
    start = '"Security Hub has a finding of severity critical in account web-prod (444444444444), eu-west-1: '
    assert sentence.startswith(f"{start}S3 bucket is public. Review")
    assert json.loads(routed)["content"]["description"] == json.loads(sentence)
    assert min(messages(here, quoted, "security_hub")).startswith(f"{start}its title is in the finding. Review")
    assert messages(v2, newer, "security_hub")[0].startswith(f"{start}An exposed role. Review")
    assert min(messages(here, signed_in, "alarms")).startswith(
        '"Root user of account web-prod (444444444444): ConsoleLogin in us-east-1 at 2026-11-30T03:00:00Z from '
    )
    assert min(messages(here, lacking, "alarms")).startswith('"Root user of account unnamed (555555555555) does not')


def test_rules_that_start_the_state_machine_come_after_those_that_notify_of_its_events() -> None:
    """In between, the state machine succeeds, its event matches no rule, and the alert is lost."""
    waves = build_plan(landscape(routes=[ROUTE])).waves
    place = {stack.name.removeprefix("nw-"): number for number, wave in enumerate(waves) for stack in wave}
    for starter, notices in (("alarms-hub", "alarms-root-hub"), ("security-hub-configuration", "security-hub-hub")):
        assert place[starter] > max(place[notices], place[f"{notices}-ops"])
    newer = {"notifications": {"account_names": True}, "security_hub": V2}
    by_name = {stack.name: stack for stack in build_plan(make_landscape(settings=newer)).stacks}
    assert "nw-security-hub-hub" in by_name["nw-security-hub-v2-configuration"].depends_on


def test_event_without_name_starts_the_state_machine_and_notifies_nothing_yet() -> None:
    here = landscape()
    (rule,) = matching(rendered("notifications", here), finding("444444444444"), "nw-events").values()
    assert text_of(rule["Targets"][0]["Arn"]) == "${Machine}"
    named_event = {"source": "nw.named", "account": "${AWS::AccountId}", "detail": {"event": finding("444444444444")}}
    assert len(matching(rendered("notifications", here), named_event, "nw-events")) == 1
    forged = {**named_event, "account": "444444444444"}
    assert matching(rendered("notifications", here), forged, "nw-events") == {}


def test_state_machine_finds_the_account_that_the_message_names() -> None:
    """Each event's account is where the state machine looks for it: at the path of its source, or at the sender."""
    here, seen = landscape(), 0
    paths = account_paths("nw")
    for capability in ("notifications", *OTHERS):
        for template in rendered(capability, here).values():
            for rule in properties(template, "AWS::Events::Rule").values():
                transformer = rule["Targets"][0].get("InputTransformer", {}).get("InputPathsMap", {})
                if rule.get("EventBusName") != "nw-events" or "account" not in transformer:
                    continue
                (source, *_) = rule["EventPattern"]["detail"]["event"]["source"]
                expected = paths.get(text_of(source) if isinstance(source, dict) else source, "$.account")
                assert transformer["account"] == f"$.detail.event{expected[1:]}", rule["Name"]
                assert transformer["accountName"] == "$.detail.accountName"
                assert "<accountName>" in rule["Targets"][0]["InputTransformer"]["InputTemplate"], rule["Name"]
                seen += 1
    assert seen > 34


def test_archive_keeps_the_events_that_the_rules_see() -> None:
    template = rendered("notifications", landscape(archive_days=30))["notifications-events"]
    (archive,) = properties(template, "AWS::Events::Archive").values()
    assert archive["EventPattern"] == {"source": ["nw.named"]}


def test_standalone_account_has_no_names() -> None:
    own = {"findings": {"guardduty": "high"}, "account_names": True}
    here = make_landscape(standalone=True, settings={"notifications": own})
    assert [problem.path for problem in CAPABILITY.problems(here)] == [("account_names",)]
    assert "notifications-names" not in rendered("notifications", here)
