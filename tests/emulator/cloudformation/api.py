"""CloudFormation's API on the engine: stacks and change sets; StackSets are in a separate module."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from tests.emulator.cloudformation.change_sets import contents, execution_status
from tests.emulator.cloudformation.imports import carry_out, import_contents
from tests.emulator.cloudformation.resolve import null_in, parsed
from tests.emulator.cloudformation.stacks import WHEN, Deployed, Engine, Stack

Answer = dict[str, Any]
_LIMIT = 51_200
_numbers = count(1)
_SETTLED = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "IMPORT_COMPLETE",
)


class ApiError(Exception):
    """An error response."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call, with its caller and Region."""

    account: str
    region: str
    partition: str
    parameters: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)


class StacksApi:
    """Handlers by operation name.

    Attributes:
        undetectable: Reason why CloudFormation cannot detect drift of a resource.
        unchecked: Types without drift detection, in addition to custom resources.
        page: Items on a page.
        most_stacks: The quota of stacks in a Region.
        outdated_answers: How often DescribeStacks returns the old state after the start of an update.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.undetectable = ""
        self.unchecked: tuple[str, ...] = ()
        self.page = 100
        self.outdated_answers = 0
        self.most_stacks = 2000

    def handler(self, operation: str) -> Callable[[Request], Answer] | None:
        return getattr(self, operation, None)

    def DescribeStacks(self, request: Request) -> Answer:  # noqa: N802 - AWS's names
        stacks = self.engine.of(request.account, request.region)
        name = request.get("StackName")
        if name is None:
            return {"Stacks": [_described(stack) for stack in stacks.values()]}
        stack = self._stack(request)
        return {"Stacks": [stack.outdated.pop() if stack.outdated else _described(stack)]}

    def ListStacks(self, request: Request) -> Answer:  # noqa: N802
        stacks = self.engine.of(request.account, request.region).values()
        fields = ("StackName", "StackId", "StackStatus", "CreationTime")
        return {"StackSummaries": [{key: _described(stack)[key] for key in fields} for stack in stacks]}

    def GetTemplate(self, request: Request) -> Answer:  # noqa: N802
        if request.get("ChangeSetName"):
            return {"TemplateBody": self._change_set(request)[1]["request"]["TemplateBody"]}
        stack = self._stack(request)
        if not stack.text:  # "If the template doesn't exist, a ValidationError is returned": the API reference
            raise ApiError("ValidationError", f"Stack with id {stack.name} has no template")
        return {"TemplateBody": stack.text}

    def DescribeStackEvents(self, request: Request) -> Answer:  # noqa: N802
        events, begin = self._stack(request).events, int(request.get("NextToken") or 0)
        end = begin + self.page
        more = {"NextToken": str(end)} if end < len(events) else {}
        return {"StackEvents": events[begin:end], **more}

    def ListStackResources(self, request: Request) -> Answer:  # noqa: N802
        items, begin = list(self._stack(request).resources.values()), int(request.get("NextToken") or 0)
        end = begin + self.page
        more = {"NextToken": str(end)} if end < len(items) else {}
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": item.logical_id,
                    "PhysicalResourceId": item.physical,
                    "ResourceType": item.type,
                    "LastUpdatedTimestamp": WHEN,
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for item in items[begin:end]
            ],
            **more,
        }

    def CreateChangeSet(self, request: Request) -> Answer:  # noqa: N802
        text, parameters = request["TemplateBody"], self._parameters(request)
        if len(text.encode()) > _LIMIT:
            raise ApiError("ValidationError", f"Template may not exceed {_LIMIT} bytes in size.")
        stacks = self.engine.of(request.account, request.region)
        stack = stacks.get(request["StackName"])
        if request["ChangeSetType"] == "UPDATE" and (stack is None or stack.status == "REVIEW_IN_PROGRESS"):
            raise ApiError("ValidationError", f"Stack [{request['StackName']}] does not exist")
        if request["ChangeSetType"] == "CREATE" and stack is not None and stack.status != "REVIEW_IN_PROGRESS":
            raise ApiError("ValidationError", f"Stack [{stack.name}] already exists and cannot be created again.")
        if stack is not None and (stack.polls or stack.status == "ROLLBACK_COMPLETE"):
            raise ApiError("ValidationError", f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        stack = stack or self.new(request.account, request.region, request["StackName"], request.partition)
        if request["ChangeSetName"] in stack.change_sets:
            raise ApiError("AlreadyExistsException", f"ChangeSet {request['ChangeSetName']} already exists")
        if request["ChangeSetType"] == "IMPORT":
            change_set = import_contents(self.engine, stack, request.parameters)
        else:
            change_set = contents(self.engine, stack, request.parameters, parameters)
        stack.change_sets[request["ChangeSetName"]] = change_set
        change_set["id"] = f"{stack.id.replace(':stack/', ':changeSet/')}/{request['ChangeSetName']}/{next(_numbers)}"
        return {"Id": change_set["id"], "StackId": stack.id}

    def DescribeChangeSet(self, request: Request) -> Answer:  # noqa: N802
        stack, change_set = self._change_set(request)
        return {
            "ChangeSetName": change_set["request"]["ChangeSetName"],
            "ChangeSetId": change_set["id"],
            "StackName": stack.name,
            "StackId": stack.id,
            "Status": change_set["status"],
            "StatusReason": change_set["reason"],
            "ExecutionStatus": execution_status(stack, change_set),
            "Changes": [{"Type": "Resource", "ResourceChange": change} for change in change_set["changes"]],
        }

    def ListChangeSets(self, request: Request) -> Answer:  # noqa: N802
        stack = self._stack(request)
        fields = {"StackName": stack.name, "StackId": stack.id}
        return {
            "Summaries": [
                {**fields, "ChangeSetName": name, "ChangeSetId": item["id"], "Status": item["status"]}
                for name, item in stack.change_sets.items()
            ]
        }

    def DeleteChangeSet(self, request: Request) -> Answer:  # noqa: N802
        stack, change_set = self._change_set(request)
        del stack.change_sets[change_set["request"]["ChangeSetName"]]
        return {}

    def ExecuteChangeSet(self, request: Request) -> Answer:  # noqa: N802
        stack, change_set = self._change_set(request)
        if change_set["status"] != "CREATE_COMPLETE":
            raise ApiError("InvalidChangeSetStatus", f"ChangeSet {request['ChangeSetName']} cannot be executed")
        asked: Mapping[str, Any] = change_set["request"]
        self._enforce_policy(stack, change_set["changes"])
        stack.change_sets.clear()
        stack.executed[change_set["id"]] = change_set
        if stack.status != "REVIEW_IN_PROGRESS":
            stack.outdated = [_described(stack) for _ in range(self.outdated_answers)]
            stack.updates += 1
        if "imports" in change_set:
            carry_out(self.engine, stack, change_set)
            return {}
        self.engine.begin(
            stack,
            asked["TemplateBody"],
            change_set["parameters"],
            retagged=stack.status != "REVIEW_IN_PROGRESS" and asked.get("Tags", stack.tags) != stack.tags,
            adopt=bool(asked.get("ImportExistingResources")),
            keep=str(request.get("DisableRollback")).lower() == "true",
        )
        if stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            stack.tags = list(asked.get("Tags", stack.tags))
            for item in stack.resources.values() if asked.get("DeploymentMode") == "REVERT_DRIFT" else ():
                item.live = None
        return {}

    def DescribeEvents(self, request: Request) -> Answer:  # noqa: N802
        asked = request.get("ChangeSetName")
        if not asked:
            return {"OperationEvents": []}
        stack = next(it for it in self.engine.of(request.account, request.region).values() if it.name in asked)
        found = next(item for item in stack.change_sets.values() if item["id"] == asked)
        return {"OperationEvents": found.get("events", [])}

    def DeleteStack(self, request: Request) -> Answer:  # noqa: N802
        stack = self.engine.of(request.account, request.region).get(request["StackName"])
        if stack is None:
            return {}
        if stack.protected:
            message = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise ApiError("ValidationError", message)
        self.engine.delete(stack)
        return {}

    def UpdateTerminationProtection(self, request: Request) -> Answer:  # noqa: N802
        stack = self._stack(request)
        stack.protected = request["EnableTerminationProtection"]
        return {"StackId": stack.id}

    def SetStackPolicy(self, request: Request) -> Answer:  # noqa: N802
        self._stack(request).policy = request["StackPolicyBody"]
        return {}

    def GetStackPolicy(self, request: Request) -> Answer:  # noqa: N802
        return {"StackPolicyBody": self._stack(request).policy}

    def DescribeAccountLimits(self, request: Request) -> Answer:  # noqa: N802, ARG002
        return {"AccountLimits": [{"Name": "StackLimit", "Value": self.most_stacks}]}

    def DetectStackDrift(self, request: Request) -> Answer:  # noqa: N802
        stack = self._stack(request)
        if stack.status not in _SETTLED:
            raise ApiError("ValidationError", f"Drift detection is not supported on a stack in {stack.status}")
        return {"StackDriftDetectionId": f"drift/{stack.name}"}

    def DescribeStackDriftDetectionStatus(self, request: Request) -> Answer:  # noqa: N802
        name = request["StackDriftDetectionId"].partition("/")[2]
        stack = self.engine.of(request.account, request.region)[name]
        return {
            "StackId": stack.id,
            "StackDriftDetectionId": request["StackDriftDetectionId"],
            "StackDriftStatus": "DRIFTED" if drifts(stack) else "IN_SYNC",
            "DetectionStatus": "DETECTION_FAILED" if self.undetectable else "DETECTION_COMPLETE",
            **({"DetectionStatusReason": self.undetectable} if self.undetectable else {}),
            "DriftedStackResourceCount": len(drifts(stack)),
            "Timestamp": WHEN,
        }

    def DescribeStackResourceDrifts(self, request: Request) -> Answer:  # noqa: N802
        stack = self._stack(request)
        found = {item["LogicalResourceId"]: item for item in drifts(stack)}
        return {
            "StackResourceDrifts": [
                found.get(item.logical_id) or {**_place(stack, item), "StackResourceDriftStatus": "IN_SYNC"}
                for item in stack.resources.values()
                if not item.type.startswith(("Custom::", *self.unchecked))
            ]
        }

    def new(self, account: str, region: str, name: str, partition: str) -> Stack:
        stack = Stack(
            name=name,
            account=account,
            region=region,
            partition=partition,
            id=f"arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{next(_numbers):032x}",
        )
        self.engine.of(account, region)[name] = stack
        return stack

    def _parameters(self, request: Request) -> dict[str, str]:
        given = {item["ParameterKey"]: item["ParameterValue"] for item in request.get("Parameters", [])}
        return checked_parameters(request["TemplateBody"], given)

    def _stack(self, request: Request) -> Stack:
        name = request["StackName"]
        stack = self.engine.of(request.account, request.region).get(name)
        if stack is None:
            raise ApiError("ValidationError", f"Stack with id {name} does not exist")
        return stack

    def _change_set(self, request: Request) -> tuple[Stack, dict[str, Any]]:
        stack = self._stack(request)
        asked = request["ChangeSetName"]
        for name, change_set in (*stack.change_sets.items(), *stack.executed.items()):
            if asked in (name, change_set["id"]):
                return stack, change_set
        raise ApiError("ChangeSetNotFound", f"ChangeSet [{asked}] does not exist", 404)

    def _enforce_policy(self, stack: Stack, changes: list[dict[str, Any]]) -> None:
        for change in changes:
            forbidden = change.get("Replacement") == "True" or change["Action"] == "Remove"
            if forbidden and f'"LogicalResourceId/{change["LogicalResourceId"]}"' in stack.policy:
                raise ApiError("ValidationError", f"Action denied by stack policy: {change['LogicalResourceId']}")


def checked_parameters(text: str, given: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters; raises CloudFormation's error if they or the template are invalid."""
    null = null_in(parsed(text))
    if null:  # the text: https://github.com/aws/aws-cdk/issues/29164
        raise ApiError("ValidationError", f"Template format error: [{null}] 'null' values are not allowed in templates")
    declared = parsed(text).get("Parameters", {})
    missing = [name for name, body in declared.items() if name not in given and "Default" not in body]
    if missing:
        raise ApiError("ValidationError", f"Parameters: [{', '.join(missing)}] must have values")
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise ApiError("ValidationError", f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    found = {name: given.get(name, str(body.get("Default"))) for name, body in declared.items()}
    for name, value in found.items():
        pattern = declared[name].get("AllowedPattern")
        if pattern and not re.fullmatch(pattern, value):
            raise ApiError("ValidationError", f"Parameter '{name}' must match pattern {pattern}")
    return found


def _described(stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": WHEN,
        "StackStatus": stack.looked_at(),
        **({"LastUpdatedTime": WHEN + timedelta(minutes=stack.updates)} if stack.updates else {}),
        **({"StackStatusReason": stack.reason} if stack.reason else {}),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
        "Tags": stack.tags,
        "EnableTerminationProtection": stack.protected,
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, (_, value) in stack.outputs.items()],
    }


