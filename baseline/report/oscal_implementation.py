"""The capabilities' parts of requirements, for OSCAL's component definition and system security plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.requirement import ControlMapping, Requirement
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.parameter_values import parameter_values
from baseline.evidence.states import Implemented
from baseline.report.oscal import identifier, line, role_id

_MOST_LINES = 20
_IMPLEMENTING = ("satisfies", "contributes", "detects")
_POLICIES = {"guardrails"}
"""Capabilities that are policies rather than services."""


def implementing(evidence: Evidence, judgement: Judgement) -> Mapping[str, list[ControlMapping]]:
    """Capability → its deployed controls that count for the requirement."""
    found: dict[str, list[ControlMapping]] = {}
    for mapping, state in judgement.controls:
        if state in (State.DEPLOYED, State.PARTIAL) and mapping.relation in _IMPLEMENTING:
            found.setdefault(evidence.assessed[mapping.control].control.capability, []).append(mapping)
    return found


def described(mappings: list[ControlMapping]) -> str:
    """The reasons of the controls, each once."""
    return " ".join(dict.fromkeys(line(mapping.reason) for mapping in mappings))


def status(judgement: Judgement, mappings: list[ControlMapping]) -> str:
    """The status of a component's part, in NIST's terms.

    It is `implemented` only if a control of the component satisfies the requirement and no part of it remains. Source:
    https://pages.nist.gov/OSCAL/learn/concepts/layer/implementation/ssp/, the properties of implemented requirements.
    """
    satisfies = any(mapping.relation == "satisfies" for mapping in mappings)
    return "implemented" if satisfies and judgement.implemented is Implemented.FULL else "partial"


def component(evidence: Evidence, capability: str) -> dict[str, Any]:
    """Identity of a capability as a component."""
    return {
        "uuid": component_id(evidence, capability),
        "type": "policy" if capability in _POLICIES else "service",
        "title": CAPABILITIES[capability].title,
        "description": CAPABILITIES[capability].summary,
    }


def component_id(evidence: Evidence, capability: str) -> str:
    """UUID of a capability as a component."""
    return identifier(evidence.plan.organization, "component", capability)


def owners(evidence: Evidence) -> list[dict[str, str]]:
    """Roles that are responsible for the rest of requirements."""
    found = [item.requirement.manual for judgements in evidence.judgements.values() for item in judgements]
    return [{"id": role_id(owner), "title": owner} for owner in sorted({manual.owner for manual in found if manual})]


def set_parameters(
    evidence: Evidence, requirement: Requirement, mappings: list[ControlMapping]
) -> dict[str, list[dict[str, Any]]]:
    """The organization-defined parameters whose values come from the controls; empty if there are none."""
    found = [
        {
            "param-id": item.parameter.id,
            "values": [line(value) for value in item.values],
            "remarks": f"Set by {item.parameter.setting} in the profile; see {item.parameter.control} for the values.",
        }
        for item in parameter_values(evidence, requirement, mappings)
    ]
    return {"set-parameters": found} if found else {}


def links(evidence: Evidence, mappings: list[ControlMapping]) -> Iterator[dict[str, str]]:
    """The templates with the controls' values, and their lines."""
    lines: dict[str, set[int]] = {}
    for mapping in mappings:
        for seen in evidence.assessed[mapping.control].observations:
            lines.setdefault(seen.stack, set()).add(seen.line)
    for name, found in lines.items():
        yield {
            "href": f"../{evidence.stacks[name][0].file}",
            "rel": "evidence",
            "text": f"{name}, lines {', '.join(map(str, sorted(found)[:_MOST_LINES]))}",
        }
