"""Stacks: their resources, and their creation, update, rollback and deletion."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from tests.emulator.cloudformation.resolve import (
    ResolveError,
    Scope,
    create_only,
    order,
    parsed,
    resolved_properties,
    schema,
)

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count(1)


@dataclass(kw_only=True)
class ResourceFault:
    """A resource failure: `times` times, or always if None."""

    on: str
    reason: str = "Resource handler returned message: as the test asked"
    account: str = ""
    region: str = ""
    times: int | None = None

    def strikes(self, logical_id: str, type_: str, account: str, region: str) -> bool:
        if self.on not in (logical_id, type_) or self.account not in ("", account) or self.region not in ("", region):
            return False
        if self.times is not None:
            self.times -= 1
        return self.times is None or self.times >= 0


@dataclass(kw_only=True)
class Deployed:
    """An existing resource. `live` is its current state, which tests change.

    `name` is its unique name; `physical` is the same until a service assigns an id. `attributes` are the attributes
    from the service, None if no service has created it. `key` is the ARN of the KMS key that a trail names by its
    alias.
    """

    logical_id: str
    type: str
    name: str
    physical: str
    properties: dict[str, Any]
    body: Mapping[str, Any]
    arn: str
    live: dict[str, Any] | None = None
    attributes: Mapping[str, str] | None = None
    key: str = ""
    named: bool = True

    def attribute(self, name: str) -> Any:
        if self.attributes and name in self.attributes:
            return self.attributes[name]
        if name in self.properties:
            return self.properties[name]
        return self.arn if name.endswith("Arn") else f"{self.physical}.{name}"

    @property
    def retained(self) -> bool:
        return str(self.body.get("DeletionPolicy", "Delete")).startswith("Retain")

    @property
    def outlives_failed_creation(self) -> bool:
        """`RetainExceptOnCreate` does not apply to the operation that creates the resource."""
        return str(self.body.get("DeletionPolicy", "Delete")) == "Retain"

    @property
    def outlives_replacement(self) -> bool:
        return str(self.body.get("UpdateReplacePolicy", "Delete")).startswith("Retain")


@dataclass(kw_only=True)
class Stack:
    """A stack of one account and Region."""

    name: str
    account: str
    region: str
    partition: str
    id: str
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    resources: dict[str, Deployed] = field(default_factory=dict)
    outputs: dict[str, tuple[str, str]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    executed: dict[str, dict[str, Any]] = field(default_factory=dict)
    outdated: list[dict[str, Any]] = field(default_factory=list)
    updates: int = 0
    protected: bool = False
    policy: str = ""
    hidden: bool = False
    retagged: bool = False
    unchanged: bool = False
    imports: set[str] = field(default_factory=set)
    polls: int = 0
    shown: str = ""

    def note(self, logical_id: str, type_: str, status: str, reason: str = "") -> None:
        self.events.insert(
            0,
            {
                "StackId": self.id,
                "EventId": str(next(_numbers)),
                "StackName": self.name,
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": self.id,
                "ResourceType": type_,
                "Timestamp": WHEN,
                "ResourceStatus": status,
                **({"ResourceStatusReason": reason} if reason else {}),
            },
        )

    def become(self, status: str, reason: str = "", *, during: str = "", polls: int = 0) -> None:
        """Set a status that becomes visible after `polls` reads; until then the stack shows `during`."""
        self.status, self.reason, self.shown, self.polls = status, reason, during, polls
        self.note(self.name, "AWS::CloudFormation::Stack", status, reason)

    def looked_at(self) -> str:
        """The status that a caller sees."""
        if self.polls:
            self.polls -= 1
            return self.shown
        return self.status


class FailedError(Exception):
    """A resource failed."""

    def __init__(self, logical_id: str, reason: str) -> None:
        super().__init__(reason)
        self.logical_id, self.reason = logical_id, reason


@dataclass(kw_only=True)
class Engine:
    """All stacks of all accounts, and all resources: retained resources outlive their stack."""

    stacks: dict[tuple[str, str], dict[str, Stack]] = field(default_factory=dict)
    existing: dict[tuple[str, str, str, str], Deployed] = field(default_factory=dict)
    faults: list[ResourceFault] = field(default_factory=list)
    polls: int = 0

    def created(self, stack: Stack, resource: Deployed) -> None:
        """Hook for creation in other services."""

    def changed(self, stack: Stack, resource: Deployed, old: Deployed) -> None:
        """Hook for changes in other services."""

    def removed(self, stack: Stack, resource: Deployed) -> None:
        """Hook for removal in other services."""

    def refusal(self, stack: Stack, resource: Deployed, *, update: bool = False) -> str:  # noqa: ARG002
        """Hook for a service that rejects a resource: its reason, or an empty text."""
        return ""

    def live(self, type_: str, stack: Stack, identifier: str) -> Mapping[str, Any] | None:  # noqa: ARG002
        """Hook for resources that no stack made: their live properties, None if there is no such resource."""
        return None

    def fault_of(self, stack: Stack, logical_id: str, type_: str) -> str:
        """The reason of a fault that a test injected, or an empty text."""
        try:
            self._strike(stack, logical_id, type_)
        except FailedError as error:
            return error.reason
        return ""

    def of(self, account: str, region: str) -> dict[str, Stack]:
        return self.stacks.setdefault((account, region), {})

    def exports(self, account: str, region: str) -> Iterator[tuple[str, str, Stack]]:
        for stack in self.of(account, region).values():
            yield from ((name, value, stack) for name, value in stack.outputs.values() if name)

    def begin(self, stack: Stack, text: str, parameters: Mapping[str, str], **how: bool) -> None:
        """Create or update a stack completely, or roll it back."""
        created = not stack.resources and stack.status in ("REVIEW_IN_PROGRESS", "")
        verb = "CREATE" if created else "UPDATE"
        stack.note(stack.name, "AWS::CloudFormation::Stack", f"{verb}_IN_PROGRESS", "User Initiated")
        before = (stack.resources, stack.outputs, stack.imports)
        stack.resources, stack.imports = dict(stack.resources), set()
        stack.retagged = how.get("retagged", False)
        made: list[tuple[Deployed | None, Deployed]] = []
        try:
            self._converge(stack, text, parameters, made, adopt=how.get("adopt", False))
        except FailedError as error:
            body = parsed(text)["Resources"].get(error.logical_id, {})
            stack.note(error.logical_id, body.get("Type", ""), f"{verb}_FAILED", error.reason)
            if how.get("keep"):  # what was made stays, and so does what an update would still remove
                stack.resources = {**before[0], **stack.resources}
                stack.text, stack.parameters, stack.outputs = text, dict(parameters), before[1]
                stack.become(f"{verb}_FAILED", error.reason, polls=self.polls, during=f"{verb}_IN_PROGRESS")
                return
            self._undo(stack, made)
            stack.resources, stack.outputs, stack.imports = before
            stack.text = text if created else stack.text
            reason = f"The following resource(s) failed to {verb.lower()}: [{error.logical_id}]."
            stack.become(
                "ROLLBACK_COMPLETE" if created else "UPDATE_ROLLBACK_COMPLETE",
                reason,
                polls=self.polls,
                during=f"{verb}_IN_PROGRESS",
            )
            return
        stack.text, stack.parameters = text, dict(parameters)
        stack.become(f"{verb}_COMPLETE", polls=self.polls, during=f"{verb}_IN_PROGRESS")

    def _undo(self, stack: Stack, made: list[tuple[Deployed | None, Deployed]]) -> None:
        for before, after in reversed(made):
            if before is not None:
                self.changed(stack, before, after)
            elif not after.outlives_failed_creation:
                with suppress(FailedError):  # CloudFormation notes what a rollback cannot delete, and goes on
                    self._remove(stack, after)

    def _remove(self, stack: Stack, resource: Deployed) -> None:
        self.removed(stack, resource)
        self.existing.pop(self._key(stack, resource), None)

    def _converge(
        self,
        stack: Stack,
        text: str,
        parameters: Mapping[str, str],
        made: list[tuple[Deployed | None, Deployed]],
        *,
        adopt: bool,
    ) -> None:
        template = parsed(text)
        scope = self.scope(stack, text, parameters)
        old = stack.resources
        stack.resources = scope.resources
        for logical_id in order(text):
            body = template["Resources"][logical_id]
            if "Condition" in body and not scope.holds(body["Condition"]):
                continue
            try:
                self._one(stack, scope, logical_id, old=old.get(logical_id), made=made, adopt=adopt)
            except ResolveError as error:
                raise FailedError(logical_id, str(error)) from error
        stack.outputs = self._outputs(stack, scope, template)
        for logical_id, resource in old.items():
            now = stack.resources.get(logical_id)
            retained = resource.outlives_replacement if now else resource.retained
            if not retained and (now is None or now.name != resource.name):
                self._remove(stack, resource)

    def _one(
        self,
        stack: Stack,
        scope: Scope,
        logical_id: str,
        *,
        old: Deployed | None,
        made: list[tuple[Deployed | None, Deployed]],
        adopt: bool,
    ) -> None:
        body = parsed(scope.text)["Resources"][logical_id]
        properties = resolved_properties(scope, body)
        if old is None or old.properties != properties:
            self._strike(stack, logical_id, body["Type"])
        if old is not None and not is_replaced(stack.region, body["Type"], old.properties, properties):
            scope.resources[logical_id] = self._updated(stack, replace(old, properties=properties, body=body), old)
            if old.properties != properties:
                made.append((old, scope.resources[logical_id]))
                self.changed(stack, scope.resources[logical_id], old)
            return
        resource = new_resource(stack, logical_id, body, properties)
        key = self._key(stack, resource)
        taken = self.existing.get(key) if resource.named else None
        if taken and not adopt:
            raise FailedError(logical_id, f"{resource.physical} already exists")
        refused = self.refusal(stack, resource)
        if refused:
            raise FailedError(logical_id, refused)
        self.existing[key] = scope.resources[logical_id] = resource
        made.append((taken, resource))
        if taken:
            resource.physical, resource.attributes = taken.physical, taken.attributes
            self.changed(stack, resource, taken)
        else:
            self.created(stack, resource)
        stack.note(logical_id, body["Type"], "CREATE_COMPLETE")

    def _updated(self, stack: Stack, resource: Deployed, old: Deployed) -> Deployed:
        """The resource after an update, which a service may reject; a stack's tags are its resources' tags."""
        if old.properties == resource.properties and not stack.retagged:
            return resource
        refused = self.refusal(stack, resource, update=True)
        if refused:
            raise FailedError(resource.logical_id, refused)
        return replace(resource, live=old.live if old.properties == resource.properties else None)

    def _strike(self, stack: Stack, logical_id: str, type_: str) -> None:
        for fault in self.faults:
            if fault.strikes(logical_id, type_, stack.account, stack.region):
                raise FailedError(logical_id, fault.reason)

    def scope(self, stack: Stack, text: str, parameters: Mapping[str, str]) -> Scope:
        def imported(name: str) -> str:
            stack.imports.add(name)
            for export, value, _ in self.exports(stack.account, stack.region):
                if export == name:
                    return value
            raise ResolveError(f"No export named {name} found.")

        return Scope(
            account=stack.account,
            text=text,
            region=stack.region,
            partition=stack.partition,
            stack_name=stack.name,
            stack_id=stack.id,
            parameters=parameters,
            conditions=parsed(text).get("Conditions", {}),
            imported=imported,
        )

    def _outputs(self, stack: Stack, scope: Scope, template: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        outputs = {}
        for name, body in template.get("Outputs", {}).items():
            if "Condition" not in body or scope.holds(body["Condition"]):
                export = scope.resolve(body.get("Export", {}).get("Name", ""))
                outputs[name] = (export, str(scope.resolve(body["Value"])))
        kept = {export for export, _ in outputs.values()}
        for export, value in stack.outputs.values():
            users = self.users(stack, export) if export else []
            if users and (export not in kept or value not in [v for e, v in outputs.values() if e == export]):
                raise FailedError(stack.name, f"Cannot update export {export} as it is in use by {', '.join(users)}")
        return outputs

    def users(self, stack: Stack, export: str) -> list[str]:
        others = self.of(stack.account, stack.region).values()
        return sorted(other.name for other in others if export in other.imports and other is not stack)

    def delete(self, stack: Stack) -> None:
        stack.note(stack.name, "AWS::CloudFormation::Stack", "DELETE_IN_PROGRESS", "User Initiated")
        for export, _ in stack.outputs.values():
            users = self.users(stack, export) if export else []
            if users:
                reason = f"Delete canceled. Cannot delete export {export} as it is in use by {', '.join(users)}."
                stack.note(stack.name, "AWS::CloudFormation::Stack", "DELETE_FAILED", reason)
                stack.become("DELETE_FAILED", reason)
                return
        for resource in reversed(stack.resources.values()):
            if not resource.retained:
                self._remove(stack, resource)
        stack.become("DELETE_COMPLETE")
        self.of(stack.account, stack.region).pop(stack.name, None)

    def _key(self, stack: Stack, resource: Deployed) -> tuple[str, str, str, str]:
        return (resource.type, stack.account, stack.region, resource.name)

    def changes(self, stack: Stack, text: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        """The changes in a change set."""
        template = parsed(text)
        probe = self.scope(copy.copy(stack), text, parameters)
        probe.imported = lambda name: next(
            (v for e, v, _ in self.exports(stack.account, stack.region) if e == name), name
        )
        found = []
        for logical_id in order(text):
            body = template["Resources"][logical_id]
            if "Condition" in body and not probe.holds(body["Condition"]):
                continue
            properties = resolved_properties(probe, body)
            old = stack.resources.get(logical_id)
            change = {"LogicalResourceId": logical_id, "ResourceType": body["Type"]}
            if old is None:
                probe.resources[logical_id] = new_resource(stack, logical_id, body, properties)
                name = probe.resources[logical_id].name
                found.append({**change, "Action": "Add", "PhysicalResourceId": name})
                continue
            probe.resources[logical_id] = old
            if old.properties != properties or old.retained != str(body.get("DeletionPolicy", "Delete")).startswith(
                "Retain"
            ):
                replaced = is_replaced(stack.region, body["Type"], old.properties, properties)
                found.append(
                    {
                        **change,
                        "Action": "Modify",
                        "Replacement": "True" if replaced else "False",
                        "PhysicalResourceId": old.physical,
                        "Scope": ["Properties"],
                    }
                )
        for logical_id, old in stack.resources.items():
            if logical_id not in template["Resources"]:
                found.append(
                    {
                        "LogicalResourceId": logical_id,
                        "ResourceType": old.type,
                        "Action": "Remove",
                        "PhysicalResourceId": old.physical,
                        **({"PolicyAction": "Retain"} if old.retained else {}),
                    }
                )
        return found


def is_replaced(region: str, type_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(old.get(name) != new.get(name) for name in create_only(region, type_))


def new_resource(stack: Stack, logical_id: str, body: Mapping[str, Any], properties: dict[str, Any]) -> Deployed:
    """A resource with the id of its name, or a unique one."""
    type_ = body["Type"]
    identifier = [path.split("/")[2] for path in schema(stack.region, type_).get("primaryIdentifier", ())]
    given = [properties.get(name) for name in identifier] or [None]
    named = ["|".join(map(str, given))] if all(given) else [properties[name] for name in _NAMES if name in properties]
    owner = f"{stack.account}/{stack.region}/{stack.name}/{logical_id}"
    name = named[0] if named else f"{logical_id.lower()}-{sha256(owner.encode()).hexdigest()[:12]}"
    service = type_.split("::")[1].lower()
    arn = f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{_ARN_PARTS.get(type_, '')}{name}"
    # Ref gives the primary identifier.
    is_known_by_arn = len(identifier) == 1 and identifier[0].endswith(("Arn", "ARN")) and not all(given)
    return Deployed(
        logical_id=logical_id,
        type=type_,
        name=name,
        physical=arn if is_known_by_arn else name,
        properties=properties,
        body=body,
        arn=arn,
        named=bool(named),
    )


_NAMES = ("TopicName",)
_ARN_PARTS = {"AWS::KMS::Key": "key/"}
