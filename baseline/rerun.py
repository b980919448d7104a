"""Knowing that nothing has changed since the last run, without doing the run again.

A run is remembered by everything that went into it, the program's own files, the profile's files and the options, and
by what came out of it, the bytes of the output directory. When all of these are as they were, so is the answer.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from baseline import __version__
from baseline.resources import templates_directory


@dataclass(frozen=True, kw_only=True)
class Run:
    """What was asked for. `options` are those of the command that can change its answer."""

    profile: Path
    options: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same for the same question asked from the same directory."""
        return sha256("\0".join((os.getcwd(), str(self.profile), *self.options)).encode()).hexdigest()  # noqa: PTH109


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the run said and did."""

    stdout: str
    stderr: str
    directory: str


def user_memory() -> Path:
    """Where this user's runs are remembered."""
    from platformdirs import user_cache_path

    return user_cache_path("secure-baseline", appauthor=False) / "runs"


def recall(run: Run, memory: Path) -> Answer | None:
    """The answer that a run would give once more, or None when anything has changed or nothing is remembered."""
    try:
        record = json.loads((memory / f"{run.key}.json").read_text(encoding="utf-8"))
        answer = Answer(**record["answer"])
        same = (
            record["program"] == _program()
            and record["sources"] == _digests(map(Path, record["sources"]))
            and record["output"] == _output(Path(answer.directory))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return answer if same else None


def remember(run: Run, answer: Answer, sources: Iterable[Path], memory: Path) -> None:
    """Keep an answer, if the directory can be written."""
    with suppress(OSError):
        record = {
            "program": _program(),
            "sources": _digests(sources),
            "output": _output(Path(answer.directory)),
            "answer": asdict(answer),
        }
        memory.mkdir(parents=True, exist_ok=True)
        draft = memory / f"{run.key}.{os.getpid()}.tmp"
        draft.write_text(json.dumps(record), encoding="utf-8")
        draft.replace(memory / f"{run.key}.json")


def _program() -> str:
    """Changes whenever a file of the program does."""
    seen = sha256(f"{__version__} {version('cfn-lint')}".encode())
    for root in (Path(__file__).parent, templates_directory()):
        for file in sorted(path for path in _files(root) if not path.endswith(".pyc")):
            status = os.stat(file)  # noqa: PTH116 - hundreds of files, on every run
            seen.update(f"{file} {status.st_size} {status.st_mtime_ns}\0".encode())
    return seen.hexdigest()


def _output(directory: Path) -> Mapping[str, str]:
    return {os.path.relpath(path, directory): digest for path, digest in _digests(_files(directory)).items()}


def _files(directory: Path) -> list[str]:
    return [os.path.join(root, name) for root, _, names in os.walk(directory) for name in names]  # noqa: PTH118


def _digests(files: Iterable[str | Path]) -> Mapping[str, str]:
    return {str(file): sha256(Path(file).read_bytes()).hexdigest() for file in files}
