"""The contents of a report, and the sections for each audience."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from baseline.capabilities.capability import Capability
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.cost.estimate import Estimate
from baseline.evidence.changes import Changes
from baseline.evidence.evidence import Evidence
from baseline.evidence.task import Task
from baseline.evidence.tasks import tasks_of
from baseline.frozen import frozen
from baseline.plan.model import Plan
from baseline.profile.load import LoadedProfile


@frozen
class Material:
    """The models behind a report.

    Attributes:
        loaded: The profile.
        evidence: Its evidence, with the plan and the templates.
        estimate: Its cost.
        plan_sha256: Digest of the `plan.json` that `generate` writes.
        day: The day for which overdue exceptions and tasks are determined.
        changes: Changes since an earlier version; None without one.
    """

    loaded: LoadedProfile
    evidence: Evidence
    estimate: Estimate
    plan_sha256: str
    day: date
    changes: Changes | None = None

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.evidence.plan

    @property
    def landscape(self) -> Landscape:
        """The organization, in the form that capabilities use."""
        return self.loaded.landscape

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The manual tasks."""
        return tasks_of(self.evidence)

    @cached_property
    def deployed(self) -> Mapping[str, Capability]:
        """The capabilities with stacks."""
        names = {stack.capability for stack in self.plan.stacks}
        return {name: item for name, item in CAPABILITIES.items() if name in names}
