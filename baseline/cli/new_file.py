"""Writing a file that the user names with `-o`."""

from pathlib import Path

import click

from baseline.errors import OutputError
from baseline.files import replace_file


def require_new_file(path: Path, *, force: bool) -> None:
    """Reject an existing file before any work begins.

    Raises:
        OutputError: if it exists, and `--force` is not given.
    """
    if not force and path.exists():
        raise OutputError(
            f"{path} not written: it exists", hint="name another file with -o, or replace it with --force"
        )


def write_new_file(path: Path, content: bytes, *, force: bool, mode: int | None = None) -> None:
    """Write a file, and replace an existing one only with `--force`.

    Args:
        path: The file.
        content: Its content.
        force: Whether it may exist.
        mode: Its permissions; None for those of the existing file, or the umask's.

    Raises:
        OutputError: if it exists, or cannot be written.
    """
    require_new_file(path, force=force)
    try:
        replace_file(path, content, mode=mode)
    except OSError as error:
        raise OutputError(f"{path} not written: {error.strerror or error}", hint="name another file with -o") from error


def check_document_output(output: Path | None, format_: str, *, force: bool) -> None:
    """Reject a workbook without `-o`, and an existing file, before any work begins."""
    if output is not None:
        require_new_file(output, force=force)
    elif format_ == "xlsx":
        raise click.UsageError("a workbook must be written to a file: set -o")
