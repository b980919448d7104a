"""Makes mutants, runs the tests of each, and prints those that survive: `python -m benchmarks.mutants --help`."""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from benchmarks.mutants import SUBJECTS, Mutant, relevant_tests, sample, sources

ROOT = Path(__file__).parents[2]
_NEEDED = ("baseline", "benchmarks", "docs", "output", "profiles", "templates", "tests")
_LONGEST = 600
"""Seconds for the tests of one mutant; one that takes longer counts as noticed."""
_PYTEST = ("-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider")


def main(arguments: Sequence[str]) -> None:
    """Run the sample and print the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("paths", nargs="*", default=SUBJECTS, help="source files or directories")
    parser.add_argument("--sample", type=int, default=40, help="number of mutants (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws another sample (default: 1)")
    options = parser.parse_args(arguments)
    mutants = sample(ROOT, sources(ROOT, options.paths), options.sample, options.seed)
    total: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    with _copy() as directory:
        for number, mutant in enumerate(mutants, start=1):
            print(f"{number} of {len(mutants)}: {mutant.path}:{mutant.line}", file=sys.stderr)
            room, tests = mutant.path.split("/")[1], relevant_tests(ROOT, mutant.path)
            if not _pass_without_fault(directory, tests):
                continue
            total[room] += 1
            if _survives(directory, mutant, tests):
                survived[room] += 1
                print(_shown(mutant), flush=True)
    for room, count in sorted(total.items()):
        print(f"{room}: {survived[room]} of {count} survived")
    print(f"all: {survived.total()} of {total.total()} survived, {len(mutants) - total.total()} not judged")


@contextmanager
def _copy() -> Iterator[Path]:
    """A copy of the repository that mutants may change."""
    with tempfile.TemporaryDirectory(prefix="baseline-mutants-") as name:
        directory = Path(name)
        for item in _NEEDED:
            shutil.copytree(ROOT / item, directory / item, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ROOT.iterdir():
            if file.is_file():
                shutil.copy2(file, directory / file.name)
        yield directory


def _survives(directory: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether the tests pass with the fault."""
    path = directory / mutant.path
    original = path.read_text(encoding="utf-8")
    path.write_text(mutant.source(original), encoding="utf-8")
    try:
        return _pass(directory, tests)
    finally:
        path.write_text(original, encoding="utf-8")


@cache
def _pass_without_fault(directory: Path, tests: tuple[str, ...]) -> bool:
    passed = _pass(directory, tests)
    if not passed:
        print(f"not judged: {' '.join(tests)} fail without a fault, or take too long", flush=True)
    return passed


def _pass(directory: Path, tests: Sequence[str]) -> bool:
    try:
        code = subprocess.run(
            [sys.executable, *_PYTEST, *tests],
            cwd=directory,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return False
    return code == 0


def _shown(mutant: Mutant) -> str:
    text = (ROOT / mutant.path).read_text(encoding="utf-8")
    lines = difflib.unified_diff(text.splitlines(), mutant.source(text).splitlines(), n=0, lineterm="")
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return "\n".join([f"survived: {mutant.path}:{mutant.line}", *changed])


if __name__ == "__main__":
    main(sys.argv[1:])
