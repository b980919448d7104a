"""`baseline inventory`."""

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.new_file import require_new_file
from baseline.cli.options import force_option
from baseline.cli.progress import terminal_progress
from baseline.cli.terminal import say, say_data, say_json

if TYPE_CHECKING:
    from baseline.cloud.session import SessionOptions
    from baseline.inventory.model import Inventory

_ROLE = "baseline-inventory"


@click.command("inventory", short_help="Read a live organization with read-only calls.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("inventory.json"),
    show_default=True,
    help="File to write.",
)
@click.option("--role", default="", metavar="NAME", help="Role to assume in the member accounts, to read them too.")
@click.option(
    "--region", "regions", multiple=True, metavar="REGION", help="Region to read (repeatable). [default: all]"
)
@click.option(
    "--home-region",
    envvar=["AWS_REGION", "AWS_DEFAULT_REGION"],
    default="us-east-1",
    show_default=True,
    metavar="REGION",
    help="Region for the calls of global services.",
)
@click.option("--resume", is_flag=True, help="Continue a run that was stopped.")
@click.option("--profile", "aws_profile", default="", metavar="NAME", help="Profile of the AWS CLI.")
@click.option("--assume-role", default="", metavar="ARN", help="Role to assume before any other call.")
@click.option("--external-id", default="", metavar="ID", help="External ID that this role's trust policy requires.")
@click.option("--stack-set", is_flag=True, help=f"Print a template for the role {_ROLE}, or --role (offline).")
@click.option("--print-policy", is_flag=True, help="Print the IAM policies that the inventory needs (offline).")
@click.option(
    "--print-identifiers",
    is_flag=True,
    help="Print the ARN of each control of Control Tower, from the file that --output names (offline).",
)
@force_option
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
def inventory_command(output: Path, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Read a live organization with read-only calls, and write an inventory of it.

    Run it with credentials of the management account. Without --role, only facts of the organization and of that
    account are read; every other account is recorded as unknown, and so is everything that AWS denies.

    \b
    Examples:
      baseline inventory
      baseline inventory --role OrganizationAccountAccessRole --region eu-west-1 --region us-east-1
      baseline inventory --role OrganizationAccountAccessRole --resume
      baseline inventory -o inventory.json --force
      baseline inventory --stack-set > baseline-inventory.json
      baseline inventory --print-identifiers | grep CT.S3.PV.4
      baseline init --from inventory.json

    Exit codes: 0 written, 1 stopped, 2 wrong usage, 6 not written, 7 AWS refused a call.
    """
    if values["print_policy"] and values["stack_set"]:
        raise click.UsageError("--print-policy and --stack-set print one document each: choose one.")
    if values["print_policy"] or values["stack_set"]:
        return _print_access(values)
    if values["print_identifiers"]:
        return _print_identifiers(output)
    if values["external_id"] and not values["assume_role"]:
        raise click.UsageError("--external-id needs --assume-role.")
    require_new_file(output, force=values["force"])
    gc.enable()  # hundreds of accounts with their clients, which refer to each other
    inventory = _take(output, values)
    if not values["quiet"]:
        _say_summary(inventory, output)
    return 0


def _take(output: Path, values: dict[str, Any]) -> "Inventory":
    """Take and write the inventory; print how to continue if that ends early."""
    from baseline.cloud.aws_errors import aws_errors
    from baseline.cloud.session import Session
    from baseline.errors import AwsError
    from baseline.inventory.checkpoint import part_file
    from baseline.inventory.document import write_inventory
    from baseline.inventory.take import InventoryOptions, take_inventory

    regions = tuple(dict.fromkeys(values["regions"]))
    options = InventoryOptions(output=output, regions=regions, role=values["role"], resume=values["resume"])
    show = None if values["quiet"] else terminal_progress("looking")
    try:
        with aws_errors(values["aws_profile"]):
            session = Session(home_region=values["home_region"], options=_identity(values))
            inventory = take_inventory(session, options, show or (lambda *_: None))
    except (AwsError, KeyboardInterrupt):
        if part_file(output).exists():
            say(f"{part_file(output)} has what was read so far: run the command again with --resume.", err=True)
        raise
    write_inventory(inventory, output)
    part_file(output).unlink(missing_ok=True)
    return inventory


def _identity(values: dict[str, Any]) -> "SessionOptions":
    from baseline.cloud.session import SessionOptions

    return SessionOptions(
        profile=values["aws_profile"],
        assume_role=values["assume_role"],
        external_id=values["external_id"],
        adaptive=True,
        session_name=_ROLE,
    )


def _print_access(values: dict[str, Any]) -> int:
    from baseline.inventory.access import caller_policy, member_policy, role_template

    role = values["role"] or _ROLE
    if values["stack_set"]:
        say_json(role_template(role))
    else:
        say_json({"caller": caller_policy(role), role: member_policy()})
    return 0


def _print_identifiers(path: Path) -> int:
    """Print lines for `organization.control_tower.identifiers`."""
    from baseline.inventory.document import read_inventory
    from baseline.inventory.identifiers import identifiers_of

    for alias, arn in identifiers_of(read_inventory(path)).items():
        say_data(f"{alias}: {arn}\n")
    return 0


def _say_summary(inventory: "Inventory", output: Path) -> None:
    """Print what was read, and the number of calls."""
    from baseline.inventory.summary import summary_of

    for line in summary_of(inventory):
        say(line, err=True)
    say(f"{output} written. Next: baseline init --from {output}", err=True)
