"""Evidence as one page: search, filters, and links from a requirement to controls, values and lines."""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from baseline.controls.control import controls
from baseline.controls.responsibility import responsibility
from baseline.evidence.evidence import Evidence
from baseline.evidence.states import Checked, Implemented, Met
from baseline.report.control_settings import enabled_by
from baseline.report.evidence_json import evidence_document
from baseline.report.evidence_origin import origin_lines
from baseline.report.requirement_words import AXES, STATES
from baseline.templating.html import render_html

_PAGE = Path(__file__).with_name("page") / "index.html.j2"


def format_evidence_html(evidence: Evidence) -> str:
    """One self-contained file with style and script; it links to the templates beside it."""
    document = evidence_document(evidence)
    files = {name: Path(stack["template"]).name for name, stack in document["stacks"].items()}
    on = {stack["capability"] for stack in document["stacks"].values()}
    return render_html(
        _PAGE,
        {
            "organization": document["organization"],
            "tier": document["tier"],
            "generator": document["generator"],
            "stacks": document["stacks"],
            "met": [met.value for met in Met],
            "axes": {"implemented": [item.value for item in Implemented], "checked": [item.value for item in Checked]},
            "origin": list(origin_lines(evidence)),
            "meanings": {**STATES, **AXES},
            "frameworks": document["frameworks"],
            "states": {name: state.value for name, state in evidence.states.items()},
            "closed_by": {name: enabled_by(controls()[name]) for name in sorted(_missing(document))},
            "controls": [_with_files(control, files) for control in document["controls"]],
            "responsibility": responsibility(),
            "shares": {name: share for name, share in responsibility().capabilities.items() if name in on},
            "style_digest": _digest("style.css"),
            "script_digest": _digest("script.js"),
        },
    )


def _missing(document: dict[str, Any]) -> set[str]:
    """Absent controls that would satisfy a requirement that is a gap, or detect its violations."""
    return {
        control["id"]
        for framework in document["frameworks"]
        for item in framework["requirements"]
        for control in item["controls"]
        if control["id"] in controls()
        and item["state"] == Met.GAP.value
        and control["state"] == "absent"
        and control["relation"] in ("satisfies", "detects")
    }


def _digest(name: str) -> str:
    """The integrity digest of a file that is embedded in the page."""
    text = _PAGE.with_name(name).read_text(encoding="utf-8")
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _with_files(control: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    seen = [{**item, "file": files[item["stack"]], "value": _text(item["value"])} for item in control["observations"]]
    return {**control, "observations": seen, "live": _live(control["detectors"])}


def _live(detectors: dict[str, list[str]]) -> str:
    names = {"config": "AWS Config", "security_hub": "Security Hub", "prowler": "Prowler"}
    return "; ".join(f"{names[tool]} {', '.join(ids)}" for tool, ids in detectors.items() if ids)


def _text(value: Any) -> str:  # noqa: ANN401 - template data
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
