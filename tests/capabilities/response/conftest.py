"""Playbooks as moto runs them: the rendered state machine, and a member account with or without the playbook's role."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from queue import Queue
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
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.utils import TMP_THREADS

from baseline.capabilities.respond.response.settings import PlaybookName
from baseline.policy.document import text_of
from tests.emulator.spare_work import spare_work
from tests.landscapes import make_landscape, properties, rendered

REGION, MEMBER = "eu-west-1", "444444444444"
SHORT: Mapping[PlaybookName, str] = {
    "disable-access-keys": "keys",
    "close-bucket": "bucket",
    "isolate-instance": "instance",
}


class _Client:
    """A client whose answers have texts for times, as Step Functions gives them to a state."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        return lambda **given: json.loads(json.dumps(call(**given), default=str))


def _error(call: str, code: str) -> ClientError:
    answer: Any = {"HTTPStatusCode": 403, "RequestId": "1a2b"}
    return ClientError({"Error": {"Code": code, "Message": code}, "ResponseMetadata": answer}, call)


@dataclass
class Account:
    """The member account, and what state machines do in it."""

    machines: Mapping[str, Any]
    roles: set[str] = field(default_factory=set)
    calls: list[tuple[str, str]] = field(default_factory=list)
    messages: "Queue[Mapping[str, Any]]" = field(default_factory=Queue)
    made: dict[str, str] = field(default_factory=dict)
    unreachable: str = ""
    unassumable: str = "The role arn:aws:iam::1:role/a is not authorized to assume the task state's role, arn:b."

    def client(self, service: str) -> Any:
        """A client in the member account."""
        role = f"arn:aws:iam::{MEMBER}:role/test"
        return boto3.client(service, region_name=REGION, **self._session(role))

    def called(self, service: str, region: str, state_credentials: Any = None) -> Any:
        """The client that a state uses: in the member account if it names a role that exists there."""
        if state_credentials is None or not state_credentials.role_arn.endswith(("-approve", "-automatic")):
            return self._watched(boto3.client(service, region_name=region), service)
        if state_credentials.role_arn not in self.roles:
            raise _error("AssumeRole", self.unassumable)
        client = boto3.client(service, region_name=region, **self._session(state_credentials.role_arn))
        return self._watched(client, service)

    def start(self, name: PlaybookName, given: Mapping[str, Any]) -> str:
        """The ARN of an execution that has begun."""
        states, machine = boto3.client("stepfunctions", region_name=REGION), f"nw-response-{SHORT[name]}"
        if machine not in self.made:
            role = f"arn:aws:iam::123456789012:role/{machine}"
            text = json.dumps(self.machines[machine])
            made = states.create_state_machine(name=machine, definition=text, roleArn=role)
            self.made[machine] = made["stateMachineArn"]
        run = f"run-{len(self.calls)}"
        begun = states.start_execution(stateMachineArn=self.made[machine], name=run, input=json.dumps(given))
        return str(begun["executionArn"])

    def ended(self, execution: str) -> Mapping[str, Any]:
        """The execution when it has ended."""
        for thread in list(TMP_THREADS):
            thread.join(30)
        TMP_THREADS.clear()
        found: Mapping[str, Any] = boto3.client("stepfunctions", region_name=REGION).describe_execution(
            executionArn=execution
        )
        return found

    def run(self, name: PlaybookName, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The output of a run, and its last message under `message`."""
        found = self.ended(self.start(name, given))
        return {**json.loads(found.get("output", "{}")), "message": self.messages.get(timeout=10)}

    def admit(self, name: PlaybookName, mode: str) -> None:
        """Give the member account the playbook's role of a mode."""
        self.roles.add(f"arn:aws:iam::{MEMBER}:role/nw-response-{SHORT[name]}-{mode}")

    def _watched(self, client: Any, service: str) -> Any:
        def record(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            self.calls.append((service, model.name))
            if model.name == "PutEvents":
                entries = json.loads(params["body"])["Entries"]
                self.messages.put({**entries[0], **json.loads(entries[0]["Detail"])})
            if self.unreachable == model.name:
                raise _error(model.name, "SlowDown")

        client.meta.events.register("before-call", record)
        return _Client(client)

    @staticmethod
    def _session(role: str) -> Mapping[str, str]:
        given = boto3.client("sts", region_name=REGION).assume_role(RoleArn=role, RoleSessionName="playbook")[
            "Credentials"
        ]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }


@pytest.fixture(scope="session")
def machines() -> Mapping[str, Any]:
    """Name → rendered state machine, of every playbook with both modes."""
    both = {"automatic": ["Workloads"], "approve": ["Security"]}
    here = make_landscape(settings={"response": {"playbooks": dict.fromkeys(SHORT, both)}})
    found = properties(rendered("response", here)["response"], "AWS::StepFunctions::StateMachine")
    return {item["StateMachineName"]: _resolved(item["Definition"]) for item in found.values()}


@pytest.fixture
def account(machines: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The member account, with the switch on."""
    spare_work()
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        here = Account(machines=machines)
        for module in (state_task_service_aws_sdk, state_task_service_events):
            monkeypatch.setattr(module, "boto_client_for", here.called)
        monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
        monkeypatch.setattr(AmazonStateLanguageParser, "parse", staticmethod(_program_and_tree))
        monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        boto3.client("ssm", region_name=REGION).put_parameter(Name="/nw/response", Value="on", Type="String")
        yield here


_parse = AmazonStateLanguageParser.parse


@cache
def _tree(definition: str) -> Any:
    return _parse(definition)[1]


def _program_and_tree(definition: str) -> Any:
    """A new program, and the tree of the definition, which takes most of the time."""
    return Preprocessor().visit(_tree(definition)), _tree(definition)


def _resolved(value: Any) -> Any:
    """The definition with the partition of its ARNs filled in."""
    if isinstance(value, Mapping):
        if "Fn::Sub" in value:
            return text_of(value).replace("${AWS::Partition}", "aws")
        return {key: _resolved(item) for key, item in value.items()}
    return [_resolved(item) for item in value] if isinstance(value, list) else value
