"""`baseline evidence aws-reports`."""

from datetime import datetime
from pathlib import Path

import click

from baseline.cli.new_file import check_document_output, write_new_file
from baseline.cli.option_types import Choice
from baseline.cli.options import dated_option, force_option, profile_argument, root_option
from baseline.cli.terminal import say, say_data


@click.command("aws-reports", short_help="List the AWS reports that support inherited requirements.")
@profile_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of the terminal."
)
@click.option("--format", "format_", type=Choice(["md", "xlsx"]), default="md", show_default=True)
@dated_option
@force_option
@root_option
def aws_reports_command(  # noqa: PLR0913 - one parameter per option
    profile: Path, *, output: Path | None, format_: str, dated: datetime | None, force: bool, root: Path | None
) -> None:
    """Write the basis of the inherited parts of PROFILE's requirements: reports of AWS's auditors, and agreements.

    For each report: its period and the day on which it was read, if the profile states them under `aws_reports`, the
    requirements that it covers, the services and Regions that must be in its scope, and what it assumes of customers.

    \b
    Examples:
      baseline evidence aws-reports profile.yaml
      baseline evidence aws-reports profile.yaml --format xlsx -o aws-reports.xlsx

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.pipeline import dated_evidence, evidence_of
    from baseline.report.aws_reports_document import aws_reports_sheets, format_sheets_markdown
    from baseline.report.workbook import format_workbook

    check_document_output(output, format_, force=force)
    loaded, evidence = evidence_of(profile, dated.date() if dated else None, root=root)
    sheets = aws_reports_sheets(dated_evidence(evidence, dated))
    title = f"{evidence.plan.organization}: AWS reports and agreements"
    content = format_workbook(sheets) if format_ == "xlsx" else format_sheets_markdown(title, sheets).encode("utf-8")
    say_lock(loaded.lock)
    if output is None:
        say_data(content.decode("utf-8"))
    else:
        write_new_file(output, content, force=force)
        say(f"{len(sheets[1].rows)} inherited requirements written to {output}.", err=True)
