"""Text in a cell of a CSV file that a spreadsheet opens."""

from baseline.text.visible import visible

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell_text(text: str) -> str:
    """The text, with an apostrophe before anything that a spreadsheet would calculate (owasp.org: CSV Injection)."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(("\t", "\n")) or shown.lstrip().startswith(_FORMULA) else shown
