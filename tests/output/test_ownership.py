"""Only files that baseline wrote are replaced or removed, whatever a directory claims."""

import json
import os
import stat
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from baseline.errors import OutputError
from baseline.output.inventory import inventory
from baseline.output.turn import turn_in
from baseline.output.write import write_output
from tests.attacks import each_attack


def plan(files: Any, **changes: Any) -> bytes:
    return json.dumps({"format": 2, "generator": "baseline 0.1.0", "files": files, **changes}).encode()


def output(**files: bytes) -> dict[str, bytes]:
    """`README`, `report_x` → the files of an output with their plan."""
    named = {{"README": "README.md"}.get(name, f"{name.replace('_', '/')}.md"): text for name, text in files.items()}
    return {**named, "plan.json": plan({name: sha256(text).hexdigest() for name, text in named.items()})}


OLD, NEW = output(README=b"old", report_a=b"a"), output(README=b"new")


def lay(directory: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)


def everything(directory: Path) -> dict[str, Any]:
    """Path → content, target of a link, or mode; links are not followed."""
    return {
        path.relative_to(directory).as_posix(): (
            str(path.readlink())
            if path.is_symlink()
            else path.read_bytes()
            if path.is_file()
            else stat.S_IFMT(path.lstat().st_mode)
        )
        for path in sorted(directory.rglob("*"))
    }


def assert_refused_and_untouched(directory: Path, says: str = "") -> None:
    before = everything(directory.parent)
    with pytest.raises(OutputError) as caught:
        write_output(directory, NEW)
    assert says in str(caught.value)
    assert everything(directory.parent) == before


# --- plans that claim what is not theirs -----------------------------------------------------------------------------

