"""`baseline evidence change-log`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.new_file import check_document_output, write_new_file
from baseline.cli.option_types import Choice
from baseline.cli.options import force_option, profile_argument, root_option
from baseline.cli.revision import git
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.report.change_log import ProfileCommit

_APPROVERS = "%(trailers:key=Approved-by,key=Reviewed-by,key=Acked-by,valueonly,separator=%x3B%x20)"
_FORMAT = f"%H%x00%aI%x00%an%x00%cI%x00%cn%x00{_APPROVERS}%x00%s%x00"
"""Each field ends with a NUL, which no commit can contain."""
_NAMES = ("commit", "authored", "author", "committed", "committer", "approvers", "subject")


@click.command("change-log", short_help="List the changes of a profile, with authors and approvers, from Git.")
@profile_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of the terminal."
)
@click.option("--format", "format_", type=Choice(["csv", "md"]), default="csv", show_default=True)
@force_option
@root_option
def change_log_command(profile: Path, *, output: Path | None, format_: str, force: bool, root: Path | None) -> None:
    """List the commits that changed PROFILE, its layers and the files that they name, newest first.

    Approvers are the people that a commit's message names in Approved-by, Reviewed-by or Acked-by. Git does not record
    approvals elsewhere, such as in a merge request; these are "unknown". Signatures are not verified.

    \b
    Examples:
      baseline evidence change-log profile.yaml
      baseline evidence change-log profile.yaml --format md -o changes-of-the-profile.md

    Exit codes: 0 written, 2 wrong usage or no Git repository, 3 the profile cannot be used, 6 not written.
    """
    from baseline.profile.load import load_profile
    from baseline.report.change_log import format_change_log_csv, format_change_log_markdown

    check_document_output(output, format_, force=force)
    loaded = load_profile(profile, root=root)
    commits = _commits(loaded.files)
    name = loaded.profile.organization.name
    text = format_change_log_markdown(name, commits) if format_ == "md" else format_change_log_csv(commits)
    if output is None:
        say_data(text)
    else:
        write_new_file(output, text.encode("utf-8"), force=force)
        say(f"{len(commits)} commits written to {output}.", err=True)


def _commits(files: Sequence[Path]) -> "tuple[ProfileCommit, ...]":
    """The commits that changed the files, newest first.

    Raises:
        click.UsageError: if the first file is not in a Git repository, or Git is not installed.
    """
    from baseline.report.change_log import ProfileCommit

    paths = [str(path.resolve()) for path in files]
    words = ("log", f"--format={_FORMAT}", "--", *paths)
    text = git(files[0].resolve().parent, *words, option="PROFILE").decode(errors="replace")
    fields = [field.strip("\n") for field in text.split("\0")]
    records = zip(*[iter(fields)] * len(_NAMES), strict=False)
    return tuple(ProfileCommit(**dict(zip(_NAMES, record, strict=True))) for record in records)
