"""Evidence as one page: search, filters, and links from a requirement to controls, values and lines."""

from baseline.evidence.evidence import Evidence
from baseline.report.page.evidence_sections import evidence_sections
from baseline.report.page.page import format_page


def format_evidence_html(evidence: Evidence) -> str:
    """One self-contained file with style and script; it links to the templates beside it."""
    title = f"Evidence: {evidence.plan.organization}"
    return format_page(title, evidence_sections(evidence, title=title, beside=True))
