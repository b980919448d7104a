"""What stacks and StackSets have in common when they are deployed: what would change, and what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from baseline.deploy.session import Session
from baseline.deploy.template import Resource, resources_of
from baseline.deploy.values import Values
from baseline.plan.model import Plan
from baseline.plan.written import WrittenPlan


class Action(Enum):
    """What a deployment would do."""

    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"
    DELETE = "delete"
    NONE = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A resource that would change.

    Attributes:
        logical_id: Its logical id.
        type: Its type.
        action: `add`, `modify`, `remove` or `import`.
        replaced: `yes`, `no`, `maybe` where CloudFormation knows only later, `unknown` where nobody says.
        kept: Whether AWS keeps what would be removed or replaced.
    """

    logical_id: str
    type: str
    action: str
    replaced: str = "no"
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a task would do, and where. `notes` say what a list of resources cannot."""

    task: str
    where: str
    action: Action
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a task did. `failures` are AWS's own reasons; `interrupted` says that the user did not wait for the end."""

    task: str
    where: str
    action: Action
    failures: tuple[str, ...] = ()
    hint: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False


class Task(Protocol):
    """A stack in one Region, or a StackSet."""

    @property
    def name(self) -> str:
        """The stack's or StackSet's name."""

    @property
    def where(self) -> str:
        """Account and Regions, in a few words."""

    def preview(self) -> Preview:
        """What would happen now; leaves nothing behind."""

    def run(self) -> Outcome:
        """Make it so; a repetition changes nothing."""


@dataclass(frozen=True, kw_only=True)
class DeployOptions:
    """What the user allows.

    Attributes:
        only: Patterns of stack names; all when empty.
        wave: Number of the only wave, from 1; None for all.
        prune: Whether stack instances go whose account or Region is no longer targeted.
        allow_replacement: Whether resources that hold data may be replaced.
        import_existing: Whether resources that exist with the names asked for are taken into the stacks.
        workers: How many stacks and StackSets at a time.
    """

    only: tuple[str, ...] = ()
    wave: int | None = None
    prune: bool = False
    allow_replacement: bool = False
    import_existing: bool = False
    workers: int = 8


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every task of one deployment shares."""

    written: WrittenPlan
    session: Session
    values: Values
    options: DeployOptions = field(default_factory=DeployOptions)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.written.plan

    def tags(self) -> list[dict[str, str]]:
        """The tags of every stack, as AWS takes them."""
        return [{"Key": key, "Value": value} for key, value in self.plan.tags]


def as_parameters(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Parameters as AWS takes them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())]


def as_mapping(parameters: Any) -> dict[str, str]:  # noqa: ANN401 - AWS's answer
    """Parameters as AWS gives them."""
    return {item["ParameterKey"]: item.get("ParameterValue", "") for item in parameters or ()}


def as_tags(tags: Any) -> dict[str, str]:  # noqa: ANN401 - AWS's answer
    """Tags as AWS gives them."""
    return {item["Key"]: item["Value"] for item in tags or ()}


def additions(text: str) -> tuple[Change, ...]:
    """The changes of a stack that does not exist."""
    return tuple(Change(logical_id=item.logical_id, type=item.type, action="add") for item in resources_of(text))


def differences(before: str, after: str) -> Iterator[Change]:
    """The resources in which two templates differ; what CloudFormation would replace is not to be seen in them."""
    old = {item.logical_id: item for item in resources_of(before)}
    new = {item.logical_id: item for item in resources_of(after)}
    for logical_id, item in new.items():
        if logical_id not in old:
            yield Change(logical_id=logical_id, type=item.type, action="add")
        elif _body(item) != _body(old[logical_id]):
            yield Change(logical_id=logical_id, type=item.type, action="modify", replaced="unknown", kept=item.retained)
    for logical_id, item in old.items():
        if logical_id not in new:
            yield Change(logical_id=logical_id, type=item.type, action="remove", kept=item.retained)


def _body(item: Resource) -> Mapping[str, Any]:
    return {key: value for key, value in item.body.items() if key != "Metadata"}
