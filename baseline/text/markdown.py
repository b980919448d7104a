"""Text in Markdown (CommonMark and GitHub's tables)."""

import re

from baseline.text.line import fold
from baseline.text.visible import visible

# Every ASCII punctuation mark may be escaped (CommonMark 0.31, section 2.4); these are the marks that mean something.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;"} | {mark: f"\\{mark}" for mark in ("\\", "`", "*", "[", "]", "|", "#", "~")}
)
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # inside a word it is no emphasis
_LAST_MARK = re.compile(r"!\Z")  # before a link of the document's own it would make an image
_BLOCK_MARK = re.compile(r"\A(\s*)([-+=>]|[0-9]{1,9}[.)])")


def markdown_text(text: str) -> str:
    """The text on one line without markup (link, image, HTML, code), for a paragraph, heading or table cell."""
    escaped = _UNDERSCORE.sub(r"\\_", visible(fold(text)).translate(_ESCAPES))
    escaped = _LAST_MARK.sub(r"\\!", escaped)
    return _BLOCK_MARK.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", escaped)


def markdown_code(text: str) -> str:
    """The text as a code span, also in a table cell: the fence is longer than any run of backticks in the text."""
    line = visible(fold(text)).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"
