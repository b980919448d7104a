"""An organization that has grown by itself gets a baseline without repairs by hand (60 accounts: `make brownfield`)."""

from pathlib import Path

import pytest

from benchmarks.brownfield import commands, compared, in_process, walk
from tests.deploy.conftest import Aws
from tests.emulator.brownfield import HOME, settle


def test_nothing_is_lost_between_two_inventories(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.emulator.reset()
    for name, value in aws.emulator.cloudformation.organization.credentials().items():
        monkeypatch.setenv(name, value)
    settle(aws.emulator, 7)

    with in_process(tmp_path) as run:
        typed = [words for words in commands((HOME,), "starter") if not {"validate", "plan", "--dry-run"} & {*words}]
        found = walk(run, tmp_path, tuple(typed))

    assert [step.code for step in found.steps] == [0] * 6, found.steps[-1]
    assert (found.lost, found.strange) == ((), ())
    assert "no drift" in found.steps[4].said
    assert found.added["stacks"] > 0


def test_comparison_finds_what_is_lost_changed_or_unexpected() -> None:
    before = {"organization.tree.accounts.a.unit": "Sandbox", "organization.policies.policies.theirs.content": "{}"}
    after = {"organization.tree.accounts.a.unit": "", "organization.policies.policies.other.content": "{}"}
    found = compared((), before, after)
    assert len(found.lost) == 2
    assert found.strange == ("organization.policies.policies.other.content",)
