"""`baseline validate`."""

from datetime import date
from pathlib import Path

import click

from baseline.cli.options import (
    as_of_option,
    cache_option,
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


@click.command("validate")
@profile_argument
@root_option
@format_option
@fail_on_option
@as_of_option
@lint_option
@cache_option
@quiet_option
def validate_command(  # noqa: PLR0913 - one parameter per option
    profile: Path,
    *,
    root: Path | None,
    format_: str,
    fail_on: str,
    as_of: date,
    lint: bool,
    cache: bool,
    quiet: bool,
) -> int:
    """Check PROFILE and all templates rendered from it; write nothing.

    \b
    Examples:
      baseline validate profile.yaml
      baseline validate profile.yaml --format sarif > findings.sarif
      baseline validate profile.yaml --no-lint        # the fast checks only

    Exit codes: 0 valid, 3 invalid profile, 5 findings at or above --fail-on.
    """
    with validation(cache=cache, lint=lint, quiet=quiet) as options:
        from baseline.cli.findings import print_findings, profile_problems
        from baseline.cli.lock_notice import say_lock
        from baseline.pipeline import Options, prove

        with profile_problems(format_):
            proof = prove(profile, Options(validation=options, fail_on=threshold(fail_on), as_of=as_of, root=root))
    say_lock(proof.lock)
    print_findings(proof.findings, format_, quiet=quiet)
    if not quiet and not proof.failures:
        say(f"{profile} is valid. Next: baseline generate {profile}", err=True)
    return 5 if proof.failures else 0
