"""Recovery from a killed run: its leftovers are restored or removed after verification."""

import filecmp
import os
import re
from collections.abc import Collection
from pathlib import Path

from baseline.errors import OutputError
from baseline.output.inventory import Inventory, everything_in, inventory
from baseline.plan.document import PLAN_FILE

PREVIOUS = "baseline-previous"
NEW = "baseline-new"


def recover(directory: Path, shown: Path) -> None:
    """Restore the old output if a run was killed between its two renames, and remove its leftovers.

    Args:
        directory: The output directory.
        shown: Its name in messages.

    Raises:
        OutputError: if a directory with that name was not written by baseline.
    """
    for left in _left(directory, PREVIOUS):
        found = inventory(left)
        if not directory.exists():
            _require_proof(found, left, shown)
            if found.ours:
                left.rename(directory)
                continue
        if unsafe_to_remove(left, directory, found):
            _require_proof(found, left, shown)
        remove(left)
    for left in _left(directory, NEW):
        if inventory(left).is_proved:
            remove(left)


def _left(directory: Path, purpose: str) -> list[Path]:
    """Directories beside the output that a run may have left behind; never links."""
    # Without the part in the middle: the name that versions before 0.2 used.
    name = re.compile(rf"\.{re.escape(directory.name)}(\.[0-9a-f]{{16}})?\.{purpose}")
    with os.scandir(directory.parent) as entries:
        return sorted(
            directory.parent / entry.name
            for entry in entries
            if name.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
        )


def _require_proof(found: Inventory, left: Path, shown: Path) -> None:
    unproved = (*found.foreign, *found.changed)
    if unproved:
        raise OutputError(
            f"{shown} not written: {left} looks like the leftover of an interrupted run, with files that baseline "
            f"did not write: {some(unproved)}",
            hint=f"check it: rename it to {shown} to keep it, or delete it",
        )


def unsafe_to_remove(left: Path, directory: Path, found: Inventory) -> tuple[str, ...]:
    """Files that exist nowhere else: not listed by the plan beside them, and different in the output directory."""
    return tuple(path for path in (*found.foreign, *found.changed) if not _same(left / path, directory / path))


def _same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def remove(left: Path, keep: Collection[str] = ()) -> None:
    """Delete the files of a directory except `keep`, the plan last as it proves their origin; then subdirectories."""
    paths = [path for path in everything_in(left) if path not in keep]
    for path in sorted(paths, key=lambda path: path == PLAN_FILE):
        (left / path).unlink()
    for root, _, _ in os.walk(left, topdown=False, followlinks=False):
        if not os.listdir(root):  # noqa: PTH208 - the walk gives names
            Path(root).rmdir()


def some(paths: tuple[str, ...]) -> str:
    """The first three paths, printable, and the number of others."""
    shown = ", ".join(printable(path) for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"


def printable(path: str) -> str:
    """The path in printable ASCII, because another program may have chosen it."""
    return ascii(path)[1:-1]
