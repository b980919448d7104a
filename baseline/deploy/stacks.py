"""One ordinary stack in one Region of the caller's account, by change set."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from baseline.cloud.aws_errors import DISABLED_REGION_CODES
from baseline.cloud.paging import pages, tokens
from baseline.cloud.refusals import Refusal
from baseline.deploy.change_sets import IMPORT, ChangeSets, is_empty, is_name_conflict, token
from baseline.deploy.changes import Change, Version, additions, differences, losses, refusals
from baseline.deploy.protection import ProtectionGap, gaps, protect, stack_policy, unprotect
from baseline.deploy.task import (
    Action,
    Context,
    Outcome,
    Preview,
    as_mapping,
    as_parameters,
)
from baseline.deploy.template import alike, is_ours, resources_of, same
from baseline.plan.model import Stack

_KEPT_ON_FAILURE = ("AWS::Organizations::Account", "AWS::Organizations::OrganizationalUnit")
"""Types whose stacks are not rolled back: an account cannot be deleted, and its name and email stay in use."""

START_AGAIN = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
_DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
LOSSY = "look whether that is meant, and allow it with --allow-replacement"
NEVER_MADE = "never created: an unexecuted change set"
FIXED = "put back in the profile what it was when that was deployed, and generate again"
_UNRESUMED = "the last operation failed, and CloudFormation finds no change that would go on from there"
_RETRY = (
    "retry it: aws cloudformation update-stack --stack-name {name} --region {region} --use-previous-template "
    "--disable-rollback --capabilities CAPABILITY_NAMED_IAM, with the same parameters; then run the same command again"
)
_HINT = "look at the stack's events in the console, fix the cause, and run the same command again"


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
        try:
            return self._previewed()
        except Refusal as error:
            opened = self.region in self.context.opened_regions and error.code in DISABLED_REGION_CODES
            if not opened:
                raise
        note = f"{self.region} is not enabled yet: the plan enables it before this stack"
        return Preview(
            task=self.name, where=self.where, action=Action.CREATE, changes=additions(self.text), notes=(note,)
        )

    def _previewed(self) -> Preview:
        current = self.describe()
        action = self._action(current)
        if action is not Action.UPDATE:
            changes = () if action is Action.NONE else additions(self.text)
            notes = self._protection_notes(current) if action is Action.NONE else ()
            action = Action.UPDATE if notes else action
            return Preview(task=self.name, where=self.where, action=action, changes=changes, notes=notes)
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
            refused = change_set["Status"] == "FAILED" and not is_empty(change_set)
            reasons = self._change_sets.reasons(change_set) if refused else ()
        finally:
            self._change_sets.delete(name)
        notes = (*(f"CloudFormation refuses it: {reason}" for reason in reasons), *self._protection_notes(current))
        action = Action.NONE if is_empty(change_set) and not notes else Action.UPDATE
        return Preview(task=self.name, where=self.where, action=action, changes=changes, notes=notes)

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
            return self._outcome(Action.UPDATE if self._protect(current) else action)
        return self._execute(action)

    def wait(self) -> bool:
        """Wait until no operation runs; False when the user wants to stop first."""
        return self.context.session.until(self._is_at_rest)

    def delete(self) -> Outcome | None:
        """Delete the stack, protected or not; what went wrong, if anything did."""
        unprotect(self._client, self.name, self.describe())
        self._client.delete_stack(StackName=self.name, ClientRequestToken=token())
        if not self.context.session.until(lambda: self.describe() is None or self._is_stuck()):
            return self._outcome(Action.DELETE, interrupted=True)
        if self.describe() is None:
            return None
        return self._failed(Action.DELETE, self.failures(), "fix what AWS reports, or delete the stack by hand")

    def describe(self) -> dict[str, Any] | None:
        """The stack as AWS has it, or None."""
        try:
            stack: dict[str, Any] = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except Refusal as error:
            if error.code == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def deployed_text(self) -> str | None:
        """The template that AWS has, or None if there is no stack.

        Of a stack that is pending it is its change set's; "" where not even that is left.
        """
        current = self.describe()
        if current is None:
            return None
        return self._pending_text() if is_pending(current) else self._template()

    def resources(self) -> list[dict[str, Any]]:
        """The stack's resources as AWS has them; empty if there is no stack."""
        current = self.describe()
        if current is None or is_pending(current):
            return []
        return list(pages(self._client, "list_stack_resources", "StackResourceSummaries", StackName=self.name))

    def failures(self) -> tuple[str, ...]:
        """Why the last operation failed, resource by resource, first cause first."""
        found: list[str] = []
        for event in pages(self._client, "describe_stack_events", "StackEvents", StackName=self.name):
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and "cancelled" not in reason:
                found.append(f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
            if reason == "User Initiated":
                break
        validated = () if found else tuple(self._change_sets.failed_events(StackName=self.name))
        return (*reversed(found), *validated)

    def detect_drift(self) -> tuple[list[dict[str, Any]], str]:
        """Every resource that CloudFormation checked, and why it could not check them all, or ""."""
        detection = self._client.detect_stack_drift(StackName=self.name)["StackDriftDetectionId"]
        found: dict[str, Any] = {}

        def look() -> bool:
            found.update(self._client.describe_stack_drift_detection_status(StackDriftDetectionId=detection))
            return bool(found["DetectionStatus"] != "DETECTION_IN_PROGRESS")

        self.context.session.until(look)
        whole = found["DetectionStatus"] == "DETECTION_COMPLETE"
        checked = tokens(self._client.describe_stack_resource_drifts, "StackResourceDrifts", StackName=self.name)
        return list(checked), "" if whole else found.get("DetectionStatusReason", found["DetectionStatus"])

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
        """The template of the stack's unexecuted change sets; one of another tool takes precedence."""
        change_sets = pages(self._client, "list_change_sets", "Summaries", StackName=self.name)
        texts = [self._template(ChangeSetName=item["ChangeSetName"]) for item in change_sets]
        return next((text for text in texts if not is_ours(text)), texts[0] if texts else "")

    def _action(self, current: dict[str, Any] | None) -> Action:
        if current is None or is_pending(current):
            return Action.CREATE
        if current["StackStatus"] in START_AGAIN and not self._resumes(current):
            return Action.RECREATE
        return Action.NONE if self._is_same(current) and not self._reverts(current) else Action.UPDATE

    @property
    def _rolls_back(self) -> bool:
        """Whether a failed operation is rolled back."""
        return not any(item.type in _KEPT_ON_FAILURE for item in resources_of(self.text))

    def _resumes(self, current: Mapping[str, Any]) -> bool:
        """Whether an update goes on where a failed creation stopped, as it left what succeeded.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
        """
        return bool(current["StackStatus"] == "CREATE_FAILED") and not self._rolls_back

    def _reverts(self, current: dict[str, Any]) -> bool:
        """Whether changes made by hand are to be reverted: CloudFormation compares settled stacks alone."""
        return self.context.options.revert_drift and current["StackStatus"].endswith("_COMPLETE")

    def _is_same(self, current: dict[str, Any]) -> bool:
        return (
            current["StackStatus"].endswith("_COMPLETE")
            and self.context.values.known(self.stack)
            and alike(self.context.values.parameters(self.stack), as_mapping(current.get("Parameters")))
            and self.context.has_tags(self.stack, current)
            and same(self.deployed_text() or "", self.text)
        )

    def _is_at_rest(self) -> bool:
        current = self.describe()
        return current is None or is_pending(current) or not current["StackStatus"].endswith("_IN_PROGRESS")

    def _is_failed(self) -> bool:
        return (self.describe() or {"StackStatus": ""})["StackStatus"] in ("CREATE_FAILED", "UPDATE_FAILED")

    def _is_stuck(self) -> bool:
        return bool((self.describe() or {"StackStatus": ""})["StackStatus"] == "DELETE_FAILED")

    def _execute(self, action: Action) -> Outcome:
        kind = "UPDATE" if action is Action.UPDATE else "CREATE"
        change_set = self._create_change_set(kind, self._change_set_name)
        if change_set["Status"] == "FAILED":
            empty = is_empty(change_set)
            reasons = (
                () if empty else self._change_sets.reasons(change_set)
            )  # asked for while there is something to ask about
            self._withdraw(kind)
            if empty and self._is_failed():
                return self._failed(action, (_UNRESUMED,), _RETRY.format(name=self.name, region=self.region))
            if empty:
                return self._outcome(Action.UPDATE if self._protect(self.describe()) else Action.NONE)
            return self._failed(action, reasons, IMPORT if is_name_conflict(reasons) else _HINT)
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
        before = self.describe()
        if lossy:
            unprotect(self._client, self.name, before)
            self._client.set_stack_policy(StackName=self.name, StackPolicyBody=stack_policy(()))
        self._change_sets.execute(change_set_id, rolls_back=self._rolls_back)
        current = self._end_of(change_set_id, before)
        if current is None:
            return self._outcome(action, interrupted=True)
        if current["StackStatus"] not in _DONE:
            if action is Action.UPDATE:
                self._protect(current)
            reasons = self.failures()
            return self._failed(action, reasons, IMPORT if is_name_conflict(reasons) else _HINT)
        self._protect(current)
        return self._outcome(action)

    def _end_of(self, change_set_id: str, before: dict[str, Any] | None) -> dict[str, Any] | None:
        """The stack as this execution has left it; None if the user wants to stop first.

        An answer may be older than the execution: a state counts once the stack's time of update has moved, or the
        change set says that its execution has ended.
        """
        found: list[dict[str, Any]] = []

        def has_ended() -> bool:
            current = self.describe() or {"StackStatus": "DELETE_COMPLETE"}
            if current["StackStatus"].endswith("_IN_PROGRESS"):
                return False
            moved = current.get("LastUpdatedTime") != (before or {}).get("LastUpdatedTime")
            if moved or self._change_sets.is_finished(change_set_id):
                found.append(current if moved else self.describe() or current)
            return bool(found) and not found[-1]["StackStatus"].endswith("_IN_PROGRESS")

        return found[-1] if self.context.session.until(has_ended) else None

    @property
    def _change_sets(self) -> ChangeSets:
        return ChangeSets(session=self.context.session, client=self._client, stack=self.name)

    def _create_change_set(self, kind: str, name: str) -> dict[str, Any]:
        options, role = self.context.options, self.context.session.options.execution_role
        request = {
            "TemplateBody": self.text,
            "Parameters": as_parameters(self.context.values.parameters(self.stack)),
            **self.context.tags(self.stack),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            **({"RoleARN": role} if role else {}),
            **({"ImportExistingResources": True} if options.import_existing else {}),
            **({"DeploymentMode": "REVERT_DRIFT"} if options.revert_drift and kind == "UPDATE" else {}),
        }
        return self._change_sets.create(kind, name, request)

    def _withdraw(self, kind: str) -> None:
        """Leave nothing half-made: neither the change set nor a stack that is nothing but a name."""
        current = self.describe() if kind == "CREATE" else None
        if current and is_pending(current):
            # Its change set goes with it; the other way round a name would stay that nothing proves to be ours.
            self._client.delete_stack(StackName=self.name, ClientRequestToken=token())
        else:
            self._change_sets.delete(self._change_set_name)

    def _changes(self, change_set: dict[str, Any]) -> tuple[Change, ...]:
        kept = {item.logical_id for item in resources_of(self.text) if item.retained}
        listed = tokens(
            self._client.describe_change_set,
            "Changes",
            ChangeSetName=change_set["ChangeSetId"],
            StackName=self.name,
        )
        blocked = self._blocked()
        changes = [
            item["ResourceChange"] for item in (listed if change_set.get("NextToken") else change_set["Changes"])
        ]
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
        blocked = frozenset(it.logical_id for it in differences(before, after) if it.replaced == "blocked")
        return blocked & self._made() if blocked and self._is_failed() else blocked

    def _made(self) -> frozenset[str]:
        """Logical ids of the resources that exist: a failed creation has a template with more than was made."""
        failed = ("CREATE_FAILED", "DELETE_COMPLETE")
        return frozenset(it["LogicalResourceId"] for it in self.resources() if it["ResourceStatus"] not in failed)

    def gaps(self, current: dict[str, Any] | None) -> tuple[ProtectionGap, ...]:
        """Protections that the stack needs and lacks."""
        return tuple(gaps(self._client, self.name, current, self.text))

    def _protection_notes(self, current: dict[str, Any] | None) -> tuple[str, ...]:
        return tuple(f"{gap}: it is restored" for gap in self.gaps(current))

    def _protect(self, current: dict[str, Any] | None) -> bool:
        return protect(self._client, self.name, current, self.text)

    def _outcome(self, action: Action, *, interrupted: bool = False) -> Outcome:
        return Outcome(task=self.name, where=self.where, action=action, interrupted=interrupted)

    def _failed(self, action: Action, failures: tuple[str, ...], hint: str) -> Outcome:
        said = failures or ("AWS gave no reason",)
        return Outcome(task=self.name, where=self.where, action=action, failures=said, hint=hint)


def is_pending(current: Mapping[str, Any]) -> bool:
    """Whether a stack is only a name and an unexecuted change set."""
    return bool(current["StackStatus"] == "REVIEW_IN_PROGRESS")
