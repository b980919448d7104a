"""BL130: controls that the rendered templates violate although the profile does not weaken them."""

from collections.abc import Iterable, Iterator, Mapping

from baseline.evidence.assess import Assessment, Observation, State
from baseline.findings import Finding, Location, Severity
from baseline.plan.model import Template

_ID = "BL130"
_SOURCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html"
_BY_PROFILE = frozenset({"notifications-subscribers"})
"""Controls that are partly met if the profile lists fewer recipients of alerts."""
_SAME_SETTINGS = {"password-policy": "config-rule-iam-password-policy"}
"""Control → another control with the same settings: the rule checks what the baseline sets itself."""
_FIX = "report this as a defect of baseline; nothing is written until the template meets the control"
_FIX_OWN = "correct the template, or the control's assertion in the profile"


def broken_controls(
    assessments: Iterable[Assessment], templates: Iterable[Template], noted: Iterable[Finding]
) -> Iterator[Finding]:
    """BL130: one error per value that violates a control, and one per control that a template names but does not meet.

    Controls named by a finding on the profile are skipped: the profile weakens them, which their state shows.

    Args:
        assessments: Every control with its state.
        templates: The rendered templates.
        noted: Findings on the profile.
    """
    weakened = {finding.control for finding in noted if finding.control} | _BY_PROFILE
    weakened |= {other for control, other in _SAME_SETTINGS.items() if control in weakened}
    named: dict[str, Template] = {}
    for template in templates:
        for control in template.controls:
            named.setdefault(control, template)
    files = {template.stack.name: template for template in templates}
    for item in assessments:
        if item.control.id not in weakened:
            yield from _broken(item, named, files)


def _broken(item: Assessment, named: Mapping[str, Template], templates: Mapping[str, Template]) -> Iterator[Finding]:
    control = item.control.id
    wrong = [seen for seen in item.observations if not seen.holds]
    if item.state in (State.FAILED, State.PARTIAL) and wrong:
        yield from (_finding(control, templates[seen.stack], seen) for seen in wrong)
    elif item.state is State.FAILED or (item.state is State.ABSENT and _must_be_met(item, named)):
        yield _missing(item, named.get(control) or templates[item.observations[0].stack])


def _must_be_met(item: Assessment, named: Mapping[str, Template]) -> bool:
    """Whether a template names the control. A guardrail may be absent, as its stage can limit it to some OUs."""
    return item.control.id in named and item.control.capability != "guardrails"


def _finding(control: str, template: Template, seen: Observation) -> Finding:
    value = "nothing is there" if seen.value is None else f"{seen.value!r}"
    return Finding(
        id=_ID,
        severity=Severity.ERROR,
        message=f"control {control} is not met: {value}; expected: {seen.expected}",
        location=Location(file=template.stack.file, line=seen.line, column=1),
        path=seen.pointer.lstrip("/").replace("/", "."),
        fix=_FIX_OWN if template.stack.is_custom else _FIX,
        capability=template.stack.capability,
        logical_id=seen.logical_id,
        control=control,
        source=_SOURCE,
    )


def _missing(item: Assessment, template: Template) -> Finding:
    return Finding(
        id=_ID,
        severity=Severity.ERROR,
        message=f"control {item.control.id} is not met: no template contains a required part of it; expected: "
        f"{item.control.statement}",
        location=Location(file=template.stack.file, line=1, column=1),
        fix=_FIX,
        capability=template.stack.capability,
        control=item.control.id,
        source=_SOURCE,
    )
