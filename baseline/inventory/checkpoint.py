"""Parts of an inventory that have been read, in a file beside the inventory's: one line of JSON each."""

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
_HEAD = "head"
"""Key of the first line: the inventory that the parts belong to."""


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
            head: Organization, Regions and role, which must be the same for all parts.
            resume: Whether to keep the parts of an earlier run.

        Raises:
            OutputError: if there are parts and `resume` is False, if they belong to a different run, if the file has
                other content, or if it cannot be written.
        """
        path = part_file(output)
        kept = _kept(path) if os.path.lexists(path) else b""
        parts = _parts(kept)
        begun_for = parts.pop(_HEAD, None)
        if parts and not resume:
            raise OutputError(
                f"{path} has {len(parts):,} parts of an earlier run",
                hint="continue it with --resume, or delete the file to start over",
            )
        if parts and begun_for != head:
            raise OutputError(
                f"{path} was started for another organization, other Regions or another role",
                hint="use the same options as the run that started it, or delete the file to start over",
            )
        checkpoint = cls(path=path, file=_open(path, keep=bool(parts)), parts=parts)
        if parts:
            if not kept.endswith(b"\n"):
                checkpoint.file.write("\n")  # ends the line that was cut off
        else:
            checkpoint._append(_HEAD, dict(head))
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
    """The file beside an inventory that stores the parts already read."""
    return output.with_name(f"{output.name}.part")


def _open(path: Path, *, keep: bool) -> TextIO:
    """The file to write, readable only by its owner; a link is not followed.

    Raises:
        OutputError: if it cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | (os.O_APPEND if keep else os.O_TRUNC)
    try:
        handle = os.open(path, flags, 0o600)
        if hasattr(os, "fchmod"):
            os.fchmod(handle, 0o600)
    except OSError as error:
        raise OutputError(
            f"{path} not written: {error.strerror or error}",
            hint="name a file in a directory that you can write to, with -o",
        ) from error
    return os.fdopen(handle, "w", encoding="utf-8")


def _kept(path: Path) -> bytes:
    """The parts that an earlier run wrote.

    Raises:
        OutputError: if the file cannot be read, or if it has other content.
    """
    try:
        content = read_file(path, limit=_LIMIT, follow_links=False)
    except UnreadableError as error:
        raise OutputError(f"{path}: {error}", hint="delete it to start over") from error
    if content and not content.startswith(b'["head",'):
        raise OutputError(
            f"{path} contains no parts of an inventory", hint="move it away, or name another file with -o"
        )
    return content


def _parts(content: bytes) -> dict[str, Any]:
    """Key → part, with the head; lines that are cut off are skipped."""
    parts: dict[str, Any] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        try:
            key, part = parse_json(line)
        except (UnreadableError, TypeError, ValueError):
            continue
        parts[str(key)] = part
    return parts
