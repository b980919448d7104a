"""Printing findings in the format that was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from baseline.errors import ProfileError
from baseline.findings import Finding


def print_findings(findings: tuple[Finding, ...], format_: str) -> None:
    """Findings are data: to standard output."""
    from baseline.report.formats import FINDING_FORMATS

    click.echo(FINDING_FORMATS[format_](findings), nl=False)


@contextmanager
def profile_problems(format_: str) -> Iterator[None]:
    """In a machine's format, print a profile's problems as findings before the error goes on its way.

    Raises:
        ProfileError: the same that came in.
    """
    try:
        yield
    except ProfileError as error:
        if format_ != "text":
            print_findings(error.problems, format_)
        raise
