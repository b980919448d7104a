"""The common interface of stack and StackSet deployments: previews and outcomes."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Protocol

from baseline.cloud.session import Session
from baseline.deploy.changes import Change
from baseline.deploy.template import resources_of
from baseline.deploy.values import Values
from baseline.frozen import frozen
from baseline.plan.model import Plan, Stack
from baseline.plan.written import WrittenPlan

_OPENING = "enabled-regions"
"""The custom setting that opts an account in to Regions."""


class Action(Enum):
    """The action of a deployment."""

    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"
    IMPORT = "import"
    DELETE = "delete"
    ORPHAN = "orphaned"
    NONE = "unchanged"


@frozen
class Preview:
    """The preview of a task. `notes` contain information beyond the list of resources."""

    task: str
    where: str
    action: Action
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


@frozen
class Outcome:
    """The result of a task. `failures` are AWS's reasons; `interrupted` means that the user stopped waiting."""

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
        """The changes that would be made now; has no side effects."""

    def run(self) -> Outcome:
        """Apply the change. Idempotent."""


@frozen
class DeployOptions:
    """Options of a deployment.

    Attributes:
        only: Patterns of stack names; empty for all.
        wave: Numbers of the only waves, from 1; None for all.
        prune: Whether to delete what is no longer in the plan: stacks, StackSets, and stack instances whose account or
            Region is no longer targeted.
        allow_replacement: Whether resources with data may be replaced.
        import_existing: Whether existing resources with the planned names are imported into the stacks.
        member_role: Name of a role in member accounts for importing existing resources there, or "".
        revert_drift: Whether manual changes are reverted in ordinary stacks.
        workers: Maximum number of concurrent stacks and StackSets.
    """

    only: tuple[str, ...] = ()
    wave: range | None = None
    prune: bool = False
    allow_replacement: bool = False
    import_existing: bool = False
    member_role: str = ""
    revert_drift: bool = False
    workers: int = 8

    def takes_wave(self, number: int) -> bool:
        """Whether the wave with this number is chosen."""
        return self.wave is None or number in self.wave


@frozen
class Context:
    """The data that all tasks of one deployment share."""

    written: WrittenPlan
    session: Session
    values: Values
    options: DeployOptions = field(default_factory=DeployOptions)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.written.plan

    def tags(self, stack: Stack) -> dict[str, list[dict[str, str]]]:
        """The tags of a stack in AWS's format; without this argument AWS does not change a stack's tags."""
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.plan.tags]} if stack.tagged else {}

    def tags_of(self, stack: Stack) -> Mapping[str, str] | None:
        """The wanted tags of a stack; None for a stack without tags."""
        return dict(self.plan.tags) if stack.tagged else None

    @property
    def opened_regions(self) -> frozenset[str]:
        """Regions in which the plan itself opts accounts in, with a custom setting of its first waves."""
        settings = (
            item.body.get("Properties") or {}
            for text in self.written.texts.values()
            if _OPENING in text
            for item in resources_of(text)
            if item.type == "Custom::Setting"
        )
        return frozenset(
            region
            for properties in settings
            if properties.get("Setting") == _OPENING
            for region in properties["Arguments"]["RegionNames"]
        )


def as_parameters(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Parameters in AWS's format."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())]


def stack_called(name: str) -> Stack:
    """A stack outside the plan, of which only the name is known."""
    return Stack(
        name=name,
        capability="",
        template="",
        description="",
        context=None,
        parameters=(),
        deployments=(),
        depends_on=(),
        prerequisites=(),
    )
