"""OSCAL assessment results: observations in the templates, and the findings for each requirement."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.controls.framework import frameworks
from baseline.evidence.assess import Assessment, Observation
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Met
from baseline.output.runbook import describe_deployment
from baseline.profile.acceptance import Attestation
from baseline.report.oscal import control_id, identifier, line, metadata, moment, properties, statement_id, write
from baseline.report.oscal_risk import oscal_risks, risk_id

_STATUS: Mapping[Met, tuple[str, str, str]] = {
    Met.DEPLOYED: ("satisfied", "pass", "A control in the templates meets it, for the resources in scope."),
    Met.PREVENTED: ("satisfied", "pass", "A guardrail in the templates meets it, for the resources in scope."),
    Met.GAP: ("not-satisfied", "fail", "A control for it exists, and is not deployed or rests on one that is not."),
    Met.UNSUPPORTED: ("not-satisfied", "other", "AWS has no such control in any governed Region."),
    Met.EXCLUDED: ("not-satisfied", "other", "The profile excepts it; the risk says why."),
}
"""Of what templates decide: live checks, people and AWS answer for the rest, which is not assessed here."""


def format_oscal_assessment_results(evidence: Evidence) -> str:
    """The document. Requirements left to people or to AWS have no findings, as they were not assessed."""
    plan_uuid = identifier(evidence.plan.organization, "assessment-plan")
    return write(
        "assessment-results",
        {
            "metadata": metadata(evidence, f"Baseline of {evidence.plan.organization}: what its templates prove"),
            "import-ap": {"href": f"#{plan_uuid}"},
            "results": [_result(evidence)],
            "back-matter": {"resources": [_assessment_plan(plan_uuid)]},
        },
        depth=5,
    )


def _assessment_plan(uuid: str) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "title": "Assertions on rendered templates",
        "description": "There is no separate assessment plan: every assertion of every control runs on every template "
        "that is generated, and each observation says which values it looked at.",
    }


def _result(evidence: Evidence) -> dict[str, Any]:
    judged = [item for judgements in evidence.judgements.values() for item in judgements]
    decided = [item for item in judged if item.met in _STATUS]
    attested = [(item.requirement.key, item.attestation) for item in judged if item.attestation]
    risks = oscal_risks(evidence, decided)
    return {
        "uuid": identifier(evidence.plan.organization, "result"),
        "title": "What the rendered templates prove",
        "description": "Templates only: what runs in the accounts is for live checks to see.",
        "start": moment(evidence),
        "reviewed-controls": {"control-selections": list(_selections(evidence)) or [{"include-all": {}}]},
        **({"attestations": [_attestation(key, item) for key, item in attested]} if attested else {}),
        "observations": [_observation(evidence, item) for item in evidence.assessments],
        **({"risks": risks} if risks else {}),
        **({"findings": [_finding(evidence, item) for item in decided]} if decided else {}),
    }


def _selections(evidence: Evidence) -> Iterator[dict[str, Any]]:
    for name, judgements in evidence.judgements.items():
        ids = [{"control-id": control_id(item.requirement)} for item in judgements if item.met in _STATUS]
        if ids:
            yield {"description": frameworks()[name].title, "include-controls": ids}


def _observation(evidence: Evidence, item: Assessment) -> dict[str, Any]:
    seen: dict[str, list[Observation]] = {}
    for value in item.observations:
        seen.setdefault(value.stack, []).append(value)
    return {
        "uuid": _observation_id(evidence, item.control.id),
        "title": item.control.id,
        "description": line(item.control.statement),
        "props": properties(state=item.state.value, capability=item.control.capability),
        "methods": ["TEST"],
        **({"relevant-evidence": [_evidence(evidence, *pair) for pair in seen.items()]} if seen else {}),
        "collected": moment(evidence),
    }


def _observation_id(evidence: Evidence, control: str) -> str:
    return identifier(evidence.plan.organization, "observation", control)


def _evidence(evidence: Evidence, name: str, seen: list[Observation]) -> dict[str, Any]:
    stack, digest = evidence.stacks[name]
    values = (f"{item.pointer} (line {item.line}) {'holds' if item.holds else 'does not hold'}" for item in seen)
    return {
        "href": f"../{stack.file}",
        "description": "\n".join(values),
        "props": properties(
            stack=name, sha256=digest, targets="; ".join(describe_deployment(item) for item in stack.deployments)
        ),
    }


def _finding(evidence: Evidence, item: Judgement) -> dict[str, Any]:
    asked = item.requirement
    state, reason, remarks = _STATUS[item.met]
    return {
        "uuid": identifier(evidence.plan.organization, "finding", asked.key),
        "title": f"{frameworks()[asked.framework].title}: {asked.id}",
        "description": line(asked.wording),
        "props": properties(framework=asked.framework, label=asked.id, state=item.met.value),
        "target": {
            "type": "statement-id",
            "target-id": statement_id(asked),
            "status": {"state": state, "reason": reason, "remarks": remarks},
        },
        **(
            {
                "related-observations": [
                    {"observation-uuid": _observation_id(evidence, mapping.control)} for mapping, _ in item.controls
                ]
            }
            if item.controls
            else {}
        ),
        **({"related-risks": [{"risk-uuid": risk_id(evidence, item)}]} if item.exception else {}),
    }


def _attestation(key: str, item: Attestation) -> dict[str, Any]:
    return {
        "parts": [
            {
                "name": "attestation",
                "title": key,
                "props": properties(owner=item.owner, approver=item.approver, expires=item.expires),
                "prose": line(item.statement),
            }
        ]
    }
