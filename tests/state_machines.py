"""State machines as moto runs them, with clients of our own for the services that they call.

Clients answer as Step Functions passes answers on: with names in Pascal case.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from antlr4.RuleContext import RuleContext  # type: ignore[import-untyped]
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_events,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.utils import TMP_THREADS

from baseline.policy.document import text_of
from tests.emulator.spare_work import spare_work

MACHINE = "arn:aws:iam::123456789012:role/machine"
"""The role of the machine."""
_parse = AmazonStateLanguageParser.parse


@cache
def _tree(definition: str) -> Any:
    return _parse(definition)[1]


_join = RuleContext.getText


def _text(node: Any) -> str:
    """The node's text, joined once: a tree is visited for each program."""
    if not hasattr(node, "joined"):
        node.joined = _join(node)
    text: str = node.joined
    return text


def _program_and_tree(definition: str) -> Any:
    """A new program, and the tree of the definition, which takes most of the time."""
    return Preprocessor().visit(_tree(definition)), _tree(definition)


def parse_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse each definition once, however often it is run."""
    monkeypatch.setattr(AmazonStateLanguageParser, "parse", staticmethod(_program_and_tree))
    monkeypatch.setattr(RuleContext, "getText", _text)


class Services:
    """Base of clients: keeps the events that a machine puts on a bus, as the bus would deliver them."""

    def __init__(self) -> None:
        self.role = ""
        """The role with which the last call was made."""
        self.sent: list[Mapping[str, Any]] = []

    def client(self, state_credentials: Any = None, **_: Any) -> "Services":
        """The client of a state."""
        self.role = state_credentials.role_arn if state_credentials else ""
        return self

    def put_events(self, **given: Any) -> dict[str, Any]:
        """Keep the event."""
        (entry,) = given["Entries"]
        detail = json.loads(entry["Detail"])
        head = {"account": "333333333333", "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
        self.sent.append({**head, "source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail})
        return {"FailedEntryCount": 0}


@contextmanager
def running(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Machines call these services, and wait for nothing."""
    spare_work()
    parse_once(monkeypatch)
    for module in (state_task_service_aws_sdk, state_task_service_events):
        monkeypatch.setattr(module, "boto_client_for", services.client)
    monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield


def run(definition: Mapping[str, Any], *inputs: Mapping[str, Any]) -> list[str]:
    """The status of an execution for each input, one after another."""
    states = boto3.client("stepfunctions", region_name="eu-west-1")
    text = json.dumps(definition, default=text_of)
    for name, value in (("Partition", "aws"), ("Region", "eu-west-1"), ("AccountId", "333333333333")):
        text = text.replace(f"${{AWS::{name}}}", value)
    machine = states.create_state_machine(name="machine", definition=text, roleArn=MACHINE)
    return [_status(states, machine["stateMachineArn"], number, given) for number, given in enumerate(inputs)]


def _status(states: Any, machine: str, number: int, given: Mapping[str, Any]) -> str:
    begun = states.start_execution(stateMachineArn=machine, name=f"run-{number}", input=json.dumps(given))
    for thread in list(TMP_THREADS):
        thread.join(30)
    TMP_THREADS.clear()
    status: str = states.describe_execution(executionArn=begun["executionArn"])["status"]
    return status