DIGEST = sha256(b"mine").hexdigest()
CLAIMS = {
    "no digest": plan({"thesis.docx": ""}),
    "right digest of a foreign name": plan({"thesis.docx": DIGEST}),
    "git": plan({".git/config": DIGEST}),
    "git below templates": plan({"templates/.git/config": DIGEST}),
    "path above": plan({"templates/../thesis.docx": DIGEST}),
    "absolute path": plan({"/thesis.docx": DIGEST}),
    "list": plan(["thesis.docx"]),
    "digest a number": plan({"thesis.docx": 1}),
    "digest upper-case": plan({"report/thesis.docx": DIGEST.upper()}),
    "another generator": plan({"report/thesis.docx": DIGEST}, generator="terraform 1.9"),
    "no generator": plan({"report/thesis.docx": DIGEST}, generator=None),
    "later format": plan({"report/thesis.docx": DIGEST}, format=99),
    "format 0": plan({"report/thesis.docx": DIGEST}, format=0),
    "format a list": plan({"report/thesis.docx": DIGEST}, format=[2]),
    "one claim among good ones": plan({"report/thesis.docx": DIGEST, "thesis.docx": DIGEST}),
    "other digest": plan({"report/thesis.docx": "0" * 64}),
    "files twice": plan({}).replace(
        b'"files": {}', b'"files": {}, "files": {"report/thesis.docx": "%s"}' % DIGEST.encode()
    ),
    "deep": b"[" * 100_000,
    "not JSON": b"files: thesis.docx",
    "a list": b'["thesis.docx"]',
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_plan_that_claims_foreign_files_owns_nothing(claim: bytes, tmp_path: Path) -> None:
    names = ("thesis.docx", ".git/config", "report/thesis.docx", "templates/.git/config")
    lay(tmp_path / "out", {**dict.fromkeys(names, b"mine"), "plan.json": claim})
    assert_refused_and_untouched(tmp_path / "out")


@each_attack
def test_a_plan_that_is_no_plain_json_owns_nothing(attack: Callable[[Path], None], tmp_path: Path) -> None:
    lay(tmp_path / "out", {"README.md": b"mine", "plan.json": b""})
    attack(tmp_path / "out/plan.json")
    mode = (tmp_path / "out/plan.json").lstat().st_mode
    with pytest.raises(OutputError):
        write_output(tmp_path / "out", NEW)
    assert (tmp_path / "out/plan.json").lstat().st_mode == mode
    assert (tmp_path / "out/README.md").read_bytes() == b"mine"


@each_attack
def test_a_listed_file_that_became_something_else_is_not_removed(
    attack: Callable[[Path], None], tmp_path: Path
) -> None:
    write_output(tmp_path / "out", OLD)
    attack(tmp_path / "out/report/a.md")
    before = (tmp_path / "out/report/a.md").lstat()
    if stat.S_ISDIR(before.st_mode):  # an empty directory holds nothing that could be lost
        assert write_output(tmp_path / "out", NEW)
        return
    with pytest.raises(OutputError, match=r"report"):
        write_output(tmp_path / "out", NEW)
    assert (tmp_path / "out/report/a.md").lstat().st_ino == before.st_ino


def test_a_listed_link_to_the_right_content_is_changed_and_not_followed(tmp_path: Path) -> None:
    write_output(tmp_path / "out", OLD)
    (tmp_path / "mine").write_bytes(b"old")
    (tmp_path / "out/README.md").unlink()
    (tmp_path / "out/README.md").symlink_to("../mine")
    assert inventory(tmp_path / "out").changed == ("README.md",)
    assert_refused_and_untouched(tmp_path / "out", "README.md: changed since baseline wrote it")
    write_output(tmp_path / "out", NEW, force=True)
    assert (tmp_path / "mine").read_bytes() == b"old"
    assert not (tmp_path / "out/README.md").is_symlink()


def test_a_changed_file_that_is_no_longer_written_stays_even_with_force(tmp_path: Path) -> None:
    write_output(tmp_path / "out", OLD)
    (tmp_path / "out/report/a.md").write_bytes(b"edited")
    write_output(tmp_path / "out", NEW, force=True)
    assert (tmp_path / "out/report/a.md").read_bytes() == b"edited"


def test_the_output_of_an_earlier_format_is_ours(tmp_path: Path) -> None:
    files = {"README.md": b"old", "plan.json": plan({"README.md": sha256(b"old").hexdigest()}, format=1)}
    lay(tmp_path / "out", files)
    assert write_output(tmp_path / "out", NEW)
    assert everything(tmp_path / "out") == NEW


@pytest.mark.parametrize("path", ["x.md", ".git/config", "templates/.x", "templates\\x", "report/", "plan.json/x", ""])
def test_a_file_outside_of_the_places_of_an_output_is_never_written(path: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is outside"):
        write_output(tmp_path / "out", {path: b""})
    assert list(tmp_path.iterdir()) == []


# --- what a killed run left ------------------------------------------------------------------------------------------

LEFT = [".out.baseline-previous", f".out.{'0' * 16}.baseline-previous"]


def _foreign(left: Path) -> None:
    lay(left, {"keep": b"mine"})


def _foreign_beside_ours(left: Path) -> None:
    lay(left, {**OLD, "keep": b"mine"})


def _changed(left: Path) -> None:
    lay(left, {**OLD, "README.md": b"mine"})


def _link(left: Path) -> None:
    lay(left, OLD)
    (left / "templates").symlink_to("/etc", target_is_directory=True)


def _pipe(left: Path) -> None:
    lay(left, OLD)
    os.mkfifo(left / "pipe")


def _false_plan(left: Path) -> None:
    lay(left, {"keep": b"mine", "plan.json": plan({"keep": DIGEST})})


def _no_plan(left: Path) -> None:
    lay(left, {"README.md": b"old"})


PLANTED = [_foreign, _foreign_beside_ours, _changed, _link, _pipe, _false_plan, _no_plan]


@pytest.mark.parametrize("name", LEFT)
@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.__name__.strip("_"))
@pytest.mark.parametrize("there", [True, False], ids=["output there", "output missing"])
def test_a_planted_rest_of_a_run_is_neither_removed_nor_moved(
    name: str, planted: Callable[[Path], None], tmp_path: Path, *, there: bool
) -> None:
    if there:
        write_output(tmp_path / "out", NEW)
    planted(tmp_path / name)
    assert_refused_and_untouched(tmp_path / "out", f"{name} looks like the leftover of an interrupted run")


@pytest.mark.parametrize("name", LEFT)
def test_a_link_of_that_name_is_not_a_leftover(name: str, tmp_path: Path) -> None:
    lay(tmp_path / "mine", {"keep": b"mine"})
    (tmp_path / name).symlink_to("mine", target_is_directory=True)
    write_output(tmp_path / "out", NEW)
    assert everything(tmp_path / "mine") == {"keep": b"mine"}
    assert (tmp_path / name).is_symlink()


@pytest.mark.parametrize("name", LEFT)
def test_a_proved_rest_is_put_back_and_used(name: str, tmp_path: Path) -> None:
    lay(tmp_path / name, OLD)
    assert not write_output(tmp_path / "out", OLD)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_rest_of_another_output_is_left_alone(tmp_path: Path) -> None:
    lay(tmp_path / f".out.eu.{'0' * 16}.baseline-previous", OLD)
    lay(tmp_path / ".outer.baseline-previous", OLD)
    write_output(tmp_path / "out", NEW)
    assert len(list(tmp_path.iterdir())) == 3


def test_files_that_others_add_while_the_output_is_replaced_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_output(tmp_path / "out", OLD)
    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "out":
            (self / "late").write_bytes(b"mine")
        return original(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match="other programs wrote there at the same time: late"):
        write_output(tmp_path / "out", NEW)
    assert everything(tmp_path / "out") == NEW
    (rest,) = tmp_path.glob(".out.*")
    assert everything(rest) == {"late": b"mine"}


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["", "templates"])
def test_the_working_directory_is_refused_with_what_to_do(
    below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_output(tmp_path / "out", OLD)
    (tmp_path / "out" / below).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "out" / below)
    where = Path("..") if below else Path()
    assert not write_output(where, OLD)
    with pytest.raises(OutputError, match=r"is or contains the working directory") as caught:
        write_output(where, NEW)
    assert caught.value.hint.endswith(f"-o {tmp_path / 'out'}")


