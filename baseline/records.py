"""Results of earlier runs in the user's cache: private, signed with the user's key, and never trusted.

A cache directory may be shared, restored by a build server or written by another user. Each record therefore carries a
digest under a key that is stored elsewhere (`cache.key` in the user's state directory, mode 0600, created once). A
record that this user's key did not sign, or that is malformed, is ignored.
"""

import hmac
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from baseline.files import UnreadableError, read_file, replace_file, sibling

_LARGEST_RECORD = 16 * 1024 * 1024
_KEY_LENGTH = 64
_PRODUCT = "secure-baseline"


def cache_directory(kind: str) -> Path:
    """The directory of one kind of records in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path(_PRODUCT, appauthor=False) / kind


class Records:
    """A directory of records, name → JSON. An unusable directory means that there are no records, never an error."""

    def __init__(self, directory: Path | None) -> None:
        """Keep records in `directory`; keep nothing if it is None or not private."""
        self._directory = directory if directory is not None and _make_private(directory) else None
        self._key = _user_key() if self._directory else None

    def get(self, name: str) -> Any | None:  # noqa: ANN401 - JSON
        """The record, or None."""
        if self._directory is None or self._key is None:
            return None
        try:
            content = read_file(self._file(name), limit=_LARGEST_RECORD, follow_links=False)
            digest, _, text = content.partition(b"\n")
            # What the user's own key has signed was written by `put`, and is not looked at as a stranger's file is.
            return json.loads(text) if hmac.compare_digest(digest, self._digest(name, text)) else None
        except (UnreadableError, ValueError):
            return None

    def put(self, name: str, record: Any) -> None:  # noqa: ANN401 - JSON
        """Write a record if the directory is writable."""
        if self._directory is None or self._key is None:
            return
        text = json.dumps(record).encode("utf-8")
        with suppress(OSError):
            replace_file(self._file(name), self._digest(name, text) + b"\n" + text, mode=0o600)

    def _file(self, name: str) -> Path:
        return (self._directory or Path()) / f"{name}.json"

    def _digest(self, name: str, text: bytes) -> bytes:
        """Digest over kind, name and text, so that a record cannot be reused as the answer to another question."""
        kind = self._directory.name if self._directory else ""
        return hmac.new(self._key or b"", f"{kind}\0{name}\0".encode() + text, "sha256").hexdigest().encode()


def _make_private(directory: Path) -> bool:
    """Create the directory if it is missing; return whether it belongs to the user, is not a link and is private."""
    try:
        directory.parent.parent.mkdir(parents=True, exist_ok=True)
        for part in (directory.parent, directory):
            with suppress(FileExistsError):
                part.mkdir(mode=0o700)
            status = part.lstat()
            if not stat.S_ISDIR(status.st_mode) or not _is_own(status):
                return False
        if stat.S_IMODE(directory.stat().st_mode) != 0o700:
            directory.chmod(0o700)
    except OSError:
        return False
    return True


def _is_own(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def _user_key() -> bytes | None:
    """The user's key, created on the first call; None if it cannot be kept private."""
    from platformdirs import user_state_path

    file = user_state_path(_PRODUCT, appauthor=False) / "cache.key"
    try:
        if not os.path.lexists(file):
            _make_key(file)
        status = file.lstat()
        content = read_file(file, limit=_KEY_LENGTH, follow_links=False)
    except (OSError, UnreadableError):
        return None
    private = os.name == "nt" or not stat.S_IMODE(status.st_mode) & 0o077
    return content if private and _is_own(status) and len(content) == _KEY_LENGTH else None


def _make_key(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = sibling(file, "tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(token_hex(_KEY_LENGTH // 2))
    try:
        with suppress(FileExistsError):  # another run was first
            os.link(draft, file)
    finally:
        draft.unlink()
