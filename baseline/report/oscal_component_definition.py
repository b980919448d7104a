"""OSCAL component definition: the requirements that each deployed capability implements, with their controls."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.framework import frameworks
from baseline.controls.requirement import ControlMapping
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.report.oscal import NAMESPACE, control_id, identifier, line, metadata, properties, write

_POLICIES = {"guardrails"}
"""Capabilities that are policies rather than services."""

Counting = Mapping[str, list[tuple[Judgement, list[ControlMapping]]]]
"""Framework id → requirements with those of a capability's controls that are there and count for them."""


def format_oscal_component_definition(evidence: Evidence) -> str:
    """The document, without capabilities that have no deployed control for a requirement."""
    components = [_component(evidence, name, found) for name, found in _by_capability(evidence).items() if found]
    return write(
        "component-definition",
        {
            "metadata": metadata(evidence, f"Baseline of {evidence.plan.organization}: components"),
            **({"components": components} if components else {}),
        },
        depth=7,
    )


def _by_capability(evidence: Evidence) -> Mapping[str, Counting]:
    capability = {item.control.id: item.control.capability for item in evidence.assessments}
    found: dict[str, dict[str, list[tuple[Judgement, list[ControlMapping]]]]] = {name: {} for name in CAPABILITIES}
    for framework, judgements in evidence.judgements.items():
        for judgement in judgements:
            there: dict[str, list[ControlMapping]] = {}
            for mapping, state in judgement.controls:
                if state in (State.DEPLOYED, State.PARTIAL):
                    there.setdefault(capability[mapping.control], []).append(mapping)
            for name, mappings in there.items():
                found[name].setdefault(framework, []).append((judgement, mappings))
    return found


def _component(evidence: Evidence, name: str, counting: Counting) -> dict[str, Any]:
    stacks = sorted(stack.name for stack in evidence.plan.stacks if stack.capability == name)
    return {
        "uuid": identifier(evidence.plan.organization, "component", name),
        "type": "policy" if name in _POLICIES else "service",
        "title": CAPABILITIES[name].title,
        "description": CAPABILITIES[name].summary,
        "props": properties(capability=name, stacks=" ".join(stacks)),
        "control-implementations": list(_implementations(evidence, name, counting)),
    }


def _implementations(evidence: Evidence, capability: str, counting: Counting) -> Iterator[dict[str, Any]]:
    for framework, found in counting.items():
        yield {
            "uuid": identifier(evidence.plan.organization, "implementation", capability, framework),
            "source": frameworks()[framework].catalog or frameworks()[framework].source,
            "description": f"What counts for {frameworks()[framework].title}.",
            "props": properties(framework=framework),
            "implemented-requirements": [
                _implemented(evidence, capability, judgement, mappings) for judgement, mappings in found
            ],
        }


def _implemented(
    evidence: Evidence, capability: str, judgement: Judgement, mappings: list[ControlMapping]
) -> dict[str, Any]:
    asked = judgement.requirement
    return {
        "uuid": identifier(evidence.plan.organization, "implemented", capability, asked.key),
        "control-id": control_id(asked),
        "description": " ".join(dict.fromkeys(line(mapping.reason) for mapping in mappings)),
        "props": [
            *properties(label=asked.id, state=judgement.met.value),
            *(
                {"name": "control", "ns": NAMESPACE, "value": mapping.control, "class": mapping.relation}
                for mapping in mappings
            ),
        ],
    }
