"""Text on a terminal and in the log of a CI system, which interprets some lines as commands."""

import re

from baseline.text.line import fold
from baseline.text.visible import visible

# GitHub Actions reads `::name::` after any blanks at a line's beginning, and `##[name]` anywhere in a line
# (github.com/actions/runner, ActionCommand.cs); Azure Pipelines reads `##vso[`, and TeamCity `##teamcity[`, anywhere.
_COMMAND_LINE = re.compile(r"^([^\S\n]*)(?=::)", re.MULTILINE)
CI_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")


def terminal_text(text: str) -> str:
    """Lines of text without escape sequences, carriage returns or commands of a CI system."""
    return CI_COMMAND.sub(r"#\\#", _COMMAND_LINE.sub(r"\1\\", visible(text)))


def terminal_line(text: str) -> str:
    """Untrusted text on one line, escaped as in `terminal_text`, so that it cannot begin another line."""
    return terminal_text(fold(text))
