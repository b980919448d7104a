"""Evidence for programs."""

import json
from typing import Any

from baseline import __version__
from baseline.evidence.assess import Assessment
from baseline.evidence.evidence import Evidence
from baseline.output.runbook import describe_deployment

FORMAT = 1
"""Raised whenever a reader would have to change."""


def format_evidence_json(evidence: Evidence) -> str:
    """Frameworks with their requirements, controls with every value looked at, stacks with digest and targets."""
    document = {
        "format": FORMAT,
        "generator": f"baseline {__version__}",
        "organization": evidence.plan.organization,
        "tier": evidence.plan.tier,
        "counts": {state.value: count for state, count in evidence.counts().items()},
        "frameworks": [
            {
                "id": framework.id,
                "title": framework.title,
                "requirements": [
                    {"id": requirement, "controls": [item.control.id for item in items]}
                    for requirement, items in requirements.items()
                ],
            }
            for framework, requirements in evidence.by_framework()
        ],
        "controls": [_control(evidence, item) for item in evidence.assessments],
        "stacks": {
            name: {
                "template": stack.file,
                "sha256": digest,
                "targets": [describe_deployment(deployment) for deployment in stack.deployments],
            }
            for name, (stack, digest) in evidence.stacks().items()
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _control(evidence: Evidence, item: Assessment) -> dict[str, Any]:
    return {
        "id": item.control.id,
        "statement": item.control.statement,
        "capability": item.control.capability,
        "state": item.state.value,
        "reason": evidence.reason(item.control.id) or None,
        "observations": [
            {
                "stack": seen.stack,
                "logical_id": seen.logical_id,
                "pointer": seen.pointer,
                "line": seen.line,
                "value": seen.value,
                "expected": seen.expected,
                "holds": seen.holds,
            }
            for seen in item.observations
        ],
    }
