"""Reads of CloudFormation stacks, as frozen values, without changes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from baseline.cloud.paging import pages, tokens
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.frozen import frozen

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef

ACCEPTED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
"""Statuses of a stack whose last operation succeeded."""


@frozen
class DeployedStack:
    """A stack as AWS describes it.

    Attributes:
        name: Its name.
        id: Its ARN.
        status: AWS's status, such as `CREATE_COMPLETE`.
        parameters: Name → value.
        tags: Key → value.
        outputs: Name → value.
        protected: Whether its termination protection is on.
        updated: Start of the last update.
        is_nested: Whether another stack created it.
    """

    name: str
    id: str = ""
    status: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False
    updated: datetime | None = None
    is_nested: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether the stack is only a name and an unexecuted change set."""
        return self.status == "REVIEW_IN_PROGRESS"

    @property
    def is_moving(self) -> bool:
        """Whether an operation is running, or has yet to start."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def is_settled(self) -> bool:
        """Whether the last operation has ended, and was rolled back if it failed."""
        return self.status.endswith("_COMPLETE")


@frozen
class StackResource:
    """A resource of a stack; `id` is its physical id, or "" if it was never created."""

    logical_id: str
    type: str
    id: str
    status: str

    @property
    def is_made(self) -> bool:
        """Whether the resource exists: the template of a failed creation or import has more of them than the stack."""
        return self.status not in ("CREATE_FAILED", "DELETE_COMPLETE", "IMPORT_FAILED", "IMPORT_ROLLBACK_COMPLETE")


@frozen
class PropertyDifference:
    """A property that differs from the template; both values in AWS's format."""

    path: str
    expected: str
    actual: str


