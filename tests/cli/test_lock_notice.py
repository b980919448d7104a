"""A lock file affects targets: every command that uses one names it and its ids."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.deploy.lock import write_lock
from baseline.resources import profiles_directory

PROFILE = """\
version: 1
organization: {name: Lock, prefix: lk, home_region: eu-west-1, regions: [eu-west-1], alerts: [a@x.example]}
accounts:
  management: {email: m@x.example, id: "111111111111"}
  log_archive: {email: l@x.example}
  security: {email: s@x.example, id: "333333333333"}
organizational_units: [Security]
"""
NOTICE = "p.lock.json: LogArchiveAccountId 999999999999."


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "p.yaml").write_text(PROFILE, encoding="utf-8")
    lock = {"format": 1, "organization": "Lock", "assigned": {"LogArchiveAccountId": "999999999999"}}
    (tmp_path / "p.lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return tmp_path / "p.yaml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, [str(word) for word in words])


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "{}", "--no-lint"),
        ("validate", "{}", "--no-lint", "--quiet", "--format", "json"),
        ("plan", "{}"),
        ("plan", "{}", "--format", "json"),
        ("plan", "{}", "--against", str(profiles_directory() / "starter.yaml")),
        ("policy", "budget", "{}"),
    ],
    ids=" ".join,
)
def test_a_command_names_its_lock_file_and_what_comes_from_it(words: tuple[str, ...], profile: Path) -> None:
    result = run(*(word.format(profile) for word in words))
    assert NOTICE in result.stderr
    assert NOTICE not in result.stdout


def test_generate_names_it_also_when_it_answers_from_memory(profile: Path, tmp_path: Path) -> None:
    words = ("generate", profile, "-o", tmp_path / "out", "--no-lint", "--quiet")
    for _ in range(2):
        result = run(*words)
        assert result.exit_code == 0, result.stderr
        assert NOTICE in result.stderr


def test_without_a_lock_file_nothing_is_named(profile: Path) -> None:
    profile.with_name("p.lock.json").unlink()
    assert "Lock file" not in run("plan", profile).stderr


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o027, 0o640)])
def test_a_new_lock_file_has_the_mode_that_the_umask_leaves(umask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_lock(tmp_path / "p.lock.json", "Lock", {"OrganizationId": "o-aaaaaaaaaa"})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "p.lock.json").stat().st_mode) == mode


def test_init_writes_through_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dangling.yaml").symlink_to("elsewhere")
    Path("mine").write_text("mine", encoding="utf-8")
    Path("link.yaml").symlink_to("mine")
    assert run("init", "--defaults", "-o", "dangling.yaml").exit_code == 2
    assert not Path("elsewhere").exists()
    assert run("init", "--defaults", "-o", "link.yaml", "--force").exit_code == 0
    assert Path("mine").read_text(encoding="utf-8") == "mine"
    assert not Path("link.yaml").is_symlink()
