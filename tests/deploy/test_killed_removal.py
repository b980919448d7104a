"""Deletions may be interrupted at any call, too: the next run reaches the same end."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, begin, write
from tests.deploy.test_killed import (
    DEPLOY,
    Story,
    Tiny,
    assert_a_cut_leaves_such_a_moment,
    assert_each_moment_leads_to_the_end,
    kill_at,
    story,
    tiny_profile,
)
from tests.emulator.cut import Cut

pytestmark = pytest.mark.usefixtures("without_preflight")

_WIDE = "regions: [eu-west-1, eu-central-1]"
DESTROY = ("--confirm", "Tiny", "--workers", "1")
PRUNE = (*DEPLOY, "--prune")
LOSSES = ("DeleteStack", "DeleteStackInstances", "DeleteStackSet")


def _profile(*, wide: bool) -> str:
    """A profile with analyzers in every Region; if wide, with one more Region and Config."""
    text = tiny_profile().replace("  access_analyzer: {enabled: false, reason: Left out.}\n", "")
    if not wide:
        return text
    text = text.replace("regions: [eu-west-1]", _WIDE)
    return text.replace(
        "  config: {enabled: false, reason: Left out.}\n", "  config: {rules: false, reason: Left out.}\n"
    )


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wide and the narrow output."""
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


_TOLD: dict[str, Story] = {}
"""Kind of removal → how it goes: the tests of a kind share it."""


def _removal(tiny: Tiny, outputs: tuple[Path, Path], kind: str) -> tuple[Story, Sequence[str | Path]]:
    """The undisturbed removal, and the options for it; AWS is as before it."""
    wide, narrow = outputs
    words = ("destroy", narrow, *DESTROY) if kind == "destroy" else ("deploy", narrow, *PRUNE)
    if kind not in _TOLD:
        tiny.directory = narrow if kind == "destroy" else wide
        tiny.begin()
        result = tiny.deploy()
        assert result.exit_code == 0, result.stderr
        _TOLD[kind] = story(tiny, *words)
    _TOLD[kind].moments[0].restore(tiny.aws.emulator)
    return _TOLD[kind], words


@pytest.mark.parametrize("kind", ["destroy", "prune"])
def test_a_removal_cut_off_at_any_call_is_finished_by_the_next(
    tiny: Tiny, outputs: tuple[Path, Path], kind: str
) -> None:
    told, words = _removal(tiny, outputs, kind)
    assert set(LOSSES) <= set(told.calls)
    assert not [key for key in told.end["stacks"] if kind == "destroy" or "eu-central-1" in key or "config" in key[-1]]
    assert "ty-config-recorder" not in told.end["sets"]
    first_loss = min(map(told.calls.index, LOSSES))  # what changes before it is cut off elsewhere
    assert_each_moment_leads_to_the_end(tiny, told, *words, since=first_loss)
    assert_a_cut_leaves_such_a_moment(tiny, told, *words, since=first_loss)


@pytest.mark.parametrize(("kind", "operation"), [("destroy", "DeleteStack"), ("prune", "DeleteStackInstances")])
def test_a_removal_that_is_killed_is_finished_by_the_next(
    tiny: Tiny, outputs: tuple[Path, Path], kind: str, operation: str
) -> None:
    told, words = _removal(tiny, outputs, kind)
    kill_at(told.calls.index(operation), tiny, *words, taken=True)
    second = tiny.run(None, *words)
    assert second.exit_code == 0, second.stderr
    assert tiny.state() == told.end


@pytest.mark.parametrize("kind", ["destroy", "prune"])
def test_an_answer_that_is_lost_is_asked_for_again(tiny: Tiny, outputs: tuple[Path, Path], kind: str) -> None:
    told, words = _removal(tiny, outputs, kind)
    for operation in LOSSES:
        told.moments[0].restore(tiny.aws.emulator)
        result = tiny.run(Cut(at=told.calls.index(operation), taken=True, heals=True), *words)
        assert result.exit_code == 0, f"{operation}: {result.stderr}"
        assert tiny.state() == told.end, operation
