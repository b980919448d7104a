import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from baseline.errors import OutputError
from baseline.output.files import output_files
from baseline.output.write import write_output
from baseline.plan.build import build_plan
from baseline.render.render import render_plan
from tests.landscapes import make_landscape

PLAN = build_plan(make_landscape())
FILES = output_files(PLAN, render_plan(PLAN))
FEWER_PLAN = build_plan(make_landscape("starter"))
FEWER = dict(output_files(FEWER_PLAN, render_plan(FEWER_PLAN)))


def tree(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_directory_holds_exactly_the_files(tmp_path: Path) -> None:
    assert write_output(tmp_path / "out", FILES)
    assert tree(tmp_path / "out") == dict(FILES)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    write_output(tmp_path / "out", FILES)
    before = (tmp_path / "out").stat().st_ino
    assert not write_output(tmp_path / "out", FILES)
    assert (tmp_path / "out").stat().st_ino == before


def test_a_file_that_is_no_longer_written_goes(tmp_path: Path) -> None:
    write_output(tmp_path / "out", FILES)
    write_output(tmp_path / "out", FEWER)
    assert tree(tmp_path / "out") == FEWER


def test_a_file_that_was_changed_is_replaced_with_force_alone(tmp_path: Path) -> None:
    write_output(tmp_path / "out", FILES)
    (tmp_path / "out" / "README.md").write_text("edited", encoding="utf-8")
    with pytest.raises(OutputError, match=r"README\.md: changed since baseline wrote it"):
        write_output(tmp_path / "out", FILES)
    assert (tmp_path / "out" / "README.md").read_text(encoding="utf-8") == "edited"
    assert write_output(tmp_path / "out", FILES, force=True)
    assert tree(tmp_path / "out") == dict(FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_is_missing_is_written_again(tmp_path: Path) -> None:
    write_output(tmp_path / "out", FILES)
    (tmp_path / "out" / "README.md").unlink()
    assert write_output(tmp_path / "out", FILES)
    assert tree(tmp_path / "out") == dict(FILES)


def test_a_directory_with_foreign_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"notes\.txt: baseline did not write it"):
        write_output(tmp_path / "out", FILES)
    assert tree(tmp_path / "out") == {"notes.txt": b"mine"}


def test_with_force_foreign_files_stay_beside_ours(tmp_path: Path) -> None:
    write_output(tmp_path / "out", FEWER)
    (tmp_path / "out" / "templates").mkdir(exist_ok=True)
    (tmp_path / "out" / "templates" / "mine.yaml").write_text("mine", encoding="utf-8")
    write_output(tmp_path / "out", FILES, force=True)
    assert tree(tmp_path / "out") == {**FILES, "templates/mine.yaml": b"mine"}


def test_a_link_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="it is a symbolic link"):
        write_output(tmp_path / "out", FILES, force=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_inside_is_foreign_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "keep").write_text("keep", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "templates").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(OutputError, match="templates"):
        write_output(tmp_path / "out", FILES)
    with pytest.raises(OutputError, match="a symbolic link is in its way"):
        write_output(tmp_path / "out", FILES, force=True)
    assert tree(tmp_path / "elsewhere") == {"keep": b"keep"}
    assert (tmp_path / "out" / "templates").is_symlink()


@pytest.mark.parametrize("path", ["../evil", "/evil", "templates/../../evil"])
def test_a_path_outside_the_directory_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(OutputError, match="outside the output directory"):
        write_output(tmp_path / "out", {path: b""})
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="it is not a directory"):
        write_output(tmp_path / "out", FILES)


def test_a_directory_that_cannot_be_made_is_named_as_the_user_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        if not self.exists():
            raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError) as refused:
        write_output(tmp_path / "out", FILES)
    assert str(refused.value) == f"{tmp_path / 'out'} not written: Permission denied"


def test_a_disk_that_refuses_leaves_the_old_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_output(tmp_path / "out", FEWER)
    original = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "plan.json":
            raise OSError(28, "No space left on device", str(self))
        return original(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_output(tmp_path / "out", FILES)
    assert tree(tmp_path / "out") == FEWER
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def small(text: str) -> dict[str, bytes]:
    """A minimal valid output of two files."""
    content = text.encode()
    plan = {"format": 2, "generator": "baseline 0.1.0", "files": {"README.md": sha256(content).hexdigest()}}
    return {"README.md": content, "plan.json": json.dumps(plan).encode()}


KILL_AT = """
import os, pickle, signal, sys
from pathlib import Path
from baseline.output.write import write_output
calls, kill_at = 0, int(sys.argv[2])
def counted(function):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call
Path.write_bytes = counted(Path.write_bytes)
Path.rename = counted(Path.rename)
os.unlink = counted(os.unlink)
os.rmdir = counted(os.rmdir)
write_output(Path(sys.argv[1]), eval(sys.argv[3]))
"""


def test_a_kill_at_any_step_leaves_old_or_new_whole_and_the_next_run_recovers(tmp_path: Path) -> None:
    old, new = small("old"), small("new")
    seen = set()
    for step in range(1, 40):
        directory = tmp_path / str(step) / "out"
        write_output(directory, old)
        done = subprocess.run([sys.executable, "-c", KILL_AT, directory, str(step), repr(new)], check=False)
        whole = directory if directory.exists() else next(directory.parent.glob(".out.*.baseline-previous"))
        assert tree(whole) in (old, new)
        seen.add(tree(whole)["README.md"])
        write_output(directory, new)
        assert tree(directory) == new
        assert [path.name for path in directory.parent.iterdir()] == ["out"]
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert seen == {b"old", b"new"}


def test_the_bytes_do_not_depend_on_where_and_how_they_are_made() -> None:
    code = (
        "import sys, hashlib; from tests.landscapes import make_landscape; from baseline.plan.build import build_plan;"
        "from baseline.render.render import render_plan; from baseline.output.files import output_files;"
        "from baseline.export.registry import TARGETS; from baseline.export.source import Source;"
        "from baseline.export.write import export_files; from baseline.plan.written import WrittenPlan;"
        "p = build_plan(make_landscape()); t = render_plan(p); f = output_files(p, t);"
        "s = Source(written=WrittenPlan(plan=p, texts={r.stack.name: r.text for r in t}, sha256='', files=0),"
        " values={v.name: 'value' for k in p.stacks for v in k.parameters}, directory='output', profile='p.yaml',"
        " units=('Security', 'Workloads'));"
        "e = [sorted(export_files(s, n).items()) for n in TARGETS];"
        "print(hashlib.sha256(repr([sorted(f.items()), e]).encode()).hexdigest())"
    )
    checkout = Path(__file__).parents[2]
    results = set()
    for seed, zone, locale, cwd in (("0", "UTC", "C", checkout), ("7", "Asia/Tokyo", "tr_TR.UTF-8", Path("/"))):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(checkout)}
        run = subprocess.run([sys.executable, "-c", code], cwd=cwd, env=env, capture_output=True, text=True, check=True)
        results.add(run.stdout)
    assert len(results) == 1
