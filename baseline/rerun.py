"""Skip a run if nothing has changed since the last one.

A run is identified by its inputs (the program's own files, the installed packages, the profile's files and the options)
and its output (the bytes of the output directory). If all of these are unchanged, the answer is unchanged.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from baseline import __version__
from baseline.files import UnreadableError, read_file
from baseline.frozen import frozen
from baseline.records import Records, cache_directory
from baseline.resources import templates_directory

_LARGEST_FILE = 64 * 1024 * 1024


@frozen
class Run:
    """A run of a command. `options` are the options that can change its answer.

    Attributes:
        profile: The profile.
        options: The options as text.
        directory: The given output directory; None for the default of the profile.
    """

    profile: Path
    options: tuple[str, ...]
    directory: Path | None = None

    @property
    def key(self) -> str:
        """A key that is equal for the same run from the same directory."""
        return sha256(
            "\0".join((os.getcwd(), str(self.profile), str(self.directory), *self.options)).encode()  # noqa: PTH109
        ).hexdigest()


@frozen
class Answer:
    """The output and exit code of a run."""

    stdout: str
    stderr: str
    directory: str
    notice: str = ""


def user_memory() -> Path:
    """The directory of this user's remembered runs."""
    return cache_directory("runs")


def recall(run: Run, memory: Path) -> Answer | None:
    """The answer that a new run would give, or None if anything has changed or nothing is remembered."""
    record: Any = Records(memory).get(run.key)
    try:
        answer = _answer(record["answer"])
        same = (
            run.directory in (None, Path(answer.directory))
            and record["program"] == _program()
            and record["sources"] == _digests(map(Path, record["sources"]), follow_links=True)
            and record["output"] == _output(Path(answer.directory))
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UnreadableError):
        return None
    return answer if same else None


def _answer(record: Mapping[str, str]) -> Answer:
    if not all(isinstance(value, str) for value in record.values()):
        raise TypeError("an answer must consist of texts")
    return Answer(**record)


def remember(run: Run, answer: Answer, sources: Iterable[Path], memory: Path) -> None:
    """Write an answer if the directory is writable."""
    with suppress(OSError, UnreadableError):
        record = {
            "program": _program(),
            "sources": _digests(sources, follow_links=True),
            "output": _output(Path(answer.directory)),
            "answer": asdict(answer),
        }
        Records(memory).put(run.key, record)


def _program() -> str:
    """A digest that changes with every file of the program and every installed package."""
    seen = sha256(f"{__version__}\0{sys.version}\0".encode())
    for root in (Path(__file__).parent, templates_directory()):
        for file in sorted(path for path in _files(root) if not path.endswith(".pyc")):
            seen.update(file.encode() + b"\0" + sha256(Path(file).read_bytes()).digest())
    for name in _packages():
        seen.update(f"{name}\0".encode())
    return seen.hexdigest()


def _packages() -> list[str]:
    """Name and version of every installed package, from its metadata directory."""
    found = []
    for path in sys.path:
        with suppress(OSError):
            found += [name for name in os.listdir(path or ".") if name.endswith(".dist-info")]  # noqa: PTH208
    return sorted(found)


def _output(directory: Path) -> Mapping[str, str]:
    found = _digests(_files(directory), follow_links=False)
    return {os.path.relpath(path, directory): digest for path, digest in found.items()}


def _files(directory: Path) -> list[str]:
    return [os.path.join(root, name) for root, _, names in os.walk(directory) for name in names]  # noqa: PTH118


def _digests(files: Iterable[str | Path], *, follow_links: bool) -> Mapping[str, str]:
    return {
        str(file): sha256(read_file(Path(file), limit=_LARGEST_FILE, follow_links=follow_links)).hexdigest()
        for file in files
    }