@frozen
class ResourceDrift:
    """The drift of a resource, as detected by CloudFormation. `status` is AWS's value, such as `MODIFIED`."""

    logical_id: str
    type: str
    status: str
    differences: tuple[PropertyDifference, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether CloudFormation checked it."""
        return self.status in ("IN_SYNC", "MODIFIED", "DELETED")


@frozen
class StackDrift:
    """The resources that CloudFormation checked, and the reason why it did not check all, or ""."""

    resources: tuple[ResourceDrift, ...]
    incomplete: str = ""


@frozen
class StackReader:
    """Reads one stack in one Region; `name` may be its id."""

    session: Session
    region: str
    name: str

    @property
    def client(self) -> "CloudFormationClient":
        """The client of the Region."""
        return self.session.client("cloudformation", self.region)

    def describe(self) -> DeployedStack | None:
        """The stack, or None if it does not exist. Within `one_look`, all stacks of the Region are listed once."""
        if not self.name.startswith("arn:"):
            listed = self.session.in_this_look(f"stacks in {self.region}", lambda: _by_name(self.session, self.region))
            if listed is not None:
                return listed.get(self.name)
        try:
            found = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
        except Refusal as error:
            if error.code == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] == "DELETE_COMPLETE" else described_stack(found)

    def template(self, change_set: str = "") -> str:
        """The template of the stack, or of one of its change sets."""
        of: Any = {"ChangeSetName": change_set} if change_set else {}
        body: Any = self.client.get_template(StackName=self.name, TemplateStage="Original", **of)["TemplateBody"]
        return body if isinstance(body, str) else json.dumps(body)

    def pending_templates(self) -> tuple[str, ...]:
        """The templates of the stack's change sets."""
        listed = pages(self.client, "list_change_sets", "Summaries", StackName=self.name)
        return tuple(self.template(item["ChangeSetName"]) for item in listed)

    def policy(self) -> str:
        """The stack policy, or ""."""
        return self.client.get_stack_policy(StackName=self.name).get("StackPolicyBody") or ""

    def resources(self) -> tuple[StackResource, ...]:
        """The stack's resources; empty if the stack or its resources do not exist yet."""
        current = self.describe()
        if current is None or current.is_pending:
            return ()
        listed = pages(self.client, "list_stack_resources", "StackResourceSummaries", StackName=self.name)
        return tuple(
            StackResource(
                logical_id=item["LogicalResourceId"],
                type=item["ResourceType"],
                id=item.get("PhysicalResourceId", ""),
                status=item["ResourceStatus"],
            )
            for item in listed
        )

    def failures(self) -> tuple[str, ...]:
        """The reasons for the last failure, resource by resource, first cause first."""
        found: list[str] = []
        for event in pages(self.client, "describe_stack_events", "StackEvents", StackName=self.name):
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and "cancelled" not in reason:
                found.append(f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
            if reason == "User Initiated":
                break
        return tuple(reversed(found)) or tuple(failed_events(self.client, StackName=self.name))

    def detect_drift(self) -> StackDrift:
        """Run CloudFormation's drift detection and wait for its result."""
        detection = self.client.detect_stack_drift(StackName=self.name)["StackDriftDetectionId"]
        found: dict[str, Any] = {}

        def look() -> bool:
            found.update(self.client.describe_stack_drift_detection_status(StackDriftDetectionId=detection))
            return bool(found["DetectionStatus"] != "DETECTION_IN_PROGRESS")

        self.session.until(look)
        whole = found["DetectionStatus"] == "DETECTION_COMPLETE"
        checked = tokens(self.client.describe_stack_resource_drifts, "StackResourceDrifts", StackName=self.name)
        return StackDrift(
            resources=tuple(map(resource_drift, checked)),
            incomplete="" if whole else found.get("DetectionStatusReason", found["DetectionStatus"]),
        )


def stacks_in(session: Session, region: str) -> Iterator[DeployedStack]:
    """Every stack of the caller's account in a Region, page by page."""
    yield from map(described_stack, pages(session.client("cloudformation", region), "describe_stacks", "Stacks"))


def _by_name(session: Session, region: str) -> Mapping[str, DeployedStack]:
    return {stack.name: stack for stack in stacks_in(session, region)}


def stack_limit(session: Session, region: str) -> int | None:
    """The quota of stacks in a Region for the caller's account; None if AWS does not return it."""
    limits = session.client("cloudformation", region).describe_account_limits()["AccountLimits"]
    return next((item.get("Value") for item in limits if item.get("Name") == "StackLimit"), None)


def failed_events(client: "CloudFormationClient", **subject: str) -> Iterator[str]:
    """Failures from DescribeEvents; empty if the call is denied or missing in the partition.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
    """
    try:
        events = list(tokens(client.describe_events, "OperationEvents", Filters={"FailedEvents": True}, **subject))
    except Refusal:
        return
    yield from dict.fromkeys(_event(event) for event in reversed(events) if _reason(event))


def described_stack(found: "StackTypeDef") -> DeployedStack:
    """AWS's description as a value."""
    return DeployedStack(
        name=found["StackName"],
        id=found.get("StackId", ""),
        status=found["StackStatus"],
        parameters=parameters_of(found.get("Parameters")),
        tags=tags_of(found.get("Tags")),
        outputs={item.get("OutputKey", ""): item.get("OutputValue", "") for item in found.get("Outputs", ())},
        protected=bool(found.get("EnableTerminationProtection")),
        updated=found.get("LastUpdatedTime"),
        is_nested=bool(found.get("ParentId")),
    )


def resource_drift(item: Mapping[str, Any]) -> ResourceDrift:
    """One entry of AWS's list, for a stack or a stack instance."""
    return ResourceDrift(
        logical_id=item["LogicalResourceId"],
        type=item["ResourceType"],
        status=item["StackResourceDriftStatus"],
        differences=tuple(
            PropertyDifference(path=it["PropertyPath"], expected=it["ExpectedValue"], actual=it["ActualValue"])
            for it in item.get("PropertyDifferences") or ()
        ),
    )


def parameters_of(listed: Any) -> dict[str, str]:  # noqa: ANN401 - AWS's answer
    """Parameters in AWS's list format, by name."""
    return {item["ParameterKey"]: item.get("ParameterValue", "") for item in listed or ()}


def tags_of(listed: Any) -> dict[str, str]:  # noqa: ANN401 - AWS's answer
    """Tags in AWS's list format, by key."""
    return {item["Key"]: item["Value"] for item in listed or ()}


def _reason(event: Mapping[str, Any]) -> str:
    keys = ("ValidationStatusReason", "HookStatusReason", "ResourceStatusReason")
    return next((str(event[key]) for key in keys if event.get(key)), "")


def _event(event: Mapping[str, Any]) -> str:
    resource = event.get("LogicalResourceId") or event.get("ValidationPath") or "stack"
    type_ = f" ({event['ResourceType']})" if event.get("ResourceType") else ""
    check = event.get("ValidationName") or event.get("HookType")
    return f"{resource}{type_}: {_reason(event)}" + (f" [{check}]" if check else "")
