"""The playbooks: which findings start them, the calls that they make, and their state machines."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from baseline.capabilities.landscape import THIS_ACCOUNT, Reference, portable_text
from baseline.capabilities.respond.response.settings import Playbook, PlaybookName, ResponseSettings

_FILES = Path(__file__).with_name("playbooks")
_RETRY = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 2, "JitterStrategy": "FULL"}
_MANY, _FEW = 5, 2
_GIVEN: Mapping[str, Mapping[str, str]] = {
    "Look": {"role.$": "$.role", "subject.$": "$.subject"},
    "Contain": {
        "role.$": "$.role",
        "subject.$": "$.subject",
        "finding.$": "$.finding",
        "before.$": "$.look.result.before",
    },
}
"""What the states of a playbook work with, so that the result of a run does not repeat all that led to it."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Calls of a playbook in a member account.

    Attributes:
        sid: Of the statement.
        actions: The calls.
        resources: ARNs, with `{prefix}` and `${AWS::…}`.
        conditions: Operator → key → values, with `{prefix}`.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]

    def with_prefix(self, prefix: str) -> "Grant":
        """The same with the prefix in resources and conditions."""
        return replace(
            self,
            resources=tuple(
                item if item == "*" else Reference(item.replace("{prefix}", prefix)) for item in self.resources
            ),
            conditions={
                operator: {key.replace("{prefix}", prefix): value for key, value in keys.items()}
                for operator, keys in self.conditions.items()
            },
        )


@dataclass(frozen=True, kw_only=True)
class PlaybookKind:
    """One playbook.

    Attributes:
        short: Part of the names of its roles and state machines.
        title: What it does, for messages and descriptions.
        resource: The part of GuardDuty's pattern about the resource.
        types: Types of findings; all that fit the resource if empty.
        subject: JSON path of the resource's name in the finding.
        grants: The calls that its roles may make.
        never: ARNs that its roles may never change, with `{prefix}`.
    """

    short: str
    title: str
    resource: Mapping[str, Any]
    types: tuple[str, ...]
    subject: str
    grants: tuple[Grant, ...]
    never: tuple[str, ...]


PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {
    # Keys that begin with ASIA belong to sessions, which have no key to disable.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    "disable-access-keys": PlaybookKind(
        short="keys",
        title="disables the access keys of an IAM user",
        resource={
            "resourceType": ["AccessKey"],
            "accessKeyDetails": {"userType": ["IAMUser"], "accessKeyId": [{"prefix": "AKIA"}]},
        },
        types=(),
        subject="$.detail.resource.accessKeyDetails.userName",
        grants=(
            Grant(
                sid="Users",
                actions=("iam:ListAccessKeys", "iam:ListUserTags", "iam:UpdateAccessKey"),
                resources=("arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*",),
                conditions={},
            ),
        ),
        never=(
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/{prefix}-*",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/break-glass/*",
        ),
    ),
    # https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-s3.html
    "close-bucket": PlaybookKind(
        short="bucket",
        title="blocks public access to a bucket",
        resource={"s3BucketDetails": {"name": [{"exists": True}]}},
        types=("Policy:S3/BucketAnonymousAccessGranted", "Policy:S3/BucketPublicAccessGranted"),
        subject="$.detail.resource.s3BucketDetails[0].name",
        grants=(
            Grant(
                sid="Buckets",
                actions=("s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging", "s3:PutBucketPublicAccessBlock"),
                resources=("arn:${AWS::Partition}:s3:::*",),
                conditions={"StringEquals": {"aws:ResourceAccount": THIS_ACCOUNT}},
            ),
        ),
        never=("arn:${AWS::Partition}:s3:::{prefix}-*", "arn:${AWS::Partition}:s3:::aws-waf-logs-{prefix}-*"),
    ),
    "isolate-instance": PlaybookKind(
        short="instance",
        title="isolates an EC2 instance after snapshots of its disks",
        resource={"resourceType": ["Instance"], "instanceDetails": {"instanceId": [{"prefix": "i-"}]}},
        types=(),
        subject="$.detail.resource.instanceDetails.instanceId",
        grants=(
            Grant(
                sid="Look",
                actions=(
                    "ec2:DescribeInstanceAttribute",
                    "ec2:DescribeInstances",
                    "ec2:DescribeSecurityGroupRules",
                    "ec2:DescribeTags",
                ),
                resources=("*",),
                conditions={},
            ),
            Grant(
                sid="KeepDisks",
                actions=("ec2:CreateSnapshots",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:volume/*",
                    "arn:${AWS::Partition}:ec2:*::snapshot/*",
                ),
                conditions={},
            ),
            Grant(
                sid="MakeGroups",
                actions=("ec2:CreateSecurityGroup",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                    # A shared VPC is its owner's; participants make groups of their own there.
                    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-share-subnet-working-with.html
                    "arn:${AWS::Partition}:ec2:*:*:vpc/*",
                ),
                conditions={},
            ),
            Grant(
                sid="TagWhatIsMade",
                actions=("ec2:CreateTags",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                    "arn:${AWS::Partition}:ec2:*::snapshot/*",
                ),
                conditions={"StringEquals": {"ec2:CreateAction": ["CreateSecurityGroup", "CreateSnapshots"]}},
            ),
            Grant(
                sid="OwnGroups",
                actions=("ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress"),
                resources=("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",),
                conditions={"Null": {"aws:ResourceTag/{prefix}-response": "false"}},
            ),
            Grant(
                sid="Isolate",
                actions=("ec2:ModifyNetworkInterfaceAttribute",),
                resources=(
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:network-interface/*",
                    "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:security-group/*",
                ),
                conditions={},
            ),
            # Another attribute, the user data, would let the role run commands on the instance. No page says in which
            # case EC2 sends the attribute's name; without the key the call is denied, and the playbook goes on.
            Grant(
                sid="Protect",
                actions=("ec2:ModifyInstanceAttribute",),
                resources=("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*",),
                conditions={"StringEqualsIgnoreCase": {"ec2:Attribute": "DisableApiTermination"}},
            ),
        ),
        never=(),
    ),
}


def is_read(action: str) -> bool:
    """Whether the call only looks."""
    return action.partition(":")[2].startswith(("Describe", "Get", "List"))


def definition(name: PlaybookName, prefix: str, settings: ResponseSettings) -> Mapping[str, Any]:
    """The state machine of a playbook, in the Amazon States Language.

    Calls in the member account are made with its role, whose name says whether a person is asked. A mode
    without places has no roles, and so no states that look for them.
    Source: docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html.
    """
    machine = _read("frame")
    machine["States"]["Ask"]["TimeoutSeconds"] = settings.approval_hours * 3600
    for state in ("Look", "Contain", "Restore"):
        machine["States"][state]["Branches"] = [_with_role(_branch(_read(name)[state.lower()], _GIVEN.get(state)))]
    _keep_modes(machine["States"], settings.playbooks[name])
    machine["States"] = _with_retries(machine["States"])
    values = {"<prefix>": prefix, "<tag>": settings.exempt_tag, "<playbook>": name, "<short>": PLAYBOOKS[name].short}
    filled: Mapping[str, Any] = _filled(machine, values)
    return filled


def _branch(part: Mapping[str, Any], given: Mapping[str, str] | None) -> Mapping[str, Any]:
    """A part of a playbook that begins with what it is given; with everything if that is None."""
    if given is None:
        return part
    begin = {"Type": "Pass", "Parameters": given, "Next": part["StartAt"]}
    return {"StartAt": "Begin", "States": {"Begin": begin, **part["States"]}}


def _keep_modes(states: dict[str, Any], playbook: Playbook) -> None:
    """Leave out the states of modes without places, and what only they lead to."""
    first = [
        name for name, places in (("FindAutomatic", playbook.automatic), ("FindApproved", playbook.approve)) if places
    ]
    states["IsOn"]["Choices"][0]["Next"] = first[0] if first else "NotEnabled"
    if not playbook.approve:
        for choice in states["HasNoAutomatic"]["Choices"]:
            choice["Next"] = "NotEnabled"
        states["IsToDo"]["Choices"] = [item for item in states["IsToDo"]["Choices"] if item["Next"] != "Ask"]
    reached, left = set(), ["ReadSwitch"]
    while left:
        name = left.pop()
        reached.add(name)
        left += [item for item in _next_states(states[name]) if item not in reached]
    for name in states.keys() - reached:
        del states[name]


def _next_states(state: Mapping[str, Any]) -> Iterator[str]:
    for item in (state, *state.get("Catch", ()), *state.get("Choices", ())):
        yield from (item[key] for key in ("Next", "Default") if key in item)


def _with_role(states: Any) -> Any:  # noqa: ANN401 - states of a playbook
    """The states with the member account's role on each call."""
    if isinstance(states, list):
        return [_with_role(item) for item in states]
    if not isinstance(states, dict):
        return states
    inner = {key: _with_role(value) for key, value in states.items()}
    if states.get("Type") == "Task":
        return {**inner, "Credentials": {"RoleArn.$": "$.role.arn"}}
    return inner


def _with_retries(states: Any) -> Any:  # noqa: ANN401 - states of a playbook
    """The states with retries of each call, also in branches.

    A call whose errors lead on, such as the tags of a bucket that has none, is soon given up.
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    if isinstance(states, list):
        return [_with_retries(item) for item in states]
    if not isinstance(states, dict):
        return states
    inner = {key: _with_retries(value) for key, value in states.items()}
    if states.get("Type") != "Task" or "Retry" in states:
        return inner
    leads_on = any(item["Next"] != "Failed" for item in states.get("Catch", ()))
    return {**inner, "Retry": [{**_RETRY, "MaxAttempts": _FEW if leads_on else _MANY}]}


def _filled(value: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - a state machine
    if isinstance(value, Mapping):
        return {key: _filled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if not isinstance(value, str):
        return value
    for placeholder, text in values.items():
        value = value.replace(placeholder, text)
    return portable_text(value)


def _read(name: str) -> Any:  # noqa: ANN401 - a state machine
    return json.loads(_text(name))


@cache
def _text(name: str) -> str:
    return (_FILES / f"{name}.json").read_text(encoding="utf-8")
