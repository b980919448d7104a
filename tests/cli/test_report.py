"""`baseline report`: files, formats, browsers, and wrong usage."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli import browser
from baseline.cli.main import baseline
from baseline.errors import OutputError
from baseline.resources import profiles_directory

STARTER = profiles_directory() / "starter.yaml"


def report(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, ["report", *map(str, words)])


def test_page_is_written_once_and_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert report(STARTER, "-o", path, "--against", STARTER).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert "Nothing changes: the same templates" in text
    refused = report(STARTER, "-o", path)
    assert isinstance(refused.exception, OutputError)
    assert "it exists" in str(refused.exception)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((STARTER.parent,), "is a directory: name the profile"),
        ((STARTER, "--lang", "tlh"), "'tlh' is not en"),
    ],
)
def test_wrong_usage_says_what_to_do(words: tuple[Path | str, ...], said: str, tmp_path: Path) -> None:
    failed = report(*words, "-o", tmp_path / "report.html")
    assert failed.exit_code == 2
    assert said in failed.output
    assert not list(tmp_path.iterdir())


def fake_browser(directory: Path, lines: str) -> None:
    path = directory / "chromium"
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (None, "neither Chromium nor Google Chrome is installed"),
        ("echo no display >&2; exit 3", "chromium: exit code 3: no display"),
        ("exit 0", "chromium did not write a file"),
    ],
)
def test_missing_or_failing_browser_is_an_error_with_a_way_out(
    lines: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "BROWSERS", ("chromium",))
    if lines is not None:
        fake_browser(tmp_path, lines)
    with pytest.raises(OutputError) as caught:
        browser.printed("<p>x</p>")
    assert said in str(caught.value)
    assert "print it" in (caught.value.hint or "")


@pytest.mark.skipif(not any(map(shutil.which, browser.BROWSERS)), reason="NO BROWSER: printing is not tested here")
def test_installed_browser_prints_a_pdf() -> None:
    assert browser.printed("<p>x</p>").startswith(b"%PDF-")
