"""Steps that would close a gap: the settings of the profile that enable the missing controls."""

from collections.abc import Iterator

from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.controls.requirement import ControlMapping
from baseline.evidence.assess import State
from baseline.evidence.control_settings import guardrail_of, way_to_enable
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement

_THERE = (State.DEPLOYED, State.PARTIAL)


def closing_steps(evidence: Evidence, item: Judgement) -> Iterator[str]:
    """A sentence for each control that would satisfy the requirement, or detect every violation, but does not count."""
    for mapping, state in item.controls:
        if state not in _THERE and mapping.relation in ("satisfies", "detects"):
            needed = (*evidence.assessed[mapping.control].control.needs, *mapping.needs)
            missing = [name for name in (mapping.control, *needed) if evidence.states[name] not in _THERE]
            yield _sentence(evidence, missing) if missing else _obstacle(evidence, mapping)


def _obstacle(evidence: Evidence, mapping: ControlMapping) -> str:
    """The setting that prevents a deployed control from evaluating every resource."""
    facts, control = evidence.circumstances, mapping.control
    if control in facts.silent:
        return f"In the profile, remove the resource types of {control} from capabilities.config.exclude_types."
    unjudged = [name for name in mapping.judges if name in facts.unjudged]
    if unjudged:
        return (
            f"In the profile, remove what keeps Security Hub from judging {_listed(unjudged)}: an entry of "
            "capabilities.security_hub.disabled_controls or accepted_findings, standards of an override that leave it "
            "out, or a resource type in capabilities.config.exclude_types."
        )
    return f"See why {control} does not count: `baseline explain {control}`."


def _sentence(evidence: Evidence, missing: list[str]) -> str:
    by_change: dict[str, list[str]] = {}
    for name in missing:
        change = _change(evidence, name)
        by_change.setdefault(f"{_prerequisite(evidence, name, change)}{change}", []).append(name)
    steps = [f"{change} to enable {_listed(names)}" for change, names in by_change.items()]
    return f"In the profile, {'; and '.join(steps)}."


def _prerequisite(evidence: Evidence, control: str, change: str) -> str:
    """The step that first enables the control's capability; "" if it has stacks or the change enables it."""
    capability = evidence.assessed[control].control.capability
    turns_on = change.startswith(f"set capabilities.{capability}.enabled ")
    if turns_on or any(stack.capability == capability for stack in evidence.plan.stacks):
        return ""
    where = " (it may need an organization)" if evidence.plan.standalone else ""
    return f"turn on capabilities.{capability}{where} and "


def _listed(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _change(evidence: Evidence, name: str) -> str:
    """The profile change that enables the control. A guardrail not yet attached everywhere needs the last stage."""
    control, plan = evidence.assessed[name].control, evidence.plan
    policies = [stack.context.policy for stack in plan.stacks if isinstance(stack.context, GuardrailsContext)]
    waiting = {guardrail for item in policies if item.places != item.belongs for guardrail in item.guardrails}
    if guardrail_of(control) in waiting:
        return "set capabilities.guardrails.stage to `all`"
    return way_to_enable(control, plan.tier)
