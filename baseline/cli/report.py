"""`baseline report`."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    scans_option,
)
from baseline.cli.terminal import say

if TYPE_CHECKING:
    from baseline.languages.catalog import Catalog
    from baseline.report.page.material import Material
    from baseline.report.page.report import Audience


@click.command("report", short_help="Write the report for a client, an auditor, an engineer or a team.")
@click.argument("profile", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Output file.  [default: report with the extension of the format]",
)
@click.option(
    "--format",
    "format_",
    type=Choice(["html", "pdf", "xlsx"]),
    default="html",
    show_default=True,
    help="HTML page, PDF (requires Chromium or Google Chrome), or a workbook with all tables.",
)
@click.option(
    "--audience",
    type=Choice(["client", "auditor", "engineer", "workload-team"]),
    help="Audience, which determines the sections of the page.  [default: client]",
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
@scans_option()
@root_option
def report_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    output: Path | None,
    format_: str,
    audience: Any,  # noqa: ANN401 - an Audience, or None
    language: str | None,
    force: bool,
    **how: Any,  # noqa: ANN401 - click's options
) -> int:
    """Write a report about PROFILE as one self-contained page, which can be sent as a file, as PDF, or as a workbook.

    The key `document` of the profile sets the contents of the cover. The report is about the profile, since a generated
    directory does not list accounts and settings; its cover has the digest that `baseline verify DIR` prints.

    \b
    Examples:
      baseline report profile.yaml -o report.html
      baseline report profile.yaml --format pdf -o report.pdf
      baseline report profile.yaml -o report.html --against git:v1.0
      baseline report profile.yaml -o auditor.html --audience auditor --as-of 2026-12-31
      baseline report profile.yaml --format xlsx -o report.xlsx
      baseline report profile.yaml -o auditor.html --audience auditor --scans scans

    Exit codes: 0 written, 2 wrong usage, 3 the profile cannot be used, 6 not written.
    """
    from baseline.cli.lock_notice import say_lock
    from baseline.cli.new_file import require_new_file, write_new_file
    from baseline.languages.catalog import catalog

    if profile.is_dir():
        raise click.UsageError(
            f"{profile} is a directory: name the profile that it was generated from, as a directory does not list "
            "accounts and settings."
        )
    if format_ == "xlsx" and audience:
        raise click.UsageError("--audience chooses the sections of a page, and a workbook has all tables: omit one.")
    output = output or Path(f"report.{format_}")
    require_new_file(output, force=force)
    material = _material(profile, **how)
    spoken = catalog(_known(language) if language else material.loaded.profile.document.language)
    say_lock(material.loaded.lock)
    content = _content(material, format_, audience or "client", spoken)
    write_new_file(output, content, force=force)
    what = "Workbook" if format_ == "xlsx" else f"Report for {audience or 'client'}"
    say(f"{what} written to {output}: {len(content) / 1000:,.0f} kB.", err=True)
    return 0


def _content(material: "Material", format_: str, audience: "Audience", spoken: "Catalog") -> bytes:
    from baseline.cli.browser import printed
    from baseline.report.page.report import format_report
    from baseline.report.report_xlsx import format_report_xlsx

    if format_ == "xlsx":
        return format_report_xlsx(material, spoken)
    page = format_report(material, audience, spoken)
    return printed(page) if format_ == "pdf" else page.encode("utf-8")


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
    scans: Path | None,
    root: Path | None,
) -> "Material":
    from dataclasses import replace

    from baseline.cli.revision import checked_out
    from baseline.plan.trust import Trust
    from baseline.reporting import ReportOptions, report_material

    known = price_list(prices=prices, price_as=price_as)
    options = ReportOptions(day=as_of, dated=dated, prices=known, root=root, scans=scans)
    if against is None:
        return report_material(profile, options)
    with checked_out(against, profile) as path:
        return report_material(profile, replace(options, against=path, trust=Trust(sha256=plan_sha256)))
