"""The line that names the lock file in use: its ids affect the targets, so it is always shown."""

from typing import TYPE_CHECKING

from baseline.cli.terminal import say
from baseline.text.terminal import terminal_line

if TYPE_CHECKING:
    from baseline.profile.lock import LockInUse

_MOST = 10


def lock_notice(lock: "LockInUse | None") -> str:
    """The name of the lock file and the ids that only this file provides; "" without a lock file."""
    if lock is None:
        return ""
    shown = [terminal_line(f"{name} {value}") for name, value in lock.values[:_MOST]]
    more = len(lock.values) - _MOST
    values = ", ".join([*shown, *([f"and {more} more"] if more > 0 else [])])
    return f"Lock file {lock.path}: {values or 'no id that the profile lacks'}."


def say_lock(lock: "LockInUse | None") -> None:
    """Print the notice on standard error, even with --quiet."""
    if lock is not None:
        say(lock_notice(lock), err=True)
