"""Names of accounts: an event on the bus, the state machine as moto runs it, and the message that has the name."""

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_events,
)
from moto.stepfunctions.parser.utils import TMP_THREADS

from baseline.capabilities.account_names import account_paths
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.account_names import machine_definition
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.policy.document import text_of
from tests.event_routing import filled, matching
from tests.landscapes import make_landscape, properties, rendered

NAMES = {"444444444444": "web-prod", "555555555555": 'The "new" one', "666666666666": "back\\slash"}
SOURCES = {"guardduty": "medium", "inspector": "medium", "backup": "medium", "config": "medium"}
OTHERS: dict[str, Any] = {
    "heartbeat": {"watch": ["trail", "log-archive", "recorder", "detection", "organization", "identity", "stacks"]},
    "health": {"watch": ["abuse", "issues", "changes", "notices", "trusted-advisor"], "support_plan": "enterprise"},
    "secrets": {"watch": ["deletions", "rotations", "policies"]},
    "certificates": {"remind_on_days": [30, 3]},
    "identity_hygiene": {"watch": ["old-keys", "new-credentials", "unused-access"]},
    "monitoring": {"ready_made": ["ec2-launch-spike", "unused-regions"]},
    "response": {"playbooks": {"close-bucket": {"automatic": ["root"]}}},
}


def landscape(**settings: Any) -> Landscape:
    own = {"findings": SOURCES, "account_names": True, **settings}
    return make_landscape(settings={"notifications": own, **OTHERS})


class _Aws:
    """The two services that the state machine calls."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def describe_account(self, **given: str) -> dict[str, Any]:
        """An account of the organization, or an error."""
        if given["AccountId"] in NAMES:
            return {"Account": {"Name": NAMES[given["AccountId"]]}}
        answer: Any = {"HTTPStatusCode": 400, "RequestId": "1a2b"}
        error: Any = {"Code": "AccountNotFoundException", "Message": "no such account"}
        raise ClientError({"Error": error, "ResponseMetadata": answer}, "DescribeAccount")

    def put_events(self, **given: Any) -> dict[str, Any]:
        """Keep the event as a bus would deliver it."""
        (entry,) = given["Entries"]
        self.sent.append(
            {
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "account": "${AWS::AccountId}",
                "detail": json.loads(entry["Detail"]),
            }
        )
        assert entry["EventBusName"] == "nw-events"
        return {"FailedEntryCount": 0}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Aws]:
    here = _Aws()
    for module in (state_task_service_aws_sdk, state_task_service_events):
        monkeypatch.setattr(module, "boto_client_for", lambda **_: here)
    monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield here


def named(aws: _Aws, *events: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events that the state machine puts on the bus."""
    states = boto3.client("stepfunctions", region_name="eu-west-1")
    text = json.dumps(machine_definition("nw"), default=text_of).replace("${AWS::Partition}", "aws")
    machine = states.create_state_machine(name="names", definition=text, roleArn="arn:aws:iam::123456789012:role/x")
    for number, event in enumerate(events):
        given = {"stateMachineArn": machine["stateMachineArn"], "input": json.dumps(event)}
        states.start_execution(name=f"run-{number}", **given)
        for thread in list(TMP_THREADS):
            thread.join(30)
        TMP_THREADS.clear()
    return aws.sent


def finding(account: str) -> Mapping[str, Any]:
    detail = {"accountId": account, "region": "eu-west-1", "id": "1a2b", "type": "Recon:EC2/Portscan", "severity": 9.1}
    head = {"account": "333333333333", "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
    return {**head, "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": detail}


def messages(here: Landscape, event: Mapping[str, Any]) -> list[str]:
    found = matching(rendered("notifications", here), event, "nw-events").values()
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
    assert seen > 30


def test_archive_keeps_the_events_that_the_rules_see() -> None:
    template = rendered("notifications", landscape(archive_days=30))["notifications-events"]
    (archive,) = properties(template, "AWS::Events::Archive").values()
    assert archive["EventPattern"] == {"source": ["nw.named"]}


def test_standalone_account_has_no_names() -> None:
    own = {"findings": {"guardduty": "high"}, "account_names": True}
    here = make_landscape(standalone=True, settings={"notifications": own})
    assert [problem.path for problem in CAPABILITY.problems(here)] == [("account_names",)]
    assert "notifications-names" not in rendered("notifications", here)
