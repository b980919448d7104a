"""The connection to AWS, interrupted at one call: the state after a caller dies or loses its connection."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_LOOKS = ("Describe", "List", "Get", "Detect", "AssumeRole")


def changes_something(operation: str) -> bool:
    """Whether a call of the operation changes AWS."""
    return not operation.startswith(_LOOKS)


@dataclass(kw_only=True)
class Cut:
    """Interrupts the connection at the mutating call number `at`, from 0.

    Attributes:
        at: The index of the call.
        taken: Whether that call takes effect, so that only its response is lost.
        heals: Whether the connection works again afterwards.
        then: Callback at the moment of the interruption.
        seen: The mutating operations, in order, up to the interruption.
    """

    at: int
    taken: bool
    heals: bool = False
    then: Callable[[], None] = lambda: None
    seen: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @property
    def fallen(self) -> bool:
        """Whether the call has been reached."""
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
    """A concurrent action directly before the mutating call number `at`, from 0.

    Attributes:
        at: The index of the call.
        then: The action; its own calls are not counted.
        seen: The mutating operations, in order.
    """

    at: int
    then: Callable[[], object]
    seen: list[str] = field(default_factory=list)
    _busy: bool = False

    def falls(self, operation: str) -> tuple[bool, bool]:
        """Never lose a call."""
        if changes_something(operation) and not self._busy:
            self.seen.append(operation)
            if len(self.seen) == self.at + 1:
                self._busy = True
                self.then()
                self._busy = False
        return False, True


@dataclass(kw_only=True)
class Pictures:
    """Takes a snapshot of AWS before each mutating call, without side effects.

    Attributes:
        take: Function that returns a snapshot.
        seen: The mutating operations, in order.
        taken: The snapshot before each of them.
    """

    take: Callable[[], Any]
    seen: list[str] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)

    def falls(self, operation: str) -> tuple[bool, bool]:
        """Never lose a call."""
        if changes_something(operation):
            self.seen.append(operation)
            self.taken.append(self.take())
        return False, True
