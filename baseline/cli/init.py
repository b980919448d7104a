"""`baseline init`."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baseline.cli.terminal import confirm, prompt, say, say_data

if TYPE_CHECKING:
    from baseline.profile.scaffold import Answers


@dataclass(frozen=True, kw_only=True)
class _Flags:
    """Values of the options; None if `init` still has to ask."""

    name: str | None
    prefix: str | None
    tier: str | None
    home_region: str | None
    regions: tuple[str, ...]
    email: str | None
    standalone: bool | None


@click.command("init")
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
@click.option("--tier", type=click.Choice(["starter", "standard", "regulated"]), help="The defaults to start from.")
@click.option("--home-region", help="Home Region: trail, log buckets and alarms.")
@click.option("--region", "regions", multiple=True, help="Governed Region (repeatable).")
@click.option("--email", help="Email address of the management account; the other accounts get +addresses of it.")
@click.option("--standalone/--organization", default=None, help="A single account, or an organization.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--defaults", is_flag=True, help="Do not prompt.")
def init_command(output: Path, *, force: bool, defaults: bool, **flags: object) -> None:
    """Write a first profile: commented, under 100 lines, and valid.

    Prompts in a terminal. Otherwise, or with --defaults, unset values become placeholders.

    \b
    Examples:
      baseline init
      baseline init --tier regulated -o profile.yaml
      baseline init --standalone --name Lab --home-region eu-west-1 --defaults -o -
    """
    from baseline.errors import OutputError
    from baseline.files import replace_file
    from baseline.profile.load import load_profile_text
    from baseline.profile.scaffold import scaffold

    to_stdout = str(output) == "-"
    if not to_stdout and os.path.lexists(output) and not force:  # a link that leads nowhere is there as well
        raise click.UsageError(f"{output} exists already: choose another file with -o, or replace it with --force")
    ask = sys.stdin.isatty() and not defaults
    text = scaffold(_answers(_Flags(**flags), ask=ask))  # type: ignore[arg-type]
    load_profile_text(text, str(output))
    if to_stdout:
        say_data(text)
        return
    try:
        replace_file(output, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{output} not written: {error.strerror or error}") from error
    say(f"{output} written. Next: edit it, then baseline validate {output}", err=True)


def _answers(flags: _Flags, *, ask: bool) -> "Answers":
    from baseline.profile.scaffold import Answers

    def answer(given: str | None, question: str, default: str) -> str:
        if given is not None or not ask:
            return given if given is not None else default
        return prompt(question, default=default)

    name = answer(flags.name, "Name of the organization", "Example")
    prefix = answer(flags.prefix, "Prefix of every name", _prefix(name))
    standalone = flags.standalone
    if standalone is None:
        standalone = ask and not confirm("Is there an organization (several accounts)?", default=True)
    home = answer(flags.home_region, "Home Region", "eu-west-1")
    regions = flags.regions or tuple(answer(None, "Governed Regions, separated by spaces", home).split())
    tier = answer(flags.tier, "Tier (starter, standard, regulated)", "starter" if standalone else "standard")
    email = answer(flags.email, "E-mail address of the management account", "aws@example.com")
    keys = ["management"] if standalone else ["management", "log_archive", "security"]
    return Answers(
        name=name,
        prefix=prefix,
        home_region=home,
        regions=tuple(dict.fromkeys((home, *regions))),
        standalone=standalone,
        tier=tier,  # type: ignore[arg-type]
        alerts=(email,),
        emails={key: _derived(email, key) for key in keys},
        ids={"management": answer(None, "Id of the management account", "111111111111")},
    )


def _prefix(name: str) -> str:
    short = re.sub(r"[^a-z0-9]+", "", name.lower()).lstrip("0123456789")[:8]
    return short if len(short) >= 2 else "base"


def _derived(email: str, key: str) -> str:
    local, _, domain = email.partition("@")
    return email if key == "management" else f"{local}+{key.replace('_', '-')}@{domain}"
