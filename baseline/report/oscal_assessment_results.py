"""OSCAL assessment results: observations of live scans that were kept, and findings on requirements.

Source: https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/assessment-results/json-outline/.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from baseline.controls.framework import frameworks
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.live import Live, LiveRequirement, LiveState
from baseline.evidence.scan_record import KeptRecord
from baseline.profile.acceptance import Attestation
from baseline.report.oscal import control_id, identifier, line, metadata, properties, statement_id, write
from baseline.report.oscal_risk import oscal_risks, risk_id

FILE = "oscal-assessment-results.json"
_MOST_FAILURES = 20
_REASONS = {
    "satisfied": ("pass", "Scans of every account and governed Region in scope pass."),
    "not-satisfied": ("fail", "Scans found failures; see the observations."),
}


@dataclass(frozen=True)
class LiveFinding:
    """A requirement for which scans determine a live state, with that state."""

    judgement: Judgement
    live: LiveRequirement


def live_findings(evidence: Evidence) -> tuple[LiveFinding, ...]:
    """The requirements that are satisfied or not satisfied live; those that scans leave undecided have no finding."""
    return _decided(_looked_at(evidence))


def _decided(looked_at: Iterable[LiveFinding]) -> tuple[LiveFinding, ...]:
    return tuple(item for item in looked_at if item.live.status in _REASONS)


def _looked_at(evidence: Evidence) -> Iterator[LiveFinding]:
    for judgements in evidence.judgements.values():
        for item in judgements:
            live = evidence.live_requirement(item)
            if live:
                yield LiveFinding(item, live)


def format_oscal_assessment_results(evidence: Evidence, live: Live) -> str:
    """The document; requirements without results of scans are neither reviewed nor in findings.

    It is "" if no scan looked at any requirement: OSCAL does not allow results without reviewed controls.
    """
    looked_at = list(_looked_at(evidence))
    if not looked_at:
        return ""
    plan_uuid = identifier(evidence.plan.organization, "assessment-plan")
    return write(
        "assessment-results",
        {
            "metadata": {
                **metadata(evidence, f"Baseline of {evidence.plan.organization}: live scans"),
                "last-modified": _moment(live.records[-1].day),
                "remarks": "Generated from kept records of live scans. Times are the dates of the scans.",
            },
            "import-ap": {"href": f"#{plan_uuid}"},
            "results": [_result(evidence, live, looked_at)],
            "back-matter": {
                "resources": [_assessment_plan(plan_uuid), *(record_resource(evidence, item) for item in live.records)]
            },
        },
        depth=5,
    )


def _assessment_plan(uuid: str) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "title": "Comparison of controls with live scans",
        "description": "There is no separate assessment plan. Each control of the baseline names the AWS Config rules, "
        "Security Hub controls and Prowler checks that check it; `baseline evidence reconcile` compares "
        "their results with the templates, and keeps a record of each comparison.",
    }


def record_resource(evidence: Evidence, record: KeptRecord) -> dict[str, Any]:
    """A record of a scan as a resource, with its digest."""
    return {
        "uuid": _record_id(evidence, record),
        "title": record.path.name,
        "rlinks": [{"href": record.path.name, "hashes": [{"algorithm": "SHA-256", "value": record.sha256}]}],
    }


def _record_id(evidence: Evidence, record: KeptRecord) -> str:
    return identifier(evidence.plan.organization, "scan-record", record.sha256)


def _result(evidence: Evidence, live: Live, looked_at: Sequence[LiveFinding]) -> dict[str, Any]:
    findings = _decided(looked_at)
    judged = (item for judgements in evidence.judgements.values() for item in judgements)
    attested = [(item.requirement.key, item.attestation) for item in judged if item.attestation]
    observations = list(live_observations(evidence, {**live.controls, **live.security_hub}))
    risks = oscal_risks(evidence, (item.judgement for item in findings))
    return {
        "uuid": identifier(evidence.plan.organization, "result"),
        "title": "Live scans",
        "description": "Latest results of each control in kept scans, and the date since when they pass. A "
        "requirement is satisfied only if no part of it depends on people or AWS, and one tool scanned every "
        "account and governed Region in scope. Requirements that scans cannot decide have no finding.",
        "start": _moment(live.records[0].day),
        "end": _moment(live.records[-1].day),
        "local-definitions": {"assessment-assets": scanners(evidence, live)},
        "reviewed-controls": {"control-selections": list(_selections(looked_at))},
        **({"attestations": [_attestation(key, item) for key, item in attested]} if attested else {}),
        "assessment-log": {"entries": [_entry(evidence, item) for item in live.records]},
        **({"observations": observations} if observations else {}),
        **({"risks": risks} if risks else {}),
        **({"findings": [oscal_finding(evidence, item) for item in findings]} if findings else {}),
    }


def _selections(looked_at: Iterable[LiveFinding]) -> Iterator[dict[str, Any]]:
    chosen: dict[str, list[dict[str, str]]] = {}
    for item in looked_at:
        asked = item.judgement.requirement
        chosen.setdefault(asked.framework, []).append({"control-id": control_id(asked)})
    for name, ids in chosen.items():
        yield {"description": frameworks()[name].title, "include-controls": ids}


def scanners(evidence: Evidence, live: Live) -> dict[str, Any]:
    """The scanners with their versions, as assessment assets."""
    versions: dict[str, set[str]] = {}
    for record in live.records:
        for source in record.document["sources"]:
            versions.setdefault(source["tool"], set()).update(record.document["versions"].get(source["tool"], ()))
    tools = [
        {
            "uuid": _tool_id(evidence, tool),
            "type": "software",
            "title": tool,
            "description": f"Scanner of live accounts, {', '.join(sorted(found)) or 'version unknown'}.",
            "status": {"state": "operational"},
        }
        for tool, found in sorted(versions.items())
    ]
    platform = {
        "uuid": identifier(evidence.plan.organization, "assessment-platform"),
        "title": "baseline evidence reconcile",
        "uses-components": [{"component-uuid": item["uuid"]} for item in tools],
    }
    return {"components": tools, "assessment-platforms": [platform]}


def _tool_id(evidence: Evidence, tool: str) -> str:
    return identifier(evidence.plan.organization, "scanner", tool)


def _entry(evidence: Evidence, record: KeptRecord) -> dict[str, Any]:
    complete = record.document["completeness"]
    return {
        "uuid": identifier(evidence.plan.organization, "scan", record.sha256),
        "title": f"Scan recorded in {record.path.name}",
        "description": f"Results in {complete['scanned']} of {complete['claimed']} accounts × governed Regions.",
        "start": _moment(record.day),
        "end": _moment(record.day),
        "links": [{"href": f"#{_record_id(evidence, record)}", "rel": "evidence"}],
    }


def live_observations(evidence: Evidence, chosen: Mapping[str, LiveState]) -> Iterator[dict[str, Any]]:
    """An observation for each chosen control of the baseline or Security Hub, from its newest results."""
    for name, state in chosen.items():
        control = evidence.assessed.get(name)
        statement = line(control.control.statement) if control else f"Security Hub control {name} passes."
        yield {
            "uuid": _observation_id(evidence, name),
            "title": name,
            "description": f"{statement} {state.passed} results pass, {len(state.failures)} fail.",
            "props": properties(
                state=control.state.value if control else "",
                passing_since=state.since.isoformat() if state.since else "",
                looks=str(state.looks),
                longest_gap_days=str(state.longest_gap),
                complete="yes" if state.is_complete else "no",
            ),
            "methods": ["TEST"],
            "origins": [{"actors": [{"type": "tool", "actor-uuid": _tool_id(evidence, tool)}]} for tool in state.tools],
            "relevant-evidence": [
                {"href": f"#{_record_id(evidence, state.record)}", "description": "Record of the scan."}
            ],
            "collected": _moment(state.last),
            **({"remarks": _failures(state)} if state.failures else {}),
        }


def _observation_id(evidence: Evidence, control: str) -> str:
    return identifier(evidence.plan.organization, "live-observation", control)


def _failures(state: LiveState) -> str:
    lines = [
        line(f"{item.tool} {item.detector} fails in {item.account} {item.region}: {item.resource}")
        for item in state.failures[:_MOST_FAILURES]
    ]
    more = len(state.failures) - len(lines)
    return "\n".join([*lines, *([f"{more} more failures are in the record."] if more > 0 else [])])


def oscal_finding(evidence: Evidence, item: LiveFinding) -> dict[str, Any]:
    """The finding on a requirement for which scans determine a live state."""
    asked, live = item.judgement.requirement, item.live
    reason, remarks = _REASONS[live.status]
    return {
        "uuid": finding_id(evidence, item.judgement),
        "title": f"{frameworks()[asked.framework].title}: {asked.id}",
        "description": line(asked.wording),
        "props": properties(
            framework=asked.framework,
            label=asked.id,
            state=item.judgement.met.value,
            passing_since=live.since.isoformat() if live.since else "",
        ),
        "target": {
            "type": "statement-id",
            "target-id": statement_id(asked),
            "status": {"state": live.status, "reason": reason, "remarks": remarks},
        },
        "related-observations": [{"observation-uuid": _observation_id(evidence, name)} for name in live.evidence],
        **({"related-risks": [{"risk-uuid": risk_id(evidence, item.judgement)}]} if item.judgement.exception else {}),
    }


def finding_id(evidence: Evidence, item: Judgement) -> str:
    """UUID of the finding on a requirement."""
    return identifier(evidence.plan.organization, "finding", item.requirement.key)


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


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
