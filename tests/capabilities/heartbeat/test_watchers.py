"""The weekly count of watchers, as moto runs it: what is alive, and the names of what is not."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import pytest
from botocore.exceptions import ClientError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.respond.heartbeat.settings import Watch
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from tests.capabilities.heartbeat.test_topics import plain
from tests.event_routing import notices
from tests.landscapes import make_landscape, properties, rendered
from tests.state_machines import Services, run, running

ALARMS = ["root-usage", "config-changes", "vpc-changes"]
STACKS = {"security": "heartbeat-count", "management": "heartbeat-count-management"}


class Account(Services):
    """An account where everything is alive, except what a test says."""

    def __init__(self, **dead: Any) -> None:
        super().__init__()
        self._dead = {name.replace("_", "-"): state for name, state in dead.items()}

    def _state(self, name: str, alive: Any) -> Any:
        found = self._dead.get(name.removeprefix("nw-"), alive)
        if found is None:
            answer: Any = {"Error": {"Code": "ResourceNotFoundException", "Message": "not there"}}
            answer["ResponseMetadata"] = {"HTTPStatusCode": 404, "RequestId": "1a2b"}
            raise ClientError(answer, "Describe")
        return found

    def describe_rule(self, **given: str) -> dict[str, Any]:
        """A rule and its state."""
        assert given["EventBusName"] == ("nw-events" if given["Name"].endswith("-notice") else "default")
        return {"Name": given["Name"], "State": self._state(given["Name"], "ENABLED").removesuffix(" empty")}

    def list_targets_by_rule(self, **given: str) -> dict[str, Any]:
        """One target, or none."""
        return {"Targets": [] if self._state(given["Rule"], "").endswith("empty") else [{"Id": "x", "Arn": "arn"}]}

    def describe_alarms(self, **given: Any) -> dict[str, Any]:
        """The alarm of this name; one that is gone is no error."""
        (name,) = given["AlarmNames"]
        found = self._state(name, {"StateValue": "OK", "ActionsEnabled": True, "AlarmActions": ["arn"]})
        return {"MetricAlarms": [{"AlarmName": name, **found}] if found else []}

    def get_topic_attributes(self, **given: str) -> dict[str, Any]:
        """The attributes as SNS has them: numbers are texts."""
        return {"Attributes": {"SubscriptionsConfirmed": self._state(given["TopicArn"].rpartition(":")[2], "1")}}


def landscape(watch: Sequence[str] = get_args(Watch), **changes: Any) -> Landscape:
    own = {"watch": list(watch), "sign_of_life": "weekly", "count_watchers": True}
    return make_landscape(settings={"heartbeat": own, "alarms": {"cis": ALARMS}}, **changes)


def definition(here: Landscape, account: str) -> Mapping[str, Any]:
    machines = properties(rendered("heartbeat", here)[STACKS[account]], "AWS::StepFunctions::StateMachine")
    found: Mapping[str, Any] = plain(machines["Machine"]["Definition"])
    return found


def messages(here: Landscape, account: str, services: Account, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    with running(services, monkeypatch):
        assert run(definition(here, account), {}) == ["SUCCEEDED"]
    (event,) = services.sent
    return notices(rendered("heartbeat", here), event)


def test_message_counts_what_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    here = landscape(["recorder"])
    ((arn, text),) = messages(here, "security", Account(), monkeypatch)
    assert arn == "${import nw-alerts-medium-arn}"
    assert text.startswith("All 13 of 13 watchers of the baseline in account 333333333333, eu-west-1, are alive: ")
    assert "9 rules, 1 alarm, 3 topics" in text


def test_what_is_not_alive_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    here = landscape(["trail", "recorder", "detection"])
    quiet = {"StateValue": "OK", "ActionsEnabled": True, "AlarmActions": []}
    services = Account(
        heartbeat_trail=None,
        heartbeat_recorder="DISABLED",
        heartbeat_detection="ENABLED empty",
        root_usage={**quiet, "ActionsEnabled": False},
        config_changes=quiet,
        vpc_changes={},
        alerts_high="0",
    )
    ((arn, text),) = messages(here, "management", services, monkeypatch)
    wanted = len(definition(here, "management")["States"]["Begin"]["Result"]["watchers"])
    assert arn == "${import nw-alerts-high-arn}"
    assert text.startswith(f"Only {wanted - 7} of {wanted} watchers of the baseline in account ")
    named = text.partition("Not alive: ")[2].partition(". Find out")[0]
    assert set(named.split(", ")) == {
        "rule nw-heartbeat-trail (missing or unreadable)",
        "rule nw-heartbeat-recorder (disabled)",
        "rule nw-heartbeat-detection (notifies nothing)",
        "alarm nw-root-usage (disabled)",
        "alarm nw-config-changes (notifies nothing)",
        "alarm nw-vpc-changes (missing or unreadable)",
        "topic nw-alerts-high (has no confirmed subscriber)",
    }


def deployed(here: Landscape, account: str) -> set[tuple[str, str]]:
    """Rules of heartbeat, and alarms with actions of three capabilities, of an account's home Region."""
    found = set()
    for stack in build_plan(here).stacks:
        places = [place for place in stack.deployments if here.home_region in place.regions]
        if stack.capability not in {"heartbeat", "alarms", "notifications"} or not any(
            place.account in (account, "") for place in places
        ):
            continue
        template = rendered(stack.capability, here)[stack.name.removeprefix("nw-")]
        if stack.capability == "heartbeat":
            found |= {("rule", rule["Name"]) for rule in properties(template, "AWS::Events::Rule").values()}
        alarms = properties(template, "AWS::CloudWatch::Alarm").values()
        found |= {("alarm", alarm["AlarmName"]) for alarm in alarms if "AlarmActions" in alarm}
    return found


