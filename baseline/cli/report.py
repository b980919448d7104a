"""`baseline report`."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from baseline.cli.option_types import Choice
from baseline.cli.options import (
    as_of_option,
    dated_option,
    force_option,
    plan_sha256_option,
    price_list,
    price_options,
    root_option,
)
from baseline.cli.terminal import say


@click.command("report", short_help="Write the report for a client, an auditor, an engineer or a team.")
@click.argument("profile", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file.  [default: report.html, or report.pdf]",
)
@click.option(
    "--format",
    "format_",
    type=Choice(["html", "pdf"]),
    default="html",
    show_default=True,
    help="A page, or that page printed by an installed Chromium or Google Chrome.",
)
@click.option(
    "--audience",
    type=Choice(["client", "auditor", "engineer", "workload-team"]),
    default="client",
    show_default=True,
    help="Reader of the report; decides which sections it has.",
)
@click.option(
    "--lang", "language", metavar="CODE", help="Language of headings and fixed texts.  [default: the profile's]"
)
@click.option(
    "--against",
    metavar="PATH|git:REVISION",
    help="Add the changes since another profile, a generated directory, or PROFILE at a Git revision.",
)
@price_options
@force_option
@plan_sha256_option
@dated_option
@as_of_option
@root_option
def report_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    output: Path | None,
    format_: str,
    audience: Any,  # noqa: ANN401 - an Audience
    language: str | None,
    force: bool,
    **how: Any,  # noqa: ANN401 - click's options
) -> int:
    """Write a report about PROFILE as one self-contained page, which can be sent as a file and printed as PDF.

    The key `document` of the profile sets the contents of the cover. The report is about the profile, since a generated
    directory does not list accounts and settings; its cover has the digest that `baseline verify DIR` prints.

    \b
    Examples:
      baseline report profile.yaml -o report.html
      baseline report profile.yaml --format pdf -o report.pdf
      baseline report profile.yaml -o report.html --against git:v1.0
      baseline report profile.yaml -o auditor.html --audience auditor --as-of 2026-12-31

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.browser import printed
    from baseline.cli.lock_notice import say_lock
    from baseline.cli.new_file import require_new_file, write_new_file
    from baseline.languages.catalog import catalog
    from baseline.report.page.report import format_report

    if profile.is_dir():
        raise click.UsageError(
            f"{profile} is a directory: name the profile that it was generated from, as a directory does not list "
            "accounts and settings."
        )
    output = output or Path(f"report.{format_}")
    require_new_file(output, force=force)
    material = _material(profile, **how)
    spoken = catalog(_known(language) if language else material.loaded.profile.document.language)
    say_lock(material.loaded.lock)
    page = format_report(material, audience, spoken)
    content = printed(page) if format_ == "pdf" else page.encode("utf-8")
    write_new_file(output, content, force=force)
    say(f"Report for {audience} written in {output}: {len(content) / 1000:,.0f} kB.", err=True)
    return 0


def _known(language: str) -> str:
    from baseline.languages.catalog import languages

    if language not in languages():
        raise click.BadParameter(f"{language!r} is not {', '.join(languages())}", param_hint="'--lang'")
    return language


def _material(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    against: str | None,
    prices: Path | None,
    price_as: Mapping[str, str],
    plan_sha256: str,
    dated: datetime | None,
    as_of: date,
    root: Path | None,
) -> Any:  # noqa: ANN401 - imported below
    from dataclasses import replace

    from baseline.cli.revision import checked_out
    from baseline.plan.trust import Trust
    from baseline.reporting import ReportOptions, report_material

    known = price_list(prices=prices, price_as=price_as)
    options = ReportOptions(day=as_of, dated=dated, prices=known, root=root)
    if against is None:
        return report_material(profile, options)
    with checked_out(against, profile) as path:
        return report_material(profile, replace(options, against=path, trust=Trust(sha256=plan_sha256)))
