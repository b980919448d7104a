"""Reading and writing files that other people may have touched: one reader and one writer for all of them.

All files from outside (a written output, a scan, a lock file, a policy) are read here, so that a pipe cannot block the
program, a device or a sparse file cannot fill its memory, and deeply nested JSON cannot exhaust its stack.
"""

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

_PIECE = 1024 * 1024

DEEPEST_JSON = 100
"""Levels of arrays and objects. The deepest document that baseline writes has 12."""

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


class UnreadableError(Exception):
    """The reason why a file cannot be read, without its path: callers add the name that they use."""


class NotAFileError(UnreadableError):
    """The path is not a regular file; the message says what it is."""


class TooLargeError(UnreadableError):
    """The file is larger than the limit."""


def read_file(path: Path, *, limit: int, follow_links: bool = True) -> bytes:
    """Return the content of a regular file.

    Args:
        path: The file.
        limit: Maximum size in bytes.
        follow_links: Whether the last part of the path may be a symbolic link.

    Raises:
        UnreadableError: if it is missing, not a regular file, or too large.
    """
    try:
        if not follow_links and path.is_symlink():
            raise NotAFileError("not a file: this is a symbolic link")
        with _open(path, 0 if follow_links else getattr(os, "O_NOFOLLOW", 0)) as file:
            size = os.fstat(file.fileno()).st_size
            content = b"".join(_pieces(file, limit)) if size <= limit else b""
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from error
    except ValueError as error:  # a NUL in the path
        raise UnreadableError(str(error)) from error
    if max(size, len(content)) > limit:
        raise TooLargeError(f"too large: {max(size, len(content)):,} bytes, at most {limit:,}")
    return content


def _pieces(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Read at most one byte more than the limit: a file may grow meanwhile, and files in /proc report size 0."""
    left = limit
    while left >= 0 and (piece := file.read(_PIECE)):
        left -= len(piece)
        yield piece


def _open(path: Path, flags: int) -> BinaryIO:
    # Without O_NONBLOCK a pipe would make open() wait for a writer.
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    handle = os.open(path, os.O_RDONLY | flags)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise NotAFileError(f"not a file: this is {kind_of(mode)}")
    return os.fdopen(handle, "rb")


def kind_of(mode: int) -> str:
    """The kind of file for a mode, in words."""
    return next((words for test, words in _KINDS if test(mode)), "a regular file")


def parse_json(content: bytes | str, *, deepest: int = DEEPEST_JSON) -> Any:  # noqa: ANN401 - JSON
    """Parse one JSON document from a file of unknown origin.

    Raises:
        UnreadableError: if it is not JSON in UTF-8, is nested deeper than `deepest`, or is ambiguous between parsers:
            a duplicate key in an object, NaN or infinity, or an unpaired surrogate.
    """
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        check_depth(text, deepest)
        document = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
        if _HALF_CHARACTER.search(text):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8: byte {error.start} is not part of any character") from error
    except UnicodeEncodeError as error:
        raise UnreadableError("not valid text: it has one half of a pair of surrogates") from error
    except ValueError as error:
        raise UnreadableError(f"not JSON: {error}") from error
    return document


def check_depth(text: str, deepest: int) -> None:
    """Reject JSON that is nested deeper than `deepest` levels, before a recursive parser reads it.

    Raises:
        UnreadableError: with the line.
    """
    depth = 0
    for found in _STRINGS_AND_BRACKETS.finditer(text):
        bracket = text[found.start()]
        if bracket == '"':
            continue
        depth += 1 if bracket in "[{" else -1
        if depth > deepest:
            line = text.count("\n", 0, found.start()) + 1
            raise UnreadableError(f"line {line}: nested too deeply: more than {deepest} levels")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name!r} appears twice in one object")
        found[name] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def sibling(path: Path, purpose: str) -> Path:
    """A hidden, unpredictable file name in the directory of `path`."""
    return path.parent / f".{path.name}.{token_hex(8)}.{purpose}"


def replace_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file atomically; a link at `path` is replaced, never followed.

    Args:
        path: The file.
        content: Its new content.
        mode: Its permissions, also of an existing file; None for those of the existing file, or the umask's.

    Raises:
        OSError: if it cannot be written; the existing file is untouched.
    """
    draft = sibling(path, "tmp")
    # O_EXCL refuses whatever is at that name already, links included.
    handle = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666 if mode is None else mode
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        with suppress(FileNotFoundError):
            before = os.lstat(path)
            if mode is None and stat.S_ISREG(before.st_mode):
                draft.chmod(stat.S_IMODE(before.st_mode))
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
