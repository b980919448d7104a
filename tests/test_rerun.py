from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.rerun import Answer, Run, recall, remember

ANSWER = "no findings\n"


@pytest.fixture
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("house.yaml").write_text("house", encoding="utf-8")
    Path("p.yaml").write_text("extends: house.yaml", encoding="utf-8")
    Path("out/templates").mkdir(parents=True)
    Path("out/templates/a.yaml").write_text("a", encoding="utf-8")
    run = Run(profile=Path("p.yaml"), options=("out", "text"))
    answer = Answer(stdout=ANSWER, stderr="unchanged", directory="out")
    remember(run, answer, [Path("p.yaml"), Path("house.yaml")], Path("memory"))
    return run


def test_a_run_of_which_nothing_has_changed_is_recalled(remembered: Run) -> None:
    answer = recall(remembered, Path("memory"))
    assert answer is not None
    assert (answer.stdout, answer.directory) == (ANSWER, "out")


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("p.yaml").write_text("extends: house.yaml # changed"),
        lambda: Path("house.yaml").write_text("other"),
        lambda: Path("house.yaml").unlink(),
        lambda: Path("out/templates/a.yaml").write_text("edited"),
        lambda: Path("out/templates/a.yaml").unlink(),
        lambda: Path("out/notes.txt").write_text("foreign"),
        lambda: next(iter(Path("memory").iterdir())).write_text("{"),
        lambda: next(iter(Path("memory").iterdir())).write_text("[]"),
        lambda: next(iter(Path("memory").iterdir())).unlink(),
    ],
    ids=[
        "profile",
        "layer",
        "layer gone",
        "output edited",
        "output gone",
        "foreign file",
        "record truncated",
        "record of another shape",
        "record gone",
    ],
)
def test_a_run_of_which_anything_has_changed_is_not(remembered: Run, change: Callable[[], object]) -> None:
    change()
    assert recall(remembered, Path("memory")) is None


def test_other_options_another_profile_and_another_directory_are_another_run(
    remembered: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    memory = Path("memory").resolve()
    assert recall(Run(profile=remembered.profile, options=("out", "json")), memory) is None
    assert recall(Run(profile=Path("house.yaml"), options=remembered.options), memory) is None
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert recall(remembered, memory) is None


def test_another_program_is_another_run(remembered: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("baseline.rerun.__version__", "99")
    assert recall(remembered, Path("memory")) is None


def test_a_memory_that_cannot_be_written_is_no_error(remembered: Run) -> None:
    Path("file").write_text("in the way", encoding="utf-8")
    answer = Answer(stdout="", stderr="", directory="out")
    remember(remembered, answer, [Path("p.yaml")], Path("file"))
    assert recall(remembered, Path("file")) is None
    assert [path.name for path in Path("memory").iterdir()] == [f"{remembered.key}.json"]
