"""Printing findings in the format of `--format`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from shutil import get_terminal_size

from baseline.cli.terminal import is_terminal, say, say_data, say_marked
from baseline.errors import ProfileError
from baseline.findings import Finding


def print_findings(findings: tuple[Finding, ...], format_: str, *, quiet: bool = False) -> str:
    """Print findings to standard output and return the text; with `quiet`, no line says that there are none."""
    from baseline.report.findings_text import summary
    from baseline.report.formats import FINDING_FORMATS

    text = "" if quiet and format_ == "text" and not findings else FINDING_FORMATS[format_](findings)
    if format_ == "text" and is_terminal() and findings:
        _say_excerpts(tuple(finding for finding in findings if finding.accepted is None))
        say(summary(findings))
    else:
        say_findings(text, format_)
    return text


def say_findings(text: str, format_: str) -> None:
    """Print findings that are already formatted."""
    if format_ == "text":
        say(text, nl=False)
    else:
        say_data(text)


def say_problems(findings: tuple[Finding, ...]) -> None:
    """Print problems to standard error: one per line, or with their source lines on a terminal."""
    from baseline.report.findings_text import format_findings

    if is_terminal(err=True):
        _say_excerpts(findings, err=True)
        return
    for line in format_findings(findings):
        say(line, err=True)


def _say_excerpts(findings: tuple[Finding, ...], *, err: bool = False) -> None:
    from baseline.report.findings_terminal import format_excerpts

    say_marked(format_excerpts(findings, _lines_of, get_terminal_size().columns), err=err)


@lru_cache(maxsize=128)
def _lines_of(file: str) -> Sequence[str]:
    """The lines of a file that the user named; none for layers, as any file could be named as a layer."""
    from baseline.files import UnreadableError, read_file
    from baseline.profile.source import LARGEST_FILE

    if file not in sys.argv:
        return ()
    try:
        return read_file(Path(file), limit=LARGEST_FILE).decode("utf-8", errors="replace").splitlines()
    except UnreadableError:
        return ()


@contextmanager
def profile_problems(format_: str) -> Iterator[None]:
    """In machine-readable formats, print a profile's problems as findings, then raise the error again.

    Raises:
        ProfileError: the error that the block raised.
    """
    try:
        yield
    except ProfileError as error:
        if format_ != "text":
            print_findings(error.findings, format_)
        raise
