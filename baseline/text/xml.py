"""Text in XML 1.0, which cannot represent most control characters."""

from baseline.text.terminal import terminal_text


def xml_text(text: str) -> str:
    r"""The text with control and bidirectional characters as `\x1b` or `\u202e`: an XML writer escapes the rest."""
    return terminal_text(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
