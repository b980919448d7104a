"""`baseline import`."""

import os
from pathlib import Path

import click

from baseline.cli.terminal import say, say_data


@click.group("import", short_help="Write a profile from another tool's configuration.")
def import_command() -> None:
    """Write a profile from the configuration of another tool, with a report of every key.

    \b
    Examples:
      baseline import lza ~/aws-accelerator-config --name Northwind -o profile.yaml
    """


@import_command.command("lza")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", required=True, help="The organization's name, which the configuration does not have.")
@click.option("--prefix", default="", help="First part of every name: 2 to 15 lower-case letters, digits and hyphens.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("profile.yaml"), show_default=True)
@click.option("--force", is_flag=True, help="Replace files that exist.")
def lza_command(directory: Path, *, name: str, prefix: str, output: Path, force: bool) -> int:
    """Write a profile from DIRECTORY, a configuration of the Landing Zone Accelerator on AWS.

    The report on standard output says of every key whether it is taken over, differs, or has no counterpart.
    Policies are written to policies/ beside the profile.

    \b
    Examples:
      baseline import lza ~/aws-accelerator-config --name Northwind
      baseline import lza ~/aws-accelerator-config --name Northwind --prefix nw -o nw/profile.yaml > report.txt

    Exit codes: 0 written, 2 wrong usage or unreadable source, 3 written but the profile is invalid, 6 not written.
    """
    from baseline.importers.keys import format_entries
    from baseline.importers.lza import import_lza
    from baseline.profile.load import load_profile
    from baseline.profile.scaffold import scaffold

    found = import_lza(directory, name=name, prefix=prefix)
    files = {output.name: scaffold(found.answers), **found.files}
    taken = [path for path in files if os.path.lexists(output.parent / path)]
    if taken and not force:
        raise click.UsageError(f"{', '.join(taken)} exists already: name another file with -o, or use --force")
    _write(output.parent, files)
    say_data(format_entries(found.entries))
    for remark in found.remarks:
        say(f"Note: {remark}", err=True)
    say(f"{output} written, with {len(found.files)} policies. Next: baseline validate {output}", err=True)
    load_profile(output)
    return 0


def _write(directory: Path, files: dict[str, str]) -> None:
    from baseline.errors import OutputError
    from baseline.files import replace_file

    try:
        for path, text in files.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            replace_file(directory / path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{directory} not written: {error.strerror or error}") from error
