"""Evidence: requirement → control → value in a template → where that goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from baseline.controls.framework import Framework, frameworks
from baseline.evidence.assess import Assessment, State
from baseline.plan.model import Plan, Stack, Template


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that is known of one output.

    Attributes:
        plan: The plan.
        templates: Its templates.
        assessments: Every control with its state.
        frameworks: Ids of the frameworks to report against.
    """

    plan: Plan
    templates: tuple[Template, ...]
    assessments: tuple[Assessment, ...]
    frameworks: tuple[str, ...]

    def stacks(self) -> Mapping[str, tuple[Stack, str]]:
        """Name → stack and its template's SHA-256."""
        return {template.stack.name: (template.stack, template.sha256) for template in self.templates}

    def reason(self, control: str) -> str:
        """Why the profile weakens the control, if it does and says so."""
        return "; ".join(
            finding.accepted for finding in self.plan.accepted if finding.control == control and finding.accepted
        )

    def by_framework(self) -> Iterator[tuple[Framework, Mapping[str, tuple[Assessment, ...]]]]:
        """Each framework with the requirements that some control contributes to, and those controls."""
        assessed = {item.control.id: item for item in self.assessments}
        for name in self.frameworks:
            framework = frameworks()[name]
            yield (
                framework,
                {
                    requirement.id: tuple(
                        assessed[item.control] for item in requirement.controls if item.control in assessed
                    )
                    for requirement in framework.requirements.values()
                    if requirement.controls
                },
            )

    def counts(self) -> Mapping[State, int]:
        """Controls by state; there is no single figure."""
        return {state: sum(item.state is state for item in self.assessments) for state in State}
