"""Evidence for programs."""

from datetime import date
from typing import Any

from baseline import __version__
from baseline.controls.framework import frameworks
from baseline.controls.written import controls_digest
from baseline.evidence.assess import Assessment
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement, count_checked, count_implemented, count_met
from baseline.evidence.shape import FORMAT
from baseline.output.runbook import describe_deployment
from baseline.plan.model import Deployment, Stack
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.report.json_text import format_json_text


def format_evidence_json(evidence: Evidence) -> str:
    """The document, with one line per requirement and per evaluated value."""
    return format_json_text(evidence_document(evidence), depth=4)


def evidence_document(evidence: Evidence) -> dict[str, Any]:
    """Frameworks with their requirements, controls with every evaluated value, stacks with digest and targets."""
    return {
        "format": FORMAT,
        "generator": f"baseline {__version__}",
        "organization": evidence.plan.organization,
        "prefix": evidence.plan.prefix,
        "tier": evidence.plan.tier,
        "scope": {
            "accounts": [_account(evidence, key, number) for key, number in evidence.accounts.items()],
            "left_out": [_account(evidence, *item) for item in evidence.provenance.left_out.items()],
            "regions": list(evidence.regions),
            "tags": dict(evidence.provenance.tags),
        },
        "provenance": {**_provenance(evidence), **_scans(evidence)},
        "counts": {state.value: count for state, count in evidence.counts().items()},
        "frameworks": [
            {
                "id": name,
                "title": frameworks()[name].title,
                "version": frameworks()[name].version,
                "source": frameworks()[name].source,
                "as_of": frameworks()[name].as_of,
                "sha256": frameworks()[name].sha256,
                "counts": {met.value: count for met, count in count_met(judgements).items()},
                "implemented": {value.value: count for value, count in count_implemented(judgements).items()},
                "checked": {value.value: count for value, count in count_checked(judgements).items()},
                "requirements": [{**_requirement(item), **_live_requirement(evidence, item)} for item in judgements],
            }
            for name, judgements in evidence.judgements.items()
        ],
        "controls": [{**_control(evidence, item), **_live_control(evidence, item)} for item in evidence.assessments],
        "stacks": {
            name: {
                "capability": stack.capability,
                "template": stack.file,
                "sha256": digest,
                "targets": [_target(deployment) for deployment in stack.deployments],
                **_reach(evidence, stack),
            }
            for name, (stack, digest) in evidence.stacks.items()
        },
    }


def _account(evidence: Evidence, key: str, number: str | None) -> dict[str, Any]:
    origin = evidence.provenance
    found: dict[str, Any] = {"account": key, "id": number, "ou": origin.units.get(key) or None}
    if key in origin.data_classes:
        found["data_classes"] = list(origin.data_classes[key])
    if key in origin.account_tags:
        found["tags"] = dict(origin.account_tags[key])
    return found


def _provenance(evidence: Evidence) -> dict[str, Any]:
    dated = evidence.provenance.dated
    return {
        "dated": dated.isoformat() if dated else None,
        "sources": [vars(item) for item in evidence.provenance.sources],
        "controls_sha256": controls_digest(),
        "accepted": [
            {"path": item.path, "message": item.message, "reason": item.accepted, "control": item.control or None}
            for item in evidence.plan.accepted
        ],
    }


def _reach(evidence: Evidence, stack: Stack) -> dict[str, Any]:
    """How many of the profile's accounts outside suspended units the stack reaches, and in which Regions."""
    if evidence.plan.membership is None:
        return {}
    keys = evidence.reached(stack)
    count = {"accounts": len(keys), "of": len(evidence.accounts), "regions": list(evidence.plan.reach(stack).regions)}
    named = [{"account": key, "id": evidence.accounts[key]} for key in keys]
    return {"reach": {**count, **({"names": named} if len(keys) < len(evidence.accounts) else {})}}


def _target(deployment: Deployment) -> dict[str, Any]:
    return {
        "text": describe_deployment(deployment),
        "account": deployment.account or None,
        "account_id": deployment.account_id.value if deployment.account_id else None,
        "organizational_units": list(deployment.ous),
        "regions": list(deployment.regions),
    }


def _requirement(item: Judgement) -> dict[str, Any]:
    asked = item.requirement
    return {
        "id": asked.id,
        "title": asked.title or None,
        "gist": asked.gist,
        "level": list(asked.level),
        "state": item.met.value,
        "implemented": item.implemented.value,
        "checked": item.checked.value,
        "former_state": item.former.value,
        "controls": [
            {"id": mapping.control, "relation": mapping.relation, "reason": mapping.reason, "state": state.value}
            for mapping, state in item.controls
        ],
        "manual": vars(asked.manual) if asked.manual else None,
        "inherited": vars(asked.inherited) if asked.inherited else None,
        "exception": _stated(item.exception) if item.exception else None,
        "attestation": _stated(item.attestation) if item.attestation else None,
    }


def _scans(evidence: Evidence) -> dict[str, Any]:
    """The kept records of scans, if the user names them."""
    records = evidence.live.records if evidence.live else ()
    found = [{"file": item.path.name, "sha256": item.sha256, "scanned_on": item.day.isoformat()} for item in records]
    return {"scans": found} if found else {}


def _live_requirement(evidence: Evidence, item: Judgement) -> dict[str, Any]:
    """The live state of a requirement by kept scans; null if none has results for it."""
    if evidence.live is None:
        return {}
    live = evidence.live.requirement(item)
    if live is None:
        return {"live": None}
    counts = {"looked_at": live.looked_at, "controls": live.controls, "is_complete": live.is_whole}
    return {"live": {"status": live.status, **_days(live.since, live.last), **counts}}


def _live_control(evidence: Evidence, item: Assessment) -> dict[str, Any]:
    """The live state of a control by kept scans; null if none has results for it."""
    if evidence.live is None:
        return {}
    live = evidence.live.controls.get(item.control.id)
    if live is None:
        return {"live": None}
    series = {"looks": live.looks, "longest_gap_days": live.longest_gap}
    results = {"passed": live.passed, "failed": len(live.failures), "is_complete": live.is_complete}
    return {"live": {**_days(live.since, live.last), **series, **results}}


def _days(since: date | None, last: date) -> dict[str, str | None]:
    return {"since": since.isoformat() if since else None, "last": last.isoformat()}


def _stated(item: RequirementException | Attestation) -> dict[str, Any]:
    """The profile's statement about it."""
    return {name: value for name, value in item.model_dump(exclude_none=True).items() if value != []}


def _control(evidence: Evidence, item: Assessment) -> dict[str, Any]:
    return {
        "id": item.control.id,
        "statement": item.control.statement,
        "capability": item.control.capability,
        "severity": item.control.severity,
        "responsibility": item.control.responsibility,
        "cost": item.control.cost,
        "detectors": {name: list(ids) for name, ids in vars(item.control.detectors).items()},
        "needs": list(item.control.needs),
        "state": item.state.value,
        "missing": list(item.missing),
        "unsupported": item.control.id in evidence.circumstances.unsupported,
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
