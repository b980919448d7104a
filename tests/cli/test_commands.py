"""The commands from a user's view; in a process of their own if exit code or imports matter."""

import json
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline import __is_release__, __version__
from baseline.cli import versions
from baseline.cli.main import baseline
from baseline.errors import ProfileError
from baseline.profile.schema import profile_schema
from baseline.resources import profiles_directory
from tests.ready import client

ROOT = Path(__file__).parents[2]
NORTHWIND = profiles_directory() / "northwind.yaml"
STARTER = profiles_directory() / "starter.yaml"
COMMANDS = [
    "init",
    "inventory",
    "import",
    "validate",
    "profile",
    "plan",
    "generate",
    "verify",
    "deploy",
    "drift",
    "destroy",
    "policy",
    "evidence",
    "explain",
    "schema",
    "completion",
]


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return client.run(*words, directory=cwd, COLUMNS="120")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    directory = tmp_path_factory.mktemp("generated") / "out"
    return directory, run("generate", NORTHWIND, "-o", directory, "--no-cache")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = CliRunner().invoke(baseline, [command, "--help"])
    assert result.exit_code == 0
    assert f"baseline {command}" in result.output
    assert "Example" in result.output


def test_every_command_is_listed_in_the_order_of_a_users_work() -> None:
    text = CliRunner().invoke(baseline, ["--help"]).output
    places = [text.index(f"\n  {command} ") for command in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("words", [[], ["policy"], ["evidence"]], ids=["all", "policy", "evidence"])
def test_list_of_commands_cuts_no_sentence_at_80_columns(words: list[str]) -> None:
    lines = CliRunner().invoke(baseline, [*words, "--help"], terminal_width=80).output.partition("Commands:")[2]
    assert lines.strip()
    assert not [line for line in lines.splitlines() if line.endswith("...")]


def test_version_names_the_commit_of_an_unreleased_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = changelog.partition("\n## [Unreleased]\n")[2].partition("\n## [")[0].strip()
    assert __is_release__ is not bool(unreleased)
    for is_release, words in ((True, ""), (False, " with unreleased changes")):
        monkeypatch.setattr(versions, "__is_release__", is_release)
        monkeypatch.setattr(versions, "files", lambda _: tmp_path / "baseline")
        assert versions.version_line() == f"baseline {__version__}{words}"
    git = ("git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@northwind.example")
    for more in (("init", "-q"), ("commit", "-q", "--no-gpg-sign", "--allow-empty", "-m", "first")):
        subprocess.run([*git, *more], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    named = re.fullmatch(r".* with unreleased changes \(commit ([0-9a-f]{7,})\)", versions.version_line())
    assert named
    assert commit.startswith(named[1])


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom baseline.cli.main import main\ntry:\n    main()\nfinally:\n"
        "    heavy = {'cfnlint', 'boto3', 'pydantic', 'jinja2', 'yaml', 'rich'} & set(sys.modules)\n"
        "    print('heavy:', sorted(heavy), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert "heavy: []" in done.stderr
    assert "Commands:" in done.stdout


def test_generate_writes_everything_and_says_what_to_do_next(
    generated: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    directory, done = generated
    assert done.returncode == 0, done.stderr
    assert done.stdout == "no findings\n"
    plan = json.loads((directory / "plan.json").read_text(encoding="utf-8"))
    count = sum(map(len, plan["waves"]))
    assert f"{count} templates written in {directory}. Next: read {directory / 'README.md'}" in done.stderr
    assert {*plan["files"], "plan.json", "SHA256SUMS"} == {
        path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()
    }


def test_generating_again_changes_nothing(generated: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    directory, _ = generated
    done = run("generate", NORTHWIND, "-o", directory, "--no-lint")
    assert " templates unchanged in " in done.stderr


def test_an_unchanged_run_is_answered_from_memory_without_loading_anything_heavy(tmp_path: Path) -> None:
    words = ["generate", str(STARTER), "-o", str(tmp_path / "out"), "--no-lint"]
    first = run(*words)
    code = (
        "import sys\nfrom baseline.cli.main import main\ntry:\n    main()\nfinally:\n"
        "    print('heavy:', sorted({'pydantic', 'jinja2', 'yaml'} & set(sys.modules)), file=sys.stderr)\n"
    )
    again = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert first.stdout == again.stdout
    assert " templates unchanged in " in again.stderr
    assert "heavy: []" in again.stderr
    (tmp_path / "out" / "README.md").unlink()
    assert " templates written in " in run(*words).stderr
    assert (tmp_path / "out" / "README.md").exists()


def test_a_broken_profile_exits_3_names_every_problem_and_writes_nothing(tmp_path: Path) -> None:
    text = NORTHWIND.read_text(encoding="utf-8").replace("tier: standard", "tier: standart\nteir: 1")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    done = run("generate", "p.yaml", "-o", "out", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "p.yaml:" in done.stderr
    assert 'did you mean "standard"' in done.stderr
    assert "Error: profile invalid: 2 problems." in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_broken_profile_is_findings_in_a_machines_format(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("version: 2\n", encoding="utf-8")
    done = run("validate", "p.yaml", "--format", "json", cwd=tmp_path)
    assert done.returncode == 3
    assert json.loads(done.stdout)["findings"]


@pytest.mark.parametrize(
    "words", [["validate"], ["nonsense"], ["plan", "x", "--format", "pdf"], ["explain", "clodtrail"]]
)
def test_wrong_usage_exits_2_without_a_traceback(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.parametrize("paths", [["git:HEAD", "x.yaml"], ["x.yaml", "git:HEAD"]])
def test_a_revision_is_compared_by_another_command(paths: list[str]) -> None:
    refused = CliRunner().invoke(baseline, ["profile", "diff", *paths])
    assert refused.exit_code == 2
    assert "`baseline plan x.yaml --against git:HEAD`" in refused.stderr


def test_a_file_that_is_not_there_exits_3_without_a_traceback(tmp_path: Path) -> None:
    done = run("plan", tmp_path / "nowhere.yaml")
    assert done.returncode == 3
    assert "nowhere.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_findings_at_the_threshold_exit_5_and_nothing_is_written(tmp_path: Path) -> None:
    text = STARTER.read_text(encoding="utf-8").replace("tier: starter", "tier: standard")
    profile = tmp_path / "p.yaml"
    weak = "\ncapabilities:\n  cloudtrail: {insights: []}\n"
    profile.write_text(text.split("\ncapabilities:")[0] + weak, encoding="utf-8")
    done = run("generate", profile, "-o", tmp_path / "out", "--no-lint", "--fail-on", "warning")
    assert done.returncode == 5
    assert "cloudtrail-insights" in done.stdout
    assert "profile-weakened" in done.stdout
    assert not (tmp_path / "out").exists()
    accepted = weak.replace("insights: []", "insights: [], reason: 'Insights are bought elsewhere'")
    profile.write_text(text.split("\ncapabilities:")[0] + accepted, encoding="utf-8")
    done = run("generate", profile, "-o", tmp_path / "out", "--no-lint", "--fail-on", "warning")
    assert done.returncode == 0, done.stdout
    plan = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert [item["reason"] for item in plan["accepted"]] == ["Insights are bought elsewhere"]


def test_a_directory_that_is_not_ours_exits_6(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done = run("generate", STARTER, "-o", tmp_path, "--no-lint")
    assert done.returncode == 6
    assert "notes.txt" in done.stderr
    assert "--force" in done.stderr


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_plan_shows_every_stack_in_every_format(format_: str) -> None:
    done = run("plan", NORTHWIND, "--format", format_)
    assert done.returncode == 0
    for name in ("nw-kms-log-archive", "nw-cloudtrail", "nw-alarms-root-activity"):
        assert name in done.stdout
    if format_ == "json":
        assert json.loads(done.stdout)["waves"]


def test_schema_is_the_schema() -> None:
    assert json.loads(run("schema").stdout) == profile_schema()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str) -> None:
    assert "_BASELINE_COMPLETE" in run("completion", shell).stdout


def test_a_reader_that_closes_does_not_crash() -> None:
    command = f"{sys.executable} -c 'from baseline.cli.main import main; main()' schema | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_verify_prints_the_plans_digest_and_names_what_was_changed(
    generated: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    shutil.copytree(generated[0], tmp_path / "copy")
    good = run("verify", tmp_path / "copy")
    assert good.returncode == 0
    assert good.stdout.strip() == sha256((tmp_path / "copy/plan.json").read_bytes()).hexdigest()
    assert run("verify", tmp_path / "copy", "--plan-sha256", good.stdout).returncode == 0
    (tmp_path / "copy/templates/nw-cloudtrail.yaml").write_text("Resources: {}\n")
    bad = run("verify", tmp_path / "copy")
    assert bad.returncode == 5
    assert "templates/nw-cloudtrail.yaml: changed" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_explain_lists_the_states_of_an_output_and_says_nothing_when_that_cannot_be_read(
    generated: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    listed = run("explain", "--in", generated[0])
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "deployed  cloudtrail-enabled" in listed.stdout
    refused = run("explain", "cloudtrail", "--in", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "baseline generate" in refused.stderr


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "text"])
@pytest.mark.parametrize("value", ["o-a1b2c3d4e5", "secops@northwind.example", "222222222222"])
def test_line_break_after_a_value_is_a_problem_in_every_format(value: str, format_: str, tmp_path: Path) -> None:
    text = NORTHWIND.read_text().replace(f'"{value}"', value)
    assert value in text
    profile = tmp_path / "profile.yaml"
    profile.write_text(text.replace(value, f'"{value}\\n"', 1))
    result = CliRunner().invoke(baseline, ["validate", str(profile), "--no-lint", "--format", format_])
    assert isinstance(result.exception, ProfileError)
    assert format_ == "text" or "profile-text" in result.stdout
    assert format_ not in ("json", "sarif") or json.loads(result.stdout)
