"""Amazon Inspector's configuration: one call, and a wait for its result."""

from typing import Any

import pytest

from templates.functions.settings import core, inspector

WANTED = {"ecrConfiguration": {"rescanDuration": "DAYS_90"}, "ec2Configuration": {"scanMode": "EC2_HYBRID"}}


class Calls:
    """The calls of the function in one Region, with the statuses that Amazon Inspector reports one after another."""

    def __init__(self, *images: str, instances: str = "SUCCESS", seconds: int = 9) -> None:
        self.images, self.instances, self.pauses = list(images), instances, seconds
        self.made: list[Any] = []

    def __call__(self, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "update_configuration":
            self.made.append(arguments)
            return {}
        status = self.images.pop(0) if len(self.images) > 1 else self.images[0]
        return {
            "ecrConfiguration": {"rescanDurationState": {"status": status}},
            "ec2Configuration": {"scanModeState": {"scanModeStatus": self.instances}},
        }

    def pause(self, _: float) -> bool:
        self.pauses -= 1
        return self.pauses >= 0


def test_configuration_is_set_once_and_awaited() -> None:
    calls: Any = Calls("PENDING", "PENDING", "SUCCESS")
    assert inspector.configure(calls, WANTED) == "done"
    assert (calls.made, calls.pauses) == ([WANTED], 7)


@pytest.mark.parametrize("calls", [Calls("FAILED"), Calls("PENDING", seconds=2), Calls("SUCCESS", instances="PENDING")])
def test_configuration_that_is_not_applied_is_an_error(calls: Any) -> None:
    with pytest.raises(core.SettingError, match="deploy again later"):
        inspector.configure(calls, WANTED)


def test_part_that_was_not_set_is_not_awaited() -> None:
    calls: Any = Calls("FAILED")
    assert inspector.configure(calls, {"ec2Configuration": WANTED["ec2Configuration"]}) == "done"
