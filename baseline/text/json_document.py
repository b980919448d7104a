"""JSON documents on a terminal and in the log of a CI system."""

from baseline.text.terminal import CI_COMMAND
from baseline.text.visible import UNSEEN


def escape_in_json(text: str) -> str:
    r"""Escape characters such as `\u202e` that a terminal or a CI system would interpret.

    The values stay the same: JSON writers escape U+0000 to U+001F, so that the remaining characters are all in strings.
    """
    unseen = UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return CI_COMMAND.sub(r"#\\u0023", unseen)
