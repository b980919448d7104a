"""Cache of cfn-lint's answers, keyed by the template's text, the Region and all versions involved."""

import re
import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from baseline.records import Records, cache_directory

_FORMAT = 3
"""Raised when the stored form or the way cfn-lint is called changes."""


def default_cache_directory() -> Path:
    """The user's cache directory for this program."""
    return cache_directory("lint")


class LintCache:
    """A directory of answers. An unusable directory is a cache miss, never an error."""

    def __init__(self, directory: Path | None) -> None:
        """Keep answers in `directory`; keep nothing if it is None."""
        self._records = Records(directory)
        self._versions = f"{_FORMAT}:{version('cfn-lint')}:{_dependencies()}"

    def get(self, text: str, region: str) -> list[dict[str, Any]] | None:
        """The cached answer, or None."""
        stored = self._records.get(self._name(text, region))
        return stored if _is_answer(stored) else None

    def put(self, text: str, region: str, matches: list[dict[str, Any]]) -> None:
        """Cache an answer if the directory is writable."""
        self._records.put(self._name(text, region), matches)

    def _name(self, text: str, region: str) -> str:
        return sha256(f"{self._versions}\0{region}\0{text}".encode()).hexdigest()


@cache
def _dependencies() -> str:
    """Versions of Python and of cfn-lint's dependencies, which affect its answers."""
    names = (re.split(r"[^A-Za-z0-9._-]", item, maxsplit=1)[0] for item in requires("cfn-lint") or ())
    found = {}
    for name in names:
        try:
            found[name.lower()] = version(name)
        except PackageNotFoundError:  # of an extra
            continue
    return f"{sys.version}:{sorted(found.items())}"


_SHAPE = {"id": str, "severity": str, "message": str, "path": list, "line": int, "column": int, "source": str}


def _is_answer(stored: object) -> bool:
    return isinstance(stored, list) and all(map(_is_match, stored))


def _is_match(item: object) -> bool:
    return (
        isinstance(item, dict)
        and item.keys() == _SHAPE.keys()
        and all(isinstance(item[name], kind) for name, kind in _SHAPE.items())
        and all(isinstance(part, str) for part in item["path"])
    )
