"""Escapes for characters that a reader cannot see."""

import re

from baseline.text.line import BIDIRECTIONAL

UNSEEN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{BIDIRECTIONAL}\ud800-\udfff]")


def visible(text: str) -> str:
    r"""The text with control and bidirectional characters as `\x1b` or `\u202e`; tab and line feed stay."""
    return UNSEEN.sub(lambda match: _escape(ord(match.group())), text)


def _escape(number: int) -> str:
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
