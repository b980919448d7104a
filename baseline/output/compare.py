"""Comparison of a directory with the files that would be written."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from baseline.files import UnreadableError, read_file
from baseline.frozen import frozen
from baseline.output.inventory import Inventory, inventory
from baseline.output.previous import printable


@frozen
class Comparison:
    """A directory, compared with the files that would be written.

    Attributes:
        differences: A sentence for each file that is missing, different or no longer generated.
        foreign: A sentence for each file that baseline did not write: it stays, and is no difference.
        needs_force: Whether `generate` would refuse to write there.
    """

    differences: tuple[str, ...]
    foreign: tuple[str, ...]
    needs_force: bool


def compare(directory: Path, files: Mapping[str, bytes]) -> Comparison:
    """Compare a directory with the output that would be written.

    Args:
        directory: The output directory.
        files: Relative path → content that would be written.
    """
    found = inventory(directory)
    foreign = [path for path in found.foreign if path not in files]
    return Comparison(
        differences=tuple(_differences(directory, files, found)),
        foreign=tuple(f"{printable(path)}: baseline did not write it" for path in foreign),
        needs_force=bool(found.changed or found.foreign),
    )


def _differences(directory: Path, files: Mapping[str, bytes], found: Inventory) -> Iterator[str]:
    edited = frozenset(found.changed)
    for path, content in sorted(files.items()):
        try:
            if read_file(directory / path, limit=len(content), follow_links=False) == content:
                continue
            there = True
        except UnreadableError:
            there = (directory / path).exists()
        state = "changed since baseline wrote it" if path in edited else "differs" if there else "missing"
        yield f"{path}: {state}"
    for path in sorted({*found.ours, *found.changed} - files.keys()):
        if (directory / path).is_file():
            yield f"{path}: no longer generated"
