"""One test for many items: it fails once, with all failures."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def hold_for_each(items: Iterable[T], holds: Callable[[T], None], name: Callable[[T], str] = str) -> None:
    """Run a check on every item.

    Args:
        items: At least one.
        holds: Raises for an item that fails.
        name: The item's name in the failure.
    """
    every = list(items)
    assert every
    failures = []
    for item in every:
        try:
            holds(item)
        except AssertionError as error:
            failures.append(f"{name(item)}: {error}")
    assert not failures, f"{len(failures)} of {len(every)}:\n" + "\n".join(failures)
