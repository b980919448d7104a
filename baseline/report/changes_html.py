"""The changes between two outputs, as one self-contained page."""

from baseline.evidence.changes import Changes
from baseline.report.page.changes_section import changes_section
from baseline.report.page.page import format_page


def format_changes_html(changes: Changes) -> str:
    """The page."""
    return format_page("Changes", [changes_section(changes)])
