"""The file of parts beside an inventory: what is kept, continued and refused."""

import os
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from baseline.errors import OutputError
from baseline.inventory.checkpoint import Checkpoint, part_file

HEAD = {"organization": "o-a1b2c3d4e5"}


def begin(directory: Path, *, resume: bool = False) -> Checkpoint:
    return Checkpoint.begin(directory / "inventory.json", HEAD, resume=resume)


def parts_of(directory: Path, *, resume: bool = False) -> dict[str, Any]:
    """The parts that a run finds."""
    with closing(begin(directory, resume=resume)) as checkpoint:
        return {key: part for key, part in checkpoint.parts.items() if key != "head"}


def test_a_run_without_a_part_does_not_block_the_next(tmp_path: Path) -> None:
    assert parts_of(tmp_path) == {}
    assert parts_of(tmp_path) == {}
    Checkpoint.begin(tmp_path / "inventory.json", {"organization": "o-other"}, resume=True).close()
    with closing(begin(tmp_path)) as checkpoint:
        checkpoint.keep("a", ["one"])
    with pytest.raises(OutputError, match="has 1 parts"):
        begin(tmp_path)


def test_parts_stay_in_the_file_while_a_run_is_continued(tmp_path: Path) -> None:
    with closing(begin(tmp_path)) as first:
        first.keep("a", ["one"])
    path = part_file(tmp_path / "inventory.json")
    with path.open("a", encoding="utf-8") as file:
        file.write('["b",["cut')
    before = path.read_bytes()

    with closing(begin(tmp_path, resume=True)) as second:
        assert path.read_bytes() == before
        second.keep("c", ["three"])

    assert path.read_bytes().startswith(before)
    assert parts_of(tmp_path, resume=True) == {"a": ["one"], "c": ["three"]}


def test_a_link_at_the_place_of_the_parts_is_not_followed(tmp_path: Path) -> None:
    part_file(tmp_path / "inventory.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="symbolic link"):
        begin(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("resume", [False, True])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path, *, resume: bool) -> None:
    path = part_file(tmp_path / "inventory.json")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="contains no parts of an inventory"):
        begin(tmp_path, resume=resume)
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not hasattr(os, "fchmod"), reason="permissions of POSIX")
def test_the_parts_are_private_even_where_the_file_was_not(tmp_path: Path) -> None:
    path = part_file(tmp_path / "inventory.json")
    path.touch(mode=0o644)
    begin(tmp_path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
