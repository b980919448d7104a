"""Options and the first steps of the commands that talk to AWS."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from baseline.deploy.session import SessionOptions
    from baseline.deploy.task import Context, DeployOptions

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_OPTIONS: Sequence[_Decorator] = (
    click.option("--profile", "aws_profile", default="", metavar="NAME", help="Profile of the AWS CLI."),
    click.option("--assume-role", default="", metavar="ARN", help="Role to assume first."),
    click.option("--external-id", default="", metavar="ID", help="External id that the role asks for."),
    click.option(
        "--execution-role", default="", metavar="ARN", help="Role that CloudFormation works with in ordinary stacks."
    ),
    click.option("--only", multiple=True, metavar="PATTERN", help="Only stacks with such a name; may be repeated."),
    click.option(
        "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A value that the plan leaves open."
    ),
    click.option(
        "--poll-interval", default=5.0, show_default=True, type=click.FloatRange(min=0), metavar="SECONDS",
        help="How long to wait between two looks at an operation.",
    ),
)  # fmt: skip


def aws_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Who talks to AWS, and about which stacks."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def session_options(values: Mapping[str, Any]) -> "SessionOptions":
    """The identity that the options name."""
    from baseline.deploy.session import SessionOptions

    if values["external_id"] and not values["assume_role"]:
        raise click.UsageError("--external-id needs --assume-role.")
    return SessionOptions(
        profile=values["aws_profile"],
        assume_role=values["assume_role"],
        external_id=values["external_id"],
        execution_role=values["execution_role"],
        poll_seconds=values["poll_interval"],
    )


def open_context(
    directory: Path, values: Mapping[str, Any], options: "DeployOptions", given: Mapping[str, str] | None = None
) -> "Context":
    """Prove the directory, before any call; then make ready to talk to AWS."""
    from baseline.deploy.session import Session
    from baseline.deploy.task import Context
    from baseline.deploy.values import Values
    from baseline.plan.written import read_written_plan

    named = dict(_pair(text) for text in values["parameters"])
    session_settings = session_options(values)
    written = read_written_plan(directory)
    session = Session(home_region=written.plan.home_region, options=session_settings)
    known = {**(given or {}), **named}
    return Context(
        written=written,
        session=session,
        values=Values(plan=written.plan, session=session, given=known),
        options=options,
    )


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--parameter")
    return name, value
