"""Records of earlier runs: private, bound to their question, and ignored without the user's signature."""

import hmac
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from baseline.records import Records
from baseline.rerun import Answer, Run, recall, remember
from baseline.validate.cache import LintCache
from tests.attacks import each_attack

MATCH = {"id": "E1", "severity": "error", "message": "m", "path": [], "line": 1, "column": 1, "source": "s"}


@pytest.fixture(autouse=True)
def _own_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "user-state"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "secure-baseline" / "lint"


def key_file() -> Path:
    return Path(os.environ["XDG_STATE_HOME"]) / "secure-baseline" / "cache.key"


def kept(cache: Path) -> Path:
    Records(cache).put("question", ["answer"])
    (file,) = cache.iterdir()
    return file


def test_a_record_comes_back_to_another_run_of_the_same_user(cache: Path) -> None:
    kept(cache)
    assert Records(cache).get("question") == ["answer"]
    assert Records(cache).get("another question") is None


@pytest.mark.parametrize("umask", [0, 0o022, 0o077, 0o777])
def test_directory_records_and_key_are_the_users_alone(cache: Path, umask: int) -> None:
    cache.parent.mkdir()
    key_file().parent.mkdir(parents=True)
    before = os.umask(umask & 0o077)
    try:
        file = kept(cache)
    finally:
        os.umask(before)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600


def test_a_directory_of_an_earlier_version_is_closed(cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    kept(cache)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@pytest.mark.parametrize("part", ["secure-baseline", "secure-baseline/lint"])
def test_a_linked_directory_is_not_used(cache: Path, tmp_path: Path, part: str) -> None:
    (tmp_path / "elsewhere/lint").mkdir(parents=True)
    (tmp_path / part).parent.mkdir(exist_ok=True)
    (tmp_path / part).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    Records(cache).put("question", ["answer"])
    assert Records(cache).get("question") is None
    assert [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()] == []


def test_a_directory_of_another_user_is_not_used(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(cache)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    Records(cache).put("another", ["answer"])
    assert Records(cache).get("question") is None
    assert list(cache.iterdir()) == [file]


# --- poisoned records ------------------------------------------------------------------------------------------------


def _unsigned(file: Path) -> None:
    file.write_text("[]", encoding="utf-8")


def _signature_of_another_text(file: Path) -> None:
    digest = file.read_bytes().partition(b"\n")[0]
    file.write_bytes(digest + b"\n[]")


def _signed_with_nothing(file: Path) -> None:
    file.write_bytes(hmac.new(b"", b"lint\0question\0[]", "sha256").hexdigest().encode() + b"\n[]")


def _plain_digest(file: Path) -> None:
    import hashlib

    file.write_bytes(hashlib.sha256(b"[]").hexdigest().encode() + b"\n[]")


def _record_of_another_question(file: Path) -> None:
    Records(file.parent).put("other", [])
    (file.parent / "other.json").replace(file)


def _record_of_another_kind(file: Path) -> None:
    Records(file.parent.parent / "runs").put("question", [])
    (file.parent.parent / "runs/question.json").replace(file)


def _record_of_another_user(_: Path) -> None:
    key_file().unlink()  # the next run makes another key


def _empty_signature(file: Path) -> None:
    file.write_bytes(b"\n[]")


def _signature_without_record(file: Path) -> None:
    file.write_bytes(file.read_bytes().partition(b"\n")[0] + b"\n")


def _trailing_text(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b" ")


def _linked(file: Path) -> None:
    file.rename(file.parent.parent / "moved")
    file.symlink_to("../moved")


POISONS = [
    *(_unsigned, _signature_of_another_text, _signed_with_nothing, _plain_digest, _record_of_another_question),
    *(_record_of_another_kind, _record_of_another_user, _empty_signature, _signature_without_record, _trailing_text),
    _linked,
]


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.__name__.strip("_"))
def test_a_poisoned_record_is_none(cache: Path, poison: Callable[[Path], None]) -> None:
    poison(kept(cache))
    assert Records(cache).get("question") is None


@each_attack
def test_a_record_that_is_no_file_is_none_and_nothing_hangs(cache: Path, attack: Callable[[Path], None]) -> None:
    attack(kept(cache))
    assert Records(cache).get("question") is None


@each_attack
def test_without_a_key_nothing_is_kept(cache: Path, attack: Callable[[Path], None]) -> None:
    key_file().parent.mkdir(parents=True)
    key_file().touch()
    attack(key_file())
    Records(cache).put("question", ["answer"])
    assert Records(cache).get("question") is None
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620])
def test_a_key_that_others_can_read_or_write_is_not_used(cache: Path, mode: int) -> None:
    kept(cache)
    key_file().chmod(mode)
    assert Records(cache).get("question") is None


def test_a_signed_lint_record_of_another_shape_is_a_miss(cache: Path) -> None:
    lint = LintCache(cache)
    shapes: tuple[Any, ...] = (
        {},
        None,
        [1],
        [{}],
        [{**MATCH, "extra": 1}],
        [{**MATCH, "line": "3"}],
        [{**MATCH, "path": [[]]}],
    )
    for shape in shapes:
        lint.put("text", "us-east-1", shape)
        assert lint.get("text", "us-east-1") is None
    lint.put("text", "us-east-1", [MATCH])
    assert lint.get("text", "us-east-1") == [MATCH]


def test_a_run_is_recalled_for_the_directory_that_was_asked_for_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text("p", encoding="utf-8")
    Path("out").mkdir()
    Path("out/a").write_text("a", encoding="utf-8")
    memory = Path("secure-baseline/runs")
    run = Run(profile=Path("p.yaml"), options=(), directory=Path("out"))
    remember(run, Answer(stdout="", stderr="", directory="elsewhere"), [Path("p.yaml")], memory)
    assert recall(run, memory) is None
    remember(run, Answer(stdout="", stderr="", directory="out"), [Path("p.yaml")], memory)
    assert recall(run, memory) is not None
    Path("out/a").unlink()
    os.mkfifo("out/a")
    assert recall(run, memory) is None


def test_a_run_whose_record_was_edited_is_not_recalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text("p", encoding="utf-8")
    Path("out").mkdir()
    memory = Path("secure-baseline/runs")
    run = Run(profile=Path("p.yaml"), options=())
    remember(run, Answer(stdout="", stderr="", directory="out"), [Path("p.yaml")], memory)
    (file,) = memory.iterdir()
    digest, _, text = file.read_bytes().partition(b"\n")
    record = json.loads(text)
    record["answer"]["stdout"] = "\x1b[2Kno findings"
    file.write_bytes(digest + b"\n" + json.dumps(record).encode())
    assert recall(run, memory) is None


def test_the_contents_of_the_program_count_not_only_sizes_and_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from baseline import rerun

    program = tmp_path / "program"
    program.mkdir()
    (program / "a.py").write_text("one", encoding="utf-8")
    times = (program / "a.py").stat()
    monkeypatch.setattr(rerun, "templates_directory", lambda: program)
    before = rerun._program()
    (program / "a.py").write_text("two", encoding="utf-8")
    os.utime(program / "a.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    changed = rerun._program()
    assert changed != before
    (tmp_path / "click-99.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert rerun._program() != changed
