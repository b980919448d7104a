"""`baseline verify`."""

from pathlib import Path
from typing import Any

import click

from baseline.cli.options import directory_argument, quiet_option, trust_of, trust_options
from baseline.cli.terminal import say


@click.command("verify")
@directory_argument
@trust_options
@quiet_option
def verify_command(directory: Path, *, quiet: bool, **values: Any) -> None:  # noqa: ANN401 - click's options
    """Compare every file in DIRECTORY with the SHA-256 that its plan.json gives; offline.

    Files that the plan does not list, links and an empty plan are refused. The digest of the plan itself is printed:
    keep it where the directory cannot be changed, and give it to --plan-sha256 here and in deploy, drift and destroy.

    \b
    Examples:
      baseline verify output/northwind
      baseline verify output/northwind --plan-sha256 "$(cat northwind.sha256)"
      baseline verify output/northwind --signature plan.json.minisig --public-key minisign.pub

    Exit codes: 0 everything is as it was written, 2 wrong usage, or a signature or key that cannot be used, 5 something
    is not as it was written.
    """
    from baseline.plan.written import read_written_plan

    written = read_written_plan(directory, trust_of(values), only_listed=True)
    say(written.sha256)
    if not quiet:
        say(f"{written.files} files in {directory} are as baseline wrote them.", err=True)
