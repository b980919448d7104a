"""`baseline verify`."""

from pathlib import Path
from typing import Any

import click

from baseline.cli.options import directory_argument, quiet_option, trust_of, trust_options
from baseline.cli.terminal import say


@click.command("verify", short_help="Compare every file of an output with its digest.")
@directory_argument
@trust_options
@quiet_option
def verify_command(directory: Path, *, quiet: bool, **values: Any) -> None:  # noqa: ANN401 - click's options
    """Compare every file in DIRECTORY with its SHA-256 in plan.json; offline.

    Unlisted files, links and an empty plan are errors. The command prints the digest of plan.json: store it outside
    the directory and pass it as --plan-sha256 to verify, deploy, drift and destroy.

    \b
    Examples:
      baseline verify output/northwind
      baseline verify output/northwind --plan-sha256 "$(cat northwind.sha256)"
      baseline verify output/northwind --signature plan.json.minisig --public-key minisign.pub

    Exit codes: 0 all files match, 2 wrong usage, no output, or an unusable signature or key, 5 a file differs.
    """
    from baseline.plan.written import read_written_plan

    written = read_written_plan(directory, trust_of(values), only_listed=True)
    say(written.sha256)
    if not quiet:
        say(f"{written.files} files in {directory} match plan.json.", err=True)
