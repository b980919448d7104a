"""The change log of a profile names authors and approvers as Git tells them, and nothing that it does not tell."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.report.change_log import ProfileCommit, format_change_log_markdown
from baseline.resources import profiles_directory


def commit(directory: Path, text: str, *message: str) -> None:
    path = directory / "profile.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    words = [word for line in message for word in ("-m", line)]
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false")
    for command in (("add", "profile.yaml"), ("commit", "-q", *words)):
        subprocess.run(["git", "-C", str(directory), *who, *command], check=True)


def test_commits_of_a_profile_are_listed_with_the_approvers_that_they_name(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    shutil.copy(profiles_directory() / "starter.yaml", tmp_path / "profile.yaml")
    commit(tmp_path, "# one\n", "feat: add the profile")
    commit(tmp_path, "# two\n", "feat: =cmd\x1fx", "Approved-by: Ada\nReviewed-by: Grace <grace@example.com>")
    commit(tmp_path, "# three\n", "fix: alone", "Approved-by: Ada")
    done = CliRunner().invoke(baseline, ["evidence", "change-log", str(tmp_path / "profile.yaml")])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["approvers"], row["approved_by_another"]) for row in rows] == [
        ("Ada", "no"),
        ("Ada; Grace <grace@example.com>", "yes"),
        ("unknown", "unknown"),
    ]
    assert {row["author"] for row in rows} == {"Ada"}
    assert rows[2]["subject"] == "feat: add the profile"


def test_a_profile_outside_of_a_repository_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    shutil.copy(profiles_directory() / "starter.yaml", tmp_path / "profile.yaml")
    done = CliRunner().invoke(baseline, ["evidence", "change-log", str(tmp_path / "profile.yaml")])
    assert done.exit_code == 2
    assert "PROFILE: git log: fatal: not a git repository" in done.stderr


def test_texts_of_commits_cannot_break_the_table() -> None:
    hostile = ProfileCommit(
        commit="a" * 40, authored="", author="x | y", committed="", committer="", approvers="", subject="<script>"
    )
    text = format_change_log_markdown("A <b>", [hostile])
    assert "| x \\| y |" in text
    assert "<script>" not in text
