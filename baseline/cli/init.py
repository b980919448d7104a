"""`baseline init`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.option_types import Choice
from baseline.cli.terminal import say, say_data

if TYPE_CHECKING:
    from baseline.findings import Finding
    from baseline.profile.scaffold import Answers

_HOME = "eu-west-1"
_EMAIL = "aws@example.com"
_MANAGEMENT = "111111111111"


_OPTIONS = {
    "organization.name": "--name",
    "organization.prefix": "--prefix",
    "organization.home_region": "--home-region",
    "organization.regions[0]": "--home-region",
    "organization.regions": "--region",
    "organization.alerts": "--email",
    "organization.id": "--organization-id",
    "accounts.management.id": "--management-id",
    "accounts.log_archive.id": "--log-archive-id",
    "accounts.security.id": "--security-id",
    "accounts": "--email",
    "capabilities.identity_center": "--identity-center-region",
}
"""Beginning of a path in the profile → the option that gives its value."""


def _regions(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Accept both `--region A --region B` and `--region A,B`."""
    return tuple(name for item in value for name in item.replace(",", " ").split())


@click.command("init", short_help="Write a commented starter profile and its schema.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("profile.yaml"),
    show_default=True,
    help="File to write; - for standard output.",
)
@click.option("--name", help="The organization's name.")
@click.option("--prefix", help="First part of every name: 2 to 15 lower-case letters, digits and hyphens.")
@click.option(
    "--tier",
    type=Choice(["starter", "standard", "regulated"]),
    help="The defaults to start from.",
)
@click.option("--home-region", help="Home Region: trail, log buckets and alarms.")
@click.option("--region", "regions", multiple=True, callback=_regions, help="Governed Region (repeatable).")
@click.option("--email", help="Email address of the management account; the other accounts get +addresses of it.")
@click.option("--standalone/--organization", default=None, help="A single account, or an organization.")
@click.option("--organization-id", help="Id of an existing organization.")
@click.option("--management-id", help="Id of the management account, or of the single account.")
@click.option("--log-archive-id", help="Id of an existing log archive account.")
@click.option("--security-id", help="Id of an existing security account.")
@click.option("--identity-center-region", help="Region of an existing instance of IAM Identity Center.")
@click.option(
    "--from",
    "inventory",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Inventory of an existing organization, written by `baseline inventory`.",
)
@click.option("--adopt", is_flag=True, default=None, help="With --from: import what has names of the baseline.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--defaults", is_flag=True, help="Do not prompt.")
def init_command(
    output: Path,
    *,
    inventory: Path | None,
    force: bool,
    defaults: bool,
    **options: Any,  # noqa: ANN401 - click's options
) -> int:
    """Write a commented starter profile, and the schema that editors use to complete it.

    Prompts in a terminal, and repeats a question if the answer is invalid. Otherwise, or with --defaults,
    unset values become placeholders, which `baseline validate` reports until you replace them. With --from, the profile
    describes an existing organization, with comments about anything that no setting covers, and nothing is prompted.

    \b
    Examples:
      baseline init
      baseline init --tier regulated -o profile.yaml
      baseline init --standalone --name Lab --home-region eu-west-1 --defaults -o -
      baseline init --from inventory.json --name Northwind --prefix nw
      baseline init --from inventory.json --adopt

    Exit codes: 0 written, 2 wrong usage, 3 the options do not make a valid profile, 6 not written.
    """
    from baseline.cli.profile_file import write_profile
    from baseline.cli.questions import Interview
    from baseline.profile.scaffold import scaffold

    to_stdout = str(output) == "-"
    if not to_stdout and os.path.lexists(output) and not force:  # a link that leads nowhere is there as well
        raise click.UsageError(f"{output} exists already: choose another file with -o, or replace it with --force")
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if given.get("adopt") and not inventory:
        raise click.UsageError("--adopt requires --from: only an inventory shows existing resources")
    answers = _answers_from(inventory, given) if inventory else _answers(given)
    if inventory and not to_stdout:
        write_profile(output, scaffold(answers))  # what the profile's rules reject is easier to decide in the file
    if not inventory and sys.stdin.isatty() and not defaults:
        answers = Interview(answers).run(frozenset(given))
    text = scaffold(answers)
    placeholders = _require_valid(text, output, from_options=not inventory)
    if to_stdout:
        say_data(text)
    else:
        write_profile(output, text)
        _say_summary(output, answers, placeholders)
    return 0


def _answers_from(inventory: Path, given: dict[str, Any]) -> "Answers":
    """Return the answers from an inventory; options take precedence.

    Raises:
        click.UsageError: for an option that the inventory answers.
    """
    from baseline.inventory.document import read_inventory
    from baseline.inventory.proposal.answers import Wishes, answers_of

    wishes = {key: value for key, value in given.items() if key in Wishes.__dataclass_fields__}
    if others := sorted(given.keys() - wishes.keys()):
        names = ", ".join(f"--{name.replace('_', '-')}" for name in others)
        raise click.UsageError(f"--from sets {names}: leave it out.")
    return answers_of(read_inventory(inventory), Wishes(**wishes))


def _answers(given: dict[str, Any]) -> "Answers":
    """Return the answers from the options, with placeholders for the rest."""
    from baseline.cli.questions import answers_with, emails_from
    from baseline.profile.scaffold import Answers, prefix_from

    name = given.get("name", "Example")
    home, email = given.get("home_region", _HOME), given.get("email", _EMAIL)
    standalone = given.get("standalone", False)
    keys = ("management",) if standalone else ("management", "log_archive", "security")
    answers = Answers(
        name=name,
        prefix=given.get("prefix") or prefix_from(name),
        home_region=home,
        regions=given.get("regions", ()),
        standalone=standalone,
        tier=given.get("tier") or ("starter" if standalone else "standard"),
        alerts=(email,),
        emails=emails_from(email, keys),
        ids={
            "management": given.get("management_id", _MANAGEMENT),
            "log_archive": given.get("log_archive_id"),
            "security": given.get("security_id"),
        },
        organization_id=given.get("organization_id"),
        identity_center_region=given.get("identity_center_region"),
    )
    return answers_with(answers)


def _require_valid(text: str, output: Path, *, from_options: bool) -> "tuple[Finding, ...]":
    """Return the findings about placeholders; problems of options name the option, as no file is written.

    Raises:
        ProfileError: if anything else is wrong.
    """
    from baseline.cli.questions import PLACEHOLDER
    from baseline.errors import ProfileError
    from baseline.profile.load import load_profile_text

    try:
        found = load_profile_text(text, str(output)).findings
    except ProfileError as error:
        others = tuple(problem for problem in error.problems if problem.id != PLACEHOLDER)
        if others:
            raise ProfileError([_at_option(it) for it in others] if from_options else others) from error
        found = error.findings
    return tuple(finding for finding in found if finding.id == PLACEHOLDER)


def _at_option(finding: "Finding") -> "Finding":
    """The finding, located at the option that supplied the value."""
    from dataclasses import replace

    from baseline.findings import Location

    option = next((name for path, name in _OPTIONS.items() if finding.path.startswith(path)), "init")
    return replace(finding, location=Location(file=option))


def _say_summary(output: Path, answers: "Answers", placeholders: "tuple[Finding, ...]") -> None:
    from baseline.cli.questions import summary_of

    for line in summary_of(answers):
        say(f"  {line}", err=True)
    if placeholders:
        places = ", ".join(f"{finding.path} (line {finding.location.line})" for finding in placeholders)
        say(f"Placeholders to replace: {places}.", err=True)
    say(f"{output} written. Next: edit it, then baseline validate {output}", err=True)
