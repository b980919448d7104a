"""A test over many items reports all failures."""

import pytest

from tests.each import hold_for_each


def is_even(number: int) -> None:
    assert number % 2 == 0, "odd"


def test_every_item_that_fails_is_named() -> None:
    hold_for_each([2, 4], is_even)
    with pytest.raises(AssertionError, match="2 of 4") as caught:
        hold_for_each([1, 2, 3, 4], is_even, lambda number: f"<{number}>")
    text = str(caught.value)
    assert "<1>: odd" in text
    assert "<3>: odd" in text
    assert "<2>" not in text


def test_nothing_to_look_at_is_a_failure() -> None:
    with pytest.raises(AssertionError):
        hold_for_each([], is_even)
