"""OSCAL component definition: the requirements that each deployed capability implements, with their controls."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.framework import frameworks
from baseline.controls.requirement import ControlMapping
from baseline.evidence.assess import State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Implemented
from baseline.report.oscal import NAMESPACE, control_id, identifier, line, metadata, properties, role_id, write
from baseline.report.oscal_catalog import catalog_source

_MOST_LINES = 20
_IMPLEMENTING = ("satisfies", "contributes", "detects")
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
            "metadata": {
                **metadata(evidence, f"Baseline of {evidence.plan.organization}: components"),
                **_roles(evidence),
            },
            **({"components": components} if components else {}),
        },
        depth=7,
    )


def _roles(evidence: Evidence) -> dict[str, Any]:
    """Roles of the people who do the rest of requirements."""
    found = [item.requirement.manual for judgements in evidence.judgements.values() for item in judgements]
    owners = sorted({manual.owner for manual in found if manual})
    return {"roles": [{"id": role_id(owner), "title": owner} for owner in owners]} if owners else {}


def _by_capability(evidence: Evidence) -> Mapping[str, Counting]:
    capability = {item.control.id: item.control.capability for item in evidence.assessments}
    found: dict[str, dict[str, list[tuple[Judgement, list[ControlMapping]]]]] = {name: {} for name in CAPABILITIES}
    for framework, judgements in evidence.judgements.items():
        for judgement in judgements:
            there: dict[str, list[ControlMapping]] = {}
            for mapping, state in judgement.controls:
                if state in (State.DEPLOYED, State.PARTIAL) and mapping.relation in _IMPLEMENTING:
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
            "source": catalog_source(frameworks()[framework]),
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
            *_nist_properties(evidence, judgement, mappings),
            *properties(label=asked.id, state=judgement.met.value, checked=judgement.checked.value),
            *(
                {"name": "control", "ns": NAMESPACE, "value": mapping.control, "class": mapping.relation}
                for mapping in mappings
            ),
        ],
        **({"links": links} if (links := _links(evidence, mappings)) else {}),
        **({"responsible-roles": [{"role-id": role_id(asked.manual.owner)}]} if asked.manual else {}),
    }


def _nist_properties(
    evidence: Evidence, judgement: Judgement, mappings: list[ControlMapping]
) -> Iterator[dict[str, Any]]:
    """The status and origin of the component's part, in NIST's terms.

    It is `implemented` only if a control of the component satisfies the requirement and nothing of it remains. Source:
    https://pages.nist.gov/OSCAL/learn/concepts/layer/implementation/ssp/, the properties of implemented requirements.
    """
    satisfies = any(mapping.relation == "satisfies" for mapping in mappings)
    full = satisfies and judgement.implemented is Implemented.FULL
    manual = judgement.requirement.manual
    yield {
        "name": "implementation-status",
        "value": "implemented" if full else "partial",
        **({"remarks": line(f"{manual.owner}: {manual.what}")} if manual else {}),
    }
    shared = any(evidence.assessed[mapping.control].control.responsibility == "shared" for mapping in mappings)
    yield {"name": "control-origination", "value": "customer-configured" if shared else "organization"}


def _links(evidence: Evidence, mappings: list[ControlMapping]) -> list[dict[str, str]]:
    """The templates with the controls' values, and their lines."""
    lines: dict[str, set[int]] = {}
    for mapping in mappings:
        for seen in evidence.assessed[mapping.control].observations:
            lines.setdefault(seen.stack, set()).add(seen.line)
    return [
        {
            "href": f"../{evidence.stacks[name][0].file}",
            "rel": "evidence",
            "text": f"{name}, lines {', '.join(map(str, sorted(found)[:_MOST_LINES]))}",
        }
        for name, found in lines.items()
    ]
