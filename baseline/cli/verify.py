"""`baseline verify`."""

from pathlib import Path

import click

from baseline.cli.options import directory_argument, quiet_option


@click.command("verify")
@directory_argument
@click.option("--plan-sha256", default="", metavar="DIGEST", help="What the SHA-256 of plan.json has to be.")
@quiet_option
def verify_command(directory: Path, *, plan_sha256: str, quiet: bool) -> None:
    """Compare every file in DIRECTORY with the SHA-256 that its plan.json gives; offline.

    The plan's own digest is printed: keep it where the directory cannot be changed, and give it to --plan-sha256.

    \b
    Examples:
      baseline verify output/northwind
      baseline verify output/northwind --plan-sha256 "$(cat northwind.sha256)"

    Exit codes: 0 everything is as it was written, 5 something is not.
    """
    from baseline.plan.written import read_written_plan

    written = read_written_plan(directory, plan_sha256.strip().lower())
    click.echo(written.sha256)
    if not quiet:
        click.echo(f"{written.files} files in {directory} are as baseline wrote them.", err=True)
