"""Evidence: links from a requirement to controls, values in templates, and targets of stacks."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from baseline.controls.framework import frameworks
from baseline.controls.requirement import Requirement
from baseline.evidence.assess import Assessment, State
from baseline.evidence.judge import Circumstances, Judgement, judge
from baseline.evidence.live import Live, LiveRequirement
from baseline.evidence.own_controls import mappings_of, own_mappings
from baseline.evidence.provenance import Provenance
from baseline.evidence.watched import watched_controls
from baseline.frozen import frozen
from baseline.plan.model import Plan, Stack, Template
from baseline.profile.acceptance import AwsReportReadings


@frozen
class Evidence:
    """The complete evidence of one output.

    Attributes:
        plan: The plan.
        templates: Its templates.
        assessments: Every control with its state.
        frameworks: Ids of the frameworks to report against.
        circumstances: Facts about requirements from outside the templates.
        accounts: Profile key → account id, None if AWS has not assigned it yet; accounts of suspended OUs are left out.
        regions: The governed Regions.
        provenance: The origin of the evidence.
        live: The live states by kept scans; None if the user names none.
        aws_reports: Reports of AWS that were read, and agreements that are accepted, as the profile states them.
    """

    plan: Plan
    templates: tuple[Template, ...]
    assessments: tuple[Assessment, ...]
    frameworks: tuple[str, ...]
    circumstances: Circumstances = field(default_factory=Circumstances)
    accounts: Mapping[str, str | None] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    live: Live | None = None
    aws_reports: AwsReportReadings = field(default_factory=dict)

    @cached_property
    def stacks(self) -> Mapping[str, tuple[Stack, str]]:
        """Name → stack and its template's SHA-256."""
        return {template.stack.name: (template.stack, template.sha256) for template in self.templates}

    @cached_property
    def states(self) -> Mapping[str, State]:
        """Control id → its own state; a judgment may treat it as absent."""
        return {item.control.id: item.state for item in self.assessments}

    def reached(self, stack: Stack) -> tuple[str, ...]:
        """Profile keys of the accounts in scope that the stack reaches."""
        found = {item.account for item in self.plan.reach(stack).destinations}
        return tuple(key for key in self.accounts if key in found)

    @cached_property
    def assessed(self) -> Mapping[str, Assessment]:
        """Control id → its assessment."""
        return {item.control.id: item for item in self.assessments}

    def live_requirement(self, item: Judgement) -> LiveRequirement | None:
        """The live state of a requirement; None without kept scans, or if none has results for it."""
        return self.live.requirement(item) if self.live else None

    def reason(self, control: str) -> str:
        """The service that provides the control instead of the templates, or the profile's reason for weakening it."""
        reasons = (it.accepted for it in self.plan.accepted if it.control == control and it.accepted)
        return self.circumstances.provided.get(control, "") or "; ".join(reasons)

    @cached_property
    def judgements(self) -> Mapping[str, tuple[Judgement, ...]]:
        """Framework id → its requirements with their states, in the framework's order."""
        assessed, facts = self.assessed, self.circumstances
        watched = watched_controls(assessed, silent=facts.silent, unjudged=facts.unjudged | facts.lacking)
        return {
            name: tuple(judge(item, assessed, facts, watched) for item in self._requirements(name))
            for name in self.frameworks
        }

    def _requirements(self, framework: str) -> Iterator[Requirement]:
        """The requirements of a framework, with the controls of customizations that contribute to them."""
        own = own_mappings(self.assessments)
        for item in frameworks()[framework].requirements.values():
            more = mappings_of(item, own)
            yield replace(item, controls=(*item.controls, *more)) if more else item

    @cached_property
    def asked(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Control id → framework id → ids of the requirements that it contributes to."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, judgements in self.judgements.items():
            for item in judgements:
                for mapping in item.requirement.controls:
                    ids = found.setdefault(mapping.control, {})
                    ids[name] = (*ids.get(name, ()), item.requirement.id)
        return found

    def counts(self) -> Mapping[State, int]:
        """Number of controls by state; there is deliberately no total score."""
        return {state: sum(item.state is state for item in self.assessments) for state in State}
