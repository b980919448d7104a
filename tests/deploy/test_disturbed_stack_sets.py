"""StackSet operations that are throttled, hang, lose their response or die with the program end the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import edited
from tests.deploy.test_killed import DEPLOY, Tiny, organization, tiny  # noqa: F401 - fixtures
from tests.emulator.cut import Cut
from tests.emulator.server import Emulator, Fault

NAME, LOGS = "ty-log-archive-access-logs", ("222222222222", "eu-west-1")
ONLY = ("--only", NAME)
MARKS = ("StackSet", "StackInstances")

pytestmark = [
    pytest.mark.parametrize("tiny", ["organization"], indirect=True),
    pytest.mark.usefixtures("without_preflight"),
]


def is_disturbed(request: Any) -> bool:
    """Whether it is the first attempt of a StackSets call."""
    first = b"attempt=1;" in request.headers.get("amz-sdk-request", b"") + b";"
    return first and any(mark in action_of(request) for mark in MARKS)


def action_of(request: Any) -> str:
    """The operation, if it is one of CloudFormation's."""
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
    return body.partition("&")[0]


@contextmanager
def losing_answers(error: Callable[..., Exception]) -> Iterator[list[str]]:
    """Every first attempt takes effect in AWS, but its response is lost."""
    answered, lost = Emulator.answer, []

    def losing(self: Emulator, request: Any) -> Any:
        disturbed = is_disturbed(request)
        answer = answered(self, request)
        if disturbed:
            lost.append(action_of(request))
            raise error(endpoint_url=request.url)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Emulator, "answer", losing)
        yield lost


@contextmanager
def throttling(aws: Aws) -> Iterator[list[str]]:
    """Every first attempt is throttled."""
    fault = Fault(on="cloudformation.*", code="Throttling", first_attempts=True, about=MARKS)
    aws.emulator.faults.append(fault)
    yield fault.struck
    aws.emulator.faults.clear()


def disturbances(aws: Aws) -> dict[str, Any]:
    return {
        "throttled": throttling(aws),
        "hanging": losing_answers(ReadTimeoutError),
        "dropped": losing_answers(ConnectionClosedError),
    }


def operations(tiny: Tiny) -> list[str]:  # noqa: F811
    found = tiny.aws.emulator.cloudformation.stack_sets.sets.get(NAME)
    return [item["Action"] for item in found.operations.values()] if found else []


def creation(tiny: Tiny, tmp_path: Path) -> list[str | Path]:  # noqa: F811
    del tmp_path
    return ["deploy", tiny.directory, *DEPLOY, *ONLY]


def update(tiny: Tiny, tmp_path: Path) -> list[str | Path]:  # noqa: F811
    assert tiny.run(None, "deploy", tiny.directory, *DEPLOY, *ONLY).exit_code == 0
    return ["deploy", edited(tiny.directory, tmp_path / "new", NAME, "InDays: 365", "InDays: 366"), *DEPLOY, *ONLY]


def repair(tiny: Tiny, tmp_path: Path) -> list[str | Path]:  # noqa: F811
    del tmp_path
    assert tiny.run(None, "deploy", tiny.directory, *DEPLOY, *ONLY).exit_code == 0
    tiny.aws.emulator.cloudformation.stack_sets.sets[NAME].instances[LOGS].detail = "FAILED"
    return ["deploy", tiny.directory, *DEPLOY, *ONLY]


def removal(tiny: Tiny, tmp_path: Path) -> list[str | Path]:  # noqa: F811
    del tmp_path
    assert tiny.run(None, "deploy", tiny.directory, *DEPLOY, *ONLY).exit_code == 0
    return ["destroy", tiny.directory, "--confirm", "Tiny", "--workers", "1", *ONLY]


@pytest.mark.parametrize("prepare", [creation, update, repair, removal])
def test_stack_set_operations_end_alike_however_every_call_is_disturbed(
    tiny: Tiny,  # noqa: F811
    tmp_path: Path,
    prepare: Callable[[Tiny, Path], list[str | Path]],
) -> None:
    tiny.begin()
    words = prepare(tiny, tmp_path)
    before = deepcopy(tiny.aws.emulator.cloudformation)
    assert tiny.run(None, *words).exit_code == 0
    end, done = tiny.state(), operations(tiny)
    for name, disturbance in disturbances(tiny.aws).items():
        tiny.aws.emulator.cloudformation = deepcopy(before)
        with disturbance as disturbed:
            result = tiny.run(None, *words)
        assert result.exit_code == 0, f"{name}: {result.stderr}"
        assert disturbed, name
        assert tiny.state() == end, name
        assert operations(tiny) == done, f"{name}: an operation ran twice, or not at all"


@pytest.mark.parametrize("taken", [False, True], ids=["before it reaches AWS", "before AWS's answer arrives"])
def test_repair_that_is_cut_off_is_finished_by_the_next_run(tiny: Tiny, tmp_path: Path, *, taken: bool) -> None:  # noqa: F811
    tiny.begin()
    words = repair(tiny, tmp_path)
    before = deepcopy(tiny.aws.emulator.cloudformation)
    whole = Cut(at=10_000, taken=True)
    assert tiny.run(whole, *words).exit_code == 0
    assert whole.seen == ["UpdateStackInstances"]
    end = tiny.state()
    tiny.aws.emulator.cloudformation = deepcopy(before)
    assert tiny.run(Cut(at=0, taken=taken), *words).exit_code == 7
    assert tiny.run(None, *words).exit_code == 0
    assert tiny.state() == end