def test_a_mount_point_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name == "out")
    with pytest.raises(OutputError, match="is a mount point"):
        write_output(tmp_path / "out", NEW)


@pytest.mark.parametrize("root", ["/", "//", "/.", "/usr/.."])
def test_the_root_is_refused_immediately(root: str) -> None:
    with pytest.raises(OutputError, match="root of the file system"):
        write_output(Path(root), NEW, force=True)


@pytest.mark.parametrize(
    ("umask", "directory", "file"), [(0o077, 0o700, 0o600), (0o027, 0o750, 0o640), (0, 0o777, 0o666)]
)
def test_modes_are_those_that_the_umask_leaves(umask: int, directory: int, file: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_output(tmp_path / "out", OLD)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out", tmp_path / "out/report")}
    assert modes == {directory}
    assert stat.S_IMODE((tmp_path / "out/README.md").stat().st_mode) == file


def test_a_directory_that_was_closed_by_hand_stays_closed(tmp_path: Path) -> None:
    write_output(tmp_path / "out", OLD)
    (tmp_path / "out").chmod(0o700)
    write_output(tmp_path / "out", NEW)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


# --- several at once -------------------------------------------------------------------------------------------------


def test_runs_into_one_directory_wait_for_each_other(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def many(files: dict[str, bytes]) -> None:
        try:
            for _ in range(25):
                write_output(tmp_path / "out", files)
        except BaseException as error:  # noqa: BLE001 - a thread's error is lost otherwise
            failures.append(error)

    threads = [threading.Thread(target=many, args=(files,)) for files in (OLD, NEW) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert everything(tmp_path / "out") in (
        NEW,
        {**OLD, "report": stat.S_IFDIR},
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_that_waits_too_long_says_so(tmp_path: Path) -> None:
    with (
        turn_in(tmp_path),
        pytest.raises(OutputError, match="another run has been writing there"),
        turn_in(tmp_path, 0),
    ):
        pass
    with turn_in(tmp_path, 0):
        pass  # the lock ended with the first
