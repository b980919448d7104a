"""The file reader and writer: no hang, no exhausted memory or stack, no followed link."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.files import DEEPEST_JSON, UnreadableError, check_depth, parse_json, read_file, replace_file
from tests.attacks import CONTENTS, each_kind


@each_kind
@pytest.mark.parametrize("follow_links", [True, False])
def test_what_is_not_a_small_regular_file_is_refused(
    attack: Callable[[Path], None], tmp_path: Path, *, follow_links: bool
) -> None:
    attack(tmp_path / "file")
    with pytest.raises(UnreadableError, match=r"not a file|too large|no such|too many levels"):
        read_file(tmp_path / "file", limit=1024, follow_links=follow_links)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 10)
    assert read_file(tmp_path / "file", limit=10) == b"x" * 10
    with pytest.raises(UnreadableError, match="too large: 10 bytes, at most 9"):
        read_file(tmp_path / "file", limit=9)


def test_a_link_is_followed_only_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "link", limit=1) == b"x"
    with pytest.raises(UnreadableError, match="symbolic link"):
        read_file(tmp_path / "link", limit=1, follow_links=False)


def test_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="null"):
        read_file(tmp_path / "a\0b", limit=1)


@pytest.mark.parametrize("attack", CONTENTS, ids=lambda attack: attack.__name__)
def test_json_that_readers_disagree_about_is_refused(attack: Callable[[Path], None], tmp_path: Path) -> None:
    attack(tmp_path / "file")
    with pytest.raises(UnreadableError):
        parse_json((tmp_path / "file").read_bytes())


@pytest.mark.parametrize("text", ['"' * 100_001, '"' + '\\"' * 100_000, '"a\\', '"[[[[', "]]]]", '{"[": "]"}'])
def test_brackets_in_texts_are_no_depth(text: str) -> None:
    check_depth(text, 1)


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_depth_is_counted_to_the_level(brackets: str) -> None:
    opened, closed = ('{"a":', "}") if brackets == "{}" else ("[", "]")
    check_depth(opened * DEEPEST_JSON + "1" + closed * DEEPEST_JSON, DEEPEST_JSON)
    with pytest.raises(UnreadableError, match="line 3: nested too deeply: more than 100 levels"):
        check_depth("\n\n" + opened * (DEEPEST_JSON + 1), DEEPEST_JSON)


@pytest.mark.parametrize("document", [{}, [], "text", 1, None, {"a": ["\U0001f510", "é", '"', "\\"]}])
def test_json_is_read_as_it_was_written(document: object) -> None:
    assert parse_json(json.dumps(document)) == document
    assert parse_json(json.dumps(document, ensure_ascii=False).encode()) == document


@pytest.mark.parametrize(("umask", "expected"), [(0o077, 0o600), (0o027, 0o640), (0o022, 0o644), (0, 0o666)])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, umask: int, expected: int) -> None:
    before = os.umask(umask)
    try:
        replace_file(tmp_path / "file", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == expected


def test_a_replaced_file_keeps_its_mode_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "link").symlink_to("mine")
    replace_file(tmp_path / "link", b"new")
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert not (tmp_path / "link").is_symlink()
    (tmp_path / "link").chmod(0o600)
    replace_file(tmp_path / "link", b"newer")
    assert stat.S_IMODE((tmp_path / "link").stat().st_mode) == 0o600


def test_a_failed_replacement_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
