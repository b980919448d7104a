"""`baseline generate`."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.options import (
    as_of_option,
    cache_option,
    dated_option,
    fail_on_option,
    format_option,
    lint_option,
    profile_argument,
    quiet_option,
    root_option,
    threshold,
    validation,
)
from baseline.cli.terminal import say

if TYPE_CHECKING:
    from baseline.pipeline import Compared, Generated
    from baseline.rerun import Answer


_MOST_DIFFERENCES = 50


@click.command("generate", short_help="Render, check and write all templates and reports.")
@profile_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Output directory.  [default: output/<organization's name>]",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit code 5 if the directory differs from what PROFILE generates."
)
@click.option(
    "--force",
    is_flag=True,
    help="Replace modified files and another organization's output; keep files that baseline did not write.",
)
@click.option(
    "--lock",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the ids that AWS assigned.  [default: <profile>.lock.json beside PROFILE, if it exists]",
)
@root_option
@format_option
@fail_on_option
@as_of_option
@dated_option
@lint_option
@cache_option
@quiet_option
def generate_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    output: Path | None,
    check: bool,
    force: bool,
    lock: Path | None,
    root: Path | None,
    format_: str,
    fail_on: str,
    as_of: date,
    dated: datetime | None,
    lint: bool,
    cache: bool,
    quiet: bool,
) -> int:
    """Render and check all templates of PROFILE, then write them atomically.

    \b
    Examples:
      baseline generate profile.yaml
      baseline generate profile.yaml -o output/northwind --fail-on warning
      baseline generate profile.yaml --check      # in CI: is the committed output current?

    Exit codes: 0 written, 3 invalid profile, 5 findings at or above --fail-on or a difference with --check, 6 not
    written.
    """
    from baseline.profile.lock_path import lock_beside
    from baseline.rerun import Answer, Run, recall, remember, user_memory

    lock = lock or lock_beside(profile)
    if check:
        given = {"fail_on": fail_on, "as_of": as_of, "dated": dated, "lint": lint, "cache": cache, "quiet": quiet}
        return _compare(profile, output, format_, **given, lock=lock, root=root)
    options = (str(lock), str(root), format_, fail_on, str(as_of), str(dated), str(lint), str(quiet))
    run = Run(profile=profile, options=options, directory=output)
    answer = recall(run, user_memory()) if cache else None
    if answer is not None:
        _say(answer, format_, quiet=quiet)
        return 0
    with validation(cache=cache, lint=lint, quiet=quiet) as checks:
        from baseline.cli.findings import print_findings, profile_problems
        from baseline.cli.lock_notice import lock_notice, say_lock
        from baseline.pipeline import Options, generate

        with profile_problems(format_):
            how = Options(
                validation=checks,
                fail_on=threshold(fail_on),
                as_of=as_of,
                dated=dated,
                force=force,
                lock=lock,
                root=root,
            )
            done = generate(profile, output, how)
    say_lock(done.lock)
    stdout = print_findings(done.findings, format_, quiet=quiet)
    if not quiet:
        say(_last_words(done), err=True)
    if done.written and cache:
        again = Answer(
            stdout=stdout,
            stderr=_words(done, "unchanged"),
            directory=str(done.directory),
            notice=lock_notice(done.lock),
        )
        remember(run, again, done.sources, user_memory())
    return 0 if done.written else 5


def _compare(profile: Path, output: Path | None, format_: str, **how: Any) -> int:  # noqa: ANN401 - click's options
    from baseline.cli.findings import print_findings, profile_problems
    from baseline.cli.lock_notice import say_lock

    with validation(cache=how["cache"], lint=how["lint"], quiet=how["quiet"]) as checks:
        from baseline.pipeline import Options, check_output

        level = threshold(how["fail_on"])
        given = {name: how[name] for name in ("as_of", "dated", "lock", "root")}
        options = Options(validation=checks, fail_on=level, **given)
        with profile_problems(format_):
            found = check_output(profile, output, options)
    say_lock(found.lock)
    print_findings(found.findings, format_, quiet=how["quiet"])
    differences = found.comparison.differences
    lines = (*differences, *found.comparison.foreign)
    for line in lines[:_MOST_DIFFERENCES]:
        say(f"{found.directory}/{line}", err=True)
    if len(lines) > _MOST_DIFFERENCES:
        say(f"and {len(lines) - _MOST_DIFFERENCES} more files", err=True)
    if differences:
        _say_next(found, profile, output)
    elif not how["quiet"]:
        say(f"{found.directory} is what {profile} gives.", err=True)
    return 5 if differences or found.failures else 0


def _say_next(found: "Compared", profile: Path, output: Path | None) -> None:
    place = f" -o {output}" if output else ""
    force = " --force" if found.comparison.needs_force else ""
    say(f"{found.directory} differs from what {profile} generates.", err=True)
    if force:
        say("Changes made by hand are lost with --force; files that baseline did not write stay.", err=True)
    say(f"Next: baseline generate {profile}{place}{force}", err=True)


def _say(answer: "Answer", format_: str, *, quiet: bool) -> None:
    from baseline.cli.findings import say_findings

    if answer.notice:
        say(answer.notice, err=True)
    say_findings(answer.stdout, format_)
    if not quiet:
        say(answer.stderr, err=True)


def _last_words(done: "Generated") -> str:
    if not done.written:
        return f"{done.directory} not written: {len(done.failures)} findings at or above the threshold."
    return _words(done, "written" if done.changed else "unchanged")


def _words(done: "Generated", state: str) -> str:
    return f"{len(done.plan.stacks)} templates {state} in {done.directory}. Next: read {done.directory / 'README.md'}"
