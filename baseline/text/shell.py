"""Text in commands that people copy into a POSIX shell, bash or zsh."""

import json
import re
import shlex

from baseline.text.line import fold
from baseline.text.visible import visible

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]*")


def shell_word(text: str) -> str:
    """One word, in single quotes if it needs any: the shell expands nothing there, not even `!`."""
    return shlex.quote(text)


def shell_comment(text: str) -> str:
    """The text after `# `: on one line, so that it ends where the comment ends."""
    return f"# {visible(fold(text))}"


def in_double_quotes(text: str) -> str:
    """The inside of a double-quoted word in which `$NAME` is meant to be expanded, and nothing else."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")


def jmespath_name_query(name: str) -> str:
    """A word for `--query`: the id of the organizational unit of that name.

    A raw string of JMESPath has no escape for a backslash that every implementation reads in the same way, so that any
    but a plain name is a JSON literal (jmespath.org/specification.html, "Literal Expressions").
    """
    if _PLAIN_NAME.fullmatch(name):
        return f"\"OrganizationalUnits[?Name=='{name}'].Id\""
    literal = json.dumps(name).replace("`", "\\u0060").replace("'", "\\u0027")
    return shell_word(f"OrganizationalUnits[?Name==`{literal}`].Id")
