"""StackSets with service-managed permissions: instances in the accounts of OUs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, Protocol

from tests.emulator.cloudformation.api import Answer, ApiError, Request, StacksApi, checked_parameters, drifts
from tests.emulator.cloudformation.stacks import WHEN, Stack

_MOVING = ("RUNNING", "QUEUED")
MOST_AWAITED = 10
MOST_UNITS = 50
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html."""
MOST_IMPORTED = 10


def _arn(name: str) -> str:
    return f"arn:aws:cloudformation:eu-west-1:111111111111:stackset/{name}:1"


class Organization(Protocol):
    """The organization's interface for StackSets."""

    def members(self, unit: str) -> list[str]:
        """Accounts in the OU and below, without the management account."""

    def is_suspended(self, account: str) -> bool:
        """Whether the account is suspended."""


@dataclass(kw_only=True)
class Instance:
    """A stack in an account and Region."""

    stack: Stack
    unit: str
    detail: str = "SUCCEEDED"
    reason: str = ""


@dataclass(kw_only=True)
class StackSet:
    """A StackSet, in the Region of its creation only."""

    name: str
    definition: dict[str, Any]
    region: str = ""
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict)
    operations: dict[str, dict[str, Any]] = field(default_factory=dict)


class StackSetsApi:
    """Handlers by operation name."""

    def __init__(self, stacks: StacksApi, organization: Organization) -> None:
        self.stacks, self.organization = stacks, organization
        self.sets: dict[str, StackSet] = {}
        self.polls = 0
        self.undetectable: tuple[str, str] | None = None
        self.refusal: Callable[[], str] = str
        self._made = 0

    def handler(self, operation: str) -> Callable[[Request], Answer] | None:
        return getattr(self, operation, None)

    def CreateStackSet(self, request: Request) -> Answer:  # noqa: N802 - AWS's names
        if request["StackSetName"] in self.sets:
            raise ApiError("NameAlreadyExistsException", f"StackSet {request['StackSetName']} already exists", 409)
        refused = self.refusal()
        if refused:
            raise ApiError("ValidationError", refused)
        self.sets[request["StackSetName"]] = StackSet(
            name=request["StackSetName"], definition=self._definition(request), region=request.region
        )
        return {"StackSetId": f"{request['StackSetName']}:1"}

    def DescribeStackSet(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        keys = ("TemplateBody", "Parameters", "Tags", "Capabilities", "AutoDeployment", "ManagedExecution")
        return {
            "StackSet": {
                "StackSetName": found.name,
                "StackSetId": f"{found.name}:1",
                "StackSetARN": _arn(found.name),
                "Status": "ACTIVE",
                "PermissionModel": "SERVICE_MANAGED",
                "OrganizationalUnitIds": sorted({instance.unit for instance in found.instances.values()}),
                "Regions": sorted({region for _, region in found.instances}),
                **{key: found.definition[key] for key in keys if key in found.definition},
            }
        }

    def ListStackSets(self, request: Request) -> Answer:  # noqa: N802
        here = [name for name, item in self.sets.items() if item.region in ("", request.region)]
        return {"Summaries": [{"StackSetName": name, "Status": "ACTIVE"} for name in here]}

    def UpdateStackSet(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        self._free(found)
        kept = {"Tags": found.definition["Tags"]} if "Tags" in found.definition else {}
        found.definition = {**kept, **self._definition(request)}
        return self._operation(found, "UPDATE", list(found.instances), request)

    def DeleteStackSet(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        if found.instances:
            raise ApiError("StackSetNotEmptyException", "StackSet is not empty", 409)
        arn, others = _arn(found.name), [item for item in self.sets.values() if item is not found]
        users = [
            it.name for it in others if arn in ((it.definition.get("AutoDeployment") or {}).get("DependsOn") or ())
        ]
        if users:  # AWS does not say what it does; an order that this allows is right either way
            raise ApiError("InvalidOperationException", f"StackSets depend on it: {', '.join(users)}")
        del self.sets[found.name]
        return {}

    def CreateStackInstances(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        self._free(found)
        for account, unit in self._targets(request["DeploymentTargets"]):
            for region in request["Regions"]:
                if (account, region) not in found.instances:
                    stack = self.stacks.new(account, region, f"StackSet-{found.name}", request.partition)
                    found.instances[account, region] = Instance(stack=stack, unit=unit, detail="PENDING")
        return self._operation(found, "CREATE", self._chosen(found, request), request)

    def UpdateStackInstances(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        self._free(found)
        return self._operation(found, "UPDATE", self._chosen(found, request), request)

    def DeleteStackInstances(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        self._free(found)
        chosen = self._chosen(found, request)
        failed = []
        for key in [key for key in chosen if not self.organization.is_suspended(key[0])]:
            stack = found.instances[key].stack
            if request.get("RetainStacks"):
                del found.instances[key]
                continue
            self.stacks.engine.delete(stack)
            if stack.status == "DELETE_FAILED":
                failed.append((key, stack.reason))
            else:
                del found.instances[key]
        return self._keep(found, "DELETE", chosen, dict(failed))

    def ImportStacksToStackSet(self, request: Request) -> Answer:  # noqa: N802
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html."""
        found = self._set(request)
        self._free(found)
        if len(request["StackIds"]) > MOST_IMPORTED:
            raise ApiError("ValidationError", f"At most {MOST_IMPORTED} stacks are imported at a time", 400)
        units = {
            account: unit for unit in request["OrganizationalUnitIds"] for account in self.organization.members(unit)
        }
        places = [(tuple(stack_id.split(":")[4:2:-1]), stack_id) for stack_id in request["StackIds"]]
        for (account, region), stack_id in places:
            stacks = self.stacks.engine.of(account, region).values()
            stack = next((item for item in stacks if item.id == stack_id), None)
            if stack is None or account not in units:
                raise ApiError("ValidationError", f"{stack_id} is not a stack of an account in these units", 400)
            found.instances[account, region] = Instance(stack=stack, unit=units[account])
        return self._keep(found, "CREATE", [place for place, _ in places], {})

    def ListStackInstances(self, request: Request) -> Answer:  # noqa: N802
        return {
            "Summaries": [
                {
                    "StackSetId": f"{request['StackSetName']}:1",
                    "Account": account,
                    "Region": region,
                    "StackId": item.stack.id,
                    "OrganizationalUnitId": item.unit,
                    "Status": {"SUCCEEDED": "CURRENT", "INOPERABLE": "INOPERABLE"}.get(item.detail, "OUTDATED"),
                    "StatusReason": item.reason,
                    "StackInstanceStatus": {"DetailedStatus": item.detail},
                    "DriftStatus": "DRIFTED" if drifts(item.stack) else "IN_SYNC",
                }
                for (account, region), item in self._set(request).instances.items()
            ]
        }

    def ListStackSetOperations(self, request: Request) -> Answer:  # noqa: N802
        operations = self._set(request).operations
        return {"Summaries": [{"OperationId": key, **self._look(item)} for key, item in operations.items()]}

    def DescribeStackSetOperation(self, request: Request) -> Answer:  # noqa: N802
        operation = self._set(request).operations[request["OperationId"]]
        return {"StackSetOperation": {"OperationId": request["OperationId"], **self._look(operation)}}

    def ListStackSetOperationResults(self, request: Request) -> Answer:  # noqa: N802
        return {"Summaries": self._set(request).operations[request["OperationId"]]["results"]}

    def DetectStackSetDrift(self, request: Request) -> Answer:  # noqa: N802
        found = self._set(request)
        self._free(found)
        failed = {key: "no access" for key in found.instances if key == self.undetectable}
        return self._keep(found, "DETECT_DRIFT", list(found.instances), failed)

    def ListStackInstanceResourceDrifts(self, request: Request) -> Answer:  # noqa: N802
        key = (request["StackInstanceAccount"], request["StackInstanceRegion"])
        return {"Summaries": drifts(self._set(request).instances[key].stack)}

    def join(self, account: str, unit: str) -> None:
        """An account has joined an OU: StackSets with auto-deployment target it, newest first.

        Only dependencies are deployed first; if one fails, its dependents are not deployed.
        """
        named = {_arn(name): name for name in self.sets}
        automatic = {
            name: [named[arn] for arn in item.definition["AutoDeployment"].get("DependsOn") or ()]
            for name, item in reversed(self.sets.items())
            if item.definition.get("AutoDeployment", {}).get("Enabled")
        }
        worked: dict[str, bool] = {}
        for name in TopologicalSorter(automatic).static_order():
            found = self.sets[name]
            regions = {region for (_, region), item in found.instances.items() if item.unit == unit}
            worked[name] = all(worked.get(other, False) for other in automatic[name])
            for region in sorted(regions if worked[name] else ()):
                stack = self.stacks.new(account, region, f"StackSet-{found.name}", "aws")
                found.instances[account, region] = Instance(stack=stack, unit=unit)
                worked[name] &= self._deploy(found, (account, region))

    def _definition(self, request: Request) -> dict[str, Any]:
        parameters = {item["ParameterKey"]: item["ParameterValue"] for item in request.get("Parameters", [])}
        checked_parameters(request["TemplateBody"], parameters)
        awaited = (request.get("AutoDeployment") or {}).get("DependsOn") or ()
        if len(awaited) > MOST_AWAITED or not set(awaited) <= set(map(_arn, self.sets)):
            raise ApiError("ValidationError", f"AutoDeployment depends on what is not there: {awaited}", 400)
        return dict(request.parameters)

    def _operation(self, found: StackSet, action: str, keys: list[tuple[str, str]], request: Request) -> Answer:
        preferences = request.get("OperationPreferences") or {}
        tolerated = preferences.get("FailureTolerancePercentage", 0) * len(keys) // 100
        failures: dict[tuple[str, str], str] = {}
        for key in keys:
            instance = found.instances[key]
            if len(failures) > tolerated:
                instance.detail = "CANCELLED"
                failures[key] = "Cancelled since failure tolerance has exceeded"
            elif self.organization.is_suspended(key[0]):
                instance.detail = "SKIPPED_SUSPENDED_ACCOUNT"
            elif not self._deploy(found, key):
                failures[key] = instance.reason
        return self._keep(found, action, keys, failures)

    def _deploy(self, found: StackSet, key: tuple[str, str]) -> bool:
        instance, definition = found.instances[key], found.definition
        stack = instance.stack
        if stack.status == "ROLLBACK_COMPLETE":
            stack.status = "REVIEW_IN_PROGRESS"
        given = {item["ParameterKey"]: item["ParameterValue"] for item in definition.get("Parameters", [])}
        engine, polls = self.stacks.engine, self.stacks.engine.polls
        engine.polls = 0
        engine.begin(
            stack,
            definition["TemplateBody"],
            checked_parameters(definition["TemplateBody"], given),
            retagged=stack.status != "REVIEW_IN_PROGRESS" and definition.get("Tags", stack.tags) != stack.tags,
        )
        engine.polls = polls
        worked = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        stack.tags = list(definition.get("Tags", stack.tags)) if worked else stack.tags
        failure = next((event for event in stack.events if event["ResourceStatus"].endswith("_FAILED")), {})
        instance.detail = "SUCCEEDED" if worked else "FAILED"
        said = f"{failure.get('LogicalResourceId')}, ResourceStatusReason:{failure.get('ResourceStatusReason')}"
        instance.reason = "" if worked else f"ResourceLogicalId:{said}"
        return worked

    def _keep(
        self, found: StackSet, action: str, keys: Iterable[tuple[str, str]], failures: dict[tuple[str, str], str]
    ) -> Answer:
        self._made += 1
        operation = f"operation-{self._made}"
        found.operations[operation] = {
            "Action": action,
            "Status": "FAILED" if failures else "SUCCEEDED",
            "polls": self.polls,
            "results": [
                {
                    "Account": account,
                    "Region": region,
                    "Status": "FAILED" if (account, region) in failures else "SUCCEEDED",
                    "StatusReason": failures.get((account, region), ""),
                }
                for account, region in keys
            ],
        }
        return {"OperationId": operation}

    def _look(self, operation: dict[str, Any]) -> dict[str, Any]:
        status = "RUNNING" if operation["polls"] else operation["Status"]
        operation["polls"] = max(operation["polls"] - 1, 0)
        return {"Action": operation["Action"], "Status": status, "CreationTimestamp": WHEN}

    def _free(self, found: StackSet) -> None:
        if any(item["polls"] for item in found.operations.values()):
            raise ApiError("OperationInProgressException", "Another Operation on StackSet is in progress", 409)

    def _set(self, request: Request) -> StackSet:
        name = request["StackSetName"]
        if name not in self.sets:
            raise ApiError("StackSetNotFoundException", f"StackSet {name} not found", 404)
        return self.sets[name]

    def _targets(self, targets: dict[str, Any]) -> list[tuple[str, str]]:
        if len(targets["OrganizationalUnitIds"]) > MOST_UNITS:
            raise ApiError("ValidationError", f"A request may name {MOST_UNITS} organizational units at most", 400)
        named = set(targets.get("Accounts", []))
        kind = targets.get("AccountFilterType", "NONE")
        found = []
        for unit in targets["OrganizationalUnitIds"]:
            members = self.organization.members(unit)
            found += [(it, unit) for it in members if kind == "NONE" or (it in named) == (kind == "INTERSECTION")]
        return found

    def _chosen(self, found: StackSet, request: Request) -> list[tuple[str, str]]:
        accounts = {account for account, _ in self._targets(request["DeploymentTargets"])}
        return [key for key in found.instances if key[0] in accounts and key[1] in request["Regions"]]
