"""Write the output directory atomically, and never overwrite a file that is not ours."""

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from baseline.errors import OutputError
from baseline.files import UnreadableError, read_file, sibling
from baseline.output.inventory import Inventory, everything_in, inventory
from baseline.output.owner import require_same_organization, resolved_in_working_tree
from baseline.output.previous import NEW, PREVIOUS, printable, recover, remove, some, unsafe_to_remove
from baseline.output.turn import turn_in
from baseline.plan.document import PLAN_FILE, SUMS_FILE, is_output_path

_MOST_LINES = 50


def write_output(directory: Path, files: Mapping[str, bytes], *, force: bool = False) -> bool:
    """Make `directory` contain exactly `files`, plus foreign files if `force` allows them.

    The files are written to a sibling directory first, which then replaces the old one, so that readers see either the
    old output or the new one, never a mixture. Concurrent runs for one directory wait for each other.

    Args:
        directory: Where to write.
        files: Relative path → content.
        force: Whether files that baseline did not write may stay, and changed files or the output of another
            organization may be replaced.

    Returns:
        Whether anything changed.

    Raises:
        OutputError: if baseline may not write the directory, or an I/O error occurs; the old output is then untouched.
    """
    place = resolved_in_working_tree(Path(os.path.abspath(directory)))  # noqa: PTH100 - resolve() follows every link
    try:
        _require_directory(place, directory)
        place.parent.mkdir(parents=True, exist_ok=True)
        with turn_in(place.parent):
            recover(place, directory)
            found = inventory(place)
            if not force:
                require_same_organization(place, directory, files)
            _require_consent(found, directory, force=force)
            if not found.foreign and _holds_exactly(place, files):
                return False
            _require_movable(place, directory)
            _replace(place, files, found)
    except OSError as error:
        raise OutputError(
            f"{directory} not written: {error.strerror or error}{_of(error, directory)}",
            hint="check the directory's permissions and the space on the disk",
        ) from error
    return True


def _of(error: OSError, directory: Path) -> str:
    """The file in an error, unless it has a temporary name."""
    name = str(error.filename or "")
    return f" ({name})" if name and f".{directory.name}." not in name else ""


def _require_directory(place: Path, shown: Path) -> None:
    if not place.name:
        raise OutputError(f"{shown} not written: it is the root of the file system", hint="choose another one with -o")
    if place.is_symlink():
        raise OutputError(f"{shown} not written: it is a symbolic link", hint="name the directory that it points to")
    if place.exists() and not place.is_dir():
        raise OutputError(f"{shown} not written: it is not a directory", hint="choose another one with -o")


def _require_consent(found: Inventory, shown: Path, *, force: bool) -> None:
    if found.special:
        path, kind = next(iter(found.special.items()))
        raise OutputError(f"{shown} not written: {some((path,))} in it is {kind}", hint="move it elsewhere")
    if (found.foreign or found.changed) and not force:
        lines = [
            *(f"{printable(path)}: changed since baseline wrote it" for path in found.changed),
            *(f"{printable(path)}: missing" for path in found.missing),
            *(f"{printable(path)}: baseline did not write it" for path in found.foreign),
        ]
        more = len(lines) - _MOST_LINES
        save = "save your changes elsewhere: " if found.changed else ""
        raise OutputError(
            f"{shown} not written: it has files that baseline did not write, or that are changed or missing:",
            details=[*lines[:_MOST_LINES], *([f"and {more} more"] if more > 0 else [])],
            hint=f"{save}the same command with --force replaces all files that baseline writes, and keeps all others; "
            "or choose another directory with -o",
        )


def _require_movable(place: Path, shown: Path) -> None:
    """Reject the working directory: after its replacement, the shell would be in a deleted directory."""
    here = Path.cwd()
    resolved = place.resolve()
    if resolved == here or resolved in here.parents:
        raise OutputError(
            f"{shown} not written: it is or contains the working directory, and a new directory must replace it",
            hint=f"change to another directory, and pass -o {place}",
        )
    if place.exists() and os.path.ismount(place):
        raise OutputError(
            f"{shown} not written: it is a mount point, and a new directory must replace it",
            hint=f"name a directory in it: -o {place / 'baseline'}",
        )


def _holds_exactly(place: Path, files: Mapping[str, bytes]) -> bool:
    if not place.is_dir() or set(everything_in(place)) != set(files):
        return False
    try:
        return all(
            read_file(place / path, limit=len(content), follow_links=False) == content
            for path, content in files.items()
        )
    except UnreadableError:
        return False


def _replace(place: Path, files: Mapping[str, bytes], found: Inventory) -> None:
    staging = sibling(place, NEW)
    staging.mkdir()
    try:
        for path in (*found.foreign, *(path for path in found.changed if path not in files)):
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place / path, staging / path, follow_symlinks=False)
        for path in sorted(files, key=lambda path: path != PLAN_FILE):  # the plan first: it proves the others
            _write(staging, path, files[path])
        if place.exists():
            staging.chmod(stat.S_IMODE(place.stat().st_mode))
        _swap(staging, place, frozenset({*found.foreign, *found.changed} & files.keys()))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write(staging: Path, path: str, content: bytes) -> None:
    if path not in (PLAN_FILE, SUMS_FILE) and not is_output_path(path):
        raise OutputError(
            f"{path} not written: it is outside the output directory, or outside the paths that baseline writes"
        )
    target = staging / PurePosixPath(path)
    if any(parent.is_symlink() for parent in (target, *target.parents) if staging in parent.parents):
        raise OutputError(f"{path} not written: a symbolic link is in its way", hint="remove the link")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _swap(staging: Path, place: Path, given_up: frozenset[str]) -> None:
    """Replace the directory with the new one; files in `given_up` may be lost."""
    if not place.exists():
        staging.rename(place)
        return
    previous = sibling(place, PREVIOUS)
    place.rename(previous)
    try:
        staging.rename(place)
    except BaseException:
        previous.rename(place)
        raise
    kept = [path for path in unsafe_to_remove(previous, place, inventory(previous)) if path not in given_up]
    remove(previous, kept)
    if kept:
        raise OutputError(
            f"{place} was written, but other programs wrote there at the same time: {some(tuple(kept))}",
            hint=f"their files are in {previous}: move them elsewhere",
        )
