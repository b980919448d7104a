"""Recording settings that differ by place, and places without recording."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

from baseline.capabilities.capability import Target
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import Override, in_these_places, nearest_override
from baseline.findings import Problem

Recording = Literal["DAILY", "CONTINUOUS"]
SnapshotFrequency = Literal["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"]
ResourceType = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$")]

_WITHOUT_RECORDER: Mapping[str, Any] = {
    "recorder": "none",
    "daily_types": [],
    "continuous_types": [],
    "exclude_types": [],
}


class RecorderOverride(Override):
    """Recording settings for some places, or no recorder of this baseline."""

    recorder: Literal["existing", "none"] | None = Field(
        default=None,
        description="`existing`: another tool manages the recorder and the delivery channel in these places. "
        "`none`: nothing is recorded there, and rules and conformance packs exclude these accounts. Cannot be "
        "combined with other settings.",
        examples=["existing"],
    )
    recording: Recording | None = in_these_places("recording")
    daily_types: list[ResourceType] | None = in_these_places("daily_types")
    continuous_types: list[ResourceType] | None = in_these_places("continuous_types")
    exclude_types: list[ResourceType] | None = in_these_places("exclude_types")
    snapshot_frequency: SnapshotFrequency | None = in_these_places("snapshot_frequency")

    @model_validator(mode="after")
    def _records_or_not(self) -> "RecorderOverride":
        others = sorted(self.changed - {"recorder"})
        if self.recorder is not None and others:
            raise ValueError(f"{', '.join(others)} without a recorder of this baseline: recorder is {self.recorder}")
        return self

    @property
    def values(self) -> Mapping[str, Any]:
        """The capability's settings in these places: with either value of `recorder`, it deploys no recorder there."""
        return super().values if self.recorder is None else _WITHOUT_RECORDER

    def weaker(self, settings: BaseModel) -> tuple[Problem, ...]:  # noqa: ARG002 - nothing to compare with
        """The recorder, if it is off in these places."""
        if self.recorder != "none":
            return ()
        message = "weaker than the tier: nothing is recorded in these places"
        return (Problem(path=("recorder",), control="config-recorder", message=message),)


def unrecorded_accounts(landscape: Landscape, overrides: Sequence[RecorderOverride]) -> tuple[str, ...]:
    """Keys of the member accounts in which the recorder is off."""
    if not any(item.recorder == "none" for item in overrides):
        return ()
    nearest = {key: nearest_override(landscape, overrides, key) for key in landscape.accounts if key != "management"}
    return tuple(key for key, item in nearest.items() if item is not None and item.recorder == "none")


def where_recorded(target: Target, overrides: Sequence[RecorderOverride]) -> Target:
    """The target without the places in which the recorder is off."""
    off = tuple(place for item in overrides if item.recorder == "none" for place in item.to)
    if not off:
        return target
    kept = tuple(place for item in overrides if item.recorder != "none" for place in item.to)
    return replace(target, other_places=off, kept_places=kept)
