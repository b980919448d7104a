"""One test for many items: it fails once, with everything that it fails for."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def hold_for_each(items: Iterable[T], holds: Callable[[T], None], name: Callable[[T], str] = str) -> None:
    """Run a check on every item.

    Args:
        items: At least one.
        holds: Fails for an item of which it does not hold.
        name: What the failure calls an item.
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
