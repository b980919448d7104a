"""A deployment that dies at any call is completed by the next run: nothing lost, nothing duplicated."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from tests.deploy.conftest import Aws, begin, write
from tests.deploy.test_deploy import edited
from tests.emulator.cut import Cut, Meanwhile, Pictures
from tests.emulator.snapshot import Snapshot
from tests.ready.client import Started

pytestmark = pytest.mark.usefixtures("without_preflight")

_HEAD = """version: 1
organization:
  name: Tiny
  prefix: ty
  home_region: eu-west-1
  regions: [eu-west-1]
  alerts: [ops@tiny.example]
"""
_ALONE = """  standalone: true
accounts:
  management: {id: "111111111111"}
"""
_ORGANIZATION = """  id: o-a1b2c3d4e5
  root_id: r-ab12
accounts:
  management: {id: "111111111111", email: aws@tiny.example}
  log_archive: {id: "222222222222", email: logs@tiny.example, ou: Security}
  security: {id: "333333333333", email: security@tiny.example, ou: Security}
  web: {email: web@tiny.example, ou: Workloads}
organizational_units:
  - {path: Security, id: ou-ab12-11111111}
  - {path: Workloads, id: ou-ab12-22222222}
"""
_LEFT_OUT = (
    *("access_analyzer", "account_settings", "alarms", "config", "guardduty", "guardrails", "iam_roles"),
    *("cloudtrail", "identity_center", "notifications", "security_hub"),
)
DEPLOY = ("--yes", "--workers", "1")  # one call after the other, in the same order every time


@dataclass(kw_only=True)
class Tiny:
    """A small baseline in a resettable AWS."""

    aws: Aws
    directory: Path
    begin: Callable[[], None]

    def deploy(self, cut: Cut | Meanwhile | Pictures | None = None) -> Any:
        """Deploy with a working or interrupted connection."""
        return self.run(cut, "deploy", self.directory, *DEPLOY)

    def run(self, cut: Cut | Meanwhile | Pictures | None, *words: str | Path) -> Any:
        """Run any command with a working or interrupted connection."""
        self.aws.emulator.cut = cut
        result = self.aws.run(*words)
        self.aws.emulator.cut = None
        return result

    def state(self) -> dict[str, Any]:
        """The complete state, without random ids."""
        service = self.aws.emulator.cloudformation
        stacks = {
            (*place, name): (
                stack.status,
                *(stack.text, stack.parameters, stack.tags, stack.outputs, stack.protected, stack.policy),
                {key: (item.type, item.properties) for key, item in stack.resources.items()},
                sorted(stack.change_sets),
            )
            for place, some in service.engine.stacks.items()
            for name, stack in some.items()
        }
        drawn = ("ClientRequestToken", "OperationId", "OperationPreferences")
        sets = {
            name: (
                {key: value for key, value in found.definition.items() if key not in drawn},
                {key: (item.unit, item.detail) for key, item in found.instances.items()},
            )
            for name, found in service.stack_sets.sets.items()
        }
        organization = service.organization.backend
        found: dict[str, Any] = plain(
            {
                "stacks": stacks,
                "sets": sets,
                "resources": sorted((*key[:3],) for key in service.engine.existing),
                "accounts": sorted(account.name for account in organization.accounts),
                "units": sorted(unit.name for unit in organization.ou),
            },
            {account.id: account.name for account in organization.accounts}
            | {unit.id: unit.name for unit in organization.ou},
        )
        return found


def plain(value: Any, drawn: dict[str, str]) -> Any:
    """The value with names in place of ids that differ between runs."""
    if isinstance(value, dict):
        return {plain(key, drawn): plain(item, drawn) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(plain(item, drawn) for item in value)
    return drawn.get(value, value) if isinstance(value, str) else value


def tiny_profile(accounts: str = _ORGANIZATION) -> str:
    """A profile with few capabilities."""
    left_out = "".join(f"  {name}: {{enabled: false, reason: Left out.}}\n" for name in _LEFT_OUT)
    return f"{_HEAD}{accounts}tier: starter\ncapabilities:\n{left_out}"


def _written(tmp_path_factory: pytest.TempPathFactory, profile: str) -> Path:
    directory = tmp_path_factory.mktemp("tiny")
    (directory / "tiny.yaml").write_text(tiny_profile(profile), encoding="utf-8")
    return write(directory / "tiny.yaml", directory / "out")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory, _ALONE)


@pytest.fixture(scope="module")
def organization(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory, _ORGANIZATION)


@pytest.fixture(params=["alone", "organization"])
def tiny(request: pytest.FixtureRequest, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    def anew() -> None:
        begin(aws.emulator, monkeypatch)
        if request.param == "alone":
            aws.emulator.cloudformation.organization.backend.org = None
        aws.emulator.gaps.enabled_regions = frozenset({"eu-west-1"})
        aws.emulator.cloudformation.engine.polls = 1
        aws.emulator.cloudformation.stack_sets.polls = 1

    return Tiny(aws=aws, directory=request.getfixturevalue(request.param), begin=anew)


@dataclass(frozen=True, kw_only=True)
class Story:
    """An undisturbed command.

    Attributes:
        calls: The mutating operations, in order.
        moments: The state of AWS before each of them, and after the last.
        end: The final state.
    """

    calls: list[str]
    moments: list[Snapshot]
    end: dict[str, Any]

    def marks(self) -> list[tuple[int, str]]:
        """The first and the last call of each operation, with its number."""
        last = {operation: number for number, operation in enumerate(self.calls)}
        return [
            (number, name) for number, name in enumerate(self.calls) if number in {self.calls.index(name), last[name]}
        ]


def story(tiny: Tiny, *words: str | Path) -> Story:
    """Run a command to its end, with a snapshot of AWS at every step."""
    emulator = tiny.aws.emulator
    pictures = Pictures(take=lambda: Snapshot.of(emulator))
    result = tiny.run(pictures, *words)
    assert result.exit_code == 0, result.stderr
    return Story(calls=pictures.seen, moments=[*pictures.taken, Snapshot.of(emulator)], end=tiny.state())


_TOLD: dict[Path, Story] = {}
"""Written directory → how its deployment goes: the tests of a directory share it."""


def undisturbed(tiny: Tiny) -> Story:
    """The complete deployment; resets AWS to its result."""
    if tiny.directory not in _TOLD:
        tiny.begin()
        _TOLD[tiny.directory] = story(tiny, "deploy", tiny.directory, *DEPLOY)
    _TOLD[tiny.directory].moments[-1].restore(tiny.aws.emulator)
    return _TOLD[tiny.directory]


def assert_each_moment_leads_to_the_end(tiny: Tiny, told: Story, *words: str | Path, since: int = 0) -> None:
    """The command reaches the same end after an interruption at any moment."""
    for number, moment in list(enumerate(told.moments))[since:]:
        moment.restore(tiny.aws.emulator)
        where = f"before call {number}, {[*told.calls, 'none'][number]}"
        result = tiny.run(None, *words)
        assert result.exit_code == 0, f"{where}: {result.stderr}"
        assert tiny.state() == told.end, where


def assert_a_cut_leaves_such_a_moment(tiny: Tiny, told: Story, *words: str | Path, since: int = 0) -> None:
    """An interrupted command reports it, and leaves exactly the effects of its calls until then."""
    for (number, operation), taken in product(told.marks(), (False, True)):
        if number < since:
            continue
        told.moments[number + taken].restore(tiny.aws.emulator)
        left = tiny.state()
        told.moments[0].restore(tiny.aws.emulator)
        cut = Cut(at=number, taken=taken)
        result = tiny.run(cut, *words)
        where = f"call {number}, {operation}, {'taken' if taken else 'lost'}"
        said = result.stderr + getattr(result.exception, "hint", "")
        assert cut.seen == told.calls[: number + 1], where
        assert result.exit_code == 7, where
        assert "AWS could not be reached" in said + str(result.exception), where
        assert "it resumes where it stopped" in said, where
        assert tiny.state() == left, where


def test_a_deployment_restarted_at_any_call_reaches_the_same_end(tiny: Tiny) -> None:
    told = undisturbed(tiny)
    assert len(told.calls) > 15
    assert_each_moment_leads_to_the_end(tiny, told, "deploy", tiny.directory, *DEPLOY)


def test_a_deployment_cut_off_leaves_what_it_made_until_then(tiny: Tiny) -> None:
    assert_a_cut_leaves_such_a_moment(tiny, undisturbed(tiny), "deploy", tiny.directory, *DEPLOY)


@pytest.mark.parametrize("tiny", ["organization"], indirect=True)
def test_a_change_cut_off_at_any_call_is_finished_by_the_next(tiny: Tiny, tmp_path: Path) -> None:
    undisturbed(tiny)
    one = edited(tiny.directory, tmp_path / "one", "ty-kms-logs", "PeriodInDays: 365", "PeriodInDays: 180")
    changed = edited(one, tmp_path / "two", "ty-log-archive-access-logs", "InDays: 365", "InDays: 366")
    told = story(tiny, "deploy", changed, *DEPLOY)
    assert {"CreateChangeSet", "ExecuteChangeSet", "UpdateStackSet"} <= set(told.calls)
    assert_each_moment_leads_to_the_end(tiny, told, "deploy", changed, *DEPLOY)
    assert_a_cut_leaves_such_a_moment(tiny, told, "deploy", changed, *DEPLOY)


@pytest.mark.parametrize("tiny", ["organization"], indirect=True)
def test_an_answer_lost_on_the_way_is_asked_for_again_and_nothing_happens_twice(tiny: Tiny) -> None:
    told = undisturbed(tiny)
    for number, operation in told.marks():
        told.moments[0].restore(tiny.aws.emulator)
        result = tiny.deploy(Cut(at=number, taken=True, heals=True))
        where = f"call {number}, {operation}"
        assert result.exit_code == 0, f"{where}: {result.stderr}"
        assert tiny.state() == told.end, where


def kill_at(number: int, tiny: Tiny, *words: str | Path, taken: bool) -> None:
    """Run the command in a process of its own, which is killed at one of its calls."""
    with TemporaryFile() as said, Path(os.devnull).open("r+b") as nothing:
        tiny.aws.emulator.cut = Cut(at=number, taken=taken, then=lambda: process.kill())  # noqa: PLW0108 - it is not yet made
        process = Started(
            *("baseline", *map(str, words), "--poll-interval", "0"),
            directory=Path.cwd(),
            environment=os.environ,
            streams=(nothing.fileno(), nothing.fileno(), said.fileno()),
        )
        code = process.wait()
        said.seek(0)
        text = said.read()
    assert code == -signal.SIGKILL, text
    assert b"Traceback" not in text


@pytest.mark.parametrize("tiny", ["organization"], indirect=True)
@pytest.mark.parametrize(
    ("operation", "taken"),
    [("CreateChangeSet", True), ("ExecuteChangeSet", True), ("CreateStackInstances", False)],
)
def test_a_process_that_is_killed_leaves_nothing_that_the_next_cannot_finish(
    tiny: Tiny, operation: str, *, taken: bool
) -> None:
    told = undisturbed(tiny)
    told.moments[0].restore(tiny.aws.emulator)
    kill_at(told.calls.index(operation), tiny, "deploy", tiny.directory, *DEPLOY, taken=taken)
    assert tiny.deploy().exit_code == 0
    assert tiny.state() == told.end