@pytest.mark.parametrize("changes", [{}, {"standalone": True}], ids=["organization", "standalone"])
def test_every_rule_and_alarm_that_is_deployed_there_is_counted(changes: dict[str, Any]) -> None:
    here = landscape(**changes)
    stacks = {"management": "heartbeat-count"} if here.standalone else STACKS
    for account, stack in stacks.items():
        (machine,) = properties(rendered("heartbeat", here)[stack], "AWS::StepFunctions::StateMachine").values()
        counted = plain(machine["Definition"])["States"]["Begin"]["Result"]["watchers"]
        names = [(item["kind"], item["name"]) for item in counted]
        assert len(names) == len(set(names))
        assert {item for item in names if item[0] != "topic"} == deployed(here, account)
        assert sum(kind == "topic" for kind, _ in names) == 3


def test_machine_may_read_what_it_counts_and_nothing_else() -> None:
    here = landscape()
    for account, stack in STACKS.items():
        role = properties(rendered("heartbeat", here)[stack], "AWS::IAM::Role")["Role"]
        granted = {
            item["Sid"]: [text_of(arn) for arn in item["Resource"]]
            for item in role["Policies"][0]["PolicyDocument"]["Statement"]
            if item["Sid"] in {"Rules", "Targets", "Alarms", "Topics"}
        }
        rule = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
        hub = [f"{rule}nw-events/nw-*"] if account == "security" else []
        assert granted["Rules"] == granted["Targets"] == [f"{rule}nw-*", *hub]
        assert [arn.rpartition(":")[2] for arn in granted["Alarms"]] == ["nw-*"]
        assert len(granted["Topics"]) == 3


def test_count_alone_counts_its_own_rules() -> None:
    here = make_landscape(settings={"heartbeat": {"count_watchers": True}}, alerts=())
    assert CAPABILITIES["heartbeat"].is_asked(here.capabilities["heartbeat"])
    begin = definition(here, "security")["States"]["Begin"]["Result"]
    assert begin["kinds"] == "6 rules, 1 alarm"


def test_count_that_failed_is_reported() -> None:
    arn = "arn:aws:states:eu-west-1:333333333333:stateMachine:nw-watcher-count"
    detail = {"status": "TIMED_OUT", "stateMachineArn": arn, "executionArn": "arn:aws:states:…:nw-watcher-count:1"}
    event = {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}
    ((_, text),) = notices(rendered("heartbeat", landscape()), {**event, "account": "1", "region": "r", "time": "t"})
    assert "no one looked whether the watchers" in text
