"""How to disable a capability or control, and the effect on the requirements that it satisfies."""

from collections.abc import Iterator

from baseline.capabilities.capability import Capability
from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.control import Control, controls_of
from baseline.controls.framework import frameworks
from baseline.controls.guardrail import guardrails
from baseline.controls.requirement import Requirement
from baseline.evidence.control_settings import guardrail_of, own_settings, rule_of

_ACCEPT = "{enabled: false, reason: …}"


def explain_capability_off(item: Capability) -> Iterator[str]:
    """The profile line that disables it, and the consequences."""
    names = frozenset(control.id for control in controls_of(item.name))
    yield f"To disable: capabilities: {{{item.name}: {_ACCEPT}}}"
    yield f"  {len(names)} controls become absent; its stacks are not rendered. Deployed stacks remain."
    needed = [other.name for other in CAPABILITIES.values() if item.name in other.requires]
    if needed:
        yield f"  Required by {', '.join(needed)}."
    yield from _consequences(names)


def explain_control_off(item: Control) -> Iterator[str]:
    """The profile line that disables the control, and the consequences."""
    yield f"To disable: {_line(item)}"
    breaks = next((rule.breaks for rule in guardrails().values() if rule.control == item.id), "")
    if breaks:
        yield f"  Side effects while enabled: {breaks}"
    yield from _consequences(frozenset({item.id}))


def _line(item: Control) -> str:
    if guardrail_of(item):
        return f"capabilities: {{guardrails: {{rules: {{{guardrail_of(item)}: {_ACCEPT}}}}}}}"
    if rule_of(item):
        return f"capabilities: {{config: {{exclude_rules: [{rule_of(item)}], reason: …}}}}"
    if own_settings(item):
        return f"a weaker {' or '.join(own_settings(item))}, with a reason beside it"
    return f"no setting of its own; disable the capability: capabilities: {{{item.capability}: {_ACCEPT}}}"


def _consequences(names: frozenset[str]) -> Iterator[str]:
    """The requirements that become weaker without the controls."""
    lost: dict[str, list[str]] = {"a gap": [], "only detected": []}
    for framework in frameworks().values():
        for requirement in framework.requirements.values():
            effect = _effect(requirement, names)
            if effect:
                lost[effect].append(requirement.key)
    for effect, keys in lost.items():
        if keys:
            yield f"  {effect.capitalize()} without it: {', '.join(keys)}"
    if not any(lost.values()):
        yield "  No requirement depends on it alone."


def _effect(requirement: Requirement, names: frozenset[str]) -> str:
    """The requirement's state without these controls and with all others; "" if it does not change."""
    counting = requirement.decisive
    left = [item for item in counting if item.control not in names]
    if len(left) == len(counting):
        return ""
    if not left:
        return "a gap"
    satisfied = any(item.relation == "satisfies" for item in counting)
    return "only detected" if satisfied and not any(item.relation == "satisfies" for item in left) else ""
