"""One ordinary stack in one Region of the caller's account, by change set."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from baseline.deploy.changes import Change, Version, additions, differences, losses, refusals
from baseline.deploy.session import code_of
from baseline.deploy.task import (
    Action,
    Context,
    Outcome,
    Preview,
    as_mapping,
    as_parameters,
    as_tags,
)
from baseline.deploy.template import is_ours, resources_of, same
from baseline.plan.model import Stack

START_AGAIN = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
LOSSY = "look whether that is meant, and allow it with --allow-replacement"
NEVER_MADE = "never made: a change set that nobody executed"
FIXED = "put back in the profile what it was when that was deployed, and generate again"
_HINT = "look at the stack in the console, mend what it says, and run the same command again"


@dataclass(kw_only=True)
class StackTask:
    """A stack of the management account."""

    stack: Stack
    region: str
    context: Context

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.stack.name

    @property
    def where(self) -> str:
        """The Region."""
        return f"management in {self.region}"

    @property
    def text(self) -> str:
        """The template."""
        return self.context.written.texts[self.name]

    def preview(self) -> Preview:
        """What CloudFormation says it would do; the change set is removed again."""
        current = self.describe()
        action = self._action(current)
        if action is not Action.UPDATE:
            changes = () if action is Action.NONE else additions(self.text)
            return Preview(task=self.name, where=self.where, action=action, changes=changes)
        assert current is not None  # noqa: S101 - only what exists is updated
        if not self.context.values.known(self.stack):
            before = Version(text=self.deployed_text() or "", parameters={})
            changes = differences(before, Version(text=self.text, parameters={}))
            return Preview(task=self.name, where=self.where, action=action, changes=changes)
        if current["StackStatus"].endswith("_IN_PROGRESS"):
            note = f"{current['StackStatus']}: waits for its end first"
            return Preview(task=self.name, where=self.where, action=action, notes=(note,))
        name = f"{self._change_set_name}-preview"  # another one: a look takes nothing away from who deploys just now
        try:
            change_set = self._create_change_set("UPDATE", name)
            changes = self._changes(change_set)
        finally:
            self._forget_change_set(name)
        if _is_empty(change_set):
            return Preview(task=self.name, where=self.where, action=Action.NONE)
        refused = change_set["Status"] == "FAILED"
        notes = (f"CloudFormation refuses it: {change_set.get('StatusReason')}",) if refused else ()
        return Preview(task=self.name, where=self.where, action=Action.UPDATE, changes=changes, notes=notes)

    def run(self) -> Outcome:
        """Create or update the stack and protect what it keeps."""
        if not self.wait():
            return self._outcome(Action.NONE, interrupted=True)
        current = self.describe()
        action = self._action(current)
        if action is Action.RECREATE:
            trouble = self.delete()
            if trouble:
                return trouble
        if action is Action.NONE:
            self._protect(current)
            return self._outcome(action)
        return self._execute(action)

    def wait(self) -> bool:
        """Wait until no operation runs; False when the user wants to stop first."""
        return self.context.session.until(self._is_at_rest)

    def delete(self) -> Outcome | None:
        """Delete the stack, protected or not; what went wrong, if anything did."""
        self._unprotect()
        self._client.delete_stack(StackName=self.name, ClientRequestToken=_token())
        if not self.context.session.until(lambda: self.describe() is None or self._is_stuck()):
            return self._outcome(Action.DELETE, interrupted=True)
        if self.describe() is None:
            return None
        return self._failed(Action.DELETE, self.failures(), "mend what AWS says, or delete the stack by hand")

    def describe(self) -> dict[str, Any] | None:
        """The stack as AWS has it, or None."""
        from botocore.exceptions import ClientError

        try:
            stack: dict[str, Any] = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def deployed_text(self) -> str | None:
        """The template that AWS has, or None where there is no stack.

        Of a stack that is pending it is its change set's; "" where not even that is left.
        """
        current = self.describe()
        if current is None:
            return None
        return self._pending_text() if is_pending(current) else self._template()

    def resources(self) -> list[dict[str, Any]]:
        """The stack's resources as AWS has them; none where there is no stack."""
        current = self.describe()
        if current is None or is_pending(current):
            return []
        pages = self.context.session.pages
        return list(pages(self._client, "list_stack_resources", "StackResourceSummaries", StackName=self.name))

    def failures(self) -> tuple[str, ...]:
        """Why the last operation failed, resource by resource, first cause first."""
        found = []
        pages = self.context.session.pages
        for event in pages(self._client, "describe_stack_events", "StackEvents", StackName=self.name):
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and "cancelled" not in reason:
                found.append(f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
            if reason == "User Initiated":
                break
        return tuple(reversed(found))

    def drifted_resources(self) -> tuple[list[dict[str, Any]], str]:
        """What CloudFormation finds changed or deleted by hand, and why it could not look at everything, or "".

        What it never checks is in neither.
        """
        detection = self._client.detect_stack_drift(StackName=self.name)["StackDriftDetectionId"]
        found: dict[str, Any] = {}

        def look() -> bool:
            found.update(self._client.describe_stack_drift_detection_status(StackDriftDetectionId=detection))
            return bool(found["DetectionStatus"] != "DETECTION_IN_PROGRESS")

        self.context.session.until(look)
        whole = found["DetectionStatus"] == "DETECTION_COMPLETE"
        drifted = self.context.session.tokens(
            self._client.describe_stack_resource_drifts,
            "StackResourceDrifts",
            StackName=self.name,
            StackResourceDriftStatusFilters=["MODIFIED", "DELETED"],
        )
        return list(drifted), "" if whole else found.get("DetectionStatusReason", found["DetectionStatus"])

    @property
    def _client(self) -> Any:  # noqa: ANN401
        return self.context.session.client("cloudformation", self.region)

    @property
    def _change_set_name(self) -> str:
        """The same for the same template: what a killed run left behind is found and replaced."""
        return f"baseline-{sha256(self.text.encode()).hexdigest()[:12]}"

    def _template(self, **of: str) -> str:
        """The template of the stack, or of a change set of it."""
        body = self._client.get_template(StackName=self.name, TemplateStage="Original", **of)["TemplateBody"]
        return body if isinstance(body, str) else json.dumps(body)

    def _pending_text(self) -> str:
        """The template of the change sets that nobody has executed: somebody else's where there is one."""
        pages = self.context.session.pages(self._client, "list_change_sets", "Summaries", StackName=self.name)
        texts = [self._template(ChangeSetName=item["ChangeSetName"]) for item in pages]
        return next((text for text in texts if not is_ours(text)), texts[0] if texts else "")

    def _action(self, current: dict[str, Any] | None) -> Action:
        if current is None or is_pending(current):
            return Action.CREATE
        if current["StackStatus"] in START_AGAIN:
            return Action.RECREATE
        return Action.NONE if self._is_same(current) else Action.UPDATE

    def _is_same(self, current: dict[str, Any]) -> bool:
        return (
            current["StackStatus"].endswith("_COMPLETE")
            and self.context.values.known(self.stack)
            and as_mapping(current.get("Parameters")) == self.context.values.parameters(self.stack)
            and as_tags(current.get("Tags")) == dict(self.context.plan.tags)
            and same(self.deployed_text() or "", self.text)
        )

    def _is_at_rest(self) -> bool:
        current = self.describe()
        return current is None or is_pending(current) or not current["StackStatus"].endswith("_IN_PROGRESS")

    def _has_ended(self) -> bool:
        """Unlike at rest: an answer from before the change set began counts for nothing."""
        return not (self.describe() or {"StackStatus": ""})["StackStatus"].endswith("_IN_PROGRESS")

    def _is_stuck(self) -> bool:
        return bool((self.describe() or {"StackStatus": ""})["StackStatus"] == "DELETE_FAILED")

    def _execute(self, action: Action) -> Outcome:
        kind = "UPDATE" if action is Action.UPDATE else "CREATE"
        change_set = self._create_change_set(kind, self._change_set_name)
        if change_set["Status"] == "FAILED":
            self._withdraw(kind)
            if _is_empty(change_set):
                self._protect(self.describe())
                return self._outcome(Action.NONE)
            return self._failed(action, (change_set.get("StatusReason", ""),), _HINT)
        changes = self._changes(change_set)
        refused, lost = refusals(changes), losses(changes)
        if refused or (lost and not self.context.options.allow_replacement):
            self._withdraw(kind)
            return self._failed(action, refused or lost, FIXED if refused else LOSSY)
        if self.context.session.stop.is_set():
            self._withdraw(kind)
            return self._outcome(action, interrupted=True)
        return self._carry_out(action, change_set["ChangeSetId"], lossy=bool(lost))

    def _carry_out(self, action: Action, change_set_id: str, *, lossy: bool) -> Outcome:
        if lossy:
            self._unprotect()
            self._client.set_stack_policy(StackName=self.name, StackPolicyBody=_policy(()))
        self._client.execute_change_set(
            ChangeSetName=change_set_id,  # not by its name: what another run has put there was not looked at
            StackName=self.name,
            RetainExceptOnCreate=True,
            ClientRequestToken=_token(),
        )
        if not self.context.session.until(self._has_ended):
            return self._outcome(action, interrupted=True)
        current = self.describe()
        if current is None or current["StackStatus"] not in _DONE:
            if action is Action.UPDATE:
                self._protect(current)
            return self._failed(action, self.failures(), _HINT)
        self._protect(current)
        return self._outcome(action)

    def _create_change_set(self, kind: str, name: str) -> dict[str, Any]:
        self._forget_change_set(name)
        role = self.context.session.options.execution_role
        made = self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType=kind,
            ClientToken=_token(),
            TemplateBody=self.text,
            Parameters=as_parameters(self.context.values.parameters(self.stack)),
            Tags=self.context.tags(),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            **({"RoleARN": role} if role else {}),
            **({"ImportExistingResources": True} if self.context.options.import_existing else {}),
        )
        found: dict[str, Any] = {"ChangeSetId": made["Id"]}

        def is_ready() -> bool:
            found.update(self._client.describe_change_set(ChangeSetName=made["Id"], StackName=self.name))
            return found["Status"] in ("CREATE_COMPLETE", "FAILED")

        if not self.context.session.until(is_ready):
            found["Status"] = "FAILED"
            found["StatusReason"] = "stopped while CloudFormation made the change set"
        return found

    def _forget_change_set(self, name: str) -> None:
        from botocore.exceptions import ClientError

        try:
            self._client.delete_change_set(ChangeSetName=name, StackName=self.name)
        except ClientError as error:
            if code_of(error) not in ("ChangeSetNotFound", "ValidationError"):
                raise

    def _withdraw(self, kind: str) -> None:
        """Leave nothing half-made: neither the change set nor a stack that is nothing but a name."""
        current = self.describe() if kind == "CREATE" else None
        if current and is_pending(current):
            # Its change set goes with it; the other way round a name would stay that nothing proves to be ours.
            self._client.delete_stack(StackName=self.name, ClientRequestToken=_token())
        else:
            self._forget_change_set(self._change_set_name)

    def _changes(self, change_set: dict[str, Any]) -> tuple[Change, ...]:
        kept = {item.logical_id for item in resources_of(self.text) if item.retained}
        pages = self.context.session.tokens(
            self._client.describe_change_set,
            "Changes",
            ChangeSetName=change_set["ChangeSetId"],
            StackName=self.name,
        )
        blocked = self._blocked()
        changes = [item["ResourceChange"] for item in (pages if change_set.get("NextToken") else change_set["Changes"])]
        return tuple(
            Change(
                logical_id=change["LogicalResourceId"],
                type=change["ResourceType"],
                action=change["Action"].lower(),
                replaced="blocked"
                if change["LogicalResourceId"] in blocked
                else {"True": "yes", "Conditional": "maybe"}.get(change.get("Replacement", ""), "no"),
                kept=change["LogicalResourceId"] in kept or "Retain" in change.get("PolicyAction", ""),
            )
            for change in changes
        )

    def _blocked(self) -> frozenset[str]:
        """Resources in which AWS refuses what would change; a change set does not say so."""
        current = self.describe()
        if current is None or is_pending(current):
            return frozenset()
        before = Version(text=self.deployed_text() or "", parameters=as_mapping(current.get("Parameters")))
        after = Version(text=self.text, parameters=self.context.values.parameters(self.stack))
        return frozenset(it.logical_id for it in differences(before, after) if it.replaced == "blocked")

    def _protect(self, current: dict[str, Any] | None) -> None:
        """Termination protection and a stack policy where the stack holds data; the former says that both are there."""
        held = tuple(item.logical_id for item in resources_of(self.text) if item.stateful)
        if held and current is not None and not current.get("EnableTerminationProtection"):
            self._client.set_stack_policy(StackName=self.name, StackPolicyBody=_policy(held))
            self._client.update_termination_protection(StackName=self.name, EnableTerminationProtection=True)

    def _unprotect(self) -> None:
        """Lift the termination protection; whoever comes next sees by it that the stack is to be protected again."""
        if (self.describe() or {}).get("EnableTerminationProtection"):
            self._client.update_termination_protection(StackName=self.name, EnableTerminationProtection=False)

    def _outcome(self, action: Action, *, interrupted: bool = False) -> Outcome:
        return Outcome(task=self.name, where=self.where, action=action, interrupted=interrupted)

    def _failed(self, action: Action, failures: tuple[str, ...], hint: str) -> Outcome:
        said = failures or ("AWS gave no reason",)
        return Outcome(task=self.name, where=self.where, action=action, failures=said, hint=hint)


def is_pending(current: Mapping[str, Any]) -> bool:
    """Whether a stack is nothing but a name and a change set that nobody has executed."""
    return bool(current["StackStatus"] == "REVIEW_IN_PROGRESS")


def _token() -> str:
    """Tells CloudFormation that botocore's next try, after an answer was lost, is the same request."""
    return f"baseline-{uuid4()}"


def _is_empty(change_set: dict[str, Any]) -> bool:
    return change_set["Status"] == "FAILED" and any(text in change_set.get("StatusReason", "") for text in _NOTHING)


def _policy(held: tuple[str, ...]) -> str:
    """A stack policy under which the resources named are updated, and neither replaced nor deleted."""
    allowed = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    denied = {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        "Resource": [f"LogicalResourceId/{name}" for name in held],
    }
    return json.dumps({"Statement": [allowed, *([denied] if held else [])]})
