import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import ProfileError
from baseline.resources import profiles_directory
from tests.ready.client import Started, run

GOOD = (profiles_directory() / "starter.yaml").read_text(encoding="utf-8")
BAD = GOOD.replace("tier: starter", "tier: startr")
HOUSE = profiles_directory() / "house-baseline.yaml"


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    Path("worse.yaml").write_text(BAD.replace("eu-west-1", "eu-wset-1"), encoding="utf-8")


def validate(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(baseline, ["validate", "--no-lint", *words], input=text)


@pytest.mark.usefixtures("profiles")
def test_several_profiles_are_checked_in_one_call() -> None:
    assert "startr" in BAD
    done = validate("good.yaml", "bad.yaml", "worse.yaml")
    assert isinstance(done.exception, ProfileError)
    assert {problem.location.file for problem in done.exception.problems} == {"bad.yaml", "worse.yaml"}
    assert "good.yaml is valid" in done.stderr
    assert validate("good.yaml", "good.yaml").exit_code == 0


@pytest.mark.usefixtures("profiles")
@pytest.mark.parametrize("format_", ["json", "gitlab"])
def test_findings_of_several_profiles_are_one_document(format_: str) -> None:
    document = json.loads(validate("good.yaml", "bad.yaml", "worse.yaml", "--format", format_).stdout)
    found = json.dumps(document)
    assert '"bad.yaml"' in found
    assert '"worse.yaml"' in found


@pytest.mark.usefixtures("profiles")
def test_profile_is_read_from_standard_input() -> None:
    assert validate("-", text=GOOD).exit_code == 0
    refused = validate("-", text=BAD)
    assert isinstance(refused.exception, ProfileError)
    assert refused.exception.problems[0].location.file == "-"


def test_layer_is_checked_as_a_layer(tmp_path: Path) -> None:
    done = validate(str(HOUSE))
    assert done.exit_code == 0, done.output
    assert "valid as a layer" in done.stderr
    wrong = tmp_path / "house.yaml"
    wrong.write_text(HOUSE.read_text(encoding="utf-8") + "\ntyer: standard\n", encoding="utf-8")
    refused = validate(str(wrong))
    assert isinstance(refused.exception, ProfileError)
    assert [problem.id for problem in refused.exception.problems] == ["profile-unknown-key"]


@pytest.mark.parametrize("removed", ["accounts:", "organization:"])
def test_profile_that_lost_a_section_is_no_layer(removed: str, tmp_path: Path) -> None:
    lines = GOOD.splitlines()
    start = lines.index(removed)
    end = next(n for n in range(start + 1, len(lines)) if lines[n] and lines[n][0] not in " #")
    (tmp_path / "p.yaml").write_text("\n".join([*lines[:start], *lines[end:]]), encoding="utf-8")
    assert isinstance(validate(str(tmp_path / "p.yaml")).exception, ProfileError)


def on_a_terminal(*words: str, **environment: str) -> str:
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    env = {**os.environ, "NO_COLOR": "", "COLUMNS": "80", **environment}
    with Path(os.devnull).open("r+b") as nothing:
        streams = (nothing.fileno(), nothing.fileno(), follower)
        process = Started("baseline", *words, directory=Path.cwd(), environment=env, streams=streams)
    os.close(follower)
    said = b""
    try:
        while piece := os.read(leader, 65536):
            said += piece
    except OSError:  # Linux: the other end is closed
        pass
    process.wait(timeout=60)
    os.close(leader)
    return said.decode()


@pytest.mark.usefixtures("profiles")
def test_terminal_shows_the_source_line_with_a_mark_and_colors() -> None:
    said = on_a_terminal("validate", "--no-lint", "bad.yaml")
    assert "tier: startr" in said
    assert "      |       ^" in said
    assert "\x1b[31m" in said
    assert "\x1b" not in on_a_terminal("validate", "--no-lint", "bad.yaml", NO_COLOR="1")


@pytest.mark.usefixtures("profiles")
def test_terminal_quotes_no_layer_that_the_user_did_not_name() -> None:
    Path("private.yaml").write_text("tier: startr # hunter2\n", encoding="utf-8")
    Path("above.yaml").write_text("extends: private.yaml\n" + GOOD, encoding="utf-8")
    said = on_a_terminal("validate", "--no-lint", "above.yaml")
    assert "private.yaml" not in said or "hunter2" not in said


@pytest.mark.usefixtures("profiles")
def test_piped_findings_stay_one_line_each() -> None:
    said = run("validate", "--no-lint", "bad.yaml").stderr
    assert said.splitlines()[0].startswith("bad.yaml:")
    assert said.splitlines()[0].endswith("[error profile-value]")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["vaildate"], "baseline validate"),
        (["help"], "baseline --help"),
        (["diff"], "baseline plan PROFILE --against DIR"),
        (["policy", "lst"], "baseline policy list"),
        (["evidence", "reconsile"], "baseline evidence reconcile"),
    ],
)
def test_unknown_command_is_answered_with_the_nearest(words: list[str], meant: str) -> None:
    done = CliRunner().invoke(baseline, words, prog_name="baseline")
    assert done.exit_code == 2
    assert f"Did you mean `{meant}`?" in done.stderr


def test_unknown_account_is_answered_with_the_nearest() -> None:
    profile = str(profiles_directory() / "northwind.yaml")
    words = ["policy", "explain", profile, "--account", "web-prd", "--action", "iam:CreateRole"]
    assert 'did you mean "web-prod"?' in CliRunner().invoke(baseline, words).stderr


@pytest.mark.parametrize("topic", ["root-user", "gap", "Regulated", "deployed", "sandbox-x"])
def test_explain_knows_guardrails_states_and_tiers(topic: str) -> None:
    assert (CliRunner().invoke(baseline, ["explain", topic]).exit_code == 0) is (topic != "sandbox-x")
