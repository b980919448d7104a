"""OSCAL plan of action and milestones: requirements that the profile leaves open, or that fail in live scans."""

from collections.abc import Iterable, Iterator
from typing import Any

from baseline.controls.framework import frameworks
from baseline.evidence.closing import closing_steps
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.live import Live
from baseline.evidence.states import Met
from baseline.report.oscal import identifier, line, metadata, properties, write
from baseline.report.oscal_assessment_results import (
    FILE,
    LiveFinding,
    finding_id,
    live_findings,
    live_observations,
    oscal_finding,
    record_resource,
    scanners,
)
from baseline.report.oscal_risk import oscal_risks, risk_id

_OPEN = (Met.GAP, Met.UNSUPPORTED, Met.EXCLUDED)


def format_oscal_poam(evidence: Evidence) -> str:
    """The document, or "" if no requirement is open: OSCAL does not allow a plan without items."""
    failing = {
        item.judgement.requirement.key: item for item in live_findings(evidence) if item.live.status == "not-satisfied"
    }
    judged = (item for judgements in evidence.judgements.values() for item in judgements)
    found = [item for item in judged if item.met in _OPEN or item.requirement.key in failing]
    if not found:
        return ""
    risks = oscal_risks(evidence, found)
    return write(
        "plan-of-action-and-milestones",
        {
            "metadata": metadata(evidence, f"Baseline of {evidence.plan.organization}: open requirements"),
            "system-id": {
                "identifier-type": "http://ietf.org/rfc/rfc4122",
                "id": identifier(evidence.plan.organization, "system"),
            },
            **(_results(evidence, evidence.live, failing.values()) if evidence.live and failing else {}),
            **({"risks": risks} if risks else {}),
            "poam-items": [_item(evidence, item, failing.get(item.requirement.key)) for item in found],
        },
        depth=4,
    )


def _results(evidence: Evidence, live: Live, failing: Iterable[LiveFinding]) -> dict[str, Any]:
    """The findings that items name, with their observations and scanners, as in the assessment results."""
    items = list(failing)
    states = {name: state for item in items for name, state in item.live.evidence.items()}
    return {
        "local-definitions": {"assessment-assets": scanners(evidence, live)},
        "observations": list(live_observations(evidence, states)),
        "findings": [oscal_finding(evidence, item) for item in items],
        "back-matter": {"resources": [record_resource(evidence, item) for item in live.records]},
    }


def _item(evidence: Evidence, item: Judgement, failing: LiveFinding | None) -> dict[str, Any]:
    asked = item.requirement
    finding = finding_id(evidence, item)
    return {
        "uuid": identifier(evidence.plan.organization, "poam-item", asked.key),
        "title": line(f"{frameworks()[asked.framework].title}: {asked.id}"),
        "description": line(asked.gist),
        "props": properties(framework=asked.framework, label=asked.id, state=item.met.value),
        **({"links": [{"href": f"{FILE}#{finding}", "rel": "reference"}]} if failing else {}),
        **({"related-findings": [{"finding-uuid": finding}]} if failing else {}),
        **({"related-risks": [{"risk-uuid": risk_id(evidence, item)}]} if item.exception else {}),
        "remarks": line(" ".join(_action(evidence, item, failing))),
    }


def _action(evidence: Evidence, item: Judgement, failing: LiveFinding | None) -> Iterator[str]:
    """The steps that would close it, or the reason why it stays open."""
    if failing:
        names = [name for name, state in failing.live.evidence.items() if state.failures]
        yield f"Scans found failures of {', '.join(names)}: correct the resources listed in the observations."
    if item.exception:
        yield f"Accepted until {item.exception.expires} by {item.exception.approver}: {item.exception.reason}"
    elif item.met is Met.UNSUPPORTED:
        yield "AWS does not offer this control in any governed Region."
    yield from closing_steps(evidence, item)
