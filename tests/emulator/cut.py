"""The line to AWS, cut at one call: what a caller that dies there, or loses its connection, leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_LOOKS = ("Describe", "List", "Get", "Detect", "AssumeRole")


def changes_something(operation: str) -> bool:
    """Whether a call of the operation leaves anything in AWS."""
    return not operation.startswith(_LOOKS)


@dataclass(kw_only=True)
class Cut:
    """Cuts the line at the call number `at`, from 0, of those that change something.

    Attributes:
        at: Which call.
        taken: Whether that call takes effect: only its answer is lost.
        heals: Whether the line works again afterwards; if not, nothing gets through any more.
        then: What happens at the moment of the cut.
        seen: The operations that changed something, in order, up to the cut.
    """

    at: int
    taken: bool
    heals: bool = False
    then: Callable[[], None] = lambda: None
    seen: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @property
    def fallen(self) -> bool:
        """Whether the call that it waits for has come."""
        return len(self.seen) > self.at

    def falls(self, operation: str) -> tuple[bool, bool]:
        """Whether this call is lost, and whether it takes effect."""
        with self._lock:
            if self.fallen:
                return not self.heals, self.heals
            if changes_something(operation):
                self.seen.append(operation)
            return self.fallen, self.taken or not self.fallen


@dataclass(kw_only=True)
class Meanwhile:
    """What somebody else does just before the call number `at`, from 0, of those that change something.

    Attributes:
        at: Which call.
        then: What is done: its own calls are not counted.
        seen: The operations that changed something, in order.
    """

    at: int
    then: Callable[[], object]
    seen: list[str] = field(default_factory=list)
    _busy: bool = False

    def falls(self, operation: str) -> tuple[bool, bool]:
        """No call is lost."""
        if changes_something(operation) and not self._busy:
            self.seen.append(operation)
            if len(self.seen) == self.at + 1:
                self._busy = True
                self.then()
                self._busy = False
        return False, True


@dataclass(kw_only=True)
class Pictures:
    """Looks at AWS before each call that changes something, and disturbs nothing.

    Attributes:
        take: Gives a picture.
        seen: The operations that changed something, in order.
        taken: The picture before each of them.
    """

    take: Callable[[], Any]
    seen: list[str] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)

    def falls(self, operation: str) -> tuple[bool, bool]:
        """No call is lost."""
        if changes_something(operation):
            self.seen.append(operation)
            self.taken.append(self.take())
        return False, True
