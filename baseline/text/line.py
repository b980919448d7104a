"""Characters that break a line, hide text or change its order, and the conversion of text to one line."""

import re

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Every character at which `str.splitlines`, YAML 1.1, JavaScript or a terminal begins a new line."""

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates (Unicode Standard Annex 9), as a range of a regular expression."""

_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# ZERO WIDTH (NON-)JOINER is part of words in Persian and Indic scripts, and of nothing in ASCII.
_JOINER = r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"

_NOT_IN_A_NAME = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{BIDIRECTIONAL}{_INVISIBLE}\ud800-\udfff]|{_JOINER}")
_BREAKS = re.compile(rf"[ \t]*[{LINE_BREAKS}][\s]*")


def is_plain(text: str) -> bool:
    """Whether the text is visible ASCII on one line. Most texts are, so this decides most checks quickly."""
    return text.isascii() and text.isprintable()


def forbidden_in_a_name(text: str) -> str:
    """The first character that names may not contain: control, line break, bidirectional or invisible; "" if none."""
    match = _NOT_IN_A_NAME.search(text)
    return match.group() if match else ""


def fold(text: str) -> str:
    """The text on one line: each line break and the blanks around it become one space; the ends are stripped."""
    return _BREAKS.sub(" ", text.strip(LINE_BREAKS))


def shorten(text: str, most: int) -> str:
    """The text, or its beginning and `…` if it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def code_point(character: str) -> str:
    """The number of a character that cannot be shown, such as `U+202E`."""
    return f"U+{ord(character):04X}"
