"""Characters that a reader cannot see, shown as escapes."""

import re

from baseline.text.line import BIDIRECTIONAL

_UNSEEN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{BIDIRECTIONAL}\ud800-\udfff]")


def visible(text: str) -> str:
    r"""The text with control and bidirectional characters as `\x1b` or `\u202e`; tab and line feed stay."""
    return _UNSEEN.sub(lambda match: match.group().encode("ascii", "backslashreplace").decode("ascii"), text)
