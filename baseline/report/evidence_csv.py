"""Evidence for spreadsheets: controls with every evaluated value, and requirements with their controls."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from baseline.evidence.assess import Assessment
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.output.runbook import describe_deployment
from baseline.plan.model import Stack
from baseline.profile.acceptance import RequirementException
from baseline.text.spreadsheet import cell_text

_MOST_ACCOUNTS = 20

COLUMNS = (
    *("control", "state", "requirements", "stack", "logical_id", "pointer", "line", "value", "expected", "holds"),
    *("template", "sha256", "targets", "accounts", "reason"),
)


REQUIREMENT_COLUMNS = (
    *("framework", "requirement", "count", "title", "level", "gist", "state", "implemented"),
    *("checked", "former_state"),
    *("control", "relation", "control_state", "reason"),
    *("manual", "owner", "inherited", "report", "exception", "attestation", "signed_by", "approver", "expires"),
    *("exception_kind", "risk", "compensating_controls", "reference"),
)


LIVE_CONTROL_COLUMNS = ("live_since", "live_last", "live_passed", "live_failed")
LIVE_REQUIREMENT_COLUMNS = ("live", "live_since", "live_last", "live_part")
"""Further columns, if the user names kept scans."""


def format_evidence_csv(evidence: Evidence) -> str:
    """RFC 4180, with a header. Text that a spreadsheet would calculate begins with an apostrophe."""
    columns = (*COLUMNS, *(LIVE_CONTROL_COLUMNS if evidence.live else ()))
    targets = {
        name: ("; ".join(map(describe_deployment, stack.deployments)), _accounts(evidence, stack))
        for name, (stack, _) in evidence.stacks.items()
    }
    return _table(
        columns,
        (
            (*row, *_live_control(evidence, item))
            for item in evidence.assessments
            for row in _rows(evidence, item, targets)
        ),
    )


def format_requirements_csv(evidence: Evidence) -> str:
    """RFC 4180: one row per requirement and contributing control, or one row without a control.

    `count` is 1 in the first row of a requirement and 0 in the others, which leave out the parts of people and AWS, so
    that sums and filters over all rows count each requirement once.
    """
    judged = (item for judgements in evidence.judgements.values() for item in judgements)
    columns = (*REQUIREMENT_COLUMNS, *(LIVE_REQUIREMENT_COLUMNS if evidence.live else ()))
    return _table(
        columns, ((*row, *_live_requirement(evidence, item)) for item in judged for row in _requirement_rows(item))
    )


def _table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(map(_safe, row) for row in rows)
    return text.getvalue()


def _requirement_rows(item: Judgement) -> Iterator[tuple[str, ...]]:
    asked = item.requirement
    words = (asked.title, ", ".join(asked.level), asked.gist)
    states = (item.met.value, item.implemented.value, item.checked.value, item.former.value)
    people = (asked.manual.what, asked.manual.owner) if asked.manual else ("", "")
    aws = (asked.inherited.what, asked.inherited.report) if asked.inherited else ("", "")
    tail = (*people, *aws, *_signed(item), *_decided(item.exception))
    none: tuple[str, ...] = ("", "", "", "")
    controls = [(mapping.control, mapping.relation, state.value, mapping.reason) for mapping, state in item.controls]
    for number, control in enumerate(controls or [none]):
        count, rest = ("0", [""] * len(tail)) if number else ("1", tail)
        yield (asked.framework, asked.id, count, *words, *states, *control, *rest)


def _live_control(evidence: Evidence, item: Assessment) -> tuple[Any, ...]:
    """The live state of a control by kept scans; no columns without scans."""
    if evidence.live is None:
        return ()
    live = evidence.live.controls.get(item.control.id)
    if live is None:
        return ("",) * len(LIVE_CONTROL_COLUMNS)
    return (live.since.isoformat() if live.since else "", live.last.isoformat(), live.passed, len(live.failures))


def _live_requirement(evidence: Evidence, item: Judgement) -> tuple[str, ...]:
    """The live state of a requirement by kept scans; no columns without scans."""
    if evidence.live is None:
        return ()
    live = evidence.live.requirement(item)
    if live is None:
        return ("",) * len(LIVE_REQUIREMENT_COLUMNS)
    return (live.status, live.since.isoformat() if live.since else "", live.last.isoformat(), live.part)


def _signed(item: Judgement) -> tuple[str, ...]:
    """The profile's exception or attestation for the requirement, with its people."""
    words = (item.exception.reason if item.exception else "", item.attestation.statement if item.attestation else "")
    by = item.exception or item.attestation
    return (*words, by.owner, by.approver, by.expires) if by else (*words, "", "", "")


def _decided(exception: RequirementException | None) -> tuple[str, ...]:
    """The kind of an exception, the remaining risk, the compensating controls, and the decision."""
    if exception is None:
        return ("", "", "", "")
    instead = "; ".join(map(str, exception.compensating_controls))
    reference = str(exception.reference) if exception.reference else ""
    return (exception.kind or "", exception.risk or "", instead, reference)


def _rows(evidence: Evidence, item: Assessment, targets: Mapping[str, tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    reason = evidence.reason(item.control.id)
    asked = evidence.asked.get(item.control.id, {})
    requirements = "; ".join(f"{name} {', '.join(ids)}" for name, ids in asked.items())
    head = (item.control.id, item.state.value, requirements)
    if not item.observations:
        yield (*head, *[""] * (len(COLUMNS) - len(head) - 1), reason)
    for seen in item.observations:
        stack, digest = evidence.stacks[seen.stack]
        place = (seen.stack, seen.logical_id, seen.pointer, seen.line)
        yield (*head, *place, seen.value, seen.expected, seen.holds, stack.file, digest, *targets[seen.stack], reason)


def _accounts(evidence: Evidence, stack: Stack) -> str:
    """Ids of the accounts that the stack targets, or keys until AWS assigns ids; only the number if there are many."""
    if evidence.plan.membership is None:
        return ""
    keys = evidence.reached(stack)
    if len(keys) > _MOST_ACCOUNTS:
        return f"{len(keys)} of {len(evidence.accounts)} accounts"
    return " ".join(evidence.accounts[key] or key for key in keys)


def _safe(cell: Any) -> str:  # noqa: ANN401 - any plain data
    return cell_text(cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False))
