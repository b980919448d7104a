"""`baseline import`."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from baseline.cli.groups import SuggestingGroup
from baseline.cli.terminal import say, say_data


@click.group("import", cls=SuggestingGroup, short_help="Write a profile from another tool's configuration.")
def import_command() -> None:
    """Write a profile from the configuration of another tool, with a report of every key.

    \b
    Examples:
      baseline import lza ~/aws-accelerator-config --name Northwind -o profile.yaml
    """


@import_command.command("lza", short_help="From the Landing Zone Accelerator on AWS.")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", required=True, help="The organization's name, which the configuration does not have.")
@click.option("--prefix", default="", help="First part of every name: 2 to 15 lower-case letters, digits and hyphens.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("profile.yaml"),
    show_default=True,
    help="File to write.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
def lza_command(directory: Path, *, name: str, prefix: str, output: Path, force: bool) -> int:
    """Write a profile from DIRECTORY, a configuration of the Landing Zone Accelerator on AWS.

    The report on standard output says for every key whether it is converted, differs, or has no counterpart.
    Policies are written to policies/ beside the profile.

    \b
    Examples:
      baseline import lza ~/aws-accelerator-config --name Northwind
      baseline import lza ~/aws-accelerator-config --name Northwind --prefix nw -o nw/profile.yaml > report.txt

    Exit codes: 0 written, 2 wrong usage or unreadable source, 3 written but the profile is invalid, 6 not written.
    """
    from baseline.cli.profile_file import write_profile
    from baseline.importers.keys import format_entries
    from baseline.importers.lza import import_lza
    from baseline.profile.load import load_profile
    from baseline.profile.scaffold import scaffold

    found = import_lza(directory, name=name, prefix=prefix)
    _require_free(output, found.files, force=force)
    _write_policies(output.parent, found.files)
    write_profile(output, scaffold(found.answers))
    say_data(format_entries(found.entries))
    for remark in found.remarks:
        say(f"Note: {remark}", err=True)
    say(f"{output} written, with {len(found.files)} policies. Next: baseline validate {output}", err=True)
    load_profile(output)
    return 0


def _require_free(output: Path, policies: Mapping[str, str], *, force: bool) -> None:
    """Refuse before anything is written.

    Raises:
        click.UsageError: if files exist, or if a file is in the place of a directory.
    """
    wanted = [output, *(output.parent / path for path in policies)]
    taken = [str(path) for path in wanted if os.path.lexists(path)]
    wrong = [path for path in wanted if path.is_dir()]
    wrong += sorted({path.parent for path in wanted if os.path.lexists(path.parent) and not path.parent.is_dir()})
    if wrong:
        kinds = ", ".join(f"{path} is {'a' if path.is_dir() else 'no'} directory" for path in wrong)
        raise click.UsageError(f"{kinds}: move it away, or name another file with -o")
    if taken and not force:
        raise click.UsageError(f"{', '.join(taken)} exists already: name another file with -o, or use --force")


def _write_policies(directory: Path, policies: Mapping[str, str]) -> None:
    """Write the policies' files; the profile that names them comes last, into the same directory."""
    from baseline.errors import OutputError
    from baseline.files import replace_file

    path = directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in policies.items():
            path = directory / name
            path.parent.mkdir(exist_ok=True)
            replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            f"{path} not written: {error.strerror or error}",
            hint="name a file in a directory that you can write to, with -o",
        ) from error
