"""The evidence of every example profile, against every framework."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from baseline.controls.framework import framework_ids
from baseline.evidence.evidence import Evidence
from baseline.pipeline import evidence_of
from baseline.report.evidence_csv import format_requirements_csv
from baseline.report.evidence_html import format_evidence_html
from baseline.report.evidence_json import format_evidence_json
from baseline.report.evidence_markdown import format_evidence_markdown
from baseline.report.page.material import Material
from baseline.reporting import ReportOptions, report_material
from baseline.resources import profiles_directory

DAY = date(2026, 12, 1)
EXAMPLES = ("starter", "northwind", "meridian-health", "govcloud", "client")


@pytest.fixture(scope="session", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Evidence:
    """The evidence of an example."""
    return replace(evidence_of(profiles_directory() / f"{request.param}.yaml")[1], frameworks=framework_ids())


@pytest.fixture(scope="session")
def files(example: Evidence) -> Mapping[str, str]:
    """Path → text of the reports of an example that list every requirement."""
    return {
        "report/evidence.json": format_evidence_json(example),
        "report/requirements.csv": format_requirements_csv(example),
        "report/evidence.md": format_evidence_markdown(example),
        "report/index.html": format_evidence_html(example),
    }


@pytest.fixture(scope="session")
def northwind_material() -> Material:
    """The models behind the report of northwind."""
    return report_material(profiles_directory() / "northwind.yaml", ReportOptions(day=DAY))
