"""`baseline export`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.option_types import Choice
from baseline.cli.options import directory_argument, named_values, trust_of, trust_options
from baseline.cli.terminal import say

if TYPE_CHECKING:
    from baseline.plan.trust import Trust


@click.command("export", short_help="Write an output for another deployment tool.")
@directory_argument
@click.option(
    "--to",
    "target",
    required=True,
    type=Choice(["terraform", "cdk", "stacksets", "cfct", "lza", "org-formation", "git-sync", "github", "gitlab"]),
    help="Target tool.",
)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="New directory for the files.")
@click.option(
    "--profile",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Profile that DIRECTORY was generated from: cfct, lza and native policies need its organizational units, "
    "pipelines its path.",
)
@click.option(
    "--parameter",
    "values",
    multiple=True,
    callback=named_values,
    metavar="NAME=VALUE",
    help="Value that the plan lacks.",
)
@click.option(
    "--account",
    "names",
    multiple=True,
    callback=named_values,
    metavar="KEY=NAME",
    help="Name of an account in the target, by its key in the profile (lza).",
)
@click.option(
    "--policies",
    type=Choice(["native", "stacks"]),
    help="How service and resource control policies are attached: native uses the target's own support for policies "
    "(default of cfct and lza), stacks uses stacks of the management account in their wave (default of terraform).",
)
@trust_options
def export_command(  # noqa: PLR0913 - one parameter per option
    directory: Path,
    *,
    target: str,
    output: Path,
    profile: Path | None,
    values: dict[str, str],
    names: dict[str, str],
    policies: str | None,
    **trust: Any,  # noqa: ANN401 - click's options
) -> None:
    """Write the stacks in DIRECTORY as the configuration of another deployment tool; offline.

    The templates stay as they are. The README.md in the new directory says what to do first, and what the target
    does not keep.

    \b
    Examples:
      baseline export output/northwind --to terraform -o terraform
      baseline export output/northwind --to cfct --profile profile.yaml -o customizations
      baseline export output/northwind --to lza --profile profile.yaml --account web-prod=WebProd -o lza
      baseline export output/northwind --to git-sync --parameter IdentityStoreId=d-1234567890 -o git-sync

    Exit codes: 0 written, 2 the target cannot carry something, 5 a file differs from the plan, 6 not written.
    """
    from baseline.export.write import export_files, write_export

    if policies and target not in ("cfct", "lza", "terraform"):
        raise click.UsageError(f"--policies is for cfct, lza and terraform; {target} deploys policies by stacks.")
    source = _source(directory, trust_of(trust), profile, values, names)
    files = export_files(
        replace(source, native_policies=policies == "native" or (not policies and target != "terraform")), target
    )
    write_export(output, files, outside=directory)
    say(f"Wrote {len(files)} files to {output}.", err=True)


def _source(
    directory: Path, trust: "Trust", profile: Path | None, values: dict[str, str], names: dict[str, str]
) -> Any:  # noqa: ANN401 - imported below
    from baseline.export.places import places_in
    from baseline.export.source import Source
    from baseline.pipeline import landscape_of
    from baseline.plan.written import read_written_plan

    written = read_written_plan(directory, trust, only_listed=True)
    places = places_in(landscape_of(profile, written.plan)) if profile else None
    return Source(
        written=written,
        values=values,
        names=names,
        directory=directory.as_posix(),
        profile=profile.as_posix() if profile else "",
        **(vars(places) if places else {}),
    )
