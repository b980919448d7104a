import json
from pathlib import Path
from typing import Any

import pytest

from baseline.validate import cache as cache_module
from baseline.validate.cache import LintCache, default_cache_directory

MATCH: dict[str, Any] = {
    "id": "E3002",
    "severity": "error",
    "message": "unexpected",
    "path": ["Resources", "Topic"],
    "line": 3,
    "column": 5,
    "source": "https://example.com",
}


def stored_file(directory: Path) -> Path:
    (file,) = directory.iterdir()
    return file


def test_an_answer_is_remembered(tmp_path: Path) -> None:
    LintCache(tmp_path / "lint").put("text", "us-east-1", [MATCH])
    assert LintCache(tmp_path / "lint").get("text", "us-east-1") == [MATCH]


def test_that_nothing_was_found_is_an_answer_too(tmp_path: Path) -> None:
    LintCache(tmp_path).put("text", "us-east-1", [])
    assert LintCache(tmp_path).get("text", "us-east-1") == []


def test_another_text_and_another_region_are_other_questions(tmp_path: Path) -> None:
    cache = LintCache(tmp_path)
    cache.put("text", "us-east-1", [])
    assert cache.get("text ", "us-east-1") is None
    assert cache.get("text", "cn-north-1") is None


@pytest.mark.parametrize("what", ["version", "_FORMAT"])
def test_another_version_is_another_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    LintCache(tmp_path).put("text", "us-east-1", [])
    monkeypatch.setattr(cache_module, what, (lambda _: "99") if what == "version" else 99)
    assert LintCache(tmp_path).get("text", "us-east-1") is None


def test_without_a_directory_nothing_is_remembered() -> None:
    cache = LintCache(None)
    cache.put("text", "us-east-1", [])
    assert cache.get("text", "us-east-1") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}",
        b"null",
        b"[1]",
        b"[{}]",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps([MATCH])[:-9].encode(),
        json.dumps([{**MATCH, "extra": 1}]).encode(),
        json.dumps([{**MATCH, "line": "3"}]).encode(),
        json.dumps([{**MATCH, "path": None}]).encode(),
        json.dumps([{**MATCH, "path": [["Resources"]]}]).encode(),
        json.dumps([{name: value for name, value in MATCH.items() if name != "line"}]).encode(),
    ],
    ids=lambda content: str(content[:20]),
)
def test_a_damaged_answer_is_none_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    cache = LintCache(tmp_path)
    cache.put("text", "us-east-1", [MATCH])
    stored_file(tmp_path).write_bytes(content)
    assert cache.get("text", "us-east-1") is None
    cache.put("text", "us-east-1", [MATCH])
    assert cache.get("text", "us-east-1") == [MATCH]


def test_a_directory_where_an_answer_should_be_is_no_error(tmp_path: Path) -> None:
    cache = LintCache(tmp_path)
    cache.put("text", "us-east-1", [])
    file = stored_file(tmp_path)
    file.unlink()
    file.mkdir()
    cache.put("text", "us-east-1", [])
    assert cache.get("text", "us-east-1") is None
    assert stored_file(tmp_path) == file, "the draft is left behind"


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    cache = LintCache(tmp_path / "file" / "lint")
    cache.put("text", "us-east-1", [])
    assert cache.get("text", "us-east-1") is None


def test_the_default_directory_is_in_the_users_cache() -> None:
    assert default_cache_directory().parts[-2:] == ("secure-baseline", "lint")
