"""`baseline import`."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.groups import SuggestingGroup
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.importers.source import Imported


@click.group("import", cls=SuggestingGroup, short_help="Write a profile from another tool's configuration.")
def import_command() -> None:
    """Write a profile from the configuration of another tool, with a report of every key.

    \b
    Examples:
      baseline import lza ~/aws-accelerator-config --name Northwind -o profile.yaml
      baseline import cfct ~/custom-control-tower-configuration --inventory inventory.json
      baseline import terraform-state org.tfstate --name Northwind --home-region eu-west-1
      baseline import org-formation organization.yml --name Northwind --home-region eu-west-1
    """


_OPTIONS = (
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("profile.yaml"),
        show_default=True,
        help="File to write.",
    ),
    click.option("--force", is_flag=True, help="Replace files that exist."),
    click.option("--prefix", default="", help="First part of every name: 2 to 15 lower-case letters, digits, hyphens."),
)


def _import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that the importers of all tools share."""
    for option in _OPTIONS:
        command = option(command)
    return command


@import_command.command("lza", short_help="From the Landing Zone Accelerator on AWS.")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", required=True, help="The organization's name, which the configuration does not have.")
@_import_options
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
    from baseline.importers.lza import import_lza

    return _write(import_lza(directory, name=name, prefix=prefix), output, force=force)


@import_command.command("cfct", short_help="From Customizations for AWS Control Tower.")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--inventory",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="File of `baseline inventory`: it supplies the ids of the accounts and OUs that the manifest names.",
)
@click.option("--name", default="", help="Name of the organization.  [default: name of the management account]")
@_import_options
def cfct_command(directory: Path, *, inventory: Path, output: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Write a profile from DIRECTORY, which has the manifest.yaml of Customizations for AWS Control Tower.

    The profile is the one of `baseline init --from`, with the manifest's StackSets as customizations and its policies
    as policies of your own. The report on standard output says what becomes of every key.

    \b
    Examples:
      baseline import cfct ~/custom-control-tower-configuration --inventory inventory.json
      baseline import cfct cfct --inventory inventory.json --name Northwind -o nw/profile.yaml > report.txt

    Exit codes: 0 written, 2 wrong usage or unreadable source, 3 written but the profile is invalid, 6 not written.
    """
    from baseline.importers.cfct import import_cfct
    from baseline.inventory.document import read_inventory
    from baseline.inventory.proposal.answers import Wishes, answers_of

    answers = answers_of(read_inventory(inventory), Wishes(name=values["name"], prefix=values["prefix"]))
    return _write(import_cfct(directory, answers), output, force=values["force"])


@import_command.command("terraform-state", short_help="From the Terraform state of an organization.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="Name of the organization; the state does not contain it.")
@click.option("--home-region", required=True, metavar="REGION", help="Home Region: trail, log buckets and alarms.")
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Additional governed Region (repeatable).")
@click.option("--log-archive-id", default="", help="Id of the log archive account, if it cannot be recognized by name.")
@click.option("--security-id", default="", help="Id of the security account, if it cannot be recognized by name.")
@_import_options
def terraform_state_command(file: Path, *, output: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Write a profile from FILE, the Terraform state that has the organization (`terraform state pull`).

    Organization, units, accounts, policies, permission sets and groups are taken over with their ids. Of all other
    resources only the number is reported, and no secret of the state is read.

    \b
    Examples:
      baseline import terraform-state org.tfstate --name Northwind --home-region eu-west-1
      baseline import terraform-state org.tfstate --name Northwind --home-region eu-west-1 --security-id 333333333333

    Exit codes: 0 written, 2 wrong usage or unreadable source, 3 written but the profile is invalid, 6 not written.
    """
    from baseline.importers.terraform_state import StateWishes, import_terraform_state

    wishes = StateWishes(**{key: value for key, value in values.items() if key != "force"})
    return _write(import_terraform_state(file, wishes), output, force=values["force"])


@import_command.command("org-formation", short_help="From org-formation.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", required=True, help="Name of the organization; the file does not contain it.")
@click.option("--home-region", required=True, metavar="REGION", help="Home Region: trail, log buckets and alarms.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="REGION",
    help="Additional governed Region (repeatable).  [default: the Regions of the tasks]",
)
@click.option(
    "--tasks",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Tasks file: its stacks become customizations.  [default: FILE, if it is one]",
)
@click.option("--log-archive", default="", metavar="ACCOUNT", help="Log archive account: logical name, name or id.")
@click.option("--security", default="", metavar="ACCOUNT", help="Security account: logical name, name or id.")
@_import_options
def org_formation_command(file: Path, *, output: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Write a profile from FILE, an organization file of org-formation, or a tasks file that names one.

    Accounts, units, service control policies and the password policy are converted. Stacks of tasks become
    customizations if CloudFormation can create them without org-formation. The report on standard output says what
    becomes of every property.

    \b
    Examples:
      baseline import org-formation organization.yml --name Northwind --home-region eu-west-1
      baseline import org-formation organization-tasks.yml --name Northwind --home-region eu-west-1 > report.txt

    Exit codes: 0 written, 2 wrong usage or unreadable source, 3 written but the profile is invalid, 6 not written.
    """
    from baseline.importers.org_formation import OrgFormationWishes, import_org_formation

    wishes = OrgFormationWishes(**{key: value for key, value in values.items() if key != "force"})
    return _write(import_org_formation(file, wishes), output, force=values["force"])


def _write(found: "Imported", output: Path, *, force: bool) -> int:
    """Write the profile and its files, and print the report."""
    from baseline.cli.profile_file import write_profile
    from baseline.importers.keys import format_entries
    from baseline.profile.load import load_profile
    from baseline.profile.scaffold import scaffold

    _require_free(output, found.files, force=force)
    _write_files(output.parent, found.files)
    write_profile(output, scaffold(found.answers))
    say_data(format_entries(found.entries))
    for remark in found.remarks:
        say(f"Note: {remark}", err=True)
    kinds = [(kind, sum(path.startswith(f"{kind}/") for path in found.files)) for kind in ("policies", "stacks")]
    beside = " and ".join(f"{count} {kind}" for kind, count in kinds if count or kind == "policies")
    say(f"{output} written, with {beside}. Next: baseline validate {output}", err=True)
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


def _write_files(directory: Path, files: Mapping[str, str]) -> None:
    """Write the policies and templates; the profile that names them comes last, into the same directory."""
    from baseline.errors import OutputError
    from baseline.files import replace_file

    path = directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(exist_ok=True)
            replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            f"{path} not written: {error.strerror or error}",
            hint="name a file in a directory that you can write to, with -o",
        ) from error
