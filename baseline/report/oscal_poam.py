"""OSCAL plan of action and milestones: requirements that the profile leaves open, with the settings that close them."""

from collections.abc import Iterator
from typing import Any

from baseline.controls.framework import frameworks
from baseline.evidence.closing import closing_steps
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Met
from baseline.report.oscal import identifier, line, metadata, properties, write
from baseline.report.oscal_risk import oscal_risks, risk_id

_OPEN = (Met.GAP, Met.UNSUPPORTED, Met.EXCLUDED)


def format_oscal_poam(evidence: Evidence) -> str:
    """The document, or "" if no requirement is open: OSCAL does not allow a plan without items."""
    found = [item for judgements in evidence.judgements.values() for item in judgements if item.met in _OPEN]
    if not found:
        return ""
    return write(
        "plan-of-action-and-milestones",
        {
            "metadata": metadata(evidence, f"Baseline of {evidence.plan.organization}: open requirements"),
            "system-id": {
                "identifier-type": "http://ietf.org/rfc/rfc4122",
                "id": identifier(evidence.plan.organization, "system"),
            },
            **({"risks": risks} if (risks := oscal_risks(evidence, found)) else {}),
            "poam-items": [_item(evidence, item) for item in found],
        },
        depth=4,
    )


def _item(evidence: Evidence, item: Judgement) -> dict[str, Any]:
    asked = item.requirement
    return {
        "uuid": identifier(evidence.plan.organization, "poam-item", asked.key),
        "title": line(f"{frameworks()[asked.framework].title}: {asked.id}"),
        "description": line(asked.gist),
        "props": properties(framework=asked.framework, label=asked.id, state=item.met.value),
        **({"related-risks": [{"risk-uuid": risk_id(evidence, item)}]} if item.exception else {}),
        "remarks": line(" ".join(_action(evidence, item))),
    }


def _action(evidence: Evidence, item: Judgement) -> Iterator[str]:
    """The steps that would close it, or the reason why it stays open."""
    if item.exception:
        yield f"Accepted until {item.exception.expires} by {item.exception.approver}: {item.exception.reason}"
    elif item.met is Met.UNSUPPORTED:
        yield "AWS offers no such control in any governed Region."
    yield from closing_steps(evidence, item)
