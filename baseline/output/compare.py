"""Comparison of a directory with the files that would be written."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from baseline.files import UnreadableError, read_file
from baseline.output.inventory import inventory


def differences(directory: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """A sentence for each file that is missing, different or no longer generated. Foreign files are ignored.

    Args:
        directory: The output directory.
        files: Relative path → content that would be written.
    """
    return tuple(_differences(directory, files))


def _differences(directory: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    for path, content in sorted(files.items()):
        try:
            if read_file(directory / path, limit=len(content), follow_links=False) != content:
                yield f"{path}: differs"
        except UnreadableError:
            there = (directory / path).exists()
            yield f"{path}: {'differs' if there else 'missing'}"
    found = inventory(directory)
    for path in sorted({*found.ours, *found.changed} - files.keys()):
        if (directory / path).is_file():
            yield f"{path}: no longer generated"
