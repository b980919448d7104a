"""Printing findings in the format of `--format`."""

from collections.abc import Iterator
from contextlib import contextmanager

from baseline.cli.terminal import say, say_data
from baseline.errors import ProfileError
from baseline.findings import Finding


def print_findings(findings: tuple[Finding, ...], format_: str, *, quiet: bool = False) -> str:
    """Print findings to standard output and return the text; with `quiet`, no line says that there are none."""
    from baseline.report.formats import FINDING_FORMATS

    text = "" if quiet and format_ == "text" and not findings else FINDING_FORMATS[format_](findings)
    say_findings(text, format_)
    return text


def say_findings(text: str, format_: str) -> None:
    """Print findings that are already formatted."""
    if format_ == "text":
        say(text, nl=False)
    else:
        say_data(text)


@contextmanager
def profile_problems(format_: str) -> Iterator[None]:
    """For JSON, SARIF and JUnit, print a profile's problems as findings before the error is raised again.

    Raises:
        ProfileError: the error that the block raised.
    """
    try:
        yield
    except ProfileError as error:
        if format_ != "text":
            print_findings(error.problems, format_)
        raise
