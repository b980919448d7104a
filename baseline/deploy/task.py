"""What stacks and StackSets have in common when they are deployed: what would change, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from baseline.cloud.session import Session
from baseline.deploy.changes import Change
from baseline.deploy.template import resources_of
from baseline.deploy.values import Values
from baseline.plan.model import Plan, Stack
from baseline.plan.written import WrittenPlan

_OPENING = "enabled-regions"
"""The custom setting that opts an account in to Regions."""


class Action(Enum):
    """What a deployment would do."""

    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"
    DELETE = "delete"
    ORPHAN = "orphaned"
    NONE = "unchanged"


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
        prune: Whether what the plan no longer has is deleted: stacks, StackSets, and stack instances whose account or
            Region is no longer targeted.
        allow_replacement: Whether resources that hold data may be replaced.
        import_existing: Whether resources that exist with the names asked for are taken into the stacks.
        member_role: Name of a role in member accounts with which existing resources are imported there; none if "".
        revert_drift: Whether changes made by hand are reverted in ordinary stacks.
        workers: How many stacks and StackSets at a time.
    """

    only: tuple[str, ...] = ()
    wave: int | None = None
    prune: bool = False
    allow_replacement: bool = False
    import_existing: bool = False
    member_role: str = ""
    revert_drift: bool = False
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

    def tags(self, stack: Stack) -> dict[str, list[dict[str, str]]]:
        """The tags of a stack as AWS takes them; without the argument, AWS leaves a stack's tags alone."""
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.plan.tags]} if stack.tagged else {}

    def tags_of(self, stack: Stack) -> Mapping[str, str] | None:
        """The tags that a stack is to have; None for one that gets none."""
        return dict(self.plan.tags) if stack.tagged else None

    @property
    def opened_regions(self) -> frozenset[str]:
        """Regions in which the plan itself opts accounts in, by a custom setting of its first waves."""
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
    """Parameters as AWS takes them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())]


def stack_called(name: str) -> Stack:
    """A stack that the plan does not have: its name is all that is known."""
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
