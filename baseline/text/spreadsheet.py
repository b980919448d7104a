"""Text in a cell of a CSV file, as a spreadsheet reads it."""

from baseline.text.visible import visible

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell_text(text: str) -> str:
    """The text; what a spreadsheet would calculate begins with an apostrophe (owasp.org: CSV Injection)."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(("\t", "\n")) or shown.lstrip().startswith(_FORMULA) else shown
