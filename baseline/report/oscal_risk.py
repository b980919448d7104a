"""OSCAL risks: exceptions of the profile, with their compensating controls."""

from collections.abc import Iterable
from typing import Any

from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.profile.acceptance import RequirementException
from baseline.report.oscal import identifier, line, properties


def oscal_risks(evidence: Evidence, judgements: Iterable[Judgement]) -> list[dict[str, Any]]:
    """A risk for each requirement with an exception."""
    return [_risk(evidence, item, item.exception) for item in judgements if item.exception]


def risk_id(evidence: Evidence, item: Judgement) -> str:
    """UUID of the risk of a requirement with an exception."""
    return identifier(evidence.plan.organization, "risk", item.requirement.key)


def _risk(evidence: Evidence, item: Judgement, exception: RequirementException) -> dict[str, Any]:
    key = item.requirement.key
    factors = [
        {
            "uuid": identifier(evidence.plan.organization, "mitigating-factor", key, control.what),
            "description": line(str(control)),
        }
        for control in exception.compensating_controls
    ]
    return {
        "uuid": risk_id(evidence, item),
        "title": f"Exception from {key}",
        "description": line(item.requirement.wording),
        "statement": line(exception.reason),
        "props": properties(
            owner=exception.owner,
            approver=exception.approver,
            kind=exception.kind or "",
            risk=exception.risk or "",
            reference=str(exception.reference or ""),
        ),
        "status": "deviation-approved",
        **({"mitigating-factors": factors} if factors else {}),
        "deadline": f"{exception.expires}T23:59:59Z",  # it counts on that day
    }
