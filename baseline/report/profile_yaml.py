"""The merged values of a profile as YAML, which is itself a profile."""

import json
import re
from collections.abc import Iterator, Mapping

from baseline.profile.merged import MergedValue
from baseline.text.line import fold

_PLAIN_KEY = re.compile(r"(?!(?:on|off|yes|no|y|n|true|false|null)\Z)[A-Za-z_][A-Za-z0-9_-]*\Z", re.IGNORECASE)


def format_profile_yaml(value: MergedValue, *, origins: bool) -> str:
    """One line per scalar or list of scalars; with `origins`, each with a comment that names its origin."""
    return "\n".join(_lines(value, "", origins=origins)) + "\n"


def _lines(value: MergedValue, indent: str, *, origins: bool) -> Iterator[str]:
    """The lines of a mapping."""
    entries = value.content if isinstance(value.content, Mapping) else {}
    for name, item in entries.items():
        head = f"{indent}{name if _PLAIN_KEY.match(name) else json.dumps(name, ensure_ascii=False)}:"
        if isinstance(item.content, Mapping) and item.content:
            yield head
            yield from _lines(item, f"{indent}  ", origins=origins)
        elif isinstance(item.content, tuple) and any(isinstance(one.content, Mapping) for one in item.content):
            yield head
            for one in item.content:
                first, *others = _lines(one, f"{indent}    ", origins=origins)
                yield f"{indent}  - {first.lstrip()}"
                yield from others
        else:
            comment = f"  # {fold(str(item.origin))}" if origins else ""
            yield f"{head} {json.dumps(item.plain(), ensure_ascii=False)}{comment}"
