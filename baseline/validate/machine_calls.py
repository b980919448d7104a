"""The calls of state machines, schedules and rules, and the roles with which they make them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.aws.iam_actions import matching_actions
from baseline.frozen import frozen
from baseline.policy.document import branches, text_of
from baseline.validate.subject import Resource, Subject

MACHINE = "AWS::StepFunctions::StateMachine"
_RULE, _SCHEDULE = "AWS::Events::Rule", "AWS::Scheduler::Schedule"
_ARN = r"arn:(?:\$\{AWS::Partition\}|[\w-]+)"
_CALL = r"(?P<service>[\w-]+):(?P<operation>\w+)"
_TASK = re.compile(rf"{_ARN}:states:::(?P<sdk>aws-sdk:)?{_CALL}(?P<pattern>[.:].+)?\Z")
_UNIVERSAL = re.compile(rf"{_ARN}:scheduler:::aws-sdk:{_CALL}\Z")
"""https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html"""
_FUNCTION = re.compile(rf"{_ARN}:lambda:.*:function:")
_ROLE = re.compile(r":iam::[^']*?:role/(?P<name>[^'\"]+)")
_ONLY_LOOKS = '"action": "dry-run"'
"""Part of the input of a playbook that changes nothing."""
_READS = ("Describe", "Get", "List")


@frozen
class RoleUse:
    """The calls that a resource makes with one role.

    Attributes:
        subject: The template of the resource.
        resource: The state machine, schedule or rule.
        role: Reference to the role or name of it, as in the template; empty if it is not known.
        actions: The actions that the calls need.
        beside: Actions that the role may have as well, or be given by a resource's policy.
        unknown: Why the actions or the role are not known, in a sentence without a period.
        only_looks: Whether the calls that change something are never made.
        is_compared: Whether the role is to be compared with calls; False for targets that are no state machine.
    """

    subject: Subject
    resource: Resource
    role: str
    actions: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = field(default=())
    only_looks: bool = False
    is_compared: bool = True

    @property
    def needed(self) -> frozenset[str]:
        """The actions of the calls that are made."""
        if not self.only_looks:
            return self.actions
        return frozenset(item for item in self.actions if item.partition(":")[2].startswith(_READS))


def role_uses(subject: Subject) -> Iterator[RoleUse]:
    """Every use of a role by a state machine, or by what starts one or makes calls by itself."""
    for machine in subject.of_type(MACHINE):
        yield from _machine_uses(subject, machine)
    for schedule in subject.of_type(_SCHEDULE):
        yield _schedule_use(subject, schedule)
    for rule in subject.of_type(_RULE):
        for _, target in branches(rule.properties.get("Targets")):
            if isinstance(target, Mapping) and "RoleArn" in target:
                yield _target_use(subject, rule, target)


def actions_beside(actions: Iterable[str]) -> frozenset[str]:
    """The actions that a role may also have, because of one of these."""
    known = set(actions)
    return frozenset(item["action"] for item in _table()["beside"] if item["of"] in known)


@cache
def _table() -> Mapping[str, Any]:
    return tomli.loads(Path(__file__).with_name("machine_calls.toml").read_text(encoding="utf-8"))


def _target_use(subject: Subject, resource: Resource, target: Any) -> RoleUse:  # noqa: ANN401 - template data
    given = target if isinstance(target, Mapping) else {}
    arn, role = text_of(given.get("Arn")), text_of(given.get("RoleArn"))
    if found := _UNIVERSAL.match(arn):
        actions = actions_of(found["service"], found["operation"])
        unknown = () if actions is not None else (f"the actions that {arn} needs",)
        return RoleUse(subject=subject, resource=resource, role=role, actions=actions or frozenset(), unknown=unknown)
    own = subject.by_id.get(arn.strip("${}"))
    if ":stateMachine:" in arn or (own is not None and own.type == MACHINE):
        return RoleUse(subject=subject, resource=resource, role=role, actions=frozenset({"states:StartExecution"}))
    unknown = (f"the actions that {arn} needs",)
    return RoleUse(subject=subject, resource=resource, role=role, unknown=unknown, is_compared=False)


def _schedule_use(subject: Subject, schedule: Resource) -> RoleUse:
    """A schedule sends dead letters with its role; a rule's queue lets EventBridge send by a policy of its own.

    Source: docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html. The page about keys,
    encryption-rest.html, could not be read to its end: the role may decrypt with the schedule's key, and need not.
    """
    target = schedule.properties.get("Target")
    use = _target_use(subject, schedule, target)
    if isinstance(target, Mapping) and target.get("DeadLetterConfig"):
        use = replace(use, actions=use.actions | {"sqs:SendMessage"})
    return replace(use, beside=frozenset({"kms:Decrypt"})) if schedule.properties.get("KmsKeyArn") else use


def _machine_uses(subject: Subject, machine: Resource) -> Iterator[RoleUse]:
    definition = _definition(machine)
    unknown = list(_unknown_parts(definition))
    own = set(_property_actions(machine, unknown))
    named = {found["name"] for text in _texts(definition) for found in _ROLE.finditer(text)}
    others: dict[str, list[Mapping[str, Any]]] = {}
    for state in _tasks(definition):
        if "Credentials" not in state:
            own |= _needed(state, unknown)
            continue
        own.add("sts:AssumeRole")
        roles = _credentials(state["Credentials"], named)
        unknown += [] if roles else [f"the role of {text_of(state['Resource'])}"]
        for role in roles:
            others.setdefault(f":role/{role}", []).append(state)
    role = text_of(machine.properties.get("RoleArn"))
    yield RoleUse(subject=subject, resource=machine, role=role, actions=frozenset(own), unknown=tuple(unknown))
    looks = _only_looks(subject, machine)
    for name, states in others.items():
        doubts: list[str] = []
        actions = frozenset(action for state in states for action in _needed(state, doubts))
        yield RoleUse(
            subject=subject, resource=machine, role=name, actions=actions, unknown=tuple(doubts), only_looks=looks
        )


def _unknown_parts(definition: Any) -> Iterator[str]:  # noqa: ANN401 - a state machine
    if definition is None:
        yield "its calls, because its definition is not in the template"
    if "DISTRIBUTED" in _texts(definition):  # it starts executions, and may read and write files
        yield "the actions that a distributed map needs"


def _property_actions(machine: Resource, unknown: list[str]) -> Iterator[str]:
    """The actions that properties of a state machine need; `unknown` gets those whose value is elsewhere."""
    for item in _table()["property"]:
        given = machine.properties.get(item["property"])
        value = text_of(given.get(item["key"])).lower() if isinstance(given, Mapping) else ""
        if "${" in value:
            unknown.append(f"whether {item['property']} is on")
        elif value not in item["default"]:
            yield from item["actions"]


def _definition(machine: Resource) -> Any:  # noqa: ANN401 - a state machine
    """The definition, None if it is elsewhere or no JSON."""
    given = machine.properties.get("Definition")
    if isinstance(given, Mapping):
        return given
    try:
        read = json.loads(text_of(machine.properties.get("DefinitionString")))
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _tasks(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - states
    if isinstance(value, Mapping):
        if value.get("Type") == "Task" and "Resource" in value:
            yield value
        for item in value.values():
            yield from _tasks(item)
    elif isinstance(value, list):
        for item in value:
            yield from _tasks(item)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - states
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            yield text_of(value)
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _needed(state: Mapping[str, Any], unknown: list[str]) -> frozenset[str]:
    """The actions that a task needs; `unknown` gets the reason if they are not known."""
    arn = text_of(state["Resource"])
    if _FUNCTION.match(arn):
        return frozenset({"lambda:InvokeFunction"})
    found = _TASK.match(arn)
    actions = None
    if found and found["pattern"] in (None, ".waitForTaskToken") and _is_one_call(found):
        actions = actions_of(found["service"], found["operation"])
    if actions is None:
        unknown.append(f"the actions that {arn} needs")
        return frozenset()
    given = state.get("Parameters", state.get("Arguments"))
    tagged = found is not None and found["service"] == "ec2" and isinstance(given, Mapping)
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    return actions | ({"ec2:CreateTags"} if tagged and "TagSpecifications" in given else set())


def _is_one_call(task: re.Match[str]) -> bool:
    return bool(task["sdk"]) or f"{task['service']}:{task['operation']}" in _table()["optimized"]["calls"]


def actions_of(service: str, operation: str) -> frozenset[str] | None:
    """The actions that a call of a service's operation needs; None if they are not known."""
    table = _table()
    prefix = table["prefixes"].get(service, service)
    for name in (service, prefix):
        if (listed := table["operations"].get(f"{name}:{operation}".lower())) is not None:
            return frozenset(listed)
    action = f"{prefix}:{operation[0].upper()}{operation[1:]}"
    return frozenset({action}) if matching_actions(action) else None


def _credentials(given: Any, named: set[str]) -> set[str]:  # noqa: ANN401 - states
    """Names of the roles that a task may assume: any that the definition names, if its input decides."""
    credentials = given if isinstance(given, Mapping) else {}
    text = " ".join(text_of(credentials[key]) for key in ("RoleArn", "RoleArn.$") if key in credentials)
    found = {item["name"] for item in _ROLE.finditer(text)}
    return found or (named if text.startswith(("$", "{%")) else set())


def _only_looks(subject: Subject, machine: Resource) -> bool:
    """Whether every rule that starts the state machine requests a dry run."""
    targets = [
        target
        for rule in subject.of_type(_RULE)
        for _, target in branches(rule.properties.get("Targets"))
        if isinstance(target, Mapping) and text_of(target.get("Arn")) == f"${{{machine.logical_id}}}"
    ]
    transformers = [item.get("InputTransformer") for item in targets]
    inputs = [text_of(item.get("InputTemplate")) if isinstance(item, Mapping) else "" for item in transformers]
    return bool(inputs) and all(_ONLY_LOOKS in item for item in inputs)
