"""Options and common first steps of the commands that call AWS."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.options import named_values, trust_of, trust_options
from baseline.cli.terminal import say
from baseline.text.terminal import terminal_line, terminal_text

if TYPE_CHECKING:
    from baseline.cloud.session import SessionOptions
    from baseline.deploy.run import Event
    from baseline.deploy.task import Context, DeployOptions, Outcome
    from baseline.plan.model import Plan

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_MOST_NAMES = 10

_OPTIONS: Sequence[_Decorator] = (
    click.option("--profile", "aws_profile", default="", metavar="NAME", help="Profile of the AWS CLI."),
    click.option("--assume-role", default="", metavar="ARN", help="Role to assume before any other call."),
    click.option("--external-id", default="", metavar="ID", help="External ID that the role's trust policy requires."),
    click.option(
        "--execution-role", default="", metavar="ARN", help="Role that CloudFormation assumes for ordinary stacks."
    ),
    click.option(
        "--delegated-admin", is_flag=True, help="Call as a StackSets delegated administrator; deploys StackSets only."
    ),
    click.option("--only", multiple=True, metavar="PATTERN", help="Only stacks whose name matches (repeatable)."),
    click.option(
        "--parameter", "parameters", multiple=True, callback=named_values, metavar="NAME=VALUE",
        help="Value for an unresolved parameter (repeatable).",
    ),
    click.option(
        "--poll-interval", default=5.0, show_default=True, type=click.FloatRange(min=0), metavar="SECONDS",
        help="Polling interval.",
    ),
)  # fmt: skip


def aws_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for credentials, the selection of stacks, and polling."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return trust_options(command)


def session_options(values: Mapping[str, Any]) -> "SessionOptions":
    """The identity that the options name."""
    from baseline.cloud.session import SessionOptions

    if values["external_id"] and not values["assume_role"]:
        raise click.UsageError("--external-id needs --assume-role.")
    return SessionOptions(
        profile=values["aws_profile"],
        assume_role=values["assume_role"],
        external_id=values["external_id"],
        execution_role=values["execution_role"],
        delegated_admin=values["delegated_admin"],
        poll_seconds=values["poll_interval"],
    )


def open_context(
    directory: Path, values: Mapping[str, Any], options: "DeployOptions", lock: Path | None = None
) -> "Context":
    """Verify the directory before any call, then return the session, the lock file's ids and the given parameters."""
    from baseline.cli.lock_notice import say_lock
    from baseline.cloud.session import Session
    from baseline.deploy.lock import read_lock
    from baseline.deploy.task import Context
    from baseline.deploy.values import Values
    from baseline.plan.written import read_written_plan
    from baseline.profile.lock import LockInUse

    session_settings = session_options(values)
    written = read_written_plan(directory, trust_of(values))
    _say_choice(written.plan, options, quiet=bool(values.get("quiet")))
    session = Session(home_region=written.plan.home_region, options=session_settings)
    locked = read_lock(lock, written.plan) if lock else {}
    if lock and lock.exists():
        say_lock(LockInUse(path=lock, values=tuple(locked.items())))
    known = {**locked, **values["parameters"]}
    return Context(
        written=written,
        session=session,
        values=Values(plan=written.plan, session=session, given=known),
        options=options,
    )


def _say_choice(plan: "Plan", options: "DeployOptions", *, quiet: bool) -> None:
    """Print the stacks that `--only` and `--wave` select, before credentials are needed.

    Raises:
        click.UsageError: if they select none; with `--prune` they can select stacks that are no longer in the plan.
    """
    from baseline.deploy.run import is_meant

    if not options.only and options.wave is None:
        return
    waves = [wave for number, wave in enumerate(plan.waves, start=1) if options.takes_wave(number)]
    chosen = [stack.name for wave in waves for stack in wave if is_meant(stack.name, options.only)]
    if not chosen and not options.prune:
        names = ", ".join(stack.name for stack in plan.stacks[:5])
        raise click.UsageError(
            f"no stack is chosen: the plan has {len(plan.waves)} waves and {len(plan.stacks)} stacks ({names}, …)"
        )
    if quiet:
        return
    more = len(chosen) - _MOST_NAMES
    shown = f"{', '.join(chosen[:_MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"
    say(f"Chosen: {len(chosen)} of {len(plan.stacks)} stacks: {shown}", err=True)


def ending(outcomes: "tuple[Outcome, ...]", total: int, *, quiet: bool) -> int:
    """Print the summary line and return the exit code."""
    from baseline.deploy.task import Action

    failed = sum(bool(outcome.failures) for outcome in outcomes)
    stopped = sum(outcome.interrupted and not outcome.failures for outcome in outcomes)
    rest = [outcome for outcome in outcomes if not outcome.failures and not outcome.interrupted]
    changed = sum(outcome.action is not Action.NONE for outcome in rest)
    said = f"{changed} changed, {len(rest) - changed} unchanged, {failed} failed"
    said += f", {stopped} not finished" if stopped else ""
    said += f", {total - len(outcomes)} not begun" if total > len(outcomes) else ""
    if failed:
        say(f"{said}. Fix the problem and run the same command again: it resumes where it stopped.", err=True)
        return 7
    if len(outcomes) < total or any(outcome.interrupted for outcome in outcomes):
        say(f"Stopped: {said}. Run the same command again: it resumes where it stopped.", err=True)
        return 1
    if not quiet:
        say(f"{said}.", err=True)
    return 0


def teller(*, quiet: bool) -> "Callable[[Event], None]":
    """Return a callback that prints progress on stderr. A full disk does not stop a deployment."""
    tell = _line_by_line(quiet=quiet) if quiet or not sys.stderr.isatty() else _on_terminal()

    def tell_if_possible(event: "Event") -> None:
        with suppress(OSError):
            tell(event)

    return tell_if_possible


def _line_by_line(*, quiet: bool) -> "Callable[[Event], None]":
    from baseline.report.deployment_text import format_outcome

    def tell(event: "Event") -> None:
        if event.outcome and (event.outcome.failures or not quiet):
            say(f"wave {event.wave}: {format_outcome(event.outcome)}", err=True)

    return tell


def _on_terminal() -> "Callable[[Event], None]":
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

    from baseline.report.deployment_text import format_outcome

    console = Console(stderr=True)
    status = Status("", console=console)
    running: dict[tuple[str, str], None] = {}
    turn = Lock()  # tasks begin in threads of their own

    def show(event: "Event") -> None:
        key = (event.task, event.where)
        with turn:
            if event.outcome is None:
                running[key] = None
            else:
                running.pop(key, None)
                text = terminal_text(f"wave {event.wave}: {format_outcome(event.outcome)}")
                console.print(text, markup=False, highlight=False)
            status.update(Text(terminal_line(f"wave {event.wave}: {', '.join(task for task, _ in running)}")))
            if running:
                status.start()
            else:
                status.stop()

    return show
