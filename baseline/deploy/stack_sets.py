"""One service-managed StackSet and its instances, by operations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from baseline.cloud.paging import pages, tokens
from baseline.cloud.refusals import Refusal
from baseline.deploy.adoption import adopt_existing
from baseline.deploy.changes import Change, Version, additions, differences, losses, refusals
from baseline.deploy.handover import handovers, take_over
from baseline.deploy.instances import Described, Instance, batched_units, grouped, lacking, targets_of, within_reach
from baseline.deploy.placement import Misplacement, misplacements
from baseline.deploy.stacks.decide import FIXED, LOSSY
from baseline.deploy.task import (
    Action,
    Context,
    Outcome,
    Preview,
    as_mapping,
    as_parameters,
)
from baseline.deploy.template import alike, same
from baseline.plan.model import Deployment, Method, Stack
from baseline.plan.operations import awaited_stack_sets, goes_by_itself, operation_preferences

_MOVING = ("RUNNING", "STOPPING", "QUEUED")
_PATIENCE = 10
"""Operations of other deployments that may run first."""

_PASSED_BY = (
    "AWS passes by suspended accounts: reopen the account, or take its instances out of the StackSet with aws "
    "cloudformation delete-stack-instances --retain-stacks, and run the same command again"
)
_HINT = "fix what AWS reports, and run the same command again: finished accounts do not change"


@dataclass(kw_only=True)
class StackSetTask:
    """A StackSet for member accounts."""

    stack: Stack
    context: Context

    @property
    def name(self) -> str:
        """The StackSet's name."""
        return self.stack.name

    @property
    def where(self) -> str:
        """The accounts or units, and the Regions."""
        regions = dict.fromkeys(region for item in self.deployments for region in item.regions)
        targets = dict.fromkeys(item.account or f"accounts in {', '.join(item.ous)}" for item in self.deployments)
        return f"{'; '.join(targets)} in {', '.join(regions)}"

    @property
    def text(self) -> str:
        """The template."""
        return self.context.written.texts[self.name]

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """The deployments that StackSets make."""
        return tuple(item for item in self.stack.deployments if item.method is Method.STACK_SET)

    def preview(self) -> Preview:
        """What would change in the template, and in which accounts and Regions."""
        current = self.describe()
        if current is None:
            taken = self._taken() if self.context.values.known(self.stack) else ()
            return self._preview(Action.CREATE, additions(self.text), tuple(taken))
        if not self.context.values.known(self.stack):
            return self._preview(Action.UPDATE, self._changes(current))
        instances = self.instances()
        misplaced = (item.message for item in self.misplaced())
        notes = (*misplaced, *self._automation_notes(current), *self._notes(instances), *self._taken())
        if self._is_same(current) and not notes:
            return self._preview(Action.NONE)
        return self._preview(Action.UPDATE, self._changes(current), notes)

    def run(self) -> Outcome:
        """Create or update the StackSet and whatever instances it lacks."""
        if not self.wait():
            return self._outcome(Action.NONE, interrupted=True)
        current = self.describe()
        action = Action.NONE
        if current is None:
            action = Action.CREATE
            self._client.create_stack_set(**self.definition())
        elif not self._is_same(current):
            action = Action.UPDATE
            changes = self._changes(current)
            refused, lost = refusals(changes), losses(changes)
            if refused or (lost and not self.context.options.allow_replacement):
                hint = FIXED if refused else LOSSY
                return Outcome(task=self.name, where=self.where, action=action, failures=refused or lost, hint=hint)
            regions = tuple(dict.fromkeys(region for _, region in self.instances()))
            operation = self.begin(self._client.update_stack_set, **self.definition(), **self._preferences(regions))
            if not self.has_ended(operation["OperationId"]):
                return self.ended(action, operation["OperationId"])
        return take_over(self) or adopt_existing(self, action) or self._fill(action)

    def describe(self) -> dict[str, Any] | None:
        """The StackSet as AWS has it, or None."""
        try:
            found: dict[str, Any] = self._client.describe_stack_set(StackSetName=self.name)["StackSet"]
        except Refusal as error:
            if error.code == "StackSetNotFoundException":
                return None
            raise
        return None if found["Status"] == "DELETED" else found

    def deployed_text(self) -> str | None:
        """The template that AWS has, or None if there is no StackSet."""
        current = self.describe()
        return str(current["TemplateBody"]) if current else None

    def instances(self) -> Mapping[Instance, dict[str, Any]]:
        """Every instance that the StackSet has."""
        listed = pages(self._client, "list_stack_instances", "Summaries", StackSetName=self.name)
        return {(item["Account"], item["Region"]): item for item in listed}

    def delete_instances(self, instances: Mapping[Instance, dict[str, Any]]) -> Outcome:
        """Delete instances and, as their templates say, what is in them."""
        for unit, places, accounts in grouped(instances, self.context.values.unit_around):
            operation = self.begin(
                self._client.delete_stack_instances,
                StackSetName=self.name,
                DeploymentTargets=targets_of((unit,), accounts),
                Regions=list(places),
                RetainStacks=False,
                **self._preferences(places),
            )
            if not self.has_ended(operation["OperationId"]):
                return self.ended(Action.UPDATE, operation["OperationId"])
        return self._outcome(Action.UPDATE)

    def detect_drift(self, instances: Described) -> tuple[str, str]:
        """The operation in which CloudFormation has looked, and why it could not look at everything, or ""."""
        regions = tuple(dict.fromkeys(region for _, region in instances))
        operation = str(
            self.begin(self._client.detect_stack_set_drift, StackSetName=self.name, **self._preferences(regions))[
                "OperationId"
            ]
        )
        if self.has_ended(operation):
            return operation, ""
        return operation, "; ".join(self.ended(Action.NONE, operation).failures) or "stopped"

    def drifted_instances(self, operation: str, *, whole: bool) -> Iterator[tuple[Instance, list[dict[str, Any]]]]:
        """Instances in which the operation has found resources changed or deleted by hand, and those resources.

        Of the others AWS may know from an earlier operation: where this one is not `whole`, they are passed by.
        """
        results = () if whole else self._results(operation)
        looked = {(item["Account"], item["Region"]) for item in results if item["Status"] == "SUCCEEDED"}
        for (account, region), item in sorted(self.instances().items()):
            if item.get("DriftStatus") == "DRIFTED" and (whole or (account, region) in looked):
                drifted = tokens(
                    self._client.list_stack_instance_resource_drifts,
                    "Summaries",
                    StackSetName=self.name,
                    StackInstanceAccount=account,
                    StackInstanceRegion=region,
                    OperationId=operation,
                    StackInstanceResourceDriftStatuses=["MODIFIED", "DELETED"],
                )
                yield (account, region), list(drifted)

    def delete(self) -> Outcome | None:
        """Delete the instances, then the StackSet; what went wrong, if anything did."""
        outcome = self.delete_instances(self.instances())
        if outcome.failures or outcome.interrupted:
            return outcome
        left = [f"{account} in {region}" for account, region in sorted(self.instances())]
        if left:
            said = (f"{len(left)} stack instances are still there: {', '.join(left)}",)
            return Outcome(task=self.name, where=self.where, action=Action.DELETE, failures=said, hint=_PASSED_BY)
        try:
            self.begin(self._client.delete_stack_set, StackSetName=self.name)
        except Refusal as error:
            if error.code != "StackSetNotFoundException":  # the answer to the first try was lost
                raise
        return None

    def wait(self) -> bool:
        """Wait until no operation runs; False when the user wants to stop first."""
        return self.context.session.until(self._is_at_rest)

    @property
    def _client(self) -> Any:  # noqa: ANN401
        return self.context.session.client("cloudformation")

    def _auto_deployment(self) -> dict[str, Any]:
        if not goes_by_itself(self.stack):
            return {"Enabled": False}
        others = {name: self._arn(name) for name in awaited_stack_sets(self.context.plan, self.stack)}
        awaited = {"DependsOn": sorted(arn for arn in others.values() if arn)}
        return {"Enabled": True, "RetainStacksOnAccountRemoval": True, **(awaited if others else {})}

    def _arn(self, name: str) -> str:
        stack = next(item for item in self.context.plan.stacks if item.name == name)
        return str((replace(self, stack=stack).describe() or {}).get("StackSetARN", ""))

    def definition(self) -> dict[str, Any]:
        """The StackSet as CreateStackSet and UpdateStackSet take it."""
        return {
            "StackSetName": self.name,
            "Description": self.stack.description,
            "TemplateBody": self.text,
            "Parameters": as_parameters(self.context.values.parameters(self.stack)),
            **self.context.tags(self.stack),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "PermissionModel": "SERVICE_MANAGED",
            "AutoDeployment": self._auto_deployment(),
            "ManagedExecution": {"Active": True},
        }

    def _preferences(self, regions: tuple[str, ...]) -> dict[str, Any]:
        return {"OperationPreferences": operation_preferences(self.context.plan.preferences, regions)}

    def _is_same(self, current: dict[str, Any]) -> bool:
        return (
            alike(self.context.values.parameters(self.stack), as_mapping(current.get("Parameters")))
            and self.context.has_tags(self.stack, current)
            and not any(self._automation_notes(current))
            and same(current["TemplateBody"], self.text)
        )

    def _automation_notes(self, current: dict[str, Any]) -> Iterator[str]:
        """What AWS does otherwise than is meant when an account is new."""
        has, wants = current.get("AutoDeployment") or {}, self._auto_deployment()
        if bool(has.get("Enabled")) != wants["Enabled"]:
            yield "whether new accounts get it"
        if set(has.get("DependsOn") or ()) != set(wants.get("DependsOn", ())):
            yield "what new accounts get before it"

    def _changes(self, current: dict[str, Any]) -> tuple[Change, ...]:
        """What an update would change: StackSets have no change sets, so the templates are compared."""
        known = self.context.values.known(self.stack)
        before = as_mapping(current.get("Parameters")) if known else {}
        after = self.context.values.parameters(self.stack) if known else {}
        return differences(
            Version(text=current["TemplateBody"], parameters=before), Version(text=self.text, parameters=after)
        )

    def wanted(self, deployment: Deployment) -> frozenset[Instance]:
        """The accounts and Regions that a deployment is for."""
        units, account = self.context.values.targets(deployment)
        members = {member for unit in units for member in self.context.values.members(unit)}
        return frozenset(
            (member, region) for member in members for region in deployment.regions if account in ("", member)
        )

    def misplaced(self) -> tuple[Misplacement, ...]:
        """Units and accounts that are not where the plan has them."""
        return tuple(misplacements(self.context.values, self.deployments))

    def _obstacle(self) -> Outcome | None:
        """A problem that no operation can fix, or None."""
        misplaced = self.misplaced()
        if misplaced:
            failures = tuple(item.message for item in misplaced)
            hint = "; ".join(dict.fromkeys(item.fix for item in misplaced))
            return Outcome(task=self.name, where=self.where, action=Action.NONE, failures=failures, hint=hint)
        inoperable = tuple(
            f"{account} in {region}: the stack instance is INOPERABLE: an earlier deletion failed"
            for (account, region), item in self.instances().items()
            if item.get("Status") == "INOPERABLE"
        )
        hint = "delete the instance with --retain-stacks, then its stack in that account, and deploy again"
        return (
            Outcome(task=self.name, where=self.where, action=Action.NONE, failures=inoperable, hint=hint)
            if inoperable
            else None
        )

    def surplus(self, instances: Described) -> frozenset[Instance]:
        """Instances within reach that no deployment is for; none while a target is misplaced: they may be its."""
        wanted = {item for deployment in self.deployments for item in self.wanted(deployment)}
        return frozenset() if self.misplaced() else within_reach(instances) - wanted

    def _notes(self, instances: Mapping[Instance, dict[str, Any]]) -> Iterable[str]:
        wanted = {item for deployment in self.deployments for item in self.wanted(deployment)}
        missing, broken = lacking(wanted, instances)
        if missing:
            yield f"{len(missing)} new stack instances"
        if broken:
            yield f"{len(broken)} stack instances to repair"

    def _taken(self) -> Iterator[str]:
        for other, instances in handovers(self):
            yield f"{len(instances)} stack instances are deleted in {other.name} first, whose part it takes there"

    def _fill(self, action: Action) -> Outcome:
        obstacle = self._obstacle()
        if obstacle:
            return obstacle
        for deployment in self.deployments:
            missing, broken = lacking(self.wanted(deployment), self.instances())
            for what, some in (
                (self._client.create_stack_instances, missing),
                (self._client.update_stack_instances, broken),
            ):
                if some:
                    action = Action.UPDATE if action is Action.NONE else action
                for request in self._requests(deployment, some):
                    operation = self.begin(what, **request)["OperationId"]
                    if not self.has_ended(operation):
                        return self.ended(action, operation)
        surplus = () if self.context.options.prune else self.surplus(self.instances())
        notes = (f"{len(surplus)} stack instances are no longer targeted; --prune deletes them",) if surplus else ()
        return self._outcome(action, notes=notes)

    def _requests(self, deployment: Deployment, some: AbstractSet[Instance]) -> Iterator[dict[str, Any]]:
        """Requests for some instances of a deployment: whole units where nothing is there yet."""
        units, account = self.context.values.targets(deployment)
        for chunk in batched_units(units):
            members = {member for unit in chunk for member in self.context.values.members(unit)}
            chosen = {(member, region) for member, region in some if member in members}
            accounts = {member for member, _ in chosen}
            regions = tuple(region for region in deployment.regions if region in {place for _, place in chosen})
            if chosen:
                whole = not account and accounts == members
                yield {
                    "StackSetName": self.name,
                    "DeploymentTargets": targets_of(chunk, () if whole else accounts),
                    "Regions": list(regions),
                    **self._preferences(regions),
                }

    def begin(self, call: Callable[..., Any], **request: object) -> Any:  # noqa: ANN401
        """AWS's answer to a request that waits until other operations on the StackSet have ended."""
        for _ in range(_PATIENCE):
            try:
                return call(**request)
            except Refusal as error:
                if error.code != "OperationInProgressException" or self.context.session.stop.is_set():
                    raise
            self.context.session.pause()
            self.wait()
        return call(**request)

    def _is_at_rest(self) -> bool:
        if self.describe() is None:
            return True
        operations = pages(self._client, "list_stack_set_operations", "Summaries", StackSetName=self.name)
        return all(operation["Status"] not in _MOVING for operation in operations)

    def has_ended(self, operation: str) -> bool:
        """Wait for the operation; whether it succeeded."""
        status = ""

        def look() -> bool:
            nonlocal status
            answer = self._client.describe_stack_set_operation(StackSetName=self.name, OperationId=operation)
            status = answer["StackSetOperation"]["Status"]
            return status not in _MOVING

        self.context.session.until(look)
        return status == "SUCCEEDED"

    def ended(self, action: Action, operation: str) -> Outcome:
        """What became of an operation that did not succeed."""
        answer = self._client.describe_stack_set_operation(StackSetName=self.name, OperationId=operation)
        if answer["StackSetOperation"]["Status"] in (*_MOVING, "SUCCEEDED"):
            return self._outcome(action, interrupted=True)
        failures = tuple(
            f"{item['Account']} in {item['Region']}: {item.get('StatusReason', item['Status'])}"
            for item in self._results(operation)
            if item["Status"] == "FAILED"
        )
        said = failures or (
            answer["StackSetOperation"].get(
                "StatusReason", f"the operation was {answer['StackSetOperation']['Status']}"
            ),
        )
        return Outcome(task=self.name, where=self.where, action=action, failures=said, hint=_HINT)

    def _results(self, operation: str) -> Iterator[dict[str, Any]]:
        """What became of each instance."""
        name = "list_stack_set_operation_results"
        yield from pages(self._client, name, "Summaries", StackSetName=self.name, OperationId=operation)

    def _preview(self, action: Action, changes: tuple[Any, ...] = (), notes: tuple[str, ...] = ()) -> Preview:
        return Preview(task=self.name, where=self.where, action=action, changes=changes, notes=notes)

    def _outcome(self, action: Action, *, interrupted: bool = False, notes: tuple[str, ...] = ()) -> Outcome:
        return Outcome(task=self.name, where=self.where, action=action, interrupted=interrupted, notes=notes)
