"""The sections of a page about evidence: counts, requirements, controls, stacks and responsibilities."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.responsibility import responsibility
from baseline.evidence.evidence import Evidence
from baseline.evidence.states import Checked, Implemented, Met
from baseline.plan.model import Stack
from baseline.report.evidence_json import evidence_document
from baseline.report.evidence_origin import origin_lines
from baseline.report.page.gaps import gaps_of
from baseline.report.page.page import Section
from baseline.report.requirement_words import AXES, STATES

_STATES = [met.value for met in Met]
_LONGEST = 160
_AXES: Mapping[str, Sequence[str]] = {
    "implemented": [item.value for item in Implemented],
    "checked": [item.value for item in Checked],
}


def evidence_sections(evidence: Evidence, *, title: str = "", beside: bool = False) -> tuple[Section, ...]:
    """The sections in the order of the evidence page.

    Args:
        evidence: The evidence.
        title: Heading of the page, above the counts; empty if the page has other sections as well.
        beside: Whether the page is in `report/`, so that it can link to the files of the output.
    """
    document = evidence_document(evidence)
    return (
        Section(name="overview", title="" if title else "Frameworks", context=_overview(evidence, document, title)),
        Section(
            name="requirements",
            title="Requirements",
            context=_requirements(evidence, document),
            is_interactive=bool(document["frameworks"]),
        ),
        Section(
            name="controls",
            title="Controls",
            context={"controls": _controls(evidence, document, beside=beside), "beside": beside},
        ),
        Section(name="stacks", title="Stacks", context={"stacks": _stacks(evidence, document), "beside": beside}),
        responsibility_section(evidence, beside=beside),
    )


def responsibility_section(evidence: Evidence, *, beside: bool = False) -> Section:
    """Responsibilities by kind of service and by capability with stacks in the output."""
    on = {template.stack.capability for template in evidence.templates}
    shares = {CAPABILITIES[name].title: share for name, share in responsibility().capabilities.items() if name in on}
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
        "scanned_on": evidence.live.records[-1].day.isoformat() if evidence.live else "",
    }


def _requirements(evidence: Evidence, document: Mapping[str, Any]) -> Mapping[str, Any]:
    steps = {gap.requirement: gap.marked_steps for gap in gaps_of(evidence)}
    capabilities = {control["id"]: control["capability"] for control in document["controls"]}
    frameworks = [
        {
            **framework,
            "requirements": [
                {
                    **item,
                    "owner": owner_of(item),
                    "live": item.get("live"),
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
        "accounts": evidence.accounts if len(evidence.accounts) > 1 else {},
        "states": {name: state.value for name, state in evidence.states.items()},
    }


def owner_of(requirement: Mapping[str, Any]) -> str:
    """The owner of a requirement by the profile, or else by the framework's file; empty without an owner."""
    stated = requirement["exception"] or requirement["attestation"] or requirement["manual"]
    return stated["owner"] if stated else ""


def _stacks(evidence: Evidence, document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: {**stack, "accounts": _accounts_of(evidence, evidence.stacks[name][0])}
        for name, stack in document["stacks"].items()
    }


def _accounts_of(evidence: Evidence, stack: Stack) -> Sequence[str]:
    """Keys of the accounts with the stack, or to which its policy applies; empty if these are all accounts."""
    if isinstance(stack.context, GuardrailsContext):
        bound = {account.key for account in stack.context.policy.accounts if account.attached}
        found = tuple(key for key in evidence.accounts if key in bound)
    elif evidence.plan.membership is None:
        return ()
    else:
        found = evidence.reached(stack)
    return () if len(found) == len(evidence.accounts) else found


def _controls(evidence: Evidence, document: Mapping[str, Any], *, beside: bool) -> list[Mapping[str, Any]]:
    """The controls; without the templates beside the page, each value has the lines around it."""
    files = {name: Path(stack["template"]).name for name, stack in document["stacks"].items()}
    lines = {} if beside else {item.stack.name: item.text.splitlines() for item in evidence.templates}
    return [
        {
            **control,
            "tools": detector_words(control["detectors"]),
            "live": control.get("live"),
            "observations": _observations(control["observations"], files, lines),
        }
        for control in document["controls"]
    ]


def _observations(
    observations: Sequence[Mapping[str, Any]], files: Mapping[str, str], lines: Mapping[str, Sequence[str]]
) -> Iterator[Mapping[str, Any]]:
    """One row at a time: a large organization has a value for each of its assignments."""
    for seen in observations:
        yield {
            **seen,
            "file": files[seen["stack"]],
            "value": value_text(seen["value"]),
            "lines": _around(lines.get(seen["stack"], []), seen["line"]),
        }


def _around(lines: Sequence[str], number: int) -> str:
    """A line of a template with its number, between the line above and the line below."""
    first = max(number - 2, 0)
    shown = enumerate(lines[first : number + 1], start=first + 1)
    return "\n".join(f"{at:>4}  {line[:_LONGEST]}" for at, line in shown)


def detector_words(detectors: Mapping[str, Sequence[str]]) -> str:
    """The tools that detect a violation, with the names of their checks."""
    names = {"config": "AWS Config", "security_hub": "Security Hub", "prowler": "Prowler"}
    return "; ".join(f"{names[tool]} {', '.join(ids)}" for tool, ids in detectors.items() if ids)


def value_text(value: Any) -> str:  # noqa: ANN401 - template data
    """A value of a template in a line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
