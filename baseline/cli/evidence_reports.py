"""`baseline evidence live` and `baseline evidence redact`: variants of the reports, in a new directory."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from baseline.cli.options import dated_option, profile_argument, root_option, scans_option
from baseline.cli.terminal import say


@click.command("live", short_help="Write OSCAL reports based on kept scans.")
@profile_argument
@scans_option(required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="New directory for the reports.")
@dated_option
@root_option
def live_command(profile: Path, *, scans: Path, output: Path, dated: datetime | None, root: Path | None) -> None:
    """Write PROFILE's reports with what the records in a directory prove about live accounts.

    Each control and requirement gains the day since which scans see it pass without a failure. OSCAL assessment
    results and a plan of action follow from the same records. Nothing is called and no clock is read.

    \b
    Example:
      baseline evidence reconcile output/northwind --prowler prowler.csv --keep scans
      baseline evidence live profile.yaml --scans scans -o live

    Exit codes: 0 written, 2 wrong usage or a file that is not a record, 3 the profile cannot be used, 5 a record was
    changed, removed or added, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.comparison import live_reports

    loaded, reports = live_reports(profile, scans, dated, root)
    say_lock(loaded.lock)
    _write_reports(output, reports)
    say(f"{len(reports)} reports written to {output}.", err=True)


@click.command("redact", short_help="Write reports with pseudonyms for accounts and people.")
@profile_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="New directory for the reports.")
@click.option(
    "--redact-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Secret of at least 16 bytes; the same key gives the same pseudonyms.  [default: random]",
)
def redact_command(profile: Path, *, output: Path, redact_key: Path | None) -> None:
    """Write PROFILE's reports with pseudonyms for accounts and people, for readers outside.

    Account ids, email addresses, phone numbers, and ids of the organization, its root and its OUs are replaced in every
    format. Names are kept. The plan and the templates are not written: they contain ids that a deployment needs.

    \b
    Examples:
      baseline evidence redact profile.yaml -o for-the-auditor
      head -c 32 /dev/urandom > redact.key
      baseline evidence redact profile.yaml -o for-the-auditor --redact-key redact.key

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.comparison import redacted_reports

    key = _redaction_key(redact_key)
    loaded, reports = redacted_reports(profile, key)
    say_lock(loaded.lock)
    _write_reports(output, reports)
    say(f"{len(reports)} redacted reports written to {output}.", err=True)


def _redaction_key(path: Path | None) -> bytes:
    from secrets import token_bytes

    from baseline.files import UnreadableError, read_file

    if path is None:
        return token_bytes(32)
    try:
        key = read_file(path, limit=4096)
    except UnreadableError as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--redact-key") from error
    if len(key) < 16:
        raise click.BadParameter(
            f"{path}: a secret of {len(key)} bytes is too short: at least 16", param_hint="--redact-key"
        )
    return key


def _write_reports(output: Path, reports: Mapping[str, bytes]) -> None:
    """Write the files into a new directory."""
    from baseline.errors import OutputError
    from baseline.files import replace_file

    try:
        output.mkdir(parents=True)
        for name, content in reports.items():
            replace_file(output / name, content)
    except OSError as error:
        raise OutputError(
            f"{output} not written: {error.strerror or error}", hint="choose a new directory with -o"
        ) from error
