"""`baseline verify`."""

from pathlib import Path
from typing import Any

import click

from baseline.cli.options import directory_argument, quiet_option, trust_of, trust_options
from baseline.cli.terminal import say


@click.command("verify", short_help="Compare every file of an output with its digest.")
@directory_argument
@trust_options
@click.option(
    "--sign-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Sign plan.json with this secret key of minisign or cosign, which has to be installed.",
)
@click.option(
    "--signature-to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="New file for the signature, outside DIRECTORY.",
)
@quiet_option
def verify_command(
    directory: Path,
    *,
    sign_key: Path | None,
    signature_to: Path | None,
    quiet: bool,
    **values: Any,  # noqa: ANN401 - click's options
) -> None:
    """Compare every file in DIRECTORY with its SHA-256 in plan.json; offline.

    Unlisted files, links and an empty plan are errors. The command prints the digest of plan.json: store it outside
    the directory and pass it as --plan-sha256 to verify, deploy, drift and destroy.

    \b
    Examples:
      baseline verify output/northwind
      baseline verify output/northwind --plan-sha256 "$(cat northwind.sha256)"
      baseline verify output/northwind --signature plan.json.minisig --public-key minisign.pub
      baseline verify output/northwind --sign-key minisign.key --signature-to plan.json.minisig

    Exit codes: 0 all files match, 2 wrong usage, no output, or an unusable signature or key, 5 a file differs, 6
    signature not written.
    """
    if (sign_key is None) != (signature_to is None):
        raise click.UsageError("--sign-key and --signature-to belong together: give both.")
    from baseline.plan.written import read_written_plan

    written = read_written_plan(directory, trust_of(values), only_listed=True)
    say(written.sha256)
    if not quiet:
        say(f"{written.files} files in {directory} match plan.json.", err=True)
    if sign_key is not None and signature_to is not None:
        from baseline.cli.signing import sign_plan

        program = sign_plan(directory, written.sha256, sign_key, signature_to)
        if not quiet:
            say(f"{program} signed plan.json: {signature_to}", err=True)
