"""The change set of one stack: creation, explanation, execution and deletion."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import uuid4

from baseline.cloud.paging import tokens
from baseline.cloud.refusals import Refusal
from baseline.cloud.stacks import StackReader, failed_events
from baseline.frozen import frozen

Kind = Literal["CREATE", "UPDATE", "IMPORT"]

_NOTHING = ("didn't contain changes", "No updates are to be performed")
_FINISHED = ("EXECUTE_COMPLETE", "EXECUTE_FAILED", "OBSOLETE")


@frozen
class ResourceChange:
    """A change of one resource, in AWS's words."""

    logical_id: str
    type: str
    action: str
    replacement: str = ""
    policy_action: str = ""


@frozen
class ChangeSet:
    """A change set as AWS describes it, or with the status `STOPPED` if the user did not wait for it."""

    id: str
    status: str
    reason: str = ""
    changes: tuple[ResourceChange, ...] = ()

    @property
    def is_failed(self) -> bool:
        """Whether the change set cannot be executed."""
        return self.status == "FAILED" or self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """Whether the user stopped before CloudFormation had created it."""
        return self.status == "STOPPED"

    @property
    def is_empty(self) -> bool:
        """Whether the change set failed only because there is nothing to change."""
        return self.is_failed and any(text in self.reason for text in _NOTHING)


@frozen
class ChangeSets:
    """The change sets of one stack."""

    reader: StackReader

    def create(self, kind: Kind, name: str, request: Mapping[str, Any]) -> ChangeSet:
        """Create a change set, replacing a leftover of a killed run, and wait for its contents."""
        self.delete(name)
        client, stack = self.reader.client, self.reader.name
        made = client.create_change_set(
            StackName=stack, ChangeSetName=name, ChangeSetType=kind, ClientToken=token(), **request
        )["Id"]
        found: dict[str, Any] = {}

        def is_ready() -> bool:
            found.update(client.describe_change_set(ChangeSetName=made, StackName=stack))
            return found["Status"] in ("CREATE_COMPLETE", "FAILED")

        if not self.reader.session.until(is_ready):
            return ChangeSet(id=made, status="STOPPED", reason="stopped while CloudFormation created the change set")
        listed = found.get("Changes", ())
        if found.get("NextToken"):
            listed = tokens(client.describe_change_set, "Changes", ChangeSetName=made, StackName=stack)
        return ChangeSet(
            id=made,
            status=found["Status"],
            reason=str(found.get("StatusReason", "")),
            changes=tuple(_change(item["ResourceChange"]) for item in listed),
        )

    def execute(self, change_set_id: str, *, rolls_back: bool) -> None:
        """Execute a change set by id: another run may have created one with the same name that was not reviewed.

        `rolls_back` says whether a failure is rolled back; if not, created resources stay, and an update resumes from
        there. An execution that CloudFormation started is not an error if its response was lost.
        """
        try:
            self.reader.client.execute_change_set(
                ChangeSetName=change_set_id,
                StackName=self.reader.name,
                ClientRequestToken=token(),
                DisableRollback=not rolls_back,
            )
        except Refusal as error:
            if error.code != "InvalidChangeSetStatus" or not self._execution(change_set_id).startswith("EXECUTE_"):
                raise

    def is_finished(self, change_set_id: str) -> bool:
        """Whether the execution has ended; CloudFormation may forget an executed change set."""
        return self._execution(change_set_id) in ("", *_FINISHED)

    def delete(self, name: str) -> None:
        """Delete a change set if it exists; one that CloudFormation still creates stays, for the next run to delete.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
        """
        try:
            self.reader.client.delete_change_set(ChangeSetName=name, StackName=self.reader.name)
        except Refusal as error:
            if error.code not in ("ChangeSetNotFound", "ValidationError", "InvalidChangeSetStatus"):
                raise

    def reasons(self, change_set: ChangeSet) -> tuple[str, ...]:
        """Why a change set failed, resource by resource if CloudFormation's early validation says so."""
        said = change_set.reason or "AWS gave no reason"
        return tuple(failed_events(self.reader.client, ChangeSetName=change_set.id)) or (said,)

    def _execution(self, change_set_id: str) -> str:
        try:
            found = self.reader.client.describe_change_set(ChangeSetName=change_set_id, StackName=self.reader.name)
        except Refusal as error:
            if error.code not in ("ChangeSetNotFound", "ValidationError"):
                raise
            return ""
        return str(found.get("ExecutionStatus", ""))


def token() -> str:
    """Client request token: makes retries of the same call idempotent."""
    return f"baseline-{uuid4()}"


def _change(item: Mapping[str, Any]) -> ResourceChange:
    return ResourceChange(
        logical_id=item["LogicalResourceId"],
        type=item["ResourceType"],
        action=item["Action"],
        replacement=item.get("Replacement", ""),
        policy_action=item.get("PolicyAction", ""),
    )
