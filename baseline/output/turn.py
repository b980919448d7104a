"""A lock that allows one writer at a time in a directory."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from baseline.errors import OutputError

PATIENCE = 60.0
"""Timeout in seconds: another run holds the lock while it writes a few hundred files."""

_PAUSE = 0.05


@contextmanager
def turn_in(directory: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Wait until no other run writes to the directory, and lock it.

    The lock is on the directory itself, so that no lock file remains, and the kernel releases it when the process ends,
    killed or not. Systems and file systems without such locks (Windows, some network drives) are not protected.

    Raises:
        OutputError: if another run is still writing after `patience` seconds.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise OutputError(
                        f"{directory}: another run has been writing there for {patience:.0f} seconds",
                        hint="wait until it has finished, and run the same command again",
                    ) from error
                time.sleep(_PAUSE)
                continue
            except OSError:
                pass  # this file system has no locks
            break
        yield
    finally:
        os.close(handle)
