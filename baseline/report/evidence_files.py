"""The evidence files of an output directory."""

from collections.abc import Mapping

from baseline.evidence.evidence import Evidence
from baseline.evidence.tasks import tasks_of
from baseline.report.evidence_csv import format_evidence_csv, format_requirements_csv
from baseline.report.evidence_html import format_evidence_html
from baseline.report.evidence_json import format_evidence_json
from baseline.report.evidence_markdown import format_evidence_markdown
from baseline.report.oscal_assessment_results import FILE as OSCAL_RESULTS
from baseline.report.oscal_assessment_results import format_oscal_assessment_results
from baseline.report.oscal_catalog import oscal_catalogs
from baseline.report.oscal_component_definition import format_oscal_component_definition
from baseline.report.oscal_poam import format_oscal_poam
from baseline.report.responsibility_markdown import format_responsibility_markdown
from baseline.report.tasks_csv import format_tasks_csv


def evidence_files(evidence: Evidence) -> Mapping[str, bytes]:
    """Relative path → content."""
    page = format_evidence_html(evidence).encode("utf-8")  # first, as it needs most memory
    poam = format_oscal_poam(evidence)
    oscal = oscal_catalogs(evidence) | ({"oscal-poam.json": poam} if poam else {})
    results = format_oscal_assessment_results(evidence, evidence.live) if evidence.live else ""
    oscal |= {OSCAL_RESULTS: results} if results else {}
    return {
        "report/evidence.csv": format_evidence_csv(evidence).encode("utf-8"),
        "report/requirements.csv": format_requirements_csv(evidence).encode("utf-8"),
        "report/evidence.json": format_evidence_json(evidence).encode("utf-8"),
        "report/evidence.md": format_evidence_markdown(evidence).encode("utf-8"),
        "report/index.html": page,
        "report/oscal-component-definition.json": format_oscal_component_definition(evidence).encode("utf-8"),
        **{f"report/{name}": text.encode("utf-8") for name, text in oscal.items()},
        "report/tasks.csv": format_tasks_csv(tasks_of(evidence)).encode("utf-8"),
        "report/responsibility.md": format_responsibility_markdown(evidence).encode("utf-8"),
    }
