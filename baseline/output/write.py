"""Writing the output directory: all or nothing, and never a file that is not ours."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from baseline.errors import OutputError
from baseline.plan.document import PLAN_FILE


def write_output(directory: Path, files: Mapping[str, bytes], *, force: bool = False) -> bool:
    """Make `directory` hold exactly `files`, beside foreign files when `force` lets them stay.

    The files are written to a sibling directory first, which then takes the place of the old one, so that whoever
    looks sees the old output or the new one, never a mixture.

    Returns:
        Whether anything changed.

    Raises:
        OutputError: when the directory is not ours to write, or the disk refuses; the old output is then untouched.
    """
    try:
        _recover(directory)
        foreign = _foreign_files(directory)
        if foreign and not force:
            raise OutputError(
                f"{directory} not written: it holds files that baseline did not write: {_some(foreign)}",
                hint="choose another directory with -o, or keep them beside the new files with --force",
            )
        if not foreign and _holds_exactly(directory, files):
            return False
        _replace(directory, files, foreign)
    except OSError as error:
        raise OutputError(
            f"{directory} not written: {error.strerror or error} ({error.filename})",
            hint="check the directory's permissions and the space on the disk",
        ) from error
    return True


def _previous(directory: Path) -> Path:
    return directory.parent / f".{directory.name}.baseline-previous"


def _recover(directory: Path) -> None:
    """Put back the old output if an earlier run was killed between its two renames."""
    if directory.is_symlink():
        raise OutputError(
            f"{directory} not written: it is a symbolic link", hint="name the directory that it points to"
        )
    if directory.exists() and not directory.is_dir():
        raise OutputError(f"{directory} not written: it is not a directory", hint="choose another one with -o")
    previous = _previous(directory)
    if previous.is_dir() and not previous.is_symlink():
        if directory.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(directory)


def _foreign_files(directory: Path) -> tuple[str, ...]:
    """Files, links and anything else below the directory that the last run's plan does not list."""
    if not directory.is_dir():
        return ()
    ours = _listed(directory)
    return tuple(path for path in _everything_in(directory) if path not in ours)


def _everything_in(directory: Path) -> list[str]:
    found = []
    for root, directories, names in os.walk(directory, followlinks=False):
        links = [name for name in directories if (Path(root) / name).is_symlink()]
        found += [(Path(root) / name).relative_to(directory).as_posix() for name in [*names, *links]]
    return sorted(found)


def _listed(directory: Path) -> frozenset[str]:
    try:
        document = json.loads((directory / PLAN_FILE).read_text(encoding="utf-8"))
        return frozenset({PLAN_FILE, *document["files"]})
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def _holds_exactly(directory: Path, files: Mapping[str, bytes]) -> bool:
    if not directory.is_dir() or set(_everything_in(directory)) != set(files):
        return False
    return all(
        not (directory / path).is_symlink() and (directory / path).read_bytes() == content
        for path, content in files.items()
    )


def _replace(directory: Path, files: Mapping[str, bytes], foreign: tuple[str, ...]) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        staging.chmod(0o755)
        for path in foreign:
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(directory / path, staging / path, follow_symlinks=False)
        for path, content in files.items():
            _write(staging, path, content)
        _swap(staging, directory)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write(staging: Path, path: str, content: bytes) -> None:
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise OutputError(f"{path} not written: it lies outside the output directory")
    target = staging / relative
    if any(parent.is_symlink() for parent in (target, *target.parents) if staging in parent.parents):
        raise OutputError(f"{path} not written: a symbolic link stands in its way", hint="remove the link")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _swap(staging: Path, directory: Path) -> None:
    previous = _previous(directory)
    if not directory.exists():
        staging.rename(directory)
        return
    directory.rename(previous)
    try:
        staging.rename(directory)
    except BaseException:
        previous.rename(directory)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _some(paths: tuple[str, ...]) -> str:
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"
