"""`baseline validate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.lock_notice import say_lock
from baseline.cli.options import (
    as_of_option,
    cache_option,
    calls_option,
    fail_on_option,
    format_option,
    inventory_option,
    lint_option,
    quiet_option,
    root_option,
    threshold,
    validation,
)
from baseline.cli.terminal import say
from baseline.frozen import frozen

if TYPE_CHECKING:
    from baseline.findings import Finding
    from baseline.pipeline import Proof


_STANDARD_INPUT = Path("-")


@frozen
class _Checked:
    """The result for one profile. `proof` is None for a layer, and if there are problems; `notes` supplement them."""

    profile: Path
    findings: "tuple[Finding, ...]" = ()
    problems: "tuple[Finding, ...]" = ()
    notes: "tuple[Finding, ...]" = ()
    proof: "Proof | None" = None
    fails: bool = False


@click.command("validate", short_help="Check profiles and the templates rendered from them.")
@click.argument("profiles", metavar="PROFILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@root_option
@format_option
@fail_on_option
@as_of_option
@lint_option
@inventory_option
@calls_option
@cache_option
@quiet_option
def validate_command(profiles: tuple[Path, ...], *, format_: str, quiet: bool, **how: Any) -> int:  # noqa: ANN401 - click's options
    """Check each PROFILE and all templates rendered from it; write nothing. - reads standard input.

    A file without accounts, and without an organization's name and prefix, is a layer that others extend: its keys,
    types and values are checked, and nothing is rendered.

    \b
    Examples:
      baseline validate profile.yaml
      baseline validate clients/*.yaml --no-lint      # the fast checks only
      baseline validate profile.yaml --format sarif > findings.sarif
      git show main:profile.yaml | baseline validate -
      baseline validate profile.yaml --inventory inventory.json

    Exit codes: 0 valid, 3 invalid profile, 5 findings at or above --fail-on.
    """
    from baseline.cli.findings import print_findings
    from baseline.errors import ProfileError
    from baseline.findings import sorted_findings

    checked = [_check(profile, how, quiet=quiet) for profile in profiles]
    problems = sorted_findings([finding for item in checked for finding in item.problems])
    notes = sorted_findings([finding for item in checked for finding in item.notes])
    findings = sorted_findings([finding for item in checked for finding in item.findings])
    for item in checked:
        if item.proof:
            say_lock(item.proof.lock)
    if format_ != "text":
        print_findings(sorted_findings((*findings, *problems, *notes)), format_)
    elif len(problems) == 0 or findings:
        print_findings(findings, format_, quiet=quiet)
    if not quiet:
        _say_what_is_valid(checked)
    if problems:
        raise ProfileError(problems, notes, hint=_checks_to_come(lint=how["lint"]))
    return 5 if any(item.fails for item in checked) else 0


def _check(profile: Path, how: dict[str, Any], *, quiet: bool) -> _Checked:
    from baseline.errors import ProfileError
    from baseline.findings import at_or_above
    from baseline.profile.load import load_layer

    level = threshold(how["fail_on"])
    try:
        with validation(cache=how["cache"], lint=how["lint"], quiet=quiet) as options:
            from baseline.pipeline import Options, prove

            layer = load_layer(profile, how["root"])
            if layer is not None:
                return _Checked(profile=profile, findings=layer, fails=bool(at_or_above(layer, level)))
            where = {"as_of": how["as_of"], "root": how["root"], "inventory": how["inventory"], "calls": how["calls"]}
            proof = prove(profile, Options(validation=options, fail_on=level, **where))
    except ProfileError as error:
        return _Checked(profile=profile, problems=error.problems, notes=error.notes)
    return _Checked(profile=profile, findings=proof.findings, proof=proof, fails=bool(proof.failures))


def _checks_to_come(*, lint: bool) -> str:
    """A sentence about the checks that need templates, which an invalid profile does not have."""
    from baseline.validate.checks.registry import CHECKS

    return f"{len(CHECKS)} checks of templates{' and cfn-lint' if lint else ''} run when these problems are fixed"


def _say_what_is_valid(checked: list[_Checked]) -> None:
    valid = [item for item in checked if not item.fails and not item.problems]
    for item in valid:
        if item.proof is None:
            say(f"{item.profile} is valid as a layer: it has no accounts, and nothing was rendered.", err=True)
        elif len(checked) > 1 or item.profile == _STANDARD_INPUT:
            say(f"{item.profile} is valid.", err=True)
        else:
            say(f"{item.profile} is valid. Next: baseline generate {item.profile}", err=True)
