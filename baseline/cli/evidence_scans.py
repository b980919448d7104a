"""`baseline evidence reconcile` and `baseline evidence history`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.option_types import Choice, Day
from baseline.cli.options import directory_argument, plan_sha256_option
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.evidence.scans.result import Tool


def _scan(name: str, words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        f"--{name}",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help=f"{words} Repeatable.",
    )


@click.command("reconcile", short_help="Compare claims about controls with live scans.")
@directory_argument
@_scan("prowler", "Prowler results: CSV or OCSF JSON.")
@_scan("config", "AWS Config results: compliance by rule, details, their aggregate forms, or the rules.")
@_scan("securityhub", "Findings of Security Hub in ASFF.")
@plan_sha256_option
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory that keeps a record of each comparison; `baseline evidence history` reads it.",
)
@click.option(
    "--scanned-on",
    type=Day(),
    help="Day of the scans, for the record.  [default: today, UTC]",
)
@click.option("--format", "format_", type=Choice(["text", "json"]), default="text", show_default=True)
def reconcile_command(  # noqa: PLR0913 - one parameter per option
    directory: Path,
    *,
    prowler: tuple[Path, ...],
    config: tuple[Path, ...],
    securityhub: tuple[Path, ...],
    plan_sha256: str,
    keep: Path | None,
    scanned_on: datetime | None,
    format_: str,
) -> int:
    """Compare DIRECTORY's claims about each control with results of live scans; offline.

    \b
    Examples:
      prowler aws -M csv
      aws configservice describe-compliance-by-config-rule > config.json
      aws securityhub get-findings > hub.json
      baseline evidence reconcile output/northwind --prowler prowler.csv --config config.json --securityhub hub.json
      baseline evidence reconcile output/northwind --prowler prowler.csv --keep scans

    Exit codes: 0 no claim is contradicted, 2 a file cannot be read, 5 a claim is contradicted, or no result is
    about any control, or DIRECTORY is not what was generated, 6 the record is not written.
    """
    from baseline.comparison import reconcile_scans, record_scans
    from baseline.evidence.scan_record import keep_record
    from baseline.plan.trust import Trust
    from baseline.report.reconciliation_json import format_reconciliation_json
    from baseline.report.reconciliation_text import format_reconciliation_text

    if not (prowler or config or securityhub):
        raise click.UsageError("no scan: give --prowler, --config or --securityhub")
    trust = Trust(sha256=plan_sha256)
    found = reconcile_scans(directory, prowler=prowler, config=config, security_hub=securityhub, trust=trust)
    if keep:
        day = (scanned_on or datetime.now(UTC)).date()
        files: Mapping[Tool, tuple[Path, ...]] = {"prowler": prowler, "config": config, "security_hub": securityhub}
        record = record_scans(directory, found, files, day)
        say(f"Record: {keep_record(record, keep)}", err=True)
    if format_ == "json":
        say_data(format_reconciliation_json(found))
    else:
        say(format_reconciliation_text(found), nl=False)
    return 5 if found.is_empty or any(item.breaks_claim for item in found.comparisons) else 0


@click.command("history", short_help="List kept comparisons with scans, and what changed.")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--from", "older", help="File name of the older record.  [default: the second newest]")
@click.option("--to", "newer", help="File name of the newer record.  [default: the newest]")
@click.option("--format", "format_", type=Choice(["text", "json"]), default="text", show_default=True)
def history_command(directory: Path, *, older: str | None, newer: str | None, format_: str) -> int:
    """List the records that `reconcile --keep` wrote into DIRECTORY, and the change between two.

    Each record names the SHA-256 of the one before it: a record that was changed, removed or added is reported.

    \b
    Examples:
      baseline evidence history scans
      baseline evidence history scans --from scan-2026-11-30.json --to scan-2027-02-28.json

    Exit codes: 0 listed, 2 wrong usage or a file that is not a record, 5 a record was changed, removed or added.
    """
    from baseline.evidence.scan_changes import scan_changes
    from baseline.evidence.scan_record import broken_links, read_records
    from baseline.report.scan_changes_json import format_scan_history_json
    from baseline.report.scan_changes_text import format_scan_history_text

    records = read_records(directory)
    if not records:
        raise click.UsageError(f"{directory} has no records: `baseline evidence reconcile --keep` writes them")
    known = {item.path.name: item for item in records}
    for option, name in (("--from", older), ("--to", newer)):
        if name is not None and name not in known:
            raise click.BadParameter(f"no record {name} (known: {', '.join(known)})", param_hint=option)
    last = known[newer] if newer else records[-1]
    first = known[older] if older else records[max(records.index(last) - 1, 0)]
    changes = scan_changes(first, last) if first != last else None
    if format_ == "json":
        say_data(format_scan_history_json(records, changes))
    else:
        say(format_scan_history_text(records, changes), nl=False)
    broken = list(broken_links(records))
    for sentence in broken:
        say(sentence, err=True)
    return 5 if broken else 0
