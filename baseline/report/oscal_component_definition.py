"""OSCAL component definition: the requirements that each deployed capability implements, with their controls."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.framework import frameworks
from baseline.controls.requirement import ControlMapping
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.report.oscal import NAMESPACE, control_id, identifier, line, metadata, properties, role_id, write
from baseline.report.oscal_catalog import catalog_source
from baseline.report.oscal_implementation import (
    component,
    described,
    implementing,
    links,
    owners,
    set_parameters,
    status,
)

Counting = Mapping[str, list[tuple[Judgement, list[ControlMapping]]]]
"""Framework id → requirements with the deployed controls of a capability that contribute to them."""


def format_oscal_component_definition(evidence: Evidence) -> str:
    """The document, without capabilities that have no deployed control for a requirement."""
    components = [_component(evidence, name, found) for name, found in _by_capability(evidence).items() if found]
    roles = owners(evidence)
    return write(
        "component-definition",
        {
            "metadata": {
                **metadata(evidence, f"Baseline of {evidence.plan.organization}: components"),
                **({"roles": roles} if roles else {}),
            },
            **({"components": components} if components else {}),
        },
        depth=7,
    )


def _by_capability(evidence: Evidence) -> Mapping[str, Counting]:
    found: dict[str, dict[str, list[tuple[Judgement, list[ControlMapping]]]]] = {name: {} for name in CAPABILITIES}
    for framework, judgements in evidence.judgements.items():
        for judgement in judgements:
            for name, mappings in implementing(evidence, judgement).items():
                found[name].setdefault(framework, []).append((judgement, mappings))
    return found


def _component(evidence: Evidence, name: str, counting: Counting) -> dict[str, Any]:
    stacks = sorted(stack.name for stack in evidence.plan.stacks if stack.capability == name)
    return {
        **component(evidence, name),
        "props": properties(capability=name, stacks=" ".join(stacks)),
        "control-implementations": list(_implementations(evidence, name, counting)),
    }


def _implementations(evidence: Evidence, capability: str, counting: Counting) -> Iterator[dict[str, Any]]:
    for framework, found in counting.items():
        yield {
            "uuid": identifier(evidence.plan.organization, "implementation", capability, framework),
            "source": catalog_source(frameworks()[framework]),
            "description": f"Implemented requirements of {frameworks()[framework].title}.",
            "props": properties(framework=framework),
            "implemented-requirements": [
                _implemented(evidence, capability, judgement, mappings) for judgement, mappings in found
            ],
        }


def _implemented(
    evidence: Evidence, capability: str, judgement: Judgement, mappings: list[ControlMapping]
) -> dict[str, Any]:
    asked, found = judgement.requirement, list(links(evidence, mappings))
    return {
        "uuid": identifier(evidence.plan.organization, "implemented", capability, asked.key),
        "control-id": control_id(asked),
        "description": described(mappings),
        "props": [
            *_nist_properties(evidence, judgement, mappings),
            *properties(label=asked.id, state=judgement.met.value, checked=judgement.checked.value),
            *(
                {"name": "control", "ns": NAMESPACE, "value": mapping.control, "class": mapping.relation}
                for mapping in mappings
            ),
        ],
        **({"links": found} if found else {}),
        **set_parameters(evidence, asked, mappings),
        **({"responsible-roles": [{"role-id": role_id(asked.manual.owner)}]} if asked.manual else {}),
    }


def _nist_properties(
    evidence: Evidence, judgement: Judgement, mappings: list[ControlMapping]
) -> Iterator[dict[str, Any]]:
    """The status and origin of the component's part, in NIST's terms."""
    manual = judgement.requirement.manual
    yield {
        "name": "implementation-status",
        "value": status(judgement, mappings),
        **({"remarks": line(f"{manual.owner}: {manual.what}")} if manual else {}),
    }
    shared = any(evidence.assessed[mapping.control].control.responsibility == "shared" for mapping in mappings)
    yield {"name": "control-origination", "value": "customer-configured" if shared else "organization"}
