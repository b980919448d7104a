"""`baseline profile`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.groups import SuggestingGroup
from baseline.cli.option_types import Choice
from baseline.cli.options import profile_argument, root_option
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.profile.merged import MergedValue


@click.group("profile", cls=SuggestingGroup, short_help="Show a profile with all its values, or compare two.")
def profile_command() -> None:
    """Show the values of a profile with all layers and the tier's defaults, or compare those of two profiles.

    \b
    Example:
      baseline profile show profile.yaml capabilities.cloudtrail --origin
    """


@profile_command.command("show", short_help="Show all values of a profile, and the origin of each.")
@profile_argument
@click.argument("key", default="")
@click.option("--origin", "origins", is_flag=True, help="Add the origin of each value: file, line and column, or tier.")
@click.option("--format", "format_", type=Choice(["yaml", "json"]), default="yaml", show_default=True)
@root_option
def show_command(profile: Path, key: str, *, origins: bool, format_: str, root: Path | None) -> int:
    """Show all values of PROFILE, or those of KEY: layers merged, completed by the tier's defaults.

    The YAML is a profile without `extends`. Ids that only the lock file has are not part of it.

    \b
    Examples:
      baseline profile show profile.yaml --origin
      baseline profile show profile.yaml capabilities.cloudtrail --origin
      baseline profile show profile.yaml --format json | jq .capabilities.config.recording

    Exit codes: 0 shown, 2 unknown KEY, 3 invalid profile.
    """
    from baseline.profile.merged import part_of
    from baseline.report.profile_json import format_profile_json
    from baseline.report.profile_yaml import format_profile_yaml

    formats = {"json": format_profile_json, "yaml": format_profile_yaml}
    say_data(formats[format_](part_of(_merged(profile, root), key), origins=origins))
    return 0


@profile_command.command("diff", short_help="Compare the values of two profiles.")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.argument("key", default="")
@click.option("--format", "format_", type=Choice(["text", "json"]), default="text", show_default=True)
@root_option
def diff_command(before: Path, after: Path, key: str, *, format_: str, root: Path | None) -> int:
    """List the values that differ between two profiles, or those of KEY, with the origin of both.

    Values are compared after merging layers and the tier's defaults; lists are compared as a whole. For the resulting
    resources, policies and requirements use `baseline plan AFTER --against BEFORE`.

    \b
    Examples:
      baseline profile diff clients/tern.yaml clients/osprey.yaml capabilities
      baseline profile diff northwind.yaml house.yaml --format json

    Exit codes: 0 compared, 2 unknown KEY, 3 invalid profile.
    """
    from baseline.cli.revision import PREFIX
    from baseline.profile.merged import differences, parts_of
    from baseline.report.profile_differences_text import format_differences_text
    from baseline.report.profile_json import format_differences_json

    for path, other in ((before, after), (after, before)):
        if str(path).startswith(PREFIX):
            raise click.UsageError(
                f"{path}: `profile diff` compares two files. To compare with a Git revision, run "
                f"`baseline plan {other} --against {path}`."
            )
    old, new = parts_of((_merged(before, root), _merged(after, root)), key)
    found = tuple(differences(old, new))
    if format_ == "json":
        say_data(format_differences_json(found))
    else:
        say(format_differences_text(found) or "no value differs\n", nl=False)
    return 0


def _merged(path: Path, root: Path | None) -> "MergedValue":
    from baseline.profile.extends import read_layers
    from baseline.profile.merged import merged_value

    return merged_value(read_layers(path, root=root))
