"""A change set of one stack: made, explained, executed, withdrawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from baseline.cloud.paging import tokens
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session

_NOTHING = ("didn't contain changes", "No updates are to be performed")
_FINISHED = ("EXECUTE_COMPLETE", "EXECUTE_FAILED", "OBSOLETE")
_CONFLICT = ("NAME_CONFLICT", "already exists")
IMPORT = (
    "resources of these names exist already: take them into the stack with --import-existing, or delete or rename them;"
    " docs/deploy.md#deploy-after-destroy lists what cannot be imported"
)


@dataclass(frozen=True, kw_only=True)
class ChangeSets:
    """The change sets of one stack."""

    session: Session
    client: Any
    stack: str

    def create(self, kind: str, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Make a change set, in the place of one that a killed run left, and wait for its contents.

        Returns:
            DescribeChangeSet's answer; its `Status` is `FAILED` also if the user wants to stop.
        """
        self.delete(name)
        made = self.client.create_change_set(
            StackName=self.stack, ChangeSetName=name, ChangeSetType=kind, ClientToken=token(), **request
        )
        found: dict[str, Any] = {"ChangeSetId": made["Id"]}

        def is_ready() -> bool:
            found.update(self.client.describe_change_set(ChangeSetName=made["Id"], StackName=self.stack))
            return found["Status"] in ("CREATE_COMPLETE", "FAILED")

        if not self.session.until(is_ready):
            found["Status"] = "FAILED"
            found["StatusReason"] = "stopped while CloudFormation made the change set"
        return found

    def execute(self, change_set_id: str, *, rolls_back: bool) -> None:
        """Execute a change set by its id: one of the same name that another run has made was not reviewed.

        `rolls_back` says whether a failure is rolled back; if not, what succeeded stays, and an update resumes there.
        An execution whose answer was lost, and that CloudFormation has begun, is no error.
        """
        try:
            self.client.execute_change_set(
                ChangeSetName=change_set_id,
                StackName=self.stack,
                ClientRequestToken=token(),
                DisableRollback=not rolls_back,
            )
        except Refusal as error:
            if error.code != "InvalidChangeSetStatus" or not self._execution(change_set_id).startswith("EXECUTE_"):
                raise

    def is_finished(self, change_set_id: str) -> bool:
        """Whether its execution has ended; CloudFormation may forget a change set that was executed."""
        return self._execution(change_set_id) in ("", *_FINISHED)

    def delete(self, name: str) -> None:
        """Delete a change set, if there is one."""
        try:
            self.client.delete_change_set(ChangeSetName=name, StackName=self.stack)
        except Refusal as error:
            if error.code not in ("ChangeSetNotFound", "ValidationError"):
                raise

    def reasons(self, change_set: Mapping[str, Any]) -> tuple[str, ...]:
        """Why a change set failed, resource by resource if CloudFormation's early validation says so."""
        said = str(change_set.get("StatusReason", "")) or "AWS gave no reason"
        return tuple(self.failed_events(ChangeSetName=change_set["ChangeSetId"])) or (said,)

    def failed_events(self, **subject: str) -> Iterator[str]:
        """What DescribeEvents says of failures; nothing if the caller may not ask or the partition lacks the call.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
        """
        try:
            events = list(
                tokens(self.client.describe_events, "OperationEvents", Filters={"FailedEvents": True}, **subject)
            )
        except Refusal:
            return
        yield from dict.fromkeys(_event(event) for event in reversed(events) if _reason(event))

    def _execution(self, change_set_id: str) -> str:
        try:
            found = self.client.describe_change_set(ChangeSetName=change_set_id, StackName=self.stack)
        except Refusal as error:
            if error.code not in ("ChangeSetNotFound", "ValidationError"):
                raise
            return ""
        return str(found.get("ExecutionStatus", ""))


def token() -> str:
    """Client request token: makes retries of the same call idempotent."""
    return f"baseline-{uuid4()}"


def is_empty(change_set: Mapping[str, Any]) -> bool:
    """Whether a change set failed for nothing but that there is nothing to change."""
    return change_set["Status"] == "FAILED" and any(text in change_set.get("StatusReason", "") for text in _NOTHING)


def is_name_conflict(reasons: tuple[str, ...]) -> bool:
    """Whether names that exist already are among the reasons."""
    return any(word in reason for reason in reasons for word in _CONFLICT)


def _reason(event: Mapping[str, Any]) -> str:
    keys = ("ValidationStatusReason", "HookStatusReason", "ResourceStatusReason")
    return next((str(event[key]) for key in keys if event.get(key)), "")


def _event(event: Mapping[str, Any]) -> str:
    resource = event.get("LogicalResourceId") or event.get("ValidationPath") or "stack"
    type_ = f" ({event['ResourceType']})" if event.get("ResourceType") else ""
    check = event.get("ValidationName") or event.get("HookType")
    return f"{resource}{type_}: {_reason(event)}" + (f" [{check}]" if check else "")
