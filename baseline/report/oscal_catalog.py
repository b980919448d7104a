"""OSCAL catalogs of frameworks without a public one: the publisher's ids, with requirements in our own words."""

from typing import Any

from baseline.controls.framework import Framework, frameworks
from baseline.controls.requirement import Requirement
from baseline.evidence.evidence import Evidence
from baseline.report.oscal import control_id, line, metadata, properties, statement_id, write


def catalog_source(framework: Framework) -> str:
    """Address of the framework's public catalog, or the file that `format_oscal_catalog` writes, beside the others."""
    return framework.catalog or f"oscal-catalog-{framework.id}.json"


def oscal_catalogs(evidence: Evidence) -> dict[str, str]:
    """File name → catalog, for the evidence's frameworks without a public catalog."""
    chosen = (frameworks()[name] for name in evidence.frameworks)
    return {catalog_source(item): format_oscal_catalog(evidence, item) for item in chosen if not item.catalog}


def format_oscal_catalog(evidence: Evidence, framework: Framework) -> str:
    """The catalog of one framework."""
    return write(
        "catalog",
        {
            "metadata": {
                **metadata(evidence, f"{framework.title}: requirement ids with paraphrased requirements"),
                "links": [{"href": framework.source, "rel": "reference"}],
            },
            "controls": [_control(item) for item in framework.requirements.values()],
        },
        depth=4,
    )


def _control(item: Requirement) -> dict[str, Any]:
    return {
        "id": control_id(item),
        "title": line(item.gist),
        "props": [{"name": "label", "value": item.id}, *properties(level=", ".join(item.level))],
        "parts": [{"id": statement_id(item), "name": "statement", "prose": line(item.gist)}],
    }
