"""Long lines, wrapped between words for a terminal's width."""

from collections.abc import Iterator
from textwrap import wrap

_NARROWEST = 40
_WHOLE = ("|", "aws ", "baseline ", "prowler ")
"""Beginnings of lines that are not broken: rows of tables, and commands that people copy."""
_FENCE = "```"


def wrapped(text: str, width: int) -> str:
    """The text with lines of at most `width` columns; continuation lines are indented by two more columns.

    Commands, rows of tables and blocks of code stay as they are, as does a word that is longer than a line.
    """
    return "\n".join(_lines(text, max(width, _NARROWEST)))


def _lines(text: str, width: int) -> Iterator[str]:
    in_code = False
    for line in text.split("\n"):
        words = line.lstrip(" ")
        if words.startswith(_FENCE):
            in_code = not in_code
        if in_code or len(line) <= width or words.startswith(_WHOLE):
            yield line
            continue
        indent = " " * (len(line) - len(words))
        yield from wrap(
            words,
            width,
            initial_indent=indent,
            subsequent_indent=f"{indent}  " if indent else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
