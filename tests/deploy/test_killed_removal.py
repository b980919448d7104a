"""What deletes may die at any of its calls, too: the next run comes to the same end."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.conftest import Aws, begin, write
from tests.deploy.test_killed import DEPLOY, Tiny, tiny_profile
from tests.emulator.cut import Cut

_WIDE = "regions: [eu-west-1, eu-central-1]"
DESTROY = ("--confirm", "Tiny", "--workers", "1")
PRUNE = (*DEPLOY, "--prune")
LOSSES = ("DeleteStack", "DeleteStackInstances", "DeleteStackSet")


def _profile(*, wide: bool) -> str:
    """With an analyzer in every Region; where it is wide, in one Region more, and with Config."""
    text = tiny_profile().replace("  access_analyzer: {enabled: false, reason: Left out.}\n", "")
    if not wide:
        return text
    text = text.replace("regions: [eu-west-1]", _WIDE)
    return text.replace(
        "  config: {enabled: false, reason: Left out.}\n", "  config: {rules: false, reason: Left out.}\n"
    )


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wide one and the narrow one."""
    directory = tmp_path_factory.mktemp("removal")
    for name, wide in (("wide", True), ("narrow", False)):
        (directory / f"{name}.yaml").write_text(_profile(wide=wide), encoding="utf-8")
        write(directory / f"{name}.yaml", directory / name)
    return directory / "wide", directory / "narrow"


@pytest.fixture
def tiny(aws: Aws, outputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Tiny:

    def anew() -> None:
        begin(aws.emulator, monkeypatch)
        aws.emulator.gaps.enabled_regions = frozenset({"eu-west-1", "eu-central-1"})
        aws.emulator.cloudformation.engine.polls = 1
        aws.emulator.cloudformation.stack_sets.polls = 1

    return Tiny(aws=aws, directory=outputs[0], begin=anew)


def _deployed(tiny: Tiny, outputs: tuple[Path, Path], kind: str) -> tuple[Any, Sequence[str | Path]]:
    """What is in AWS before the removal, and the words that ask for it."""
    wide, narrow = outputs
    tiny.directory = narrow if kind == "destroy" else wide
    tiny.begin()
    result = tiny.deploy()
    assert result.exit_code == 0, result.stderr
    words = ("destroy", narrow, *DESTROY) if kind == "destroy" else ("deploy", narrow, *PRUNE)
    return tiny.aws.emulator.cloudformation, words


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("taken", [False, True], ids=["before it reaches AWS", "before AWS's answer arrives"])
@pytest.mark.parametrize("kind", ["destroy", "prune"])
def test_a_removal_cut_off_at_any_call_is_finished_by_the_next(
    tiny: Tiny, outputs: tuple[Path, Path], kind: str, *, taken: bool
) -> None:
    before, words = _deployed(tiny, outputs, kind)
    calls, end = _undisturbed(tiny, before, words)
    assert set(LOSSES) <= set(calls)
    assert not [key for key in end["stacks"] if kind == "destroy" or "eu-central-1" in key or "config" in key[-1]]
    assert "ty-config-recorder" not in end["sets"]
    first_loss = min(map(calls.index, LOSSES))  # what changes before it is cut off elsewhere
    for number, operation in list(enumerate(calls))[first_loss:]:
        tiny.aws.emulator.cloudformation = deepcopy(before)
        where = f"call {number}, {operation}"
        first = tiny.run(Cut(at=number, taken=taken), *words)
        assert first.exit_code == 7, where
        assert "it resumes where it stopped" in first.stderr + getattr(first.exception, "hint", ""), where
        second = tiny.run(None, *words)
        assert second.exit_code == 0, f"{where}: {second.stderr}"
        assert tiny.state() == end, where


def _undisturbed(tiny: Tiny, before: Any, words: Sequence[str | Path]) -> tuple[list[str], dict[str, Any]]:
    tiny.aws.emulator.cloudformation = deepcopy(before)
    whole = Cut(at=10_000, taken=True)
    result = tiny.run(whole, *words)
    assert result.exit_code == 0, result.stderr
    return whole.seen, tiny.state()


@pytest.mark.parametrize(("kind", "operation"), [("destroy", "DeleteStack"), ("prune", "DeleteStackInstances")])
def test_a_removal_that_is_killed_is_finished_by_the_next(
    tiny: Tiny, outputs: tuple[Path, Path], kind: str, operation: str
) -> None:
    before, words = _deployed(tiny, outputs, kind)
    calls, end = _undisturbed(tiny, before, words)
    tiny.aws.emulator.cloudformation = deepcopy(before)
    code = "from baseline.cli.main import main; main()"
    command = [sys.executable, "-c", code, *map(str, words), "--poll-interval", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    tiny.aws.emulator.cut = Cut(
        at=calls.index(operation), taken=True, then=lambda: os.kill(process.pid, signal.SIGKILL)
    )
    _, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said
    assert b"Traceback" not in said
    second = tiny.run(None, *words)
    assert second.exit_code == 0, second.stderr
    assert tiny.state() == end


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("kind", ["destroy", "prune"])
def test_an_answer_that_is_lost_is_asked_for_again(tiny: Tiny, outputs: tuple[Path, Path], kind: str) -> None:
    before, words = _deployed(tiny, outputs, kind)
    calls, end = _undisturbed(tiny, before, words)
    for operation in LOSSES:
        tiny.aws.emulator.cloudformation = deepcopy(before)
        result = tiny.run(Cut(at=calls.index(operation), taken=True, heals=True), *words)
        assert result.exit_code == 0, f"{operation}: {result.stderr}"
        assert tiny.state() == end, operation
