"""Every problem that a profile can have, with the exact messages."""

from pathlib import Path

import pytest

from baseline.errors import ProfileError
from baseline.findings import Severity
from baseline.profile.load import load_profile, load_profile_text
from baseline.profile.problem_ids import PROBLEMS
from baseline.report.findings_text import format_finding

BAD = Path(__file__).with_name("bad")
FIXTURES = sorted(path.name for path in BAD.glob("*.yaml"))


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert caught.value.problems
    assert all(finding.id in PROBLEMS and finding.severity is Severity.ERROR for finding in caught.value.problems)
    return [format_finding(finding) for finding in caught.value.problems]


def test_there_are_at_least_forty_of_them() -> None:
    assert len(FIXTURES) >= 40
    assert sorted(path.stem for path in BAD.glob("*.expected")) == [name.removesuffix(".yaml") for name in FIXTURES]


@pytest.mark.parametrize("name", FIXTURES)
def test_a_bad_profile_is_refused_in_these_words(
    name: str, monkeypatch: pytest.MonkeyPatch, *, rewrite_golden: bool
) -> None:
    monkeypatch.chdir(BAD)
    said = "\n".join(problems_of(Path(name))) + "\n"
    expected = BAD / name.replace(".yaml", ".expected")
    if rewrite_golden:
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_problems_come_in_the_order_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    said = problems_of(Path("several_problems_at_once.yaml"))
    lines = [int(line.split(":")[1]) for line in said]
    assert len(lines) >= 4
    assert lines == sorted(lines)


def test_a_file_that_is_not_there_a_directory_and_a_large_file_are_refused(tmp_path: Path) -> None:
    assert "nowhere.yaml" in problems_of(tmp_path / "nowhere.yaml")[0]
    assert "name the profile itself" in problems_of(tmp_path)[0]
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (5 * 1024 * 1024 + 1))
    assert "profile-too-large" in problems_of(large)[0]


@pytest.mark.parametrize(
    "text", ["[" * 10_000, "a: " * 5_000, "? " * 3_000, "{a: [", "&a *a", "%YAML 9.9\n---\n", "\x00"]
)
def test_whatever_the_bytes_are_the_answer_is_a_problem_and_never_a_crash(text: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(text)
    assert caught.value.problems
