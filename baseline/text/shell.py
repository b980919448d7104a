"""Text in commands that people copy into a POSIX shell, bash or zsh."""

import json
import re
import shlex

from baseline.text.line import fold
from baseline.text.visible import visible

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]*")


def shell_word(text: str) -> str:
    """Quote the text as one shell word if necessary; single quotes prevent all expansion, including `!`."""
    return shlex.quote(text)


def shell_comment(text: str) -> str:
    """The text after `# `, on one line, so that the comment ends with it."""
    return f"# {visible(fold(text))}"


def in_double_quotes(text: str) -> str:
    """The inside of a double-quoted word in which only `$NAME` is expanded."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")


def jmespath_name_query(name: str) -> str:
    """A word for `--query` that returns the id of the organizational unit with this name.

    Implementations of JMESPath disagree about backslashes in raw strings, so any name but a plain one is written as a
    JSON literal (jmespath.org/specification.html, "Literal Expressions").
    """
    if _PLAIN_NAME.fullmatch(name):
        return f"\"OrganizationalUnits[?Name=='{name}'].Id\""
    literal = json.dumps(name).replace("`", "\\u0060").replace("'", "\\u0027")
    return shell_word(f"OrganizationalUnits[?Name==`{literal}`].Id")
