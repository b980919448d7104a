"""Playbooks as moto runs them: the rendered state machine, and a member account with or without the playbook's role."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from queue import Queue
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_dynamodb,
    state_task_service_events,
)
from moto.stepfunctions.parser.utils import TMP_THREADS

from baseline.capabilities.respond.response.settings import PlaybookName
from baseline.policy.document import text_of
from baseline.validate.subject import Subject
from tests.emulator.spare_work import spare_work
from tests.landscapes import make_landscape, properties, rendered
from tests.state_machines import parse_once

REGION, MEMBER, ARCHIVE = "eu-west-1", "444444444444", "222222222222"
SHORT: Mapping[PlaybookName, str] = {
    "disable-access-keys": "keys",
    "quarantine-role": "role",
    "close-bucket": "bucket",
    "close-snapshot": "snapshot",
    "close-database-snapshot": "database",
    "close-ports": "ports",
    "isolate-instance": "instance",
    "isolate-function": "function",
    "stop-task": "task",
}


class _Client:
    """A client as Step Functions uses it: names in Pascal case, times as texts, and a body that may be a structure.

    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        model = self._client.meta.service_model
        names = {
            key.lower(): key
            for key in model.operation_model(self._client.meta.method_to_api_mapping[name]).input_shape.members
        }

        def called(**given: Any) -> Any:
            body = {"Body": json.dumps(given["Body"])} if isinstance(given.get("Body"), dict) else {}
            sent = {names.get(key.lower(), key): value for key, value in {**given, **body}.items()}
            answer = json.loads(json.dumps(call(**sent), default=str))
            return _NAMED.get(model.service_name, lambda same: same)(answer)

        return called


def _with_db(value: Any) -> Any:
    """Answers of RDS: the Java SDK, whose names Step Functions uses, writes `Db` for `DB`."""
    if isinstance(value, dict):
        return {re.sub("^DB(?=[A-Z])", "Db", key): _with_db(item) for key, item in value.items()}
    return [_with_db(item) for item in value] if isinstance(value, list) else value


def _in_pascal_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _in_pascal_case(item) for key, item in value.items()}
    return [_in_pascal_case(item) for item in value] if isinstance(value, list) else value


_NAMED = {"ecs": _in_pascal_case, "rds": _with_db}
"""Service → its answers as Step Functions names their fields."""


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
    records: list[Mapping[str, Any]] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    unreachable: str = ""
    unassumable: str = "The role arn:aws:iam::1:role/a is not authorized to assume the task state's role, arn:b."

    def client(self, service: str) -> Any:
        """A client in the member account."""
        role = f"arn:aws:iam::{MEMBER}:role/test"
        return boto3.client(service, region_name=REGION, **self._session(role))

    def called(self, service: str, region: str, state_credentials: Any = None) -> Any:
        """The client that a state uses: in the member account if it names a role that exists there."""
        if state_credentials is None or not state_credentials.role_arn.endswith(("-approve", "-automatic")):
            return self._used(service, region, "")
        if state_credentials.role_arn not in self.roles:
            raise _error("AssumeRole", self.unassumable)
        return self._used(service, region, state_credentials.role_arn)

    def start(self, name: PlaybookName, given: Mapping[str, Any]) -> str:
        """The ARN of an execution that has begun."""
        return self.start_machine(f"nw-response-{SHORT[name]}", given)

    def start_machine(self, machine: str, given: Mapping[str, Any]) -> str:
        """The same by the state machine's name."""
        states = boto3.client("stepfunctions", region_name=REGION)
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

    def _used(self, service: str, region: str, role: str) -> Any:
        """One client for each service and role."""
        found = self.clients.get((service, role))
        if found is None:
            session = self._session(role) if role else {}
            found = self._watched(boto3.client(service, region_name=region, **session), service)
            self.clients[(service, role)] = found
        return found

    def _watched(self, client: Any, service: str) -> Any:
        def record(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            self.calls.append((service, model.name))
            if model.name == "PutEvents":
                entries = json.loads(params["body"])["Entries"]
                sent = {**entries[0], **json.loads(entries[0]["Detail"])}
                if sent["DetailType"] == "Response record":
                    self.records.append(sent)
                else:
                    self.messages.put(sent)
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
def templates() -> Mapping[str, Subject]:
    """The capability's templates with both modes of every playbook."""
    both = {"automatic": ["Workloads"], "approve": ["Security"]}
    playbooks = {
        **dict.fromkeys(SHORT, both),
        "close-bucket": {**both, "also_from": ["macie"]},
        "isolate-instance": {**both, "detach_profile": True},
        "isolate-function": {"automatic": ["Workloads"], "also_from": ["inspector"]},
    }
    return rendered("response", make_landscape(settings={"response": {"playbooks": playbooks}}))


@pytest.fixture(scope="session")
def machines(templates: Mapping[str, Subject]) -> Mapping[str, Any]:
    """Name → rendered state machine."""
    return {
        item["StateMachineName"]: _resolved(item["Definition"])
        for template in templates.values()
        for item in properties(template, "AWS::StepFunctions::StateMachine").values()
    }


@pytest.fixture
def account(
    templates: Mapping[str, Subject], machines: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Account]:
    """The member account, with the switch on."""
    spare_work()
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        here = Account(machines=machines)
        for module in (state_task_service_aws_sdk, state_task_service_dynamodb, state_task_service_events):
            monkeypatch.setattr(module, "boto_client_for", here.called)
        monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
        parse_once(monkeypatch)
        monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        (table,) = properties(templates["response"], "AWS::DynamoDB::Table").values()
        wanted = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema")
        boto3.client("dynamodb", region_name=REGION).create_table(**{key: table[key] for key in wanted})
        boto3.client("ssm", region_name=REGION).put_parameter(Name="/nw/response", Value="on", Type="String")
        deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
        data = {"Path": "/", "Document": deny, "CreateDate": "2026-11-30", "UpdateDate": "2026-11-30"}
        policy = AWSManagedPolicy.from_data("AWSDenyAll", MEMBER, REGION, data)
        iam_backends[MEMBER]["aws"].managed_policies["arn:aws:iam::aws:policy/AWSDenyAll"] = policy
        yield here


def _resolved(value: Any) -> Any:
    """The definition with the partition of its ARNs filled in."""
    if isinstance(value, Mapping):
        if "Fn::Sub" in value:
            return text_of(value).replace("${AWS::Partition}", "aws").replace("${LogArchiveAccountId}", ARCHIVE)
        return {key: _resolved(item) for key, item in value.items()}
    return [_resolved(item) for item in value] if isinstance(value, list) else value
