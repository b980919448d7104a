"""State machines in templates of users: what is malformed there is for cfn-lint to report."""

import json
from dataclasses import replace
from typing import Any

import pytest

from baseline.capabilities.capability import WholeTemplate
from baseline.findings import Severity
from baseline.validate.checks.machine_role import CHECK
from baseline.validate.effects import unfilled_placeholders
from baseline.validate.machine_calls import role_uses
from baseline.validate.subject import read_template
from tests.validate.subjects import template_of


def uses(machine: dict[str, Any], target: dict[str, Any]) -> list[tuple[set[str], tuple[str, ...]]]:
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity", **machine.pop("Task", {})}
    definition = {"StartAt": "A", "States": {"A": task}}
    resources = {
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": "arn:aws:iam::111111111111:role/x", "Definition": definition, **machine},
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {"Targets": [{"Arn": {"Ref": "Machine"}, "RoleArn": "r", "Id": "1", **target}]},
        },
    }
    subject = read_template(template_of(json.dumps({"Resources": resources})))
    assert list(unfilled_placeholders(subject)) == []
    found = [use for use in role_uses(subject) if use.resource.logical_id == "Machine"]
    return [(set(use.actions), use.unknown) for use in found]


@pytest.mark.parametrize("credentials", [["RoleArn"], "role", {}, None])
def test_a_role_that_cannot_be_read_is_unknown(credentials: Any) -> None:
    ((actions, unknown),) = uses({"Task": {"Credentials": credentials}}, {})
    assert actions == {"sts:AssumeRole"}
    assert len(unknown) == 1


@pytest.mark.parametrize("transformer", ["text", ["list"], 1, None])
def test_an_input_that_is_no_transformer_says_nothing(transformer: Any) -> None:
    assert len(uses({}, {"InputTransformer": transformer})) == 1


@pytest.mark.parametrize(
    ("name", "off", "on", "action"),
    [
        ("LoggingConfiguration", {"Level": "OFF"}, {"Level": "ERROR"}, "logs:CreateLogDelivery"),
        ("TracingConfiguration", {"Enabled": False}, {"Enabled": True}, "xray:PutTraceSegments"),
        ("EncryptionConfiguration", {"Type": "AWS_OWNED_KEY"}, {"Type": "CUSTOMER_MANAGED_KMS_KEY"}, "kms:Decrypt"),
    ],
)
def test_properties_need_actions_where_they_are_on(name: str, off: Any, on: Any, action: str) -> None:
    for given, is_needed in ((off, False), ({}, False), ("text", False), (on, True)):
        ((actions, unknown),) = uses({name: given}, {})
        assert (action in actions, unknown) == (is_needed, ()), given
    ((actions, unknown),) = uses({name: {key: {"Ref": "Parameter"} for key in on}}, {})
    assert action not in actions
    assert unknown == (f"whether {name} is on",)


@pytest.mark.parametrize(
    ("target", "properties", "needed", "beside"),
    [
        ({"DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:111111111111:dead"}}, {}, {"sqs:SendMessage"}, set()),
        ({}, {"KmsKeyArn": {"Ref": "Key"}}, set(), {"kms:Decrypt"}),
        ({}, {}, set(), set()),
    ],
)
def test_a_schedule_uses_its_role_for_dead_letters_and_its_key(
    target: dict[str, Any], properties: dict[str, Any], needed: set[str], beside: set[str]
) -> None:
    call = {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", "RoleArn": "r", **target}
    schedule = {"Type": "AWS::Scheduler::Schedule", "Properties": {"Target": call, **properties}}
    (use,) = role_uses(read_template(template_of(json.dumps({"Resources": {"Schedule": schedule}}))))
    assert use.actions == {"ec2:StopInstances", *needed}
    assert use.beside == beside


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        ({"Action": ["sqs:SendMessage"]}, []),
        ({"Action": ["sns:Publish"]}, ["allows sns:Publish, which nothing", "does not allow sqs:SendMessage"]),
        ({"NotAction": ["iam:*"]}, ["allows all but iam:* (NotAction)"]),
        ({"NotAction": ["sqs:*"]}, ["allows all but sqs:* (NotAction)", "does not allow sqs:SendMessage"]),
    ],
    ids=str,
)
def test_a_role_of_the_user_that_does_not_fit_is_a_warning(allowed: dict[str, Any], said: list[str]) -> None:
    """The policy of a resource, which no template needs to have, can allow what the role does not."""
    statement = {"Effect": "Allow", "Resource": "*", **allowed}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    role = {"RoleName": "work", "Policies": [{"PolicyName": "work", "PolicyDocument": document}]}
    states = {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}}
    machine = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "Definition": {"StartAt": "A", "States": states}}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
    }
    text = json.dumps({"Resources": resources})
    for context, severity in ((None, None), (WholeTemplate(prefix="nw", text=text), Severity.WARNING)):
        template = template_of(text)
        subject = read_template(replace(template, stack=replace(template.stack, context=context)))
        found = [problem for _, problem in CHECK.find_in_plan((subject,))]
        assert [problem.severity for problem in found] == [severity] * len(said)
        assert all(words in problem.message for words, problem in zip(said, found, strict=True))
