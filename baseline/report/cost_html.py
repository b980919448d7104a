"""A cost estimate as one self-contained page."""

from baseline.cost.estimate import Estimate
from baseline.report.page.cost_section import cost_section
from baseline.report.page.page import format_page


def format_cost_html(organization: str, estimate: Estimate) -> str:
    """The page."""
    return format_page(f"{organization}: cost of the baseline", [cost_section(estimate)])
