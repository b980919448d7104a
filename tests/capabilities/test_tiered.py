"""What the tiers fill in for a setting."""

from typing import Any

import pytest
from pydantic import BaseModel

from baseline.capabilities.settings import TIERS, settings_of_tier, tiered


def filled_in(declared: Any) -> list[Any]:
    model = type("Model", (BaseModel,), {"__annotations__": {"days": Any}, "days": declared})
    return [settings_of_tier(model, tier)["days"] for tier in TIERS]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (tiered("Days.", 90), [90, 90, 90]),
        (tiered("Days.", 90, regulated=365), [90, 90, 365]),
        (tiered("Days.", None, starter=1), [1, None, None]),
        (tiered("Days.", starter=1, standard=2, regulated=3), [1, 2, 3]),
    ],
)
def test_a_value_counts_for_every_tier_that_has_none_of_its_own(declared: Any, expected: list[Any]) -> None:
    assert filled_in(declared) == expected


def test_a_tier_without_a_value_is_refused() -> None:
    with pytest.raises(TypeError, match=r"a tier has no value: Days\."):
        tiered("Days.", starter=1, standard=2)
