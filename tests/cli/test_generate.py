import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli import main as command_line
from baseline.cli.main import baseline
from baseline.errors import OutputError, TamperedError
from baseline.resources import profiles_directory

STARTER = (profiles_directory() / "starter.yaml").read_text(encoding="utf-8")
OUTPUT = Path(__file__).parent.parent.parent / "output" / "northwind"


def generate(*words: str) -> Result:
    result = CliRunner().invoke(baseline, ["generate", "--no-lint", *words], standalone_mode=False)
    if result.exception is None:
        result.exit_code = result.return_value
    return result


def test_check_compares_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(STARTER, encoding="utf-8")
    missing = generate("p.yaml", "-o", "out", "--check")
    assert (missing.exit_code, Path("out").exists()) == (5, False)
    assert generate("p.yaml", "-o", "out").exit_code == 0
    assert generate("p.yaml", "-o", "out", "--check").exit_code == 0
    Path("p.yaml").write_text(STARTER.replace("tier: starter", "tier: standard"), encoding="utf-8")
    stale = generate("p.yaml", "-o", "out", "--check")
    assert stale.exit_code == 5
    assert "out/plan.json: differs" in stale.stderr
    assert stale.stderr.endswith("Next: baseline generate p.yaml -o out\n")


def test_files_changed_by_hand_are_named_and_the_advice_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(STARTER, encoding="utf-8")
    assert generate("p.yaml", "-o", "out").exit_code == 0
    Path("out/README.md").write_text("edited", encoding="utf-8")
    Path("out/report/evidence.md").unlink()
    Path("out/notes.txt").write_text("mine", encoding="utf-8")

    verified = CliRunner().invoke(baseline, ["verify", "out"])
    assert isinstance(verified.exception, TamperedError)
    assert [line.split(":")[0] for line in verified.exception.details] == [
        *("README.md", "report/evidence.md"),
        "notes.txt",
    ]
    assert "`baseline generate PROFILE -o out --force`" in verified.exception.hint

    checked = generate("p.yaml", "-o", "out", "--check")
    assert checked.stderr.splitlines()[-6:] == [
        "out/README.md: changed since baseline wrote it",
        "out/report/evidence.md: missing",
        "out/notes.txt: baseline did not write it",
        "out differs from what p.yaml generates.",
        "Changes made by hand are lost with --force; files that baseline did not write stay.",
        "Next: baseline generate p.yaml -o out --force",
    ]

    refused = generate("p.yaml", "-o", "out").exception
    assert isinstance(refused, OutputError)
    assert refused.details == (
        "README.md: changed since baseline wrote it",
        "report/evidence.md: missing",
        "notes.txt: baseline did not write it",
    )

    assert generate("p.yaml", "-o", "out", "--force").exit_code == 0
    assert Path("out/notes.txt").read_text(encoding="utf-8") == "mine"
    again = generate("p.yaml", "-o", "out", "--check")
    assert (again.exit_code, "out/notes.txt: baseline did not write it" in again.stderr) == (0, True)


def test_two_names_that_slug_alike_do_not_replace_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file, name in (("a.yaml", "Example"), ("b.yaml", "EXAMPLE!"), ("c.yaml", "日本")):
        text = re.sub(r"(?m)^  name: .*$", f'  name: "{name}"', STARTER, count=1)
        Path(file).write_text(text, encoding="utf-8")
    assert generate("a.yaml").exit_code == 0
    assert isinstance(generate("b.yaml").exception, OutputError)
    assert generate("c.yaml").exit_code == 0
    assert {path.name for path in Path("output").iterdir()} == {"example", "bluebird"}


@pytest.mark.parametrize("words", [["--only", "zz*"], ["--wave", "99"]])
@pytest.mark.parametrize("command", ["deploy", "preflight"])
def test_nothing_chosen_is_reported_before_credentials_are_needed(command: str, words: list[str]) -> None:
    done = CliRunner().invoke(baseline, [command, str(OUTPUT), *words])
    assert done.exit_code == 2
    assert "no stack is chosen" in done.stderr


def test_chosen_stacks_are_reported_before_credentials_are_needed() -> None:
    done = CliRunner().invoke(baseline, ["deploy", str(OUTPUT), "--only", "nw-kms-*", "--dry-run"])
    assert done.stderr.startswith("Chosen: 4 of ")
    assert "nw-kms-logs" in done.stderr


def run(*words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[object, str]:
    monkeypatch.setattr("sys.argv", ["baseline", *words])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as end:
        command_line.main()
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize("words", [["--debug", "explain", "nothing-x"], ["explain", "nothing-x", "--debug"]])
def test_debug_adds_the_traceback_anywhere(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = run(*words, capsys=capsys, monkeypatch=monkeypatch)
    assert code == 2
    assert "UnknownTopicError" in said
    plain = [word for word in words if word != "--debug"]
    assert "Traceback" not in run(*plain, capsys=capsys, monkeypatch=monkeypatch)[1]


def test_crash_asks_for_a_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("baseline.report.explain.explain", crash)
    monkeypatch.setattr("sys.argv", ["baseline", "explain", "kms"])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(ZeroDivisionError):
        command_line.main()
    assert "this is a bug" in capsys.readouterr().err


def test_verbose_version_names_python_dependencies_and_data() -> None:
    text = CliRunner().invoke(baseline, ["--version", "--verbose"]).stdout
    assert re.search(r"(?m)^Python 3\.\d+", text)
    assert re.search(r"(?m)^cfn-lint \d", text)
    assert re.search(r"(?m)^  \d{4}-\d\d-\d\d  regions \(", text)
    assert len(CliRunner().invoke(baseline, ["--version"]).stdout.splitlines()) == 1
    assert CliRunner().invoke(baseline, ["--verbose"]).exit_code == 2
