"""Characters that a policy cannot contain."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.findings import Problem
from baseline.policy.document import Path

_OUTSIDE = re.compile(r"[^\t\n\r\u0020-\u00ff]")


def character_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: IAM user guide, IAM and AWS STS quotas: U+0009, U+000A, U+000D and U+0020 to U+00FF."""
    for path, text in _texts(document):
        found = _OUTSIDE.search(text)
        if found:
            yield Problem(
                id="policy-characters",
                path=path,
                message=f"{found[0]!r} (U+{ord(found[0]):04X}): policies only allow characters from U+0020 to U+00FF",
                fix="replace it with a plain character",
            )


def _texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - plain data
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield (*path, key), str(key)
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
