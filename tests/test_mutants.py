"""Mutants are tested by tests that exist."""

from pathlib import Path

from benchmarks.mutants import relevant_tests, sources
from tests.each import hold_for_each

ROOT = Path(__file__).parent.parent


def test_every_source_of_mutants_has_tests() -> None:
    hold_for_each(sources(ROOT), has_tests, lambda path: path.relative_to(ROOT).as_posix())


def has_tests(path: Path) -> None:
    for test in relevant_tests(ROOT, path.relative_to(ROOT).as_posix()):
        assert (ROOT / test).exists(), test


def test_shared_modules_are_tested_by_the_tests_that_import_them() -> None:
    tests = relevant_tests(ROOT, "baseline/capabilities/landscape.py")
    assert {"tests/capabilities/test_landscape.py", "tests/plan"} <= set(tests)
    assert "tests/test_architecture.py" not in tests
    assert relevant_tests(ROOT, "baseline/policy/grammar/check.py") == ("tests/policy",)
    assert relevant_tests(ROOT, "baseline/capabilities/logs/kms/kms.py") == ("tests/capabilities/kms",)
