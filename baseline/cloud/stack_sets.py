"""Reads of StackSets, their instances and operations, as frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from baseline.cloud.paging import pages, tokens
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.cloud.stacks import ResourceDrift, parameters_of, resource_drift, tags_of
from baseline.frozen import frozen

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

Place = tuple[str, str]
"""Account id and Region."""

_MOVING = ("RUNNING", "STOPPING", "QUEUED")
_SUCCEEDED = "SUCCEEDED"
_SUSPENDED = "SKIPPED_SUSPENDED_ACCOUNT"


@frozen
class DeployedStackSet:
    """A StackSet as AWS describes it.

    Attributes:
        arn: Its ARN.
        text: Its template.
        parameters: Name → value.
        tags: Key → value.
        automatic: Whether AWS deploys it to new accounts.
        after: ARNs of the StackSets that are deployed to new accounts before it.
    """

    arn: str = ""
    text: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    automatic: bool = False
    after: frozenset[str] = frozenset()


@frozen
class StackInstance:
    """A stack of a StackSet in one account and Region.

    Attributes:
        unit: Id of the unit through which it was deployed, or "".
        stack_id: Its stack, or "" if it was never created.
        status: AWS's status, such as `CURRENT`, or "".
        detail: AWS's detailed status, such as `FAILED`, or "".
        reason: The reason for the status, or "".
        drift: Its drift status, or "".
    """

    unit: str = ""
    stack_id: str = ""
    status: str = ""
    detail: str = ""
    reason: str = ""
    drift: str = ""

    @property
    def is_suspended(self) -> bool:
        """Whether the instance's account is suspended, so that no operation reaches it."""
        return self.detail == _SUSPENDED


@frozen
class Operation:
    """The status of an operation."""

    status: str
    reason: str = ""

    @property
    def is_moving(self) -> bool:
        """Whether the operation is still running."""
        return self.status in _MOVING

    @property
    def has_succeeded(self) -> bool:
        """Whether the operation has succeeded."""
        return self.status == _SUCCEEDED


@frozen
class Result:
    """The result of an operation in one account and Region."""

    account: str
    region: str
    status: str
    reason: str = ""


@frozen
class StackSetReader:
    """Reads one StackSet in the home Region."""

    session: Session
    name: str

    @property
    def client(self) -> "CloudFormationClient":
        """The client of the home Region."""
        return self.session.client("cloudformation")

    def describe(self) -> DeployedStackSet | None:
        """The StackSet, or None if there is none."""
        try:
            found = self.client.describe_stack_set(StackSetName=self.name)["StackSet"]
        except Refusal as error:
            if error.code == "StackSetNotFoundException":
                return None
            raise
        if found.get("Status") == "DELETED":
            return None
        automation = found.get("AutoDeployment") or {}
        return DeployedStackSet(
            arn=found.get("StackSetARN", ""),
            text=found.get("TemplateBody", ""),
            parameters=parameters_of(found.get("Parameters")),
            tags=tags_of(found.get("Tags")),
            automatic=bool(automation.get("Enabled")),
            after=frozenset(automation.get("DependsOn") or ()),
        )

    def instances(self) -> Mapping[Place, StackInstance]:
        """Every instance."""
        listed = pages(self.client, "list_stack_instances", "Summaries", StackSetName=self.name)
        return {(item["Account"], item["Region"]): _instance(item) for item in listed}

    def is_at_rest(self) -> bool:
        """Whether no operation is running or queued; nothing runs on a StackSet that does not exist."""
        operations = pages(self.client, "list_stack_set_operations", "Summaries", StackSetName=self.name)
        try:
            return all(operation["Status"] not in _MOVING for operation in operations)
        except Refusal as error:
            if error.code == "StackSetNotFoundException":
                return True
            raise

    def operation(self, operation: str) -> Operation:
        """The status of an operation."""
        found = self.client.describe_stack_set_operation(StackSetName=self.name, OperationId=operation)
        state = found["StackSetOperation"]
        return Operation(status=state.get("Status", ""), reason=state.get("StatusReason", ""))

    def results(self, operation: str) -> Iterator[Result]:
        """The results of an operation by account and Region."""
        name = "list_stack_set_operation_results"
        for item in pages(self.client, name, "Summaries", StackSetName=self.name, OperationId=operation):
            yield Result(
                account=item["Account"],
                region=item["Region"],
                status=item["Status"],
                reason=item.get("StatusReason", ""),
            )

    def drifted(self, operation: str, *, whole: bool) -> Iterator[tuple[Place, tuple[ResourceDrift, ...]]]:
        """Instances in which drift detection found changed or deleted resources, with those resources.

        AWS may return results of an earlier operation; if this one is not `whole`, they are skipped.
        """
        results = () if whole else self.results(operation)
        looked = {(item.account, item.region) for item in results if item.status == _SUCCEEDED}
        for (account, region), instance in sorted(self.instances().items()):
            if instance.drift == "DRIFTED" and (whole or (account, region) in looked):
                listed = tokens(
                    self.client.list_stack_instance_resource_drifts,
                    "Summaries",
                    StackSetName=self.name,
                    StackInstanceAccount=account,
                    StackInstanceRegion=region,
                    OperationId=operation,
                    StackInstanceResourceDriftStatuses=["MODIFIED", "DELETED"],
                )
                yield (account, region), tuple(map(resource_drift, listed))


def stack_set_names(session: Session) -> frozenset[str]:
    """The names of the existing StackSets."""
    listed = pages(session.client("cloudformation"), "list_stack_sets", "Summaries", Status="ACTIVE")
    return frozenset(item["StackSetName"] for item in listed)


def has_trusted_access(session: Session) -> bool:
    """Whether StackSets have trusted access to the organization."""
    return session.client("cloudformation").describe_organizations_access().get("Status") == "ENABLED"


def _instance(item: Mapping[str, Any]) -> StackInstance:
    return StackInstance(
        unit=item.get("OrganizationalUnitId", ""),
        stack_id=item.get("StackId") or "",
        status=item.get("Status", ""),
        detail=item.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
        reason=item.get("StatusReason", ""),
        drift=item.get("DriftStatus", ""),
    )
