"""The start of CloudWatch's look at logs, against a model of the service."""

from typing import Any

import pytest

from templates.functions.settings import core, telemetry

START = "start_telemetry_evaluation_for_organization"


class Calls:
    """The calls of the function in one Region; `statuses` are those that AWS answers, one after another."""

    def __init__(self, *statuses: str) -> None:
        self.statuses, self.made = list(statuses), list[str]()

    def __call__(self, operation: str, _: Any) -> Any:
        self.made.append(operation)
        return {"Status": self.statuses.pop(0)} if operation.startswith("get_") else {}

    def pause(self, _: float) -> bool:
        return bool(self.statuses)


@pytest.mark.parametrize(
    ("statuses", "starts", "said"),
    [
        (["RUNNING"], 0, "was so already"),
        (["NOT_STARTED", "STARTING", "RUNNING"], 1, "done"),
        (["STARTING", "RUNNING"], 0, "done"),
        (["FAILED_START", "RUNNING"], 1, "done"),
    ],
    ids=str,
)
def test_evaluation_is_started_once_and_awaited(statuses: list[str], starts: int, said: str) -> None:
    calls: Any = Calls(*statuses)
    assert telemetry.start_evaluation(calls, {}) == said
    assert calls.made.count(START) == starts


@pytest.mark.parametrize("statuses", [["NOT_STARTED", "FAILED_START"], ["NOT_STARTED", "STARTING"]])
def test_evaluation_that_does_not_start_is_a_failure(statuses: list[str]) -> None:
    calls: Any = Calls(*statuses)
    with pytest.raises(core.SettingError, match="deploy again later"):
        telemetry.start_evaluation(calls, {})
