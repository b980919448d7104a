"""The budgets: what is measured, against what, and how much it may be."""

import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from baseline.resources import profiles_directory
from benchmarks.decisions import decisions, seeded_mistakes
from benchmarks.deployment import deploy
from benchmarks.measure import ROUNDS, Row, Runner, Sample
from benchmarks.profiles import Size, write_profile

_BIN = Path(sys.executable).parent
BASELINE = _BIN / "baseline"
_MANY_UNITS = 300


def _cold(runner: Runner, profile: Path, output: str) -> Sample:
    shutil.rmtree(runner.directory / "cold-cache", ignore_errors=True)
    shutil.rmtree(runner.directory / output, ignore_errors=True)
    return runner.run([BASELINE, "generate", profile, "-o", output, "--quiet"], cache="cold-cache")


def _again(runner: Runner, profile: Path, output: str) -> Sample:
    return runner.run([BASELINE, "generate", profile, "-o", output, "--quiet"])


def generate_against_cfn_lint(runner: Runner) -> Iterator[Row]:
    """`generate` cold and unchanged, beside the `cfn-lint` command over the same templates."""
    yield from _against_cfn_lint(runner, "northwind")


def everything_against_cfn_lint(runner: Runner) -> Iterator[Row]:
    """The same with every capability on: four times as many templates."""
    yield from _against_cfn_lint(runner, "everything-org", ", everything on", rounds=3)


def _against_cfn_lint(runner: Runner, name: str, what: str = "", rounds: int = ROUNDS) -> Iterator[Row]:
    profile = profiles_directory() / f"{name}.yaml"
    kept, made = f"kept-{name}", f"cold-{name}"
    _again(runner, profile, kept)
    templates = sorted((runner.directory / kept / "templates").glob("*.yaml"))
    lint, cold, again = runner.medians(
        partial(runner.run, [_BIN / "cfn-lint", "--regions", "us-east-1", "--", *templates]),
        partial(_cold, runner, profile, made),
        partial(_again, runner, profile, kept),
        rounds=rounds,
    )
    detail = f"cfn-lint {lint.seconds:.2f} s, cold {cold.seconds:.2f} s, unchanged {again.seconds:.2f} s"
    yield Row(
        what=f"generate, cold / cfn-lint command{what}", value=cold.seconds / lint.seconds, limit=0.6, detail=detail
    )
    yield Row(what=f"generate, unchanged / cold{what}", value=again.seconds / cold.seconds, limit=0.15, detail=detail)


def help_against_click(runner: Runner) -> Iterator[Row]:
    """`--help` beside the import of click."""
    click, shown = runner.medians(
        partial(runner.run, [sys.executable, "-c", "import click"]),
        partial(runner.run, [BASELINE, "--help"]),
    )
    detail = f"click {click.seconds:.3f} s, --help {shown.seconds:.3f} s"
    yield Row(what="--help / python -c 'import click'", value=shown.seconds / click.seconds, limit=3.0, detail=detail)


def size(runner: Runner) -> Iterator[Row]:
    """10,000 accounts × 17 Regions beside 50 × 10, and the checks of the latter without cfn-lint."""
    small = write_profile(runner.directory / "small.yaml", Size(accounts=50, regions=10))
    large = write_profile(
        runner.directory / "large.yaml", Size(accounts=10_000, regions=17, suspended=834, units=_MANY_UNITS)
    )
    little, much, checked = runner.medians(
        partial(_cold, runner, small, "small"),
        partial(_cold, runner, large, "large"),
        partial(runner.run, [BASELINE, "validate", small, "--no-lint", "--quiet"]),
        rounds=3,
    )
    files = sum(path.is_file() for path in (runner.directory / "large").rglob("*"))
    detail = f"{little.seconds:.2f} s and {much.seconds:.2f} s, {files} files"
    yield Row(
        what="generate, 10,000 accounts × 17 Regions / 50 × 10",
        value=much.seconds / little.seconds,
        limit=3.0,
        detail=detail,
    )
    yield Row(what="generate, 10,000 accounts × 17 Regions, peak memory in MB", value=much.megabytes, limit=500.0)
    yield Row(what="validate without cfn-lint, 50 accounts × 10 Regions, seconds", value=checked.seconds, limit=1.0)


def cost(runner: Runner) -> Iterator[Row]:
    """The estimate for 10,000 accounts × 17 Regions, beside the plan that it begins with.

    Each is one process without cfn-lint, so it is measured by processor time, which other work disturbs least.
    """
    large = write_profile(
        runner.directory / "large.yaml", Size(accounts=10_000, regions=17, suspended=834, units=_MANY_UNITS)
    )
    planned, estimated = runner.medians(
        *(partial(runner.run, [BASELINE, command, large]) for command in ("plan", "cost")), rounds=3
    )
    detail = f"plan {planned.processor:.2f} s, cost {estimated.processor:.2f} s of the processor"
    what = "cost, 10,000 accounts × 17 Regions"
    yield Row(what=f"{what}, processor seconds", value=estimated.processor, limit=2.0, detail=detail)
    yield Row(what=f"{what} / plan", value=estimated.processor / planned.processor, limit=1.6, detail=detail)


def assignments(runner: Runner) -> Iterator[Row]:
    """46,000 assignments beside 18,000 in one large organization: they alone make the output grow, in proportion."""
    few, many = (
        Size(accounts=10_000, regions=17, suspended=834, units=_MANY_UNITS, groups=groups) for groups in (2, 5)
    )
    little, much = (
        _cold(runner, write_profile(runner.directory / f"groups-{size.groups}.yaml", size), f"groups-{size.groups}")
        for size in (few, many)
    )
    detail = f"{little.seconds:.1f} s and {much.seconds:.1f} s"
    yield Row(
        what="generate, 46,000 assignments / 18,000", value=much.seconds / little.seconds, limit=2.5, detail=detail
    )
    yield Row(what="generate, 46,000 assignments, peak memory in MB", value=much.megabytes, limit=500.0)


def units(runner: Runner) -> Iterator[Row]:
    """The checks of 5,000 organizational units beside those of a few: units that policies treat alike share answers."""
    few = write_profile(runner.directory / "few-units.yaml", Size(accounts=50, regions=10))
    many = write_profile(runner.directory / "many-units.yaml", Size(accounts=50, regions=10, units=5_000))
    little, much = runner.medians(
        *(partial(runner.run, [BASELINE, "validate", path, "--no-lint", "--quiet"]) for path in (few, many)), rounds=3
    )
    detail = f"{little.seconds:.2f} s and {much.seconds:.2f} s"
    what = "validate without cfn-lint, 5,000 units / 5"
    yield Row(what=what, value=much.seconds / little.seconds, limit=5.0, detail=detail)
    yield Row(what="validate without cfn-lint, 5,000 units, seconds", value=much.seconds, limit=5.0)


BUDGETS: tuple[Callable[[Runner], Iterator[Row]], ...] = (
    generate_against_cfn_lint,
    everything_against_cfn_lint,
    help_against_click,
    size,
    cost,
    assignments,
    units,
    deploy,
    decisions,
    seeded_mistakes,
)
