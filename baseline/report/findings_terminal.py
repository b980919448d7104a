"""Findings on a terminal: each with its source line, and a mark below the place."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from baseline.findings import Finding, at_most

Line = tuple[str, str]
"""A style (`error`, `warning`, `info`, `quiet` or nothing), and a text."""

_MOST = 100
_NARROWEST = 40
_TEMPLATES = "templates/"


def format_excerpts(findings: tuple[Finding, ...], lines_of: Callable[[str], Sequence[str]], width: int) -> list[Line]:
    """Return the findings as lines, at most a hundred of a kind; the rest are counted.

    Args:
        findings: The findings to show.
        lines_of: The lines of a file; empty if it must not be shown.
        width: Columns of the terminal.
    """
    return [line for finding in at_most(findings, _MOST) for line in _one(finding, lines_of, max(width, _NARROWEST))]


def _one(finding: Finding, lines_of: Callable[[str], Sequence[str]], width: int) -> Iterator[Line]:
    style = str(finding.severity)
    path = f" {finding.path}" if finding.path else ""
    yield style, f"{finding.location}: {style} {finding.id}{path}"
    yield from (("", f"  {part}") for part in _wrapped(finding.message, width))
    place = finding.existing_location
    if finding.origin is not None or not place.file.startswith(_TEMPLATES):
        yield from (("quiet", text) for text in _excerpt(lines_of(place.file), place.line, place.column, width))
    if finding.fix:
        yield from (("", f"  {part}") for part in _wrapped(f"Fix: {finding.fix}", width))
    yield "", ""


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width - 2, break_long_words=False, break_on_hyphens=False)


def _excerpt(lines: Sequence[str], number: int, column: int, width: int) -> Iterator[str]:
    """The line, cut to the width around the column, and a caret below the column."""
    if not 0 < number <= len(lines):
        return
    margin = f"{number:>5} | "
    text = lines[number - 1].replace("\t", " ")
    room = width - len(margin)
    position = min(max(column, 1), len(text) + 1) - 1
    start = max(0, position - room + 20) if position >= room else 0
    shown = text[start : start + room]
    yield f"{margin}{'…' + shown[1:] if start else shown}"
    if column:
        yield f"{' ' * (len(margin) - 2)}| {' ' * (position - start)}^"