def drifts(stack: Stack) -> list[dict[str, Any]]:
    """The manually changed resources."""
    return [
        {
            **_place(stack, item),
            "StackResourceDriftStatus": "MODIFIED" if item.live else "DELETED",
            "PropertyDifferences": _differences(item),
        }
        for item in map(seen, stack.resources.values())
        if item.live is not None and item.live != item.properties
    ]


def seen(item: Deployed) -> Deployed:
    """The resource as its service returns it: CloudTrail names the key of an alias by its ARN.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/994
    """
    alias = str(item.properties.get("KMSKeyId", ""))
    if item.type != "AWS::CloudTrail::Trail" or not item.key or item.live == {}:
        return item
    live = {**item.properties, **(item.live or {})}
    return replace(item, live={**live, "KMSKeyId": item.key if live["KMSKeyId"] == alias else live["KMSKeyId"]})


def _place(stack: Stack, item: Deployed) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "LogicalResourceId": item.logical_id,
        "PhysicalResourceId": item.physical,
        "ResourceType": item.type,
        "Timestamp": WHEN,
    }


def _differences(item: Deployed) -> list[dict[str, str]]:
    return [
        {
            "PropertyPath": f"/{name}",
            "ExpectedValue": str(item.properties.get(name)),
            "ActualValue": str((item.live or {}).get(name)),
            "DifferenceType": "NOT_EQUAL",
        }
        for name in sorted(item.properties.keys() | (item.live or {}).keys())
        if item.live and item.properties.get(name) != item.live.get(name)
    ]
