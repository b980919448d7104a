"""The sections of a page about evidence: counts, requirements, controls, stacks and responsibilities."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from baseline.controls.responsibility import responsibility
from baseline.evidence.evidence import Evidence
from baseline.evidence.states import Checked, Implemented, Met
from baseline.report.evidence_json import evidence_document
from baseline.report.evidence_origin import origin_lines
from baseline.report.page.gaps import gaps_of
from baseline.report.page.page import Section
from baseline.report.requirement_words import AXES, STATES

_STATES = [met.value for met in Met]
_AXES: Mapping[str, Sequence[str]] = {
    "implemented": [item.value for item in Implemented],
    "checked": [item.value for item in Checked],
}


def evidence_sections(evidence: Evidence, *, title: str = "", beside: bool = False) -> tuple[Section, ...]:
    """The sections in the order of the evidence page.

    Args:
        evidence: The evidence.
        title: Heading of the page, above the counts; empty if they are a section among others.
        beside: Whether the page is in `report/`, so that it can link to the files of the output.
    """
    document = evidence_document(evidence)
    return (
        Section(name="overview", title="" if title else "Frameworks", context=_overview(evidence, document, title)),
        Section(
            name="requirements",
            title="Requirements",
            context=_requirements(evidence, document),
            is_interactive=True,
        ),
        Section(name="controls", title="Controls", context={"controls": _controls(document), "beside": beside}),
        Section(name="stacks", title="Stacks", context={"stacks": document["stacks"], "beside": beside}),
        responsibility_section(evidence, beside=beside),
    )


def responsibility_section(evidence: Evidence, *, beside: bool = False) -> Section:
    """Responsibilities by kind of service and by capability with stacks in the output."""
    on = {template.stack.capability for template in evidence.templates}
    shares = {name: share for name, share in responsibility().capabilities.items() if name in on}
    context = {"responsibility": responsibility(), "shares": shares, "beside": beside}
    return Section(name="responsibility", title="Who does what", context=context)


def _overview(evidence: Evidence, document: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    return {
        "title": title,
        **{name: document[name] for name in ("tier", "generator", "stacks", "frameworks")},
        "met": _STATES,
        "axes": _AXES,
        "origin": list(origin_lines(evidence)),
        "meanings": {**STATES, **AXES},
    }


def _requirements(evidence: Evidence, document: Mapping[str, Any]) -> Mapping[str, Any]:
    steps = {gap.requirement: gap.steps for gap in gaps_of(evidence)}
    capabilities = {control["id"]: control["capability"] for control in document["controls"]}
    frameworks = [
        {
            **framework,
            "requirements": [
                {
                    **item,
                    "owner": owner_of(item),
                    "steps": steps.get(f"{framework['id']}/{item['id']}", ()),
                    "capabilities": sorted({capabilities[control["id"]] for control in item["controls"]}),
                }
                for item in framework["requirements"]
            ],
        }
        for framework in document["frameworks"]
    ]
    items = [item for framework in frameworks for item in framework["requirements"]]
    return {
        "frameworks": frameworks,
        "met": _STATES,
        "axes": _AXES,
        "capabilities": sorted({name for item in items for name in item["capabilities"]}),
        "owners": sorted({item["owner"] for item in items if item["owner"]}),
        "states": {name: state.value for name, state in evidence.states.items()},
    }


def owner_of(requirement: Mapping[str, Any]) -> str:
    """The owner of a requirement by the profile, or else by the framework's file; empty without an owner."""
    stated = requirement["exception"] or requirement["attestation"] or requirement["manual"]
    return stated["owner"] if stated else ""


def _controls(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    files = {name: Path(stack["template"]).name for name, stack in document["stacks"].items()}
    return [_with_files(control, files) for control in document["controls"]]


def _with_files(control: Mapping[str, Any], files: Mapping[str, str]) -> Mapping[str, Any]:
    seen = [
        {**item, "file": files[item["stack"]], "value": value_text(item["value"])} for item in control["observations"]
    ]
    return {**control, "observations": seen, "live": detector_words(control["detectors"])}


def detector_words(detectors: Mapping[str, Sequence[str]]) -> str:
    """The tools that detect a violation, with the names of their checks."""
    names = {"config": "AWS Config", "security_hub": "Security Hub", "prowler": "Prowler"}
    return "; ".join(f"{names[tool]} {', '.join(ids)}" for tool, ids in detectors.items() if ids)


def value_text(value: Any) -> str:  # noqa: ANN401 - template data
    """A value of a template in a line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
