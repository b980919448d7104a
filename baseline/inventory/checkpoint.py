"""Parts of an inventory that are read already, in a file beside the one to write: one line of JSON each."""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TextIO

from pydantic import BaseModel

from baseline.errors import OutputError
from baseline.files import UnreadableError, parse_json, read_file

_LIMIT = 1024 * 1024 * 1024


@dataclass(kw_only=True)
class Checkpoint:
    """The parts by key. Safe to share between threads; a line that was cut off is read again.

    Attributes:
        path: Its path.
        file: The open file.
        parts: Key → part, as plain data.
    """

    path: Path
    file: TextIO
    parts: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def begin(cls, output: Path, head: Mapping[str, Any], *, resume: bool) -> Self:
        """Open the file beside `output`.

        Args:
            output: The inventory's file.
            head: Organization, Regions and role: parts of another look do not fit together.
            resume: Whether to keep the parts of an earlier run.

        Raises:
            OutputError: if there are parts and `resume` is False, if they are of another look, or if the file cannot
                be written.
        """
        path = part_file(output)
        parts = _read(path) if path.exists() else {}
        if parts and not resume:
            raise OutputError(
                f"{path} has {len(parts) - 1:,} parts of an earlier run",
                hint="continue it with --resume, or delete the file to start over",
            )
        if parts and parts.pop("head", None) != head:
            raise OutputError(
                f"{path} is of another organization, or of other Regions or another role",
                hint="name the same options as in the run that began it, or delete the file to start over",
            )
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise OutputError(f"{path} not written: {error.strerror or error}") from error
        checkpoint = cls(path=path, file=os.fdopen(handle, "w", encoding="utf-8"))
        for key, part in {"head": dict(head), **parts}.items():
            checkpoint._append(key, part)
        return checkpoint

    def keep(self, key: str, part: BaseModel | list[str]) -> None:
        """Write a part that is complete."""
        data = part.model_dump(mode="json") if isinstance(part, BaseModel) else part
        with self._lock:
            self._append(key, data)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _append(self, key: str, part: Any) -> None:  # noqa: ANN401 - JSON
        self.parts[key] = part
        self.file.write(json.dumps([key, part], separators=(",", ":")) + "\n")
        self.file.flush()


def part_file(output: Path) -> Path:
    """The file of the parts beside an inventory's file."""
    return output.with_name(f"{output.name}.part")


def _read(path: Path) -> dict[str, Any]:
    """Key → part; lines that are cut off are skipped.

    Raises:
        OutputError: if the file cannot be read.
    """
    try:
        lines = read_file(path, limit=_LIMIT, follow_links=False).decode("utf-8", "replace").splitlines()
    except UnreadableError as error:
        raise OutputError(f"{path}: {error}", hint="delete it to start over") from error
    parts: dict[str, Any] = {}
    for line in lines:
        try:
            key, part = parse_json(line)
        except (UnreadableError, TypeError, ValueError):
            continue
        parts[str(key)] = part
    return parts
