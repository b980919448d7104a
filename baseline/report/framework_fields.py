"""The fields of framework documents: each a text about one requirement, taken from its evidence."""

from collections.abc import Callable, Iterator, Mapping

from baseline.evidence.assess import State
from baseline.evidence.closing import closing_steps
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Implemented, Met

_THERE = (State.DEPLOYED, State.PARTIAL)
_FEDRAMP_STATUS: Mapping[Implemented, str] = {
    Implemented.FULL: "Implemented",
    Implemented.INHERITED: "Implemented",
    Implemented.PARTIAL: "Partially Implemented",
    Implemented.SHARED: "Partially Implemented",
}
_FEDRAMP_EXCEPTIONS: Mapping[str | None, str] = {
    "not-applicable": "Not Applicable",
    "alternative": "Alternative Implementation",
    "compensating-control": "Alternative Implementation",
}
"""The words of FedRAMP's templates, https://www.fedramp.gov/rev5/documents-templates/; plans are unknown."""


def _controls(evidence: Evidence, item: Judgement, relations: tuple[str, ...]) -> str:
    return "\n".join(
        f"{evidence.assessed[mapping.control].control.statement} ({mapping.control}, {state.value})"
        for mapping, state in item.controls
        if state in _THERE and mapping.relation in relations
    )


def _evidence(evidence: Evidence, item: Judgement) -> str:
    """The templates that contain values of the deployed controls and detectors."""
    there = [one.control for one, state in item.controls if state in _THERE and one.relation != "supports"]
    stacks = {seen.stack for name in there for seen in evidence.assessed[name].observations}
    return "\n".join(evidence.stacks[name][0].file for name in sorted(stacks))


def _applicable(item: Judgement) -> bool:
    """Whether the requirement is not excluded as not applicable."""
    return not (item.met is Met.EXCLUDED and item.exception and item.exception.kind == "not-applicable")


def _why_not(item: Judgement) -> str:
    return item.exception.reason if item.exception and item.met is Met.EXCLUDED else ""


def _exception(item: Judgement) -> str:
    if not item.exception:
        return ""
    kind = f"{item.exception.kind}: " if item.exception.kind else ""
    risk = f" Remaining risk: {item.exception.risk}." if item.exception.risk else ""
    return f"{kind}{item.exception.reason}{risk} {_signed(item)}"


def _signed(item: Judgement) -> str:
    by = item.exception
    return f"Approved by {by.approver} for {by.owner}, until {by.expires}." if by else ""


def _instead(item: Judgement) -> str:
    return "\n".join(map(str, item.exception.compensating_controls)) if item.exception else ""


def _attestation(item: Judgement) -> str:
    if not item.attestation:
        return ""
    by = item.attestation
    done = f" Last done on {by.performed_on}." if by.performed_on else ""
    return f"{by.statement}{done} Signed by {by.signer or by.owner}, approved by {by.approver}, until {by.expires}."


def _responsible(item: Judgement) -> str:
    """AWS, the entity, or both, depending on the parts of the requirement."""
    if not item.requirement.inherited:
        return "entity"
    return "shared" if item.requirement.manual or item.requirement.controls else "AWS"


def _decision(item: Judgement) -> str:
    """The decision about an addressable specification of HIPAA."""
    if item.met is Met.EXCLUDED and item.exception:
        return f"not as it is written: {item.exception.kind or 'exception'}"
    if item.implemented in (Implemented.FULL, Implemented.INHERITED):
        return "implemented"
    if item.attestation:
        return "implemented, by attestation"
    return "implemented in part; the rest is open" if item.implemented is not Implemented.NONE else "open"


def _fedramp_status(item: Judgement) -> str:
    if item.met is Met.EXCLUDED and item.exception:
        return _FEDRAMP_EXCEPTIONS.get(item.exception.kind, "")
    return _FEDRAMP_STATUS.get(item.implemented, "")


def _fedramp_origination(item: Judgement) -> Iterator[str]:
    if item.implemented in (Implemented.FULL, Implemented.PARTIAL):
        yield "Service Provider System Specific"
    if item.requirement.inherited:
        yield "Inherited from pre-existing FedRAMP Authorization"


_IMPLEMENTING, _FINDING = ("satisfies", "contributes"), ("detects", "checks")

FIELDS: Mapping[str, tuple[int, Callable[[Evidence, Judgement], str]]] = {
    "id": (16, lambda _, item: item.requirement.id),
    "requirement": (48, lambda _, item: item.requirement.wording),
    "level": (14, lambda _, item: ", ".join(item.requirement.level)),
    "state": (12, lambda _, item: item.met.value),
    "implemented": (13, lambda _, item: item.implemented.value),
    "checked": (10, lambda _, item: item.checked.value),
    "applicable": (11, lambda _, item: "yes" if _applicable(item) else "no"),
    "why_not": (40, lambda _, item: _why_not(item)),
    "controls": (60, lambda evidence, item: _controls(evidence, item, _IMPLEMENTING)),
    "detectors": (60, lambda evidence, item: _controls(evidence, item, _FINDING)),
    "evidence": (44, _evidence),
    "left": (48, lambda _, item: item.requirement.manual.what if item.requirement.manual else ""),
    "owner": (22, lambda _, item: item.requirement.manual.owner if item.requirement.manual else ""),
    "interval": (13, lambda _, item: item.requirement.manual.interval if item.requirement.manual else ""),
    "aws": (44, lambda _, item: item.requirement.inherited.what if item.requirement.inherited else ""),
    "report": (32, lambda _, item: item.requirement.inherited.report if item.requirement.inherited else ""),
    "closing": (48, lambda evidence, item: "\n".join(closing_steps(evidence, item)) if item.met is Met.GAP else ""),
    "exception": (48, lambda _, item: _exception(item)),
    "instead": (40, lambda _, item: _instead(item)),
    "signed": (32, lambda _, item: _signed(item)),
    "attestation": (48, lambda _, item: _attestation(item)),
    "responsible": (12, lambda _, item: _responsible(item)),
    "decision": (24, lambda _, item: _decision(item)),
    "fedramp_status": (20, lambda _, item: _fedramp_status(item)),
    "fedramp_origination": (30, lambda _, item: "\n".join(_fedramp_origination(item))),
    "": (30, lambda _, __: ""),
}
"""Field of a document → its column width, and its text for a requirement; people fill in the field without a name."""
