"""How a capability or control is turned off, and what that does to the requirements that it counts for."""

from collections.abc import Iterator

from baseline.capabilities.capability import Capability
from baseline.capabilities.config.packs import managed_rules
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import tier_defaults
from baseline.controls.control import Control, controls_of
from baseline.controls.framework import frameworks
from baseline.controls.guardrail import guardrails
from baseline.controls.requirement import Requirement

_ACCEPT = "{enabled: false, reason: …}"


def explain_capability_off(item: Capability) -> Iterator[str]:
    """The line of the profile, and what goes with it."""
    names = frozenset(control.id for control in controls_of(item.name))
    yield f"Turned off by: capabilities: {{{item.name}: {_ACCEPT}}}"
    yield f"  {len(names)} controls are absent, and its stacks not rendered; deployed ones stay until deleted."
    needed = [other.name for other in CAPABILITIES.values() if item.name in other.requires]
    if needed:
        yield f"  It has to stay on for {', '.join(needed)}."
    yield from _consequences(names)


def explain_control_off(item: Control) -> Iterator[str]:
    """The line of the profile, and what it does."""
    yield f"Turned off by: {_line(item)}"
    breaks = next((rule.breaks for rule in guardrails().values() if rule.control == item.id), "")
    if breaks:
        yield f"  While it is on: {breaks}"
    yield from _consequences(frozenset({item.id}))


def _line(item: Control) -> str:
    for guardrail in guardrails().values():
        if guardrail.control == item.id:
            return f"capabilities: {{guardrails: {{rules: {{{guardrail.id}: {_ACCEPT}}}}}}}"
    for rule in managed_rules().values():
        if rule.control == item.id:
            return f"capabilities: {{config: {{exclude_rules: [{rule.name}], reason: …}}}}"
    found = [
        f"{item.capability}.{name}"
        for name, defaults in tier_defaults(CAPABILITIES[item.capability].settings).items()
        if defaults.control == item.id
    ]
    if found:
        return f"a weaker capabilities.{' or capabilities.'.join(found)}, with a reason beside it"
    return f"nothing of its own; it goes with capabilities: {{{item.capability}: {_ACCEPT}}}"


def _consequences(names: frozenset[str]) -> Iterator[str]:
    """Which requirements would be met in a weaker way when the controls are not there."""
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
        yield "  No requirement rests on it alone."


def _effect(requirement: Requirement, names: frozenset[str]) -> str:
    """What the requirement becomes without the controls when all others are there; "" when it stays as it is."""
    counting = [item for item in requirement.controls if item.relation != "contributes"]
    left = [item for item in counting if item.control not in names]
    if len(left) == len(counting):
        return ""
    if not left:
        return "a gap"
    satisfied = any(item.relation == "satisfies" for item in counting)
    return "only detected" if satisfied and not any(item.relation == "satisfies" for item in left) else ""
