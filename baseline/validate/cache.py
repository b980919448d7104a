"""cfn-lint's answers, remembered by what they depend on: the text, the Region, and the versions involved."""

import json
import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

_FORMAT = 2
"""Raised when the stored form or the way cfn-lint is called changes."""


def default_cache_directory() -> Path:
    """The user's cache directory for this program."""
    from platformdirs import user_cache_path

    return user_cache_path("secure-baseline", appauthor=False) / "lint"


class LintCache:
    """A directory of answers. Anything wrong with it means a miss, never an error."""

    def __init__(self, directory: Path | None) -> None:
        """Answers are kept in `directory`; with None nothing is remembered."""
        self._directory = directory
        self._versions = f"{_FORMAT}:{version('cfn-lint')}"

    def get(self, text: str, region: str) -> list[dict[str, Any]] | None:
        """The remembered answer, or None."""
        if self._directory is None:
            return None
        try:
            stored = json.loads(self._file(text, region).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return stored if _is_answer(stored) else None

    def put(self, text: str, region: str, matches: list[dict[str, Any]]) -> None:
        """Remember an answer, if the directory can be written."""
        if self._directory is None:
            return
        file = self._file(text, region)
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(matches, stream)
                Path(name).replace(file)
            except OSError:
                Path(name).unlink()

    def _file(self, text: str, region: str) -> Path:
        key = sha256(f"{self._versions}\0{region}\0{text}".encode()).hexdigest()
        return (self._directory or Path()) / f"{key}.json"


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
